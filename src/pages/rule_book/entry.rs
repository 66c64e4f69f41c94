//! One rule of the book.

use crate::navigator::PageLink;
use crate::route::Route;
use crate::ui::{Badge, ExternalLink, Tone};
use crate::verdict::{
    Names, extension_tag, parameter_name, read_parameter, sentence_of, stated_in, value_sentence,
};
use crate::words::{self, Words, words};
use entitlement_rules::{Confidence, Programme, QuestionKind, RuleId, Source};
use leptos::html;
use leptos::prelude::*;
use std::sync::Arc;

/// What the rule demands, what the programme sets for it, when it is asked, and where it is stated.
#[component]
pub(crate) fn Entry(
    /// Whose rule.
    programme: Arc<Programme>,
    /// The rule.
    rule: RuleId,
    /// Where the reader was led to it.
    marked: Option<NodeRef<html::Article>>,
) -> impl IntoView {
    let words = words();
    let heading = format!("rule-{}", rule.code());
    let labelled_by = heading.clone();
    let settings = listed(worded(words, rule, &programme));
    let kinds: Vec<&str> = rule
        .speaks_to()
        .map(|kind| asked_when(words, kind))
        .collect();
    let stands_out = rule.is_extension().then(|| {
        let off = (!rule.is_in_force(&programme))
            .then(|| view! { class="ps", <Badge tone=Tone::Warning text=words::rule_book::not_in_force(words)/> });
        view! { class="ps", <Badge tone=Tone::Info text=extension_tag(words, rule)/>{off} }
    });
    let sources = sources(&programme, rule)
        .into_iter()
        .map(|source| source_item(words, source));
    let is_marked = marked.is_some();
    view! { class="ps",
        <article class="rule-entry" class:marked=is_marked tabindex="-1" aria-labelledby=labelled_by node_ref=marked.unwrap_or_default()>
            <h3 id=heading>
                <PageLink to=Route::Rules(Some(rule)) current=is_marked>{rule.code()}</PageLink>
                " "
                {sentence_of(words, rule)}
            </h3>
            {settings}
            <p class="hint">{words::rule_book::asked_when(words, &kinds.join(", "))}</p>
            <ul class="rule-sources">
                {stated_in(words, rule).map(|lines| view! { class="ps", <li>{lines}</li> })}
                {sources.collect_view()}
            </ul>
            {stands_out.map(|badges| view! { class="ps", <p class="row">{badges}</p> })}
        </article>
    }
}

/// What a programme sets for a rule: what it is called, and the value.
pub(super) fn worded(words: Words, rule: RuleId, programme: &Programme) -> Vec<(String, String)> {
    let names = Names::of_programme(programme, words.language());
    let parameters = rule.parameters(programme);
    let parameters = parameters
        .iter()
        .map(|input| read_parameter(rule, input, names));
    let worded = parameters.map(|parameter| {
        let value = value_sentence(words, &parameter.value);
        (parameter_name(words, &parameter), value)
    });
    worded.collect()
}

/// The same as a list; nothing where nothing is set.
pub(super) fn listed(settings: Vec<(String, String)>) -> AnyView {
    if settings.is_empty() {
        return ().into_any();
    }
    let rows = settings.into_iter().map(|(name, value)| {
        let value = match value.starts_with("https://") {
            true => view! { class="ps", <ExternalLink href=value.clone() text=value/> }.into_any(),
            false => value.into_any(),
        };
        view! { class="ps", <div><dt>{name}</dt><dd>{value}</dd></div> }
    });
    view! { class="ps", <dl class="rule-facts">{rows.collect_view()}</dl> }.into_any()
}

/// The programme's sources for the rule, or for what it sets for it; each once.
fn sources(programme: &Programme, rule: RuleId) -> Vec<&Source> {
    let data = programme.data();
    let extension = data.policy.extensions.sources();
    let of_the_extension = extension
        .filter(|(name, _)| *name == rule.code())
        .map(|(_, source)| source);
    let rows = data.benefits.iter().flat_map(|benefit| &benefit.allotments);
    let of_amounts = rows
        .filter(|row| row.rule == rule)
        .map(|row| row.source.as_str());
    let competencies = data.competencies.iter().filter(|_| rule == RuleId::S23);
    let of_competencies = competencies
        .filter(|it| it.is_cloud)
        .map(|it| it.source.as_str());
    let mut found: Vec<&Source> = Vec::new();
    for id in of_the_extension.chain(of_amounts).chain(of_competencies) {
        if !found.iter().any(|source| source.id == id) {
            found.extend(programme.source(id));
        }
    }
    found
}

/// A source with its day and how far it can be trusted.
fn source_item(words: Words, source: &Source) -> impl IntoView + use<> {
    let title = source.title.clone();
    let name = match source.url.clone() {
        Some(url) => view! { class="ps", <ExternalLink href=url text=title/> }.into_any(),
        None => title.into_any(),
    };
    let standing = match source.confidence {
        Confidence::Vendor => words::plans::source_vendor(words),
        Confidence::ThirdParty => words::plans::source_third_party(words),
        Confidence::Inferred => words::plans::source_inferred(words),
    };
    view! { class="ps",
        <li>{name}" · "{words::plans::source_as_of(words, source.as_of)}" · "{standing}</li>
    }
}

/// When a rule is asked.
fn asked_when(words: Words, kind: QuestionKind) -> &'static str {
    use words::rule_book as say;
    match kind {
        QuestionKind::OpenBenefits => say::asked_open(words),
        QuestionKind::Activate => say::asked_activate(words),
        QuestionKind::ViewIds => say::asked_ids(words),
        QuestionKind::Link => say::asked_link(words),
        QuestionKind::CreateIncident => say::asked_incident(words),
        QuestionKind::Refund => say::asked_refund(words),
        QuestionKind::ComparePlans => say::asked_plans(words),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(rule: RuleId) -> usize {
        let text = include_str!("../../../programmes/mpn-2021.json");
        let programme = Programme::check(serde_json::from_str(text).unwrap()).unwrap();
        sources(&programme, rule).len()
    }

    #[test]
    fn every_extension_and_every_amount_has_its_source_once() {
        for rule in RuleId::ALL.iter().filter(|rule| rule.is_extension()) {
            assert_eq!(titles(*rule), 1, "{}", rule.code());
        }
        for rule in [
            RuleId::S19,
            RuleId::S20,
            RuleId::S21,
            RuleId::S22,
            RuleId::S23,
        ] {
            assert!(titles(rule) > 0, "{}", rule.code());
        }
        assert_eq!(titles(RuleId::S1), 0);
    }
}

//! What can be chosen in the form, with what helps to choose.

use super::catalogue::{Standing, Supported, standing};
use super::entries::{ERROR, FEATURE, code_of};
use super::review::{impact_name, severity_name};
use crate::account::Known;
use crate::ui::Choice;
use crate::verdict::Code;
use crate::words::{self, Words};
use entitlement_rules::{
    Beneficiary, FailingSide, Impact, IncidentKind, Placement, Question, RuleId, Value, Version,
    recency,
};
use support_api::Severity;

pub(super) fn beneficiaries(words: Words) -> Vec<Choice> {
    use words::new_incident as say;
    vec![
        Choice::new(code_of(Beneficiary::OwnCompany), say::for_own(words)),
        Choice::new(code_of(Beneficiary::Customer), say::for_customer(words))
            .hint(say::for_customer_hint(words)),
    ]
}

pub(super) fn sides(words: Words) -> Vec<Choice> {
    use words::new_incident as say;
    vec![
        Choice::new(
            code_of(FailingSide::OnPremises),
            say::side_on_premises(words),
        ),
        Choice::new(code_of(FailingSide::Cloud), say::side_cloud(words)),
    ]
}

/// What S18 names, one by one, and what it leaves out.
pub(super) fn kinds(words: Words) -> Vec<Choice> {
    use words::new_incident as say;
    let (advisory, billing) = (
        code_of(IncidentKind::Advisory),
        code_of(IncidentKind::Billing),
    );
    vec![
        Choice::new(code_of(IncidentKind::BreakFix), Code::BreakFix.word(words))
            .hint(say::kind_break_fix_hint(words)),
        Choice::new(ERROR, say::kind_error(words)).hint(say::kind_error_hint(words)),
        Choice::new(FEATURE, say::kind_feature(words)).hint(say::kind_feature_hint(words)),
        Choice::new(advisory, Code::Advisory.word(words)).hint(say::kind_advisory_hint(words)),
        Choice::new(billing, Code::Billing.word(words)).hint(say::kind_billing_hint(words)),
    ]
}

/// Whether a title sounds like a question of how to do something, by the signs that the language has for it.
pub(super) fn sounds_like_advice(words: Words, title: &str) -> bool {
    has_a_sign(words::new_incident::advice_signs(words), title)
}

fn has_a_sign(signs: &str, title: &str) -> bool {
    let title = title.to_lowercase();
    signs.split('|').any(|sign| title.contains(sign))
}

pub(super) fn impacts(words: Words) -> Vec<Choice> {
    [Impact::Critical, Impact::Moderate, Impact::Minimal]
        .map(|impact| Choice::new(code_of(impact), impact_name(words, impact)))
        .into()
}

/// The same question for another severity, whatever the effect on the business.
pub(super) fn with_severity(question: &Question, severity: Option<Severity>) -> Question {
    let mut question = question.clone();
    if let Question::CreateIncident(asked) = &mut question {
        asked.severity = severity;
        asked.impact = None;
    }
    question
}

/// The reference target of a severity in hours, where what pays has one (E11).
fn target(known: &Known, question: &Question, severity: Severity) -> Option<u32> {
    let verdict = known.decide(&with_severity(question, Some(severity)));
    match verdict.rule(RuleId::E11)?.input("reference-target-hours")? {
        Value::Count(hours) => Some(*hours),
        _ => None,
    }
}

pub(super) fn severities(words: Words, known: &Known, question: &Question) -> Vec<Choice> {
    use words::new_incident as say;
    let severities = [
        (Severity::A, say::severity_a_text(words)),
        (Severity::B, say::severity_b_text(words)),
        (Severity::C, say::severity_c_text(words)),
    ];
    severities
        .into_iter()
        .map(|(severity, text)| {
            let hint = match target(known, question, severity) {
                Some(hours) => format!("{text} {}", say::severity_target(words, hours)),
                None => text.to_owned(),
            };
            Choice::new(code_of(severity), severity_name(words, severity)).hint(hint)
        })
        .collect()
}

/// The versions of a product, the newest first and those still to come last, each with where it stands on the account's day.
pub(super) fn versions(words: Words, known: &Known, product: &str) -> Vec<Choice> {
    use words::new_incident as say;
    let Some(product) = known.programme.product(product) else {
        return Vec::new();
    };
    let day = known.facts.as_of;
    let reading = known.programme.policy().extensions.recent.as_ref();
    let (out, to_come): (Vec<&Version>, Vec<&Version>) = product
        .versions
        .iter()
        .rev()
        .partition(|version| version.start <= day);
    out.into_iter()
        .chain(to_come)
        .map(|version| {
            let (standing, supported) = standing(product, version, day);
            let mut hint = vec![match standing {
                Standing::Current => say::v_current(words).to_owned(),
                Standing::Behind(count) => say::v_behind(words, count),
                Standing::Future(day) => say::v_future(words, day),
            }];
            match supported {
                Supported::Mainstream(day) => hint.push(say::v_mainstream(words, day)),
                Supported::Modern => hint.push(say::v_modern(words).to_owned()),
                Supported::Over(day, extended) => {
                    hint.push(say::v_mainstream_over(words, day));
                    hint.extend(extended.map(|day| say::v_extended(words, day)));
                }
            }
            if product.placement != Placement::Cloud && !matches!(standing, Standing::Future(_)) {
                // What "recent" is, E1 reads where it is in force.
                let rules = match reading {
                    Some(reading) if reading.on => "S25, E1",
                    _ => "S25",
                };
                hint.push(match recency(product, version, day).is_recent(reading) {
                    true => say::v_recent(words, rules),
                    false => say::v_too_old(words, rules),
                });
            }
            Choice::new(version.id.clone(), version.name.clone()).hint(hint.join(" "))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_of_how_to_do_something_is_heard_in_a_title_and_a_failure_is_not() {
        let signs = "how to|how do |best practice";
        for title in [
            "How to move a mailbox",
            "how do I size the farm?",
            "Best practices for backups",
        ] {
            assert!(has_a_sign(signs, title), "{title}");
        }
        for title in [
            "",
            "Backups fail with error 5",
            "Cluster node leaves at night",
        ] {
            assert!(!has_a_sign(signs, title), "{title}");
        }
    }
}

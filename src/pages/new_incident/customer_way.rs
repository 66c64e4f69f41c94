//! The way of the resellers' portal to a customer's cloud request (S31), step by step, or why it is closed (S32, E13).

use crate::account::Known;
use crate::signals::{Memo, Signal};
use crate::ui::{Badge, ExternalLink, Tone, unique_id};
use crate::verdict::rule_alone;
use crate::words::{self, words};
use entitlement_rules::{
    Beneficiary, FailingSide, IncidentQuestion, Placement, Portal, Question, RuleId,
};
use leptos::prelude::*;

/// The way; nothing while it is not for a customer, or where the programme states none.
#[component]
pub(super) fn CustomerWay(
    /// The account.
    known: Signal<Known>,
    /// What is asked.
    question: Memo<Question>,
) -> impl IntoView {
    use words::new_incident as say;
    let words = words();
    let language = words.language();
    let link = move |portal: &Portal, text: String| {
        view! { class="ps", <ExternalLink href=portal.url.clone() text=text/> }
    };
    move || {
        let known = known.get();
        let question = question.get();
        let Question::CreateIncident(asked) = &question else {
            return ().into_any();
        };
        let policy = known.programme.policy();
        if asked.beneficiary != Some(Beneficiary::Customer) || policy.customer_way.is_empty() {
            return ().into_any();
        }
        if is_on_premises(asked, &known) {
            return view! { class="ps", <p class="hint">{say::way_not_needed(words)}</p> }
                .into_any();
        }
        let closed: Vec<AnyView> = [RuleId::S32, RuleId::E13]
            .into_iter()
            .filter_map(|rule| rule_alone(words, &known, &question, rule))
            .filter_map(|(fails, line)| fails.then_some(line))
            .collect();
        let is_open = closed.is_empty();
        let (tone, state) = match is_open {
            true => (Tone::Good, say::way_open(words)),
            false => (Tone::Warning, say::way_closed(words)),
        };
        let steps = policy.customer_way.iter().map(|step| {
            let name = step.name.in_language(language).to_owned();
            let portal = step.portal.as_deref();
            // A way that is closed is said, and leads nowhere.
            let portal = portal.filter(|_| is_open);
            match portal.and_then(|portal| known.programme.portal(portal)) {
                Some(portal) => view! { class="ps", <li>{link(portal, name)}</li> }.into_any(),
                None => view! { class="ps", <li>{name}</li> }.into_any(),
            }
        });
        let product = asked.product.as_deref();
        let product = product.and_then(|product| known.programme.product(product));
        let workload = product.and_then(|product| known.programme.workload(&product.workload));
        let portal = workload.and_then(|workload| known.programme.portal(&workload.portal));
        let goes_on = portal.filter(|_| is_open).map(|portal| {
            let name = portal.name.in_language(language).to_owned();
            view! { class="ps", <p>{say::way_goes_on(words)}" "{link(portal, name)}</p> }
        });
        let heading = unique_id("customer-way");
        let labelled_by = heading.clone();
        view! { class="ps",
            <section class="customer-way" aria-labelledby=labelled_by>
                <h3 id=heading>{say::way_title(words)}</h3>
                <Badge tone=tone text=state/>
                {closed}
                <ol>{steps.collect_view()}</ol>
                {goes_on}
            </section>
        }
        .into_any()
    }
}

/// An on-premises product needs no such way, for whomever it is (S28).
fn is_on_premises(asked: &IncidentQuestion, known: &Known) -> bool {
    let product = asked.product.as_deref();
    let product = product.and_then(|product| known.programme.product(product));
    product.is_some_and(|product| match product.placement {
        Placement::OnPremises => true,
        Placement::Hybrid => asked.failing_side == Some(FailingSide::OnPremises),
        Placement::Cloud => false,
    })
}

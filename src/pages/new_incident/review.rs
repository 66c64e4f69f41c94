//! The last look before an incident is created: everything that was entered, and what it will use.

use crate::account::Known;
use crate::ui::{Fact, Facts};
use crate::verdict::{Code, Names, Payer, payer_name, uses_sentence};
use crate::words::{self, Words, words};
use entitlement_rules::{Beneficiary, FailingSide, Impact, IncidentKind};
use leptos::prelude::*;
use support_api::{IncidentContact, NewIncident, Severity};

/// An incident that is ready to be created, with what pays for it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ready {
    /// The incident.
    pub(super) incident: NewIncident,
    /// What pays.
    pub(super) payer: Payer,
}

/// Name of a severity.
pub(super) fn severity_name(words: Words, severity: Severity) -> &'static str {
    match severity {
        Severity::A => words::new_incident::severity_a(words),
        Severity::B => words::new_incident::severity_b(words),
        Severity::C => words::new_incident::severity_c(words),
    }
}

/// Name of an effect on the business.
pub(super) fn impact_name(words: Words, impact: Impact) -> &'static str {
    match impact {
        Impact::Critical => words::new_incident::impact_critical(words),
        Impact::Moderate => words::new_incident::impact_moderate(words),
        Impact::Minimal => words::new_incident::impact_minimal(words),
    }
}

/// Everything that is known of a contact, in one line.
fn contact_line(contact: IncidentContact) -> String {
    let more = [
        contact.email,
        contact.phone,
        contact.language,
        contact.time_zone,
    ];
    let parts = std::iter::once(contact.name).chain(more.into_iter().flatten());
    parts.collect::<Vec<String>>().join(", ")
}

/// The facts of an incident.
#[component]
pub(super) fn ReviewFacts(
    /// The incident.
    ready: Ready,
    /// The account.
    known: Known,
) -> impl IntoView {
    let words = words();
    let names = Names::new(&known.programme, &known.facts, words.language());
    let incident = ready.incident;
    let for_whom = match (incident.beneficiary, &incident.customer) {
        (Beneficiary::Customer, Some(customer)) => customer.clone(),
        (Beneficiary::Customer, None) => words::new_incident::for_customer(words).to_owned(),
        (Beneficiary::OwnCompany, _) => words::new_incident::for_own(words).to_owned(),
    };
    let version = incident
        .version
        .as_deref()
        .map(|version| names.version(Some(&incident.product), version));
    let side = incident.failing_side.map(|side| match side {
        FailingSide::OnPremises => words::new_incident::side_on_premises(words),
        FailingSide::Cloud => words::new_incident::side_cloud(words),
    });
    let kind = match incident.kind {
        IncidentKind::BreakFix => Code::BreakFix,
        IncidentKind::Advisory => Code::Advisory,
        IncidentKind::Billing => Code::Billing,
    };
    let product = names.product(&incident.product);
    let takes = match incident.test {
        true => words::new_incident::test_review(words).to_owned(),
        false => uses_sentence(words, &ready.payer),
    };
    let contacts: Vec<String> = incident.contacts.into_iter().map(contact_line).collect();
    let payer = payer_name(words, &ready.payer.name);
    view! { class="ps",
        <Facts>
            <Fact name=words::new_incident::takes(words)><strong>{takes}</strong></Fact>
            <Fact name=words::verdict::paid_by(words)>{payer}</Fact>
            <Fact name=words::new_incident::for_whom(words)><span dir="auto">{for_whom}</span></Fact>
            <Fact name=words::new_incident::product(words)>{product}</Fact>
            {version.map(|version| view! { class="ps",
                <Fact name=words::new_incident::version(words)>{version}</Fact>
            })}
            {side.map(|side| view! { class="ps", <Fact name=words::new_incident::side(words)>{side}</Fact> })}
            <Fact name=words::new_incident::kind(words)>{kind.word(words)}</Fact>
            {incident.impact.map(|impact| view! { class="ps",
                <Fact name=words::new_incident::impact(words)>{impact_name(words, impact)}</Fact>
            })}
            <Fact name=words::new_incident::severity(words)>{severity_name(words, incident.severity)}</Fact>
            <Fact name=words::new_incident::subject(words)><span dir="auto">{incident.title}</span></Fact>
            <Fact name=words::new_incident::description(words)>
                <span class="as-typed" dir="auto">{incident.description}</span>
            </Fact>
            {(!contacts.is_empty()).then(|| view! { class="ps",
                <Fact name=words::new_incident::part_contacts(words)>
                    <span class="as-typed" dir="auto">{contacts.join("\n")}</span>
                </Fact>
            })}
        </Facts>
    }
}

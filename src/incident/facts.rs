//! What is known about an incident besides who pays and where it stands.

use crate::ui::{Badge, Fact, Notice, Tone};
use crate::words::{self, Words};
use entitlement_rules::{Beneficiary, FailingSide, IncidentKind};
use leptos::prelude::*;
use support_api::{Incident, IncidentContact};

/// Marks a test in a row, after its title.
pub(crate) fn test_mark(words: Words, test: bool) -> impl IntoView {
    test.then(
        || view! { class="ps", " "<Badge tone=Tone::Info text=words::incidents::test(words)/> },
    )
}

/// Says that it is a test, where it is one.
pub(crate) fn test_notice(words: Words, incident: &Incident) -> AnyView {
    if !incident.test {
        return ().into_any();
    }
    view! { class="ps",
        <Notice title=words::incidents::test(words)><p>{words::incidents::test_text(words)}</p></Notice>
    }
    .into_any()
}

/// Which side fails, what kind of incident it is, and for whom: facts of a list.
pub(crate) fn nature(words: Words, incident: &Incident) -> AnyView {
    let beneficiary = match incident.beneficiary {
        Beneficiary::OwnCompany => words::incidents::for_own_company(words).to_owned(),
        Beneficiary::Customer => match &incident.customer {
            Some(customer) => words::incidents::for_customer(words, customer),
            None => words::incidents::for_a_customer(words).to_owned(),
        },
    };
    let kind = match incident.kind {
        IncidentKind::BreakFix => words::incidents::kind_break_fix(words),
        IncidentKind::Advisory => words::incidents::kind_advisory(words),
        IncidentKind::Billing => words::incidents::kind_billing(words),
    };
    let failing_side = incident.failing_side.map(|side| {
        let side = match side {
            FailingSide::OnPremises => words::incidents::side_on_premises(words),
            FailingSide::Cloud => words::incidents::side_cloud(words),
        };
        view! { class="ps", <Fact name=words::incidents::side(words)>{side}</Fact> }
    });
    view! { class="ps",
        {failing_side}
        <Fact name=words::incidents::kind(words)>{kind}</Fact>
        <Fact name=words::incidents::beneficiary(words)><span dir="auto">{beneficiary}</span></Fact>
    }
    .into_any()
}

/// Who may be reached about it, as a fact of a list; nothing where nobody is named.
pub(crate) fn contacts(words: Words, incident: &Incident) -> AnyView {
    let contacts = incident.contacts.iter().cloned();
    let contacts: Vec<AnyView> = contacts.map(|it| contact(words, it)).collect();
    if contacts.is_empty() {
        return ().into_any();
    }
    view! { class="ps", <Fact name=words::incidents::contacts(words)>{contacts}</Fact> }.into_any()
}

/// Somebody who may be reached, with the ways to reach them.
fn contact(words: Words, contact: IncidentContact) -> AnyView {
    let language = contact
        .language
        .map(|it| words::incidents::contact_language(words, &it));
    let rest = [contact.phone, language, contact.time_zone];
    let rest: Vec<String> = rest.into_iter().flatten().collect();
    let email = contact.email.map(|email| {
        let href = format!("mailto:{email}");
        view! { class="ps", <p><a href=href>{email}</a></p> }
    });
    view! { class="ps",
        <div class="contact-shown" dir="auto">
            <p>{contact.name}</p>
            {email}
            {(!rest.is_empty()).then(|| view! { class="ps", <p class="hint">{rest.join(", ")}</p> })}
        </div>
    }
    .into_any()
}

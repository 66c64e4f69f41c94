//! POST /incidents: the server decides again on the facts of this very moment; the last incident has one winner.

use super::{Reply, refused, text};
use crate::Desk;
use crate::openapi::{Always, Change, Key, SignIn, callers};
use crate::posted::Posted;
use crate::problem::Trouble;
use crate::store::Cover;
use axum::extract::State;
use axum::response::IntoResponse;
use entitlement_rules::{
    AccountFacts, Beneficiary, Funding, Need, Outcome, Programme, Question, RuleId, Value, Verdict,
    decide,
};
use support_api::{
    CONTACT_LENGTH, CONTACTS, CUSTOMER_LENGTH, DESCRIPTION_LENGTH, IncidentContact,
    IncidentCreated, NewIncident, Problem, ProblemCode, TITLE_LENGTH, paths,
};

/// Create an incident
///
/// The law decides again on the facts of this very moment. What pays is what was agreed to: nothing else is ever
/// consumed.
#[utoipa::path(
    post,
    path = paths::INCIDENTS,
    operation_id = "create-incident",
    tag = callers::SIGNED_IN,
    security(("bearer" = [])),
    params(Key),
    request_body = NewIncident,
    responses(
        (status = 201, description = "The incident, and the facts after it", body = IncidentCreated,
            headers(("Location" = String, description = "Where the incident is")),
            links(("incident" = (operation_id = "get-incident",
                parameters(("incident" = "$response.body#/incident/id")))))),
        Change,
        SignIn,
        Always,
    ),
)]
pub(crate) async fn handle(State(desk): State<Desk>, posted: Posted<NewIncident>) -> Reply {
    let programme = desk.programme.programme;
    let request = checked(&programme, posted.body)?;
    let question = Question::CreateIncident(request.question());
    let judge = move |account: &AccountFacts| judge(&programme, account, &question);
    let now = desk.clock.now();
    let answer = desk
        .store
        .open_incident(posted.once, posted.person, now, request, judge)
        .await?;
    Ok(answer.into_response())
}

/// The request with its texts trimmed, when every value is one that the programme and the form know.
pub(crate) fn checked(
    programme: &Programme,
    mut request: NewIncident,
) -> Result<NewIncident, Trouble> {
    request.title = text("title", &request.title, TITLE_LENGTH, false)?;
    request.description = text(
        "description",
        &request.description,
        DESCRIPTION_LENGTH,
        true,
    )?;
    request.customer = match (request.beneficiary, request.customer) {
        (Beneficiary::Customer, Some(customer)) => {
            Some(text("customer", &customer, CUSTOMER_LENGTH, false)?)
        }
        (Beneficiary::OwnCompany, Some(_)) => {
            return Err(Trouble::invalid(
                "customer",
                "only an incident for a customer names one",
            ));
        }
        (_, None) => None,
    };
    if request.contacts.len() > CONTACTS {
        return Err(Trouble::invalid("contacts", "too many contacts"));
    }
    for contact in &mut request.contacts {
        *contact = reachable(contact)?;
    }
    let product = programme
        .product(&request.product)
        .ok_or_else(|| Trouble::invalid("product", "the programme has no such product"))?;
    if let Some(version) = &request.version
        && product.version(version).is_none()
    {
        return Err(Trouble::invalid(
            "version",
            "the product has no such version",
        ));
    }
    Ok(request)
}

/// A contact with its texts trimmed, when it says how to reach somebody. An address counts that could be one: whether it
/// is, only a letter to it shows.
fn reachable(contact: &IncidentContact) -> Result<IncidentContact, Trouble> {
    let part = |field: &'static str, part: &Option<String>| {
        let part = part.as_deref().map(str::trim);
        let part = part.filter(|part| !part.is_empty());
        part.map(|part| text(field, part, CONTACT_LENGTH, false))
            .transpose()
    };
    let contact = IncidentContact {
        name: text("contacts.name", &contact.name, CONTACT_LENGTH, false)?,
        email: part("contacts.email", &contact.email)?,
        phone: part("contacts.phone", &contact.phone)?,
        language: part("contacts.language", &contact.language)?,
        time_zone: part("contacts.time_zone", &contact.time_zone)?,
    };
    let email = contact.email.as_deref();
    if email.is_some_and(|email| !support_api::looks_like_email(email)) {
        return Err(Trouble::invalid("contacts.email", "not an e-mail address"));
    }
    if email.or(contact.phone.as_deref()).is_none() {
        return Err(Trouble::invalid(
            "contacts.email",
            "a contact has an e-mail address or a phone number",
        ));
    }
    Ok(contact)
}

/// What the law says about the way to pay that the person agreed to.
pub(crate) fn judge(
    programme: &Programme,
    account: &AccountFacts,
    question: &Question,
) -> Result<Cover, Trouble> {
    let verdict = decide(programme, account, question, account.as_of);
    let contract = match (verdict.outcome, &verdict.funding) {
        (Outcome::Allowed, Some(Funding::Contract { contract })) => Some(contract.clone()),
        (Outcome::Allowed, Some(Funding::ResellerPlan { .. } | Funding::PaidPlan { .. }))
            if account.partner.is_some() =>
        {
            None
        }
        (Outcome::Incomplete, _) => return Err(incomplete(verdict)),
        // Nothing can be taken from a benefit without a contract, or from IDs that nobody has entered.
        _ => return Err(refused(ProblemCode::Refused, verdict, account)),
    };
    let paying = verdict
        .candidates
        .iter()
        .find(|it| Some(&it.funding) == verdict.funding.as_ref());
    Ok(Cover {
        contract,
        benefit: paying.and_then(|candidate| candidate.benefit.clone()),
        consumed: verdict.consumes,
        portal: portal(&verdict),
    })
}

/// Where it goes on, as the rules for both sides name it.
fn portal(verdict: &Verdict) -> Option<String> {
    [RuleId::S29, RuleId::S33]
        .into_iter()
        .filter_map(|rule| verdict.rule(rule)?.input("portal"))
        .find_map(|value| match value {
            Value::Id(portal) => Some(portal.clone()),
            _ => None,
        })
}

fn incomplete(verdict: Verdict) -> Trouble {
    let field = verdict.needs.first().map(|need| match need {
        Need::Beneficiary => "beneficiary",
        Need::Product => "product",
        Need::Version => "version",
        Need::FailingSide => "failing_side",
        Need::Kind => "kind",
    });
    let mut problem = Problem::new(ProblemCode::Invalid);
    problem.field = field.map(str::to_owned);
    problem.detail = Some("the rules need this to decide".to_owned());
    problem.verdict = Some(Box::new(verdict));
    problem.into()
}

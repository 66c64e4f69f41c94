//! Every path of the API. The server's routes and the app's calls are both made from these.

use entitlement_rules::BenefitKey;

/// Every address below this is the API's, of whatever version.
pub const ROOT: &str = "/api/";
/// Where this version of the API begins.
pub const BASE: &str = "/api/v1";

/// GET: the account facts of the signed-in person. Has an `ETag`.
pub const ACCOUNT: &str = "/account";
/// GET: where everything stands that the account has ([`entitlement_rules::BenefitsPage`]). Has an `ETag`.
pub const BENEFITS: &str = "/benefits";
/// GET: a stream of [`crate::AccountChange`], as server-sent events.
pub const ACCOUNT_CHANGES: &str = "/account/changes";
/// GET: the programme's data. Has an `ETag`; needs no sign-in.
pub const PROGRAMME: &str = "/programme";
/// GET: the programmes that this server knows ([`crate::ProgrammeList`]); needs no sign-in.
pub const PROGRAMMES: &str = "/programmes";
/// GET: incidents, newest first (`limit` 1 to 100, `after` a cursor). POST: create one.
pub const INCIDENTS: &str = "/incidents";
/// POST: link a contract by its two IDs. Answers 201, or 200 when it was linked already, with the account facts.
pub const CONTRACT_LINKS: &str = "/contract-links";
/// GET: the document of this API (OpenAPI); needs no sign-in.
pub const OPENAPI: &str = "/openapi.json";
/// POST: ask the law. Takes a [`crate::VerdictRequest`] and answers with the verdict; needs no sign-in and no
/// idempotency key, because it changes nothing. Limited per client address.
pub const VERDICTS: &str = "/verdicts";
/// POST: a signed call of the vendor's system, a [`crate::handover::DeskCall`] by Standard Webhooks. Needs no token and
/// no idempotency key: its signature and its `webhook-id` stand for them.
pub const DESK_CALLS: &str = "/desk-calls";
/// GET, operators only: requests for activation that wait, oldest first (`limit` 1 to 100, `after` a cursor).
pub const ACTIVATION_QUEUE: &str = "/operator/activations";
/// GET, operators only: incidents of every partner ([`crate::desk::DeskIncidentPage`]).
pub const DESK_INCIDENTS: &str = "/operator/incidents";
/// GET, operators only: partner accounts, by id (`text` to look for, `limit` 1 to 100, `after` a cursor). PUT: enters up to
/// [`crate::desk::IMPORT_ROWS`] of them, or only checks them ([`crate::desk::PartnerImport`]).
pub const PARTNERS: &str = "/operator/partners";
/// GET, operators only: who did what, newest first (`partner`, `limit` 1 to 100, `after` a cursor).
pub const AUDIT: &str = "/operator/audit";
/// PUT, operators only: which partner account a person belongs to.
pub const PEOPLE: &str = "/operator/people";
/// PUT, operators only: which partner account the people of a directory belong to.
pub const TENANTS: &str = "/operator/tenants";
/// GET, operators only: events that were given up (`limit` 1 to 100, `after` a cursor).
pub const DEAD_LETTERS: &str = "/operator/dead-letters";
/// POST, operators only: tries events again that were given up.
pub const DEAD_LETTER_REPLAY: &str = "/operator/dead-letters/replay";
/// POST, operators only: hands events over again after the recipient said that it was gone. It is about the one server
/// that is asked.
pub const HANDOVER_RESUMPTION: &str = "/operator/handover/resumption";

/// GET, opened by a page: leaves for the identity provider, where the server itself signs people in.
pub const SESSION_START: &str = "/session/start";
/// GET, opened by the provider's answer: begins a session and goes back to the page.
pub const SESSION_CALLBACK: &str = "/session/callback";
/// POST: ends the session. Answers 204, or 200 with a [`crate::SessionEnded`] where the provider can sign the person out too.
pub const SESSION_END: &str = "/session/end";
/// GET, opened by a page that has ended the session: to the provider, which signs the person out there.
pub const SESSION_LEAVE: &str = "/session/leave";

/// GET, opened by a page: signs somebody in, and comes back to `back`, a path of the site; `another` asks who it is.
#[must_use]
pub fn session_start(back: &str, another: bool) -> String {
    format!("{SESSION_START}?back={}&another={another}", segment(back))
}

/// GET, opened by a page that has ended the session: by the provider back to `back`, a path of the site.
#[must_use]
pub fn session_leave(back: &str) -> String {
    format!("{SESSION_LEAVE}?back={}", segment(back))
}

/// Route templates, as axum and OpenAPI write them.
pub mod templates {
    /// GET: the data of any programme that the server knows. Has an `ETag`; needs no sign-in.
    pub const PROGRAMME: &str = "/programmes/{programme}";
    /// POST: ask for the activation of a benefit. Answers 202 with the account facts.
    pub const ACTIVATION: &str = "/benefits/{benefit}/activation";
    /// POST: show the two IDs of a contract. Answers with [`crate::SupportIds`]; nobody keeps the answer.
    pub const REVEALED_IDS: &str = "/contracts/{contract}/revealed-ids";
    /// GET: the history of a contract's balance, newest first (`limit` 1 to 100, `after` a cursor).
    pub const LEDGER: &str = "/contracts/{contract}/ledger";
    /// GET: one incident, with its timeline.
    pub const INCIDENT: &str = "/incidents/{incident}";
    /// POST: take an open incident back before anybody works on it. Answers with the incident.
    pub const INCIDENT_CANCELLATION: &str = "/incidents/{incident}/cancellation";
    /// POST: reopen an incident that was resolved or closed. Answers with the incident.
    pub const INCIDENT_REOPENING: &str = "/incidents/{incident}/reopening";
    /// POST: write on an incident. Answers with the incident.
    pub const INCIDENT_COMMENTS: &str = "/incidents/{incident}/comments";
    /// POST: make an incident more or less urgent. Answers with the incident.
    pub const INCIDENT_SEVERITY: &str = "/incidents/{incident}/severity";
    /// GET and PUT, operators only: a partner account as the vendor's master data says.
    pub const PARTNER: &str = "/operator/partners/{partner}";
    /// GET, operators only: the facts of a partner account, all of them.
    pub const PARTNER_ACCOUNT: &str = "/operator/partners/{partner}/account";
    /// GET, operators only: who belongs to a partner account.
    pub const PARTNER_PEOPLE: &str = "/operator/partners/{partner}/people";
    /// GET, operators only: the history of a contract's balance, newest first (`limit` 1 to 100, `after` a cursor).
    pub const PARTNER_LEDGER: &str = "/operator/contracts/{partner}/{contract}/ledger";
    /// GET, operators only: an incident of a partner, with its timeline.
    pub const DESK_INCIDENT: &str = "/operator/incidents/{partner}/{incident}";
    /// POST, operators only: say where an incident stands. Answers with the incident.
    pub const DESK_STATUS: &str = "/operator/incidents/{partner}/{incident}/status";
    /// POST, operators only: write on an incident. Answers with the incident.
    pub const DESK_COMMENTS: &str = "/operator/incidents/{partner}/{incident}/comments";
    /// POST, operators only: give back what an incident consumed (E9). Answers with the partner's account facts.
    pub const REFUND: &str = "/operator/incidents/{partner}/{incident}/refund";
    /// POST, operators only: correct a contract's balance. Answers with the partner's account facts.
    pub const CORRECTION: &str = "/operator/contracts/{partner}/{contract}/correction";
    /// POST, operators only: hand over a contract. Answers with the benefit's activation as it then stands: failed, when
    /// the offer has lapsed meanwhile.
    pub const FULFILMENT: &str = "/operator/activations/{partner}/{benefit}/fulfilment";
    /// POST, operators only: refuse a request. Answers with the benefit's activation as it then stands.
    pub const REJECTION: &str = "/operator/activations/{partner}/{benefit}/rejection";
}

/// POST: ask for the activation of a benefit.
#[must_use]
pub fn activation(benefit: &BenefitKey) -> String {
    templates::ACTIVATION.replace("{benefit}", &segment(&benefit.to_string()))
}

/// GET: the data of a programme that the server knows, by its id.
#[must_use]
pub fn programme(id: &str) -> String {
    templates::PROGRAMME.replace("{programme}", &segment(id))
}

/// POST: show the two IDs of a contract, named by the server's own reference.
#[must_use]
pub fn revealed_ids(contract: &str) -> String {
    templates::REVEALED_IDS.replace("{contract}", &segment(contract))
}

/// GET: one incident.
#[must_use]
pub fn incident(id: &str) -> String {
    templates::INCIDENT.replace("{incident}", &segment(id))
}

/// POST: take an open incident back.
#[must_use]
pub fn incident_cancellation(id: &str) -> String {
    templates::INCIDENT_CANCELLATION.replace("{incident}", &segment(id))
}

/// POST: reopen an incident.
#[must_use]
pub fn incident_reopening(id: &str) -> String {
    templates::INCIDENT_REOPENING.replace("{incident}", &segment(id))
}

/// POST: write on an incident.
#[must_use]
pub fn incident_comments(id: &str) -> String {
    templates::INCIDENT_COMMENTS.replace("{incident}", &segment(id))
}

/// POST: make an incident more or less urgent.
#[must_use]
pub fn incident_severity(id: &str) -> String {
    templates::INCIDENT_SEVERITY.replace("{incident}", &segment(id))
}

/// GET: the history of a contract's balance; `limit` 1 to 100.
#[must_use]
pub fn ledger(contract: &str, limit: u32, after: Option<&str>) -> String {
    let path = templates::LEDGER.replace("{contract}", &segment(contract));
    part(&path, limit, after, &[])
}

/// GET and PUT, operators only: a partner account.
#[must_use]
pub fn partner(id: &str) -> String {
    templates::PARTNER.replace("{partner}", &segment(id))
}

fn of_partner(template: &str, partner: &str) -> String {
    template.replace("{partner}", &segment(partner))
}

/// GET, operators only: the facts of a partner account.
#[must_use]
pub fn partner_account(partner: &str) -> String {
    of_partner(templates::PARTNER_ACCOUNT, partner)
}

/// GET, operators only: who belongs to a partner account.
#[must_use]
pub fn partner_people(partner: &str) -> String {
    of_partner(templates::PARTNER_PEOPLE, partner)
}

/// GET, operators only: the history of a contract's balance; `limit` 1 to 100.
#[must_use]
pub fn partner_ledger(partner: &str, contract: &str, limit: u32, after: Option<&str>) -> String {
    let path =
        of_partner(templates::PARTNER_LEDGER, partner).replace("{contract}", &segment(contract));
    part(&path, limit, after, &[])
}

/// GET, operators only: an incident of a partner.
#[must_use]
pub fn desk_incident(partner: &str, incident: &str) -> String {
    of_partner(templates::DESK_INCIDENT, partner).replace("{incident}", &segment(incident))
}

/// POST, operators only: say where an incident stands.
#[must_use]
pub fn desk_status(partner: &str, incident: &str) -> String {
    of_partner(templates::DESK_STATUS, partner).replace("{incident}", &segment(incident))
}

/// POST, operators only: write on an incident.
#[must_use]
pub fn desk_comments(partner: &str, incident: &str) -> String {
    of_partner(templates::DESK_COMMENTS, partner).replace("{incident}", &segment(incident))
}

/// GET: a part of a list; `limit` 1 to 100. `narrowed` has further names and values of the query.
#[must_use]
pub fn part(list: &str, limit: u32, after: Option<&str>, narrowed: &[(&str, &str)]) -> String {
    let mut path = format!("{list}?limit={limit}");
    for (name, value) in after.map(|after| ("after", after)).iter().chain(narrowed) {
        path.push_str(&format!("&{name}={}", segment(value)));
    }
    path
}

/// POST, operators only: give back what an incident consumed.
#[must_use]
pub fn refund(partner: &str, incident: &str) -> String {
    templates::REFUND
        .replace("{partner}", &segment(partner))
        .replace("{incident}", &segment(incident))
}

/// POST, operators only: correct a contract's balance.
#[must_use]
pub fn correction(partner: &str, contract: &str) -> String {
    templates::CORRECTION
        .replace("{partner}", &segment(partner))
        .replace("{contract}", &segment(contract))
}

/// GET: a page of incidents; `limit` 1 to 100. `narrowed` has further names and values of the query: `order`, `unfinished`,
/// `status`, `product`, `severity`, `paid_by`, `created_from`, `created_until`, `text`.
#[must_use]
pub fn incident_page(limit: u32, after: Option<&str>, narrowed: &[(&str, &str)]) -> String {
    part(INCIDENTS, limit, after, narrowed)
}

/// POST, operators only: hand over a contract.
#[must_use]
pub fn fulfilment(partner: &str, benefit: &BenefitKey) -> String {
    templates::FULFILMENT
        .replace("{partner}", &segment(partner))
        .replace("{benefit}", &segment(&benefit.to_string()))
}

/// POST, operators only: refuse a request.
#[must_use]
pub fn rejection(partner: &str, benefit: &BenefitKey) -> String {
    templates::REJECTION
        .replace("{partner}", &segment(partner))
        .replace("{benefit}", &segment(&benefit.to_string()))
}

/// One path segment or query value, percent-encoded.
pub fn segment(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_id_stays_one_segment() {
        assert_eq!(
            incident("../account?x=1#y"),
            "/incidents/..%2Faccount%3Fx%3D1%23y"
        );
        assert_eq!(
            incident_page(50, Some("a&limit=9"), &[("text", "b&c")]),
            "/incidents?limit=50&after=a%26limit%3D9&text=b%26c"
        );
    }

    #[test]
    fn every_address_on_one_page() {
        let benefit = BenefitKey::parse("product-support.competency").unwrap();
        let addresses = [
            activation(&benefit),
            revealed_ids("c-1"),
            incident("i-1"),
            incident_page(50, None, &[]),
            incident_cancellation("i-1"),
            incident_reopening("i-1"),
            incident_comments("i-1"),
            incident_severity("i-1"),
            ledger("c-1", 50, Some("7")),
            partner("p-1"),
            partner_account("p-1"),
            partner_people("p-1"),
            partner_ledger("p-1", "c-1", 50, None),
            desk_incident("p-1", "i-1"),
            desk_status("p-1", "i-1"),
            desk_comments("p-1", "i-1"),
            refund("p-1", "i-1"),
            correction("p-1", "c-1"),
            fulfilment("p-1", &benefit),
            rejection("p-1", &benefit),
        ];
        assert_eq!(
            addresses.join("\n"),
            "/benefits/product-support.competency/activation\n\
             /contracts/c-1/revealed-ids\n\
             /incidents/i-1\n\
             /incidents?limit=50\n\
             /incidents/i-1/cancellation\n\
             /incidents/i-1/reopening\n\
             /incidents/i-1/comments\n\
             /incidents/i-1/severity\n\
             /contracts/c-1/ledger?limit=50&after=7\n\
             /operator/partners/p-1\n\
             /operator/partners/p-1/account\n\
             /operator/partners/p-1/people\n\
             /operator/contracts/p-1/c-1/ledger?limit=50\n\
             /operator/incidents/p-1/i-1\n\
             /operator/incidents/p-1/i-1/status\n\
             /operator/incidents/p-1/i-1/comments\n\
             /operator/incidents/p-1/i-1/refund\n\
             /operator/contracts/p-1/c-1/correction\n\
             /operator/activations/p-1/product-support.competency/fulfilment\n\
             /operator/activations/p-1/product-support.competency/rejection"
        );
    }
}

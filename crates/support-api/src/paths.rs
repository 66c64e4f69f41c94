//! Every path of the API. The server's routes and the app's calls are both made from these.

use entitlement_rules::BenefitKey;

/// Every address below this is the API's, of whatever version.
pub const ROOT: &str = "/api/";
/// Where this version of the API begins.
pub const BASE: &str = "/api/v1";

/// GET: the account facts of the signed-in person. Has an `ETag`.
pub const ACCOUNT: &str = "/account";
/// GET: the programme's data. Has an `ETag`; needs no sign-in.
pub const PROGRAMME: &str = "/programme";
/// GET: incidents, newest first (`limit` 1 to 100, `after` a cursor). POST: create one.
pub const INCIDENTS: &str = "/incidents";
/// POST: link a contract by its two IDs. Answers 201, or 200 when it was linked already, with the account facts.
pub const CONTRACT_LINKS: &str = "/contract-links";
/// GET: the document of this API (OpenAPI); needs no sign-in.
pub const OPENAPI: &str = "/openapi.json";
/// POST: ask the law. Takes a [`crate::VerdictRequest`] and answers with the verdict; needs no sign-in and no
/// idempotency key, because it changes nothing. Limited per client address.
pub const VERDICTS: &str = "/verdicts";
/// GET, operators only: requests for activation that wait.
pub const ACTIVATION_QUEUE: &str = "/operator/activations";

/// Route templates, as axum and OpenAPI write them.
pub mod templates {
    /// POST: ask for the activation of a benefit. Answers 202 with the account facts.
    pub const ACTIVATION: &str = "/benefits/{benefit}/activation";
    /// POST: show the two IDs of a contract. Answers with [`crate::SupportIds`]; nobody keeps the answer.
    pub const REVEALED_IDS: &str = "/contracts/{contract}/revealed-ids";
    /// GET: one incident.
    pub const INCIDENT: &str = "/incidents/{incident}";
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

/// GET: a page of incidents; `limit` 1 to 100.
#[must_use]
pub fn incident_page(limit: u32, after: Option<&str>) -> String {
    match after {
        Some(after) => format!("{INCIDENTS}?limit={limit}&after={}", segment(after)),
        None => format!("{INCIDENTS}?limit={limit}"),
    }
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
fn segment(text: &str) -> String {
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
            incident_page(50, Some("a&limit=9")),
            "/incidents?limit=50&after=a%26limit%3D9"
        );
    }

    #[test]
    fn every_address_on_one_page() {
        let benefit = BenefitKey::parse("product-support.competency").unwrap();
        let addresses = [
            activation(&benefit),
            revealed_ids("c-1"),
            incident("i-1"),
            incident_page(50, None),
            fulfilment("p-1", &benefit),
            rejection("p-1", &benefit),
        ];
        assert_eq!(
            addresses.join("\n"),
            "/benefits/product-support.competency/activation\n\
             /contracts/c-1/revealed-ids\n\
             /incidents/i-1\n\
             /incidents?limit=50\n\
             /operator/activations/p-1/product-support.competency/fulfilment\n\
             /operator/activations/p-1/product-support.competency/rejection"
        );
    }
}

//! Verifies a bearer token: signature, issuer, audience, time. There is no way around it.

use super::crypto;
use super::jwks::{KeyRing, Keys, NoKey};
use super::mapping::Refusal;
use super::remembered::{Held, Remembered};
use super::rules::{IdentityRules, IssuerRules, NotOurs, TENANT_PLACEHOLDER};
use super::viewer::Person;
use crate::clock::Moment;
use crate::problem::Trouble;
use entitlement_rules::{Fault, Programme};
use jsonwebtoken::dangerous::insecure_decode;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Header, Validation, decode};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::ops::RangeInclusive;
use std::sync::{Arc, Weak};
use support_api::ProblemCode;
use tokio::task::JoinSet;

/// Seconds by which the issuer's clock may differ from this one.
const LEEWAY: u64 = 60;
/// Longest token that is looked at, in bytes.
const LONGEST: usize = 16 * 1_024;

/// An issuer's rules and keys.
struct Issuer {
    rules: IssuerRules,
    keys: Arc<KeyRing>,
}

/// What a token says that holds.
struct Verified<'a> {
    issuer: &'a Issuer,
    claims: Map<String, Value>,
    /// What was on the issuer's ring before.
    keys: Weak<Keys>,
}

/// Verifies tokens.
#[derive(Clone)]
pub struct Verifier {
    issuers: Arc<[Issuer]>,
    remembered: Arc<Remembered>,
}

impl Verifier {
    /// One for these rules; an issuer's keys are fetched when its first token comes.
    ///
    /// # Errors
    /// Every fault that [`IdentityRules::check`] finds.
    pub fn new(rules: IdentityRules, programme: &Programme) -> Result<Verifier, Vec<Fault>> {
        let faults = rules.check(programme);
        if !faults.is_empty() {
            return Err(faults);
        }
        crypto::install();
        let issuers = rules.issuers.into_iter().map(|rules| {
            let keys = KeyRing::new(rules.issuer.clone(), rules.discovery());
            Issuer {
                rules,
                keys: Arc::new(keys),
            }
        });
        Ok(Verifier {
            issuers: issuers.collect(),
            remembered: Arc::default(),
        })
    }

    /// Fetches every issuer's keys now, and again whenever they are no longer fresh, for as long as it is let. A key
    /// that the issuer has withdrawn is forgotten by this alone.
    pub async fn keep_keys_fresh(self) {
        let mut all = JoinSet::new();
        for issuer in &*self.issuers {
            let keys = Arc::clone(&issuer.keys);
            all.spawn(async move { keys.keep_fresh().await });
        }
        while all.join_next().await.is_some() {}
    }

    /// Whether some tokens can be verified: the keys of one issuer are known, or can be fetched.
    pub async fn ready(&self) -> bool {
        for issuer in &*self.issuers {
            if issuer.keys.ready().await {
                return true;
            }
        }
        false
    }

    /// The person that a token speaks for.
    ///
    /// # Errors
    /// 401 when the token does not hold, 403 when it holds and does not let its bearer in, 503 when its key is not known
    /// and the issuer does not answer. The reason is logged, and nothing else of the token.
    pub async fn verify(&self, token: &str) -> Result<Person, Trouble> {
        if token.len() > LONGEST {
            return Err(refused("too long"));
        }
        if let Some(person) = self.remembered.person(token, now()) {
            return Ok(person);
        }
        let Verified {
            issuer,
            claims,
            keys,
        } = self.claims(token, None).await?;
        let person = issuer.rules.person(&claims).map_err(refusal)?;
        if let Some(times) = times(&claims) {
            let held = Held {
                person: person.clone(),
                times,
                ring: Arc::clone(&issuer.keys),
                keys,
            };
            self.remembered.keep(token, held);
        }
        Ok(person)
    }

    /// Whether an ID token holds, was issued to this client, and answers what the client has asked with this nonce.
    ///
    /// # Errors
    /// As [`Verifier::verify`].
    pub(super) async fn verify_id_token(
        &self,
        token: &str,
        client: &str,
        nonce: &str,
    ) -> Result<(), Trouble> {
        let claims = self.claims(token, Some(client)).await?.claims;
        let text = |name| claims.get(name).and_then(Value::as_str);
        let is_for_several = claims
            .get("aud")
            .and_then(Value::as_array)
            .is_some_and(|all| all.len() > 1);
        if text("nonce") != Some(nonce) {
            return Err(refused("nonce"));
        }
        match text("azp") {
            Some(party) if party == client => Ok(()),
            None if !is_for_several => Ok(()),
            _ => Err(refused("authorised party")),
        }
    }

    /// What a token says that holds, for this audience alone or else for one of its issuer's.
    async fn claims(&self, token: &str, audience: Option<&str>) -> Result<Verified<'_>, Trouble> {
        if token.len() > LONGEST {
            return Err(refused("too long"));
        }
        // Nothing of it is trusted yet: it says whose rules and which key it has to stand up to.
        let unverified = insecure_decode::<Map<String, Value>>(token);
        let unverified = unverified.map_err(|_| refused("malformed"))?;
        let (issuer, address) = self.issuer_of(&unverified.claims).map_err(|no| match no {
            NotOurs::Issuer => refused("issuer"),
            NotOurs::Tenant => refused("tenant"),
        })?;
        let kid = kid(&unverified.header)?;
        let keys = Arc::downgrade(&issuer.keys.keys());
        let key = issuer.keys.key(kid).await.map_err(|no_key| match no_key {
            NoKey::Unknown => refused("unknown key"),
            NoKey::Undecided(wait) => Trouble::unavailable().retry_after(wait.as_secs().max(1)),
        })?;
        if let Some(signs_for) = key.issuer {
            let tenant = issuer.rules.tenant(&unverified.claims).unwrap_or_default();
            if signs_for.replace(TENANT_PLACEHOLDER, tenant) != address {
                return Err(refused("a key of another issuer"));
            }
        }
        let mut validation = Validation::new(key.algorithm);
        validation.leeway = LEEWAY;
        validation.validate_exp = true;
        validation.validate_nbf = true;
        validation.validate_aud = true;
        validation.set_issuer(&[&address]);
        match audience {
            Some(client) => validation.set_audience(&[client]),
            None => validation.set_audience(&issuer.rules.audiences),
        }
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        let claims = decode::<Map<String, Value>>(token, &key.key, &validation)
            .map_err(|error| refused(why(error.kind())))?
            .claims;
        if !is_issued_by_now(&claims) {
            return Err(refused("issued in the future"));
        }
        Ok(Verified {
            issuer,
            claims,
            keys,
        })
    }

    fn issuer_of(&self, claims: &Map<String, Value>) -> Result<(&Issuer, Cow<'_, str>), NotOurs> {
        let mut reason = NotOurs::Issuer;
        for issuer in &*self.issuers {
            match issuer.rules.issuer_of(claims) {
                Ok(address) => return Ok((issuer, address)),
                Err(NotOurs::Tenant) => reason = NotOurs::Tenant,
                Err(NotOurs::Issuer) => {}
            }
        }
        Err(reason)
    }
}

fn refused(why: &'static str) -> Trouble {
    tracing::info!(why, "a token was refused");
    Trouble::new(ProblemCode::NotSignedIn)
}

fn kid(header: &Header) -> Result<&str, Trouble> {
    // An extension that must be understood, and is not (RFC 7515, 4.1.11).
    if header.crit.is_some() {
        return Err(refused("a critical extension"));
    }
    header.kid.as_deref().ok_or_else(|| refused("no key id"))
}

fn is_issued_by_now(claims: &Map<String, Value>) -> bool {
    let Some(issued) = claims.get("iat") else {
        return true;
    };
    issued
        .as_f64()
        .is_some_and(|issued| issued <= (now() + LEEWAY as i64) as f64)
}

/// When a token holds whose claims were verified, in seconds since 1970.
fn times(claims: &Map<String, Value>) -> Option<RangeInclusive<i64>> {
    let seconds = |claim| claims.get(claim).and_then(Value::as_f64);
    let begins = ["nbf", "iat"].into_iter().filter_map(seconds);
    let from = begins.fold(0.0, f64::max).ceil() as i64;
    let until = seconds("exp")?.floor() as i64;
    Some(from.saturating_sub_unsigned(LEEWAY)..=until.saturating_add_unsigned(LEEWAY))
}

fn now() -> i64 {
    Moment::real().0 / 1_000
}

fn why(error: &ErrorKind) -> &'static str {
    match error {
        ErrorKind::InvalidSignature => "signature",
        ErrorKind::InvalidAlgorithm => "algorithm",
        ErrorKind::InvalidIssuer => "issuer",
        ErrorKind::InvalidAudience => "audience",
        ErrorKind::ExpiredSignature => "expired",
        ErrorKind::ImmatureSignature => "not valid yet",
        ErrorKind::MissingRequiredClaim(_) => "a required claim is missing",
        _ => "malformed",
    }
}

fn refusal(refusal: Refusal) -> Trouble {
    let why = refusal.why();
    match refusal {
        Refusal::NoSubject | Refusal::NoAccountKind => return refused(why),
        Refusal::AuthorisedParty | Refusal::Scope | Refusal::GroupsOverage => {}
    }
    tracing::info!(why, "a token was refused");
    match refusal {
        Refusal::GroupsOverage => Trouble::new(ProblemCode::GroupsOverage).detail(
            "the person is in more groups than an access token can name: the directory's administrator can assign them \
             to an app role of this service, or have only the groups that are assigned to this service sent",
        ),
        _ => Trouble::new(ProblemCode::Forbidden),
    }
}

#[cfg(test)]
mod tests {
    use super::super::jwks::KeyRing;
    use super::*;

    // A throw-away key of 2048 bits, long gone; what it signed holds until the year 2100.
    const MODULUS: &str = "unzWuzqHHAFjXeUz3U1qT6bKr25JjC4icFOkMSJHwXN4pFNiHeCT7MiDvYxgLUYfIDXjCV0GsQpXzKhoxl69iXi2\
        mJAu_FDO2Yuf3lfDF3f-A3sHbFc0G5pO_xoPPyB4Cn9eQPOBECdtoCXXkfMN_NdQWYY4ysEX-5wS03-2jH5GX0oK\
        I4BOksLAg5CPP_evZtELXEbNYfi1JOAmjoXAdWCf_AYsSi65cjNKdfMd3VReVeSvy39Ah1p2mkj7kPwnxpWvyuFb\
        xtzHcvpybJ1keUdBv3Iyim1Fz7uiXW-ruaJovOflcLdL-1lLO87jrBWmnlYWfPDAvsZofSlOLsFNHw";
    const TOKEN: &str = "eyJhbGciOiJSUzI1NiIsImtpZCI6InIifQ.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoiZ\
        GVzayIsInN1YiI6ImFkYSIsImV4cCI6NDEwMjQ0NDgwMCwiYWNjb3VudF9raW5kIjoid29yayJ9.YoAxW1yCZUeS\
        xDo0wjl6RTHHihXoS75clJgO0LYjhhj1i2pV6SFgXnu45VFjvSHxb74PLO5WePmYLAgROITGso3xAScVpdIzBh7m\
        KLOFw0jyouztS6kJ3zxs6TkjjfZRTtw27UozveyouCKLUCSQ_JqfxUkQgclB_RIBf80iO9tLKC4qtz_lL_WeXujB\
        zsXWQjP6GdKxWqMnRe1x7AwMCT5ejYJiI4NFRWr2rUaGuPAlIK-jtX6D0G6dRgnU1mtxriqrlBFd1b5ChZuk63be\
        UMOXQUVWjyTVqw_58khlmGyVtxizDVuNABpFMGD8rFaP0VAv0839ma54OCxmB4OJ2w";

    const KEY: &str = "r";

    fn verifier(kid: &str) -> Verifier {
        crypto::install();
        let rules = IdentityRules::of_one("https://issuer.example".into(), "desk".into());
        let keys = KeyRing::holding(&format!(
            r#"{{"keys":[{{"kid":"{kid}","kty":"RSA","use":"sig","n":"{MODULUS}","e":"AQAB"}}]}}"#
        ));
        let rules = rules.issuers.into_iter().next().unwrap();
        Verifier {
            issuers: [Issuer {
                rules,
                keys: Arc::new(keys),
            }]
            .into(),
            remembered: Arc::default(),
        }
    }

    #[tokio::test]
    async fn a_token_signed_with_rsa_is_verified_too() {
        let person = verifier(KEY).verify(TOKEN).await.unwrap();
        assert_eq!(
            (person.subject.as_str(), person.name.as_str()),
            ("ada", "ada")
        );
        let (message, signature) = TOKEN.rsplit_once('.').unwrap();
        let changed = format!("{message}.{}", signature.replacen('A', "B", 1));
        assert!(verifier(KEY).verify(&changed).await.is_err());
    }

    #[tokio::test]
    async fn a_token_that_was_good_has_to_be_good_every_time() {
        const EXPIRES: i64 = 4_102_444_800;
        let verifier = verifier(KEY);
        let remembered = |token: &str, now| verifier.remembered.person(token, now).is_some();
        assert!(!remembered(TOKEN, now()), "nobody has verified it yet");
        verifier.verify(TOKEN).await.unwrap();
        assert!(remembered(TOKEN, now()));
        assert!(!remembered(&TOKEN.to_lowercase(), now()), "another token");
        assert!(remembered(TOKEN, EXPIRES + 60) && !remembered(TOKEN, EXPIRES + 61));
        assert_eq!(verifier.verify(TOKEN).await.unwrap().subject, "ada");
        // The issuer withdraws the key.
        let other = super::tests::verifier("another");
        verifier.issuers[0]
            .keys
            .hold((*other.issuers[0].keys.keys()).clone());
        assert!(!remembered(TOKEN, now()));
    }

    #[test]
    fn a_token_holds_from_its_last_beginning_to_its_end() {
        let times = |claims: Value| times(claims.as_object().unwrap());
        assert_eq!(
            times(serde_json::json!({ "iat": 1_000, "nbf": 1_200.5, "exp": 2_000.9 })),
            Some(1_141..=2_060)
        );
        assert_eq!(
            times(serde_json::json!({ "exp": 2_000 })),
            Some(-60..=2_060)
        );
        assert_eq!(
            times(serde_json::json!({ "exp": 1e300 })),
            Some(-60..=i64::MAX)
        );
        assert_eq!(times(serde_json::json!({ "exp": "soon" })), None);
    }
}

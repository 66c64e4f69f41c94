//! Verifies a bearer token: signature, issuer, audience, time. There is no way around it.

use super::crypto;
use super::jwks::{KeyRing, NoKey};
use super::mapping::Refusal;
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
use std::sync::Arc;
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

/// Verifies tokens.
#[derive(Clone)]
pub struct Verifier {
    issuers: Arc<[Issuer]>,
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
        // Nothing of it is trusted yet: it says whose rules and which key it has to stand up to.
        let unverified = insecure_decode::<Map<String, Value>>(token);
        let unverified = unverified.map_err(|_| refused("malformed"))?;
        let (issuer, address) = self.issuer_of(&unverified.claims).map_err(|no| match no {
            NotOurs::Issuer => refused("issuer"),
            NotOurs::Tenant => refused("tenant"),
        })?;
        let kid = kid(&unverified.header)?;
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
        validation.set_audience(&issuer.rules.audiences);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        let claims = decode::<Map<String, Value>>(token, &key.key, &validation)
            .map_err(|error| refused(why(error.kind())))?
            .claims;
        if !is_issued_by_now(&claims) {
            return Err(refused("issued in the future"));
        }
        issuer.rules.person(&claims).map_err(refusal)
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
    let now = Moment::real().0 / 1_000;
    issued
        .as_f64()
        .is_some_and(|issued| issued <= (now + LEEWAY as i64) as f64)
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

    fn verifier() -> Verifier {
        crypto::install();
        let rules = IdentityRules::of_one("https://issuer.example".into(), "desk".into());
        let keys = KeyRing::holding(&format!(
            r#"{{"keys":[{{"kid":"r","kty":"RSA","use":"sig","n":"{MODULUS}","e":"AQAB"}}]}}"#
        ));
        let rules = rules.issuers.into_iter().next().unwrap();
        Verifier {
            issuers: [Issuer {
                rules,
                keys: Arc::new(keys),
            }]
            .into(),
        }
    }

    #[tokio::test]
    async fn a_token_signed_with_rsa_is_verified_too() {
        let person = verifier().verify(TOKEN).await.unwrap();
        assert_eq!(
            (person.subject.as_str(), person.name.as_str()),
            ("ada", "ada")
        );
        let (message, signature) = TOKEN.rsplit_once('.').unwrap();
        let changed = format!("{message}.{}", signature.replacen('A', "B", 1));
        assert!(verifier().verify(&changed).await.is_err());
    }
}

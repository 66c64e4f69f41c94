//! Verifies a bearer token: signature, issuer, audience, time. There is no way around it.

use super::crypto;
use super::jwks::{KeyRing, NoKey};
use super::viewer::{Claims, Person};
use crate::problem::Trouble;
use jsonwebtoken::{Validation, decode, decode_header};
use std::sync::Arc;
use support_api::ProblemCode;

/// Seconds by which the issuer's clock may differ from this one.
const LEEWAY: u64 = 60;
/// Longest token that is looked at, in bytes.
const LONGEST: usize = 16 * 1_024;

/// Whose tokens count, and for whom they must be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRules {
    /// The exact `iss`.
    pub issuer: String,
    /// The `aud` that must be among the token's.
    pub audience: String,
}

/// Verifies tokens.
#[derive(Clone)]
pub struct Verifier {
    rules: TokenRules,
    keys: Arc<KeyRing>,
}

impl Verifier {
    /// One for these rules; the issuer's keys are fetched when the first token comes.
    #[must_use]
    pub fn new(rules: TokenRules) -> Verifier {
        crypto::install();
        let keys = Arc::new(KeyRing::new(rules.issuer.clone()));
        Verifier { rules, keys }
    }

    /// Whose tokens count.
    #[must_use]
    pub fn rules(&self) -> &TokenRules {
        &self.rules
    }

    /// The person that a token speaks for.
    ///
    /// # Errors
    /// 401 when the token does not hold; 503 when the issuer's key is not known and the issuer does not answer.
    pub async fn verify(&self, token: &str) -> Result<Person, Trouble> {
        let refused = |why: &'static str| {
            tracing::info!(why, "a token was refused");
            Trouble::new(ProblemCode::NotSignedIn)
        };
        if token.len() > LONGEST {
            return Err(refused("too long"));
        }
        let header = decode_header(token).map_err(|_| refused("malformed"))?;
        let kid = header.kid.ok_or_else(|| refused("no key id"))?;
        let key = self.keys.key(&kid).await.map_err(|no_key| match no_key {
            NoKey::Unknown => refused("unknown key"),
            NoKey::IssuerAway => Trouble::unavailable(),
        })?;
        let mut validation = Validation::new(key.algorithm);
        validation.leeway = LEEWAY;
        validation.validate_exp = true;
        validation.validate_nbf = true;
        validation.validate_aud = true;
        validation.set_issuer(&[&self.rules.issuer]);
        validation.set_audience(&[&self.rules.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        let token = decode::<Claims>(token, &key.key, &validation)
            .map_err(|_| refused("signature, issuer, audience, time or claims"))?;
        token
            .claims
            .into_person(&self.rules.issuer)
            .ok_or_else(|| refused("claims"))
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
        let rules = TokenRules {
            issuer: "https://issuer.example".into(),
            audience: "desk".into(),
        };
        let keys = KeyRing::holding(&format!(
            r#"{{"keys":[{{"kid":"r","kty":"RSA","use":"sig","n":"{MODULUS}","e":"AQAB"}}]}}"#
        ));
        Verifier {
            rules,
            keys: Arc::new(keys),
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

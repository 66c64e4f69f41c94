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

//! Access tokens: JWTs signed with ES256, by a key that lives as long as the process.

use crate::people::Person;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

/// How long an access token holds, in seconds.
pub(crate) const LIFETIME: u64 = 3_600;
const AUDIENCE: &str = "partner-support";

pub(crate) struct Signer {
    issuer: String,
    key: EcdsaKeyPair,
    key_id: String,
    random: SystemRandom,
}

impl Signer {
    pub(crate) fn new(issuer: String) -> Result<Signer, String> {
        let random = SystemRandom::new();
        let failed = |_| "no signing key could be made".to_owned();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).map_err(|_| failed(()))?;
        let key = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random)
            .map_err(|_| failed(()))?;
        let digest = ring::digest::digest(&ring::digest::SHA256, key.public_key().as_ref());
        let key_id = URL_SAFE_NO_PAD.encode(
            digest
                .as_ref()
                .iter()
                .take(12)
                .copied()
                .collect::<Vec<u8>>(),
        );
        Ok(Signer {
            issuer,
            key,
            key_id,
            random,
        })
    }

    /// The public key, as the server fetches it.
    pub(crate) fn jwks(&self) -> Value {
        // An uncompressed point: a marker byte, then 32 bytes of x and 32 of y.
        let point = self.key.public_key().as_ref();
        let coordinate =
            |from: usize| URL_SAFE_NO_PAD.encode(point.get(from..from + 32).unwrap_or_default());
        json!({ "keys": [{
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256",
            "kid": self.key_id, "x": coordinate(1), "y": coordinate(33),
        }] })
    }

    /// An access token for one person.
    pub(crate) fn access_token(&self, person: &Person) -> Option<String> {
        let now = now()?;
        let claims = json!({
            "iss": self.issuer,
            "aud": AUDIENCE,
            "sub": person.subject,
            "iat": now,
            "nbf": now,
            "exp": now + LIFETIME,
            "name": person.name,
            "account_kind": person.kind,
            "associations": person.associations,
            "roles": person.roles,
            "operator": person.operator,
        });
        self.signed("at+jwt", claims)
    }

    /// Says to the client who has signed in, in answer to its `nonce`.
    pub(crate) fn id_token(
        &self,
        person: &Person,
        client: &str,
        nonce: Option<&str>,
    ) -> Option<String> {
        let now = now()?;
        let claims = json!({
            "iss": self.issuer,
            "aud": client,
            "sub": person.subject,
            "iat": now,
            "exp": now + LIFETIME,
            "nonce": nonce,
        });
        self.signed("JWT", claims)
    }

    fn signed(&self, kind: &str, claims: Value) -> Option<String> {
        let header = json!({ "alg": "ES256", "typ": kind, "kid": self.key_id });
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = self.key.sign(&self.random, signed.as_bytes()).ok()?;
        Some(format!(
            "{signed}.{}",
            URL_SAFE_NO_PAD.encode(signature.as_ref())
        ))
    }

    /// A word that nobody can guess.
    pub(crate) fn code(&self) -> Option<String> {
        let bytes: [u8; 32] = ring::rand::generate(&self.random).ok()?.expose();
        Some(URL_SAFE_NO_PAD.encode(bytes))
    }
}

/// Seconds since 1970.
fn now() -> Option<u64> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    Some(since.as_secs())
}

/// The S256 challenge of a PKCE verifier.
pub(crate) fn challenge(verifier: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, verifier.as_bytes());
    URL_SAFE_NO_PAD.encode(digest.as_ref())
}

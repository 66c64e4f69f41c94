//! What makes a POST safe to repeat: the key that the browser made, a fingerprint of what was sent with it, and the
//! answer that was given the first time.

use ring::digest;

/// Identifies one intended change, however often it is sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Once {
    /// Who signed the person in.
    pub issuer: String,
    /// The person.
    pub subject: String,
    /// The key, 1 to 64 visible ASCII characters.
    pub key: String,
    /// SHA-256 of method, path and body.
    pub fingerprint: [u8; 32],
}

/// The key alone is no secret, but a fingerprint of two IDs is kept out of logs all the same.
impl std::fmt::Debug for Once {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Once({})", self.key)
    }
}

/// Whether a header's value can be a key.
#[must_use]
pub fn is_key(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// SHA-256 of method, path and body, each with its length, so that none can pose as part of another.
#[must_use]
pub fn fingerprint(method: &str, path: &str, body: &[u8]) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in [method.as_bytes(), path.as_bytes(), body] {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let mut print = [0; 32];
    for (to, from) in print.iter_mut().zip(context.finish().as_ref()) {
        *to = *from;
    }
    print
}

/// An answer as it was given, to be given again.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status, 200 to 299.
    pub status: u16,
    /// The `Location` header.
    pub location: Option<String>,
    /// The JSON body.
    pub body: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_short_and_visible() {
        assert!(is_key("3f1c9c1e-6b1e-4a53-8d5e-0a7b6f1f2c11"));
        for wrong in ["", " ", "a b", "é", "a\u{7f}", &"x".repeat(65)] {
            assert!(!is_key(wrong), "{wrong:?}");
        }
    }

    #[test]
    fn the_same_bytes_at_another_address_are_another_request() {
        assert_ne!(
            fingerprint("POST", "/a", b"{}"),
            fingerprint("POST", "/b", b"{}")
        );
        assert_ne!(
            fingerprint("POST", "/a", b"b{}"),
            fingerprint("POST", "/ab", b"{}")
        );
        assert_eq!(
            fingerprint("POST", "/a", b"{}"),
            fingerprint("POST", "/a", b"{}")
        );
    }
}

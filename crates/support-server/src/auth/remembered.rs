//! Tokens that held a moment ago: a caller sends the same one with every request, and its signature says the same each time.

use super::jwks::{KeyRing, Keys};
use super::viewer::Person;
use ring::digest::{SHA256, SHA256_OUTPUT_LEN, digest};
use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// Tokens that are remembered; before one more, all are forgotten.
const AT_MOST: usize = 16_384;

/// A token's SHA-256: the token itself is not kept.
type Name = [u8; SHA256_OUTPUT_LEN];

#[derive(Default)]
pub(super) struct Remembered(Mutex<HashMap<Name, Held>>);

/// What a token was found to say.
pub(super) struct Held {
    pub(super) person: Person,
    /// When it holds, in seconds since 1970.
    pub(super) times: RangeInclusive<i64>,
    pub(super) ring: Arc<KeyRing>,
    /// What was on the ring before the token was verified. Once it holds other keys, the token has to stand up to those.
    pub(super) keys: Weak<Keys>,
}

impl Remembered {
    /// The person that a token speaks for, if it holds now by keys that are still those of its issuer.
    pub(super) fn person(&self, token: &str, now: i64) -> Option<Person> {
        let name = name(token)?;
        let all = self.all();
        let held = all.get(&name)?;
        let keys = Arc::downgrade(&held.ring.keys());
        (held.times.contains(&now) && held.keys.ptr_eq(&keys)).then(|| held.person.clone())
    }

    pub(super) fn keep(&self, token: &str, held: Held) {
        if let Some(name) = name(token) {
            let mut all = self.all();
            if all.len() >= AT_MOST {
                all.clear();
            }
            all.insert(name, held);
        }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<Name, Held>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn name(token: &str) -> Option<Name> {
    digest(&SHA256, token.as_bytes()).as_ref().try_into().ok()
}

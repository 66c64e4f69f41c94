//! The draft of an incident.

use super::entries::Entries;
use crate::backend::IdempotencyKey;
use crate::draft::{self, NEW_INCIDENT};
use light_json::FromJson;
use serde::Serialize;

/// A draft.
#[derive(Serialize, FromJson)]
pub(super) struct Draft {
    pub(super) entries: Entries,
    /// The key that it was or will be sent with: after a reload in the middle of a try, the next one is still the same.
    pub(super) key: IdempotencyKey,
}

/// Keeps a draft.
pub(super) fn keep(viewer: &str, entries: Entries, key: IdempotencyKey) {
    if let Ok(json) = serde_json::to_string(&Draft { entries, key }) {
        draft::keep(NEW_INCIDENT, viewer.to_owned(), json);
    }
}

/// The viewer's draft.
pub(super) fn restore(viewer: &str) -> Option<Draft> {
    light_json::from_str(&draft::restore(NEW_INCIDENT, viewer)?).ok()
}

/// Throws the draft away.
pub(super) fn discard() {
    draft::discard(NEW_INCIDENT);
}

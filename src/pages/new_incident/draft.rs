//! The draft of an incident, kept in this tab alone until it is submitted or somebody else signs in. It never holds an
//! Access ID or a Contract ID.

use super::entries::Entries;
use crate::account::Account;
use crate::backend::{IdempotencyKey, Problem};
use crate::remote::Remote;
use leptos::prelude::*;
use light_json::FromJson;
use serde::Serialize;
use web_sys::Storage;

const KEY: &str = "partner-support.new-incident";

/// A draft, with whose it is.
#[derive(Serialize, FromJson)]
pub(super) struct Draft {
    viewer: String,
    pub(super) entries: Entries,
    /// The key that it was or will be sent with: after a reload in the middle of a try, the next one is still the same.
    pub(super) key: IdempotencyKey,
}

/// The tab's storage; `None` where the browser or the host page's frame does not allow it: then there are no drafts.
fn storage() -> Option<Storage> {
    web_sys::window()?.session_storage().ok().flatten()
}

/// Keeps a draft.
pub(super) fn keep(viewer: &str, entries: Entries, key: IdempotencyKey) {
    let draft = Draft {
        viewer: viewer.to_owned(),
        entries,
        key,
    };
    if let (Some(storage), Ok(json)) = (storage(), serde_json::to_string(&draft)) {
        // A full storage costs the draft, not the form.
        let _ = storage.set_item(KEY, &json);
    }
}

/// The viewer's draft. A draft of somebody else, or one that cannot be read, is thrown away.
pub(super) fn restore(viewer: &str) -> Option<Draft> {
    let json = storage()?.get_item(KEY).ok().flatten()?;
    match light_json::from_str::<Draft>(&json) {
        Ok(draft) if draft.viewer == viewer => Some(draft),
        _ => {
            discard();
            None
        }
    }
}

/// Throws the draft away.
pub(super) fn discard() {
    if let Some(storage) = storage() {
        // What cannot be removed cannot have been written either.
        let _ = storage.remove_item(KEY);
    }
}

/// Follows who is signed in: a draft goes when its writer does.
pub(crate) fn follow(account: Account) {
    Effect::new(move |was_there: Option<bool>| {
        account.now().with(|now| match now {
            Remote::Ready(known) => {
                // Restoring throws away what belongs to somebody else.
                restore(&known.facts.viewer.id);
                true
            }
            Remote::Failed(Problem::SignedOut) if was_there == Some(true) => {
                discard();
                false
            }
            _ => was_there.unwrap_or_default(),
        })
    });
}

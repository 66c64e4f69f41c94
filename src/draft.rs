//! What was typed and not sent yet, kept in this tab alone until it is sent, its writer signs out or somebody else signs in. It
//! never holds an Access ID or a Contract ID.

use crate::account::Account;
use crate::backend::Problem;
use crate::remote::Remote;
use crate::session::Session;
use crate::signals::RwSignal;
use leptos::prelude::*;
use light_json::FromJson;
use serde::Serialize;
use web_sys::Storage;

/// Where the draft of a new incident is kept.
pub(crate) const NEW_INCIDENT: &str = "partner-support.new-incident";
/// Where the draft of a comment is kept.
const COMMENT: &str = "partner-support.comment";

/// Where the quotes for plans are kept.
pub(crate) const QUOTES: &str = "partner-support.quotes";
const PLACES: [&str; 3] = [NEW_INCIDENT, COMMENT, QUOTES];

/// A draft as its form writes it, with whose it is.
#[derive(Serialize, FromJson)]
struct Kept {
    viewer: String,
    draft: String,
}

/// The tab's storage; `None` where the browser or the host page's frame does not allow it: then there are no drafts.
fn storage() -> Option<Storage> {
    web_sys::window()?.session_storage().ok().flatten()
}

/// Keeps a draft.
pub(crate) fn keep(place: &str, viewer: String, draft: String) {
    if let (Some(storage), Ok(json)) = (storage(), serde_json::to_string(&Kept { viewer, draft })) {
        // A full storage costs the draft, not the form.
        let _ = storage.set_item(place, &json);
    }
}

/// The viewer's draft. A draft of somebody else, or one that cannot be read, is thrown away.
pub(crate) fn restore(place: &str, viewer: &str) -> Option<String> {
    let json = storage()?.get_item(place).ok().flatten()?;
    match light_json::from_str::<Kept>(&json) {
        Ok(kept) if kept.viewer == viewer => Some(kept.draft),
        _ => {
            discard(place);
            None
        }
    }
}

/// Throws a draft away.
pub(crate) fn discard(place: &str) {
    if let Some(storage) = storage() {
        // What cannot be removed cannot have been written either.
        let _ = storage.remove_item(place);
    }
}

/// What is typed on an incident and not sent yet, kept as it is typed. A draft belongs to one incident: its id is the first line.
pub(crate) fn comment_on(incident: String, viewer: String) -> RwSignal<String> {
    let kept = restore(COMMENT, &viewer).and_then(|kept| {
        let text = kept.strip_prefix(&incident)?.strip_prefix('\n')?;
        Some(text.to_owned())
    });
    let text = RwSignal::new(kept.unwrap_or_default());
    Effect::new(move |was: Option<bool>| {
        let is_empty = text.with(String::is_empty);
        if !is_empty {
            let draft = format!("{incident}\n{}", text.get_untracked());
            keep(COMMENT, viewer.clone(), draft);
        } else if was == Some(false) {
            discard(COMMENT);
        }
        is_empty
    });
    text
}

/// Follows who is signed in: a draft goes when its writer does. It stays when a session has ended by itself, since its writer comes
/// back.
pub(crate) fn follow_sign_outs(account: Account, session: Session) {
    Effect::new(move |was_there: Option<bool>| {
        match account.now() {
            Remote::Ready(known) => {
                for place in PLACES {
                    // Restoring throws away what belongs to somebody else.
                    restore(place, &known.facts.viewer.id);
                }
                true
            }
            Remote::Failed(Problem::SignedOut) if was_there == Some(true) && !session.goes_on() => {
                for place in PLACES {
                    discard(place);
                }
                false
            }
            _ => was_there.unwrap_or_default(),
        }
    });
}

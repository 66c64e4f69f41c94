//! Whether the browser has a network. What it says of that itself can be wrong: an answer to what was asked since proves the contrary.

use crate::element::has_crashed;
use crate::signals::{RwSignal, whenever};
use leptos::prelude::*;

/// The connection of one element to the rest of the world.
#[derive(Clone, Copy)]
pub(crate) struct Connection {
    away: RwSignal<bool>,
    /// How often it has come back.
    returns: RwSignal<u32>,
}

impl Connection {
    /// As the browser has it, and as it tells of it until the element is gone.
    pub(crate) fn new() -> Connection {
        let connection = Connection {
            away: RwSignal::new(!window().navigator().on_line()),
            returns: RwSignal::new(0),
        };
        let lost = window_event_listener_untyped("offline", move |_| {
            if !has_crashed() {
                let _ = connection.away.try_set(true);
            }
        });
        let found = window_event_listener_untyped("online", move |_| {
            if !has_crashed() {
                connection.is_there();
            }
        });
        on_cleanup(move || {
            lost.remove();
            found.remove();
        });
        connection
    }

    /// Whether there is none.
    pub(crate) fn is_away(self) -> bool {
        self.away.get()
    }

    /// What an answer means to what is asked now: where the browser says that there is no network, that there is one. What was asked
    /// before says nothing: its answer may have been on its way when the network went.
    pub(crate) fn asked(self) -> impl FnOnce() {
        let away = self.away.try_get_untracked() == Some(true);
        move || {
            if away {
                self.is_there();
            }
        }
    }

    fn is_there(self) {
        if self.away.try_get_untracked() == Some(true) {
            self.away.set(false);
            self.returns.update(|returns| *returns += 1);
        }
    }

    /// Does something each time that the connection comes back, as long as the surrounding part of the page is there.
    pub(crate) fn on_return(self, then: Callback<()>) {
        whenever(self.returns, then);
    }
}

/// The connection of the surrounding app.
pub(crate) fn connection() -> Connection {
    expect_context::<Connection>()
}

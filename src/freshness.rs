//! Keeps the account on show up to date while somebody looks at it: it is asked for again soon after something has changed,
//! and ever more rarely while nothing does. Pages on which others are at work too follow the server's own stream of changes
//! instead, as long as there is one. What goes wrong is not said: the reader has asked for nothing.

use crate::account::Account;
use crate::backend::Backend;
use crate::connection::{Connection, connection};
use crate::element::has_crashed;
use crate::signals::StoredValue;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, ReadableStreamDefaultReader};

/// After a change: the desk may be at work on it.
const SOON: Duration = Duration::from_secs(5);
/// While nothing changes.
const RARELY: Duration = Duration::from_secs(120);

/// Until the element is gone.
pub(crate) fn keep_up_to_date(account: Account, connection: Connection) {
    let clock = Clock {
        account,
        pause: StoredValue::new(SOON),
        timer: leptos::prelude::StoredValue::new_local(None),
    };
    Effect::new(move || {
        let _ = account.known();
        clock.set(SOON);
    });
    let seen = window_event_listener_untyped("visibilitychange", move |_| {
        if !is_hidden() {
            clock.ring();
        }
    });
    connection.on_return(Callback::new(move |()| {
        account.look_again();
        clock.set(SOON);
    }));
    on_cleanup(move || {
        seen.remove();
        clock.stop();
    });
}

#[derive(Clone, Copy)]
struct Clock {
    account: Account,
    pause: StoredValue<Duration>,
    timer: leptos::prelude::StoredValue<Option<TimeoutHandle>, LocalStorage>,
}

impl Clock {
    fn set(self, pause: Duration) {
        self.stop();
        self.pause.set_value(pause);
        let timer = set_timeout_with_handle(move || self.ring(), pause).ok();
        self.timer.set_value(timer);
    }

    fn ring(self) {
        // Nobody looks: it is asked for as soon as somebody does.
        if is_hidden() || has_crashed() {
            return;
        }
        let Some(pause) = self.pause.try_get_value() else {
            return;
        };
        self.set((pause * 2).min(RARELY));
        if !self.account.is_told() {
            self.account.look_again();
        }
    }

    fn stop(self) {
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    }
}

fn is_hidden() -> bool {
    document().hidden()
}

/// A stream that says nothing for so long, not even that it is alive, is dead.
const SILENCE: Duration = Duration::from_secs(45);

/// Follows the server's stream of changes until the surrounding part of the page is gone. Only while somebody looks: a
/// stream takes one of the few connections that a browser has for a server.
pub(crate) fn follow(account: Account, backend: Backend) {
    let follower = Follower {
        account,
        backend,
        stream: leptos::prelude::StoredValue::new_local(None),
        timer: leptos::prelude::StoredValue::new_local(None),
        pause: StoredValue::new(SOON),
        last: StoredValue::new(None),
    };
    follower.start();
    let seen = window_event_listener_untyped("visibilitychange", move |_| follower.begin_anew());
    // A stream that was cut may look as if it were only silent.
    connection().on_return(Callback::new(move |()| follower.begin_anew()));
    on_cleanup(move || {
        seen.remove();
        follower.stop();
    });
}

#[derive(Clone, Copy)]
struct Follower {
    account: Account,
    backend: Backend,
    /// Ends the stream that is open.
    stream: leptos::prelude::StoredValue<Option<AbortController>, LocalStorage>,
    /// Begins the next one, or ends one that is silent.
    timer: leptos::prelude::StoredValue<Option<TimeoutHandle>, LocalStorage>,
    pause: StoredValue<Duration>,
    /// What was told last.
    last: StoredValue<Option<String>>,
}

impl Follower {
    fn start(self) {
        if is_hidden() || has_crashed() {
            return;
        }
        let Ok(stream) = AbortController::new() else {
            return;
        };
        self.stream.set_value(Some(stream.clone()));
        leptos::task::spawn_local(async move {
            if let Some(reader) = self.backend.account_changes(&stream.signal()).await {
                self.read(&reader, &stream).await;
            }
            // Stopped: another one is open, or none is wanted.
            if stream.signal().aborted() {
                return;
            }
            self.account.set_told(false);
            self.again();
        });
    }

    /// Until the stream ends.
    async fn read(self, reader: &ReadableStreamDefaultReader, stream: &AbortController) {
        let mut lines = Lines::default();
        let mut is_open = false;
        while let Some(chunk) = next_chunk(reader).await {
            if stream.signal().aborted() {
                return;
            }
            let silent = stream.clone();
            self.set_timer(SILENCE, move || {
                silent.abort();
                self.account.set_told(false);
                self.again();
            });
            let Some(told) = lines.take(&chunk) else {
                continue;
            };
            let Some(before) = self
                .last
                .try_update_value(|last| last.replace(told.clone()))
            else {
                return;
            };
            let is_change = match before {
                Some(before) => before != told,
                // The first says how it is now: facts that have just come will be looked at again soon.
                None => self.account.age() > SOON,
            };
            if !is_open {
                is_open = true;
                self.pause.set_value(SOON);
                self.account.set_told(true);
            }
            if is_change {
                self.account.look_again();
            }
        }
    }

    /// Begins anew at once.
    fn begin_anew(self) {
        self.stop();
        self.pause.set_value(SOON);
        self.start();
    }

    /// Begins anew after a while, ever more rarely where it fails; not all readers of a server at once.
    fn again(self) {
        let Some(pause) = self.pause.try_get_value() else {
            return;
        };
        self.pause.set_value((pause * 2).min(RARELY));
        self.set_timer(pause.mul_f64(1.0 + js_sys::Math::random()), move || {
            self.start()
        });
    }

    fn set_timer(self, pause: Duration, then: impl Fn() + 'static) {
        self.clear_timer();
        self.timer
            .try_update_value(|timer| *timer = set_timeout_with_handle(then, pause).ok());
    }

    fn clear_timer(self) {
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    }

    fn stop(self) {
        self.clear_timer();
        self.account.set_told(false);
        if let Some(stream) = self.stream.try_update_value(Option::take).flatten() {
            stream.abort();
        }
    }
}

/// The next piece of a stream; `None` at its end, however it comes.
async fn next_chunk(reader: &ReadableStreamDefaultReader) -> Option<String> {
    let read = JsFuture::from(reader.read()).await.ok()?;
    // There is no value at the end.
    let value = js_sys::Reflect::get(&read, &JsValue::from_str("value")).ok()?;
    let bytes: js_sys::Uint8Array = value.dyn_into().ok()?;
    Some(String::from_utf8_lossy(&bytes.to_vec()).into_owned())
}

/// The lines of a stream of server-sent events, in whatever pieces they come.
#[derive(Default)]
struct Lines(String);

impl Lines {
    /// The data of the last event that this piece completes.
    fn take(&mut self, piece: &str) -> Option<String> {
        self.0.push_str(piece);
        let end = self.0.rfind('\n')? + 1;
        let rest = self.0.split_off(end);
        let whole = std::mem::replace(&mut self.0, rest);
        let data = whole
            .lines()
            .rev()
            .find_map(|line| line.strip_prefix("data:"))?;
        Some(data.trim().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_heard_in_whatever_pieces_it_comes() {
        let mut lines = Lines::default();
        assert_eq!(lines.take("event: account\nda"), None);
        assert_eq!(lines.take("ta: {\"etag\":\"1\"}"), None);
        assert_eq!(lines.take("\n\n").as_deref(), Some("{\"etag\":\"1\"}"));
        let two = "event: account\ndata: 2\n\nevent: account\ndata: 3\n\n";
        assert_eq!(lines.take(two).as_deref(), Some("3"), "the newest counts");
    }

    #[test]
    fn a_sign_of_life_is_no_change() {
        let mut lines = Lines::default();
        assert_eq!(lines.take(":\n\n"), None);
        assert_eq!(lines.take(": data: nothing\n\n"), None);
    }
}

//! Keeps the account on show up to date while somebody looks at it: it is asked for again soon after something has changed,
//! and ever more rarely while nothing does. What goes wrong is not said: the reader has asked for nothing.

use crate::account::Account;
use crate::element::has_crashed;
use leptos::prelude::*;
use std::time::Duration;

/// After a change: the desk may be at work on it.
const SOON: Duration = Duration::from_secs(5);
/// While nothing changes.
const RARELY: Duration = Duration::from_secs(120);

/// Until the element is gone.
pub(crate) fn keep_up_to_date(account: Account) {
    let clock = Clock {
        account,
        pause: StoredValue::new(SOON),
        timer: StoredValue::new_local(None),
    };
    Effect::new(move || {
        account.now().track();
        clock.set(SOON);
    });
    let seen = window_event_listener_untyped("visibilitychange", move |_| {
        if !is_hidden() {
            clock.ring();
        }
    });
    on_cleanup(move || {
        seen.remove();
        clock.stop();
    });
}

#[derive(Clone, Copy)]
struct Clock {
    account: Account,
    pause: StoredValue<Duration>,
    timer: StoredValue<Option<TimeoutHandle>, LocalStorage>,
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
        self.account.look_again();
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

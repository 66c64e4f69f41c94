//! Lets the browser show what a press has changed before more is drawn.

use leptos::prelude::{request_animation_frame, set_timeout};
use std::time::Duration;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// A tab that nobody sees, and a frame out of sight, show nothing for as long as that lasts.
const LONGEST: Duration = Duration::from_millis(100);

/// Is over when the browser has shown what is drawn by now.
pub(crate) async fn frame_shown() {
    let shown = js_sys::Promise::new(&mut |done, _| {
        let late = done.clone();
        let resolve = |done: js_sys::Function| {
            // To say it twice says it once.
            let _ = done.call0(&JsValue::UNDEFINED);
        };
        // The frame comes after its callbacks.
        request_animation_frame(move || set_timeout(move || resolve(done), Duration::ZERO));
        set_timeout(move || resolve(late), LONGEST);
    });
    let _ = JsFuture::from(shown).await;
}

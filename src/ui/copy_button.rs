//! Copies a text to the clipboard.

use super::{Button, Emphasis, announcer};
use crate::signals::RwSignal;
use crate::words::{self, words};
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen_futures::JsFuture;

/// For this long the button says that it has copied.
const SAY_COPIED: Duration = Duration::from_secs(2);

/// Copies a text to the clipboard, and says so. The text is asked for at the press, and kept nowhere.
#[component]
pub(crate) fn CopyButton(
    /// What is copied, as a name: "Contract ID".
    #[prop(into)]
    what: String,
    /// The text.
    text: Callback<(), String>,
    /// The name is in sight, with "Copy".
    #[prop(optional)]
    in_sight: bool,
) -> impl IntoView {
    let words = words();
    let announcer = announcer();
    let copied = RwSignal::new(false);
    let named = what.clone();
    let caption = move || match (in_sight, copied.get()) {
        (true, false) => words::ui::copy_named(words, &named),
        (true, true) => words::ui::copied_named(words, &named),
        (false, false) => words::ui::copy(words).to_owned(),
        (false, true) => words::ui::copied(words).to_owned(),
    };
    let hidden = (!in_sight).then(|| {
        view! { class="ps", " " <span class="visually-hidden">{what.clone()}</span> }
    });
    let on_press = Callback::new(move |()| {
        let text = text.run(());
        let what = what.clone();
        leptos::task::spawn_local(async move {
            let said = match write_to_clipboard(&text).await {
                Some(()) => {
                    copied.set(true);
                    set_timeout(move || copied.set(false), SAY_COPIED);
                    words::ui::copied_named(words, &what)
                }
                None => words::ui::copy_failed(words).to_owned(),
            };
            announcer.say(said);
        });
    });
    view! { class="ps",
        <Button emphasis=Emphasis::Quiet on_press=on_press>
            // One phrase: a button sets what lies in it apart.
            <span>
                {caption}
                {hidden}
            </span>
        </Button>
    }
}

/// `None` when the browser refuses: no permission, or a page without a secure origin.
async fn write_to_clipboard(text: &str) -> Option<()> {
    let navigator = web_sys::window()?.navigator();
    let has_clipboard = js_sys::Reflect::get(&navigator, &"clipboard".into())
        .ok()?
        .is_object();
    if !has_clipboard {
        return None;
    }
    JsFuture::from(navigator.clipboard().write_text(text))
        .await
        .ok()
        .map(|_| ())
}

//! Sentences that are said, not shown.

use crate::signals::RwSignal;
use leptos::prelude::*;

/// The sentence in the live region.
#[derive(Clone, Copy)]
pub(crate) struct Announcer(RwSignal<String>);

impl Announcer {
    /// Silent.
    pub(crate) fn new() -> Announcer {
        Announcer(RwSignal::new(String::new()))
    }

    /// Says a sentence when the reader's screen reader next pauses. The same sentence twice is said twice.
    pub(crate) fn say(self, sentence: impl Into<String>) {
        let sentence = sentence.into();
        self.0.update(|now| {
            // A region whose text does not change is not read again; a trailing no-break space is silent.
            *now = if *now == sentence {
                format!("{sentence}\u{a0}")
            } else {
                sentence
            };
        });
    }
}

/// The live region of the surrounding app. Ask for it before anything is awaited: afterwards there is no surrounding.
pub(crate) fn announcer() -> Announcer {
    use_context::<Announcer>().unwrap_or_else(Announcer::new)
}

/// Says a sentence in the live region of the surrounding app.
pub(crate) fn announce(sentence: impl Into<String>) {
    announcer().say(sentence);
}

/// The polite live region. It must be in the page before anything is said in it.
#[component]
pub(crate) fn LiveRegion(
    /// Whose sentences.
    announcer: Announcer,
) -> impl IntoView {
    view! { class="ps",
        <p class="visually-hidden" role="status" aria-live="polite">{move || announcer.0.get()}</p>
    }
}

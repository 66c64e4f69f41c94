//! A message to those who may activate a benefit (E3), ready to be sent. It has no ID in it.

use crate::account::Known;
use crate::navigator::navigator;
use crate::signals::Signal;
use crate::ui::{CopyButton, ExternalLink};
use crate::words::{self, words};
use leptos::prelude::*;

/// The message, and the ways to send it.
#[component]
pub(super) fn Message(
    /// The account.
    known: Signal<Known>,
    /// Name of the benefit.
    benefit: String,
    /// Names of the roles that may activate it.
    roles: Vec<String>,
    /// Names of the colleagues who have one.
    people: Vec<String>,
) -> impl IntoView {
    let words = words();
    let subject = words::benefits::message_subject(words, &benefit);
    let (viewer, partner) = known.with_untracked(|known| {
        let partner = known
            .facts
            .partner
            .as_ref()
            .map(|partner| partner.name.clone());
        (known.facts.viewer.name.clone(), partner.unwrap_or_default())
    });
    let button = words::benefits::activate(words);
    let mut lines = vec![match people.is_empty() {
        true => words::benefits::message_hello_anybody(words).to_owned(),
        false => words::benefits::message_hello(words, &words.all_of(&people)),
    }];
    let roles = words.any_of(&roles);
    lines.push(words::benefits::message_ask(
        words, &benefit, &partner, &roles, button,
    ));
    let address = navigator().shown_at();
    lines.extend(address.map(|address| words::benefits::message_where(words, &address)));
    lines.push(format!(
        "{}\n{viewer}",
        words::benefits::message_thanks(words)
    ));
    let text = lines.join("\n\n");
    let encoded = |text: &str| String::from(js_sys::encode_uri_component(text));
    // A line ends as in any e-mail.
    let body = encoded(&text.replace('\n', "\r\n"));
    let mail = format!("mailto:?subject={}&body={body}", encoded(&subject));
    let copied = text.clone();
    view! { class="ps",
        <details class="fold message">
            <summary>
                {words::benefits::message(words)}
                <span class="visually-hidden">" "{words::benefits::ids_of(words, &benefit)}</span>
            </summary>
            <p class="message-text" dir="auto">{text}</p>
            <div class="row">
                <CopyButton
                    what=words::benefits::message_name(words) in_sight=true
                    text=Callback::new(move |()| copied.clone())
                />
                <ExternalLink href=mail text=words::benefits::message_mail(words)/>
            </div>
        </details>
    }
}

//! Who may be reached about the incident.

use super::entries::Contact;
use super::form::{ContactForm, Form, Section, field};
use crate::signals::{RwSignal, Signal};
use crate::ui::{Button, Emphasis, FieldError, TextField, announcer, error_of};
use crate::words::{self, words};
use leptos::prelude::*;
use support_api::{CONTACT_LENGTH, CONTACTS};

/// The people, and the ways to name one more or one less.
#[component]
pub(super) fn Contacts(
    /// Where they go.
    form: Form,
    /// What is wrong with them.
    errors: RwSignal<Vec<FieldError>>,
    /// Moves the focus to a field or to the head of a part.
    lead: Callback<String>,
) -> impl IntoView {
    use words::new_incident as say;
    let words = words();
    let announcer = announcer();
    let people = form.contacts;
    let number = |place: usize| u32::try_from(place + 1).unwrap_or(u32::MAX);
    let remove = move |place: usize| {
        Callback::new(move |()| {
            people.update(|people| {
                if place < people.len() {
                    people.remove(place);
                }
            });
            announcer.say(say::contact_removed(words, number(place)));
            lead.run(Section::Contacts.head().to_owned());
        })
    };
    let add = Callback::new(move |()| {
        let place = people.with_untracked(Vec::len);
        let contact = ContactForm::new(Contact {
            time_zone: words::time_zone().unwrap_or_default(),
            ..Contact::default()
        });
        people.update(|people| people.push(contact));
        lead.run(field::contact("name", place));
    });
    let full = Signal::derive(move || {
        let most = u32::try_from(CONTACTS).unwrap_or(u32::MAX);
        people
            .with(|people| people.len() >= CONTACTS)
            .then(|| say::contacts_full(words, most))
    });
    let person = move |(place, contact): (usize, ContactForm)| {
        let parts = [
            ("name", say::contact_name(words)),
            ("email", say::contact_email(words)),
            ("phone", say::contact_phone(words)),
            ("language", say::contact_language(words)),
            ("time-zone", say::contact_time_zone(words)),
        ];
        let parts = parts.into_iter().zip(contact.0).map(|((part, label), value)| {
            let id = field::contact(part, place);
            let error = error_of(errors, &id);
            let longest = u32::try_from(CONTACT_LENGTH).unwrap_or(u32::MAX);
            view! { class="ps", <TextField id=id label=label value=value max_length=longest error=error/> }
        });
        view! { class="ps",
            <fieldset class="contact">
                <legend>{say::contact(words, number(place))}</legend>
                <div class="two-fields">{parts.collect_view()}</div>
                <div><Button emphasis=Emphasis::Quiet on_press=remove(place)>
                    {say::contact_remove(words, number(place))}
                </Button></div>
            </fieldset>
        }
    };
    view! { class="ps",
        <p class="hint">{say::contacts_hint(words)}</p>
        {move || people.get().into_iter().enumerate().map(person).collect_view()}
        <div><Button why_not=full on_press=add>{say::contact_add(words)}</Button></div>
    }
}

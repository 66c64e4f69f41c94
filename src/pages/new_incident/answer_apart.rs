//! An answer about an incident on a page without its form.

use crate::account::Known;
use crate::navigator::{PageLink, navigator};
use crate::route::{Prefill, Route};
use crate::signals::Signal;
use crate::verdict::VerdictPanel;
use crate::words::{self, words};
use entitlement_rules::{Change, Funding, IncidentQuestion, Question};
use leptos::prelude::*;

/// The law's answer. A change that belongs into the form is made in it, and the form asks for what is still missing.
#[component]
pub(crate) fn AnswerApart(
    /// The account.
    known: Signal<Known>,
    /// What is asked. Its kind is an example, and the form does not begin with it.
    question: IncidentQuestion,
    /// Whether somebody is signed in, who can go on to the form whatever the answer is.
    is_own: bool,
) -> impl IntoView {
    let words = words();
    let navigator = navigator();
    let asked = Question::CreateIncident(question.clone());
    let begun = IncidentQuestion {
        kind: None,
        ..question
    };
    let form = Route::NewIncident(Prefill::asking(&begun));
    let on_change = Callback::new(move |change: Change| {
        let mut changed = begun.clone();
        change.make_in(&mut changed);
        navigator.go(Route::NewIncident(Prefill {
            contract: match change {
                Change::Link { contract }
                | Change::ChooseFunding {
                    funding: Funding::Contract { contract },
                } => contract,
                _ => String::new(),
            },
            ..Prefill::asking(&changed)
        }));
    });
    view! { class="ps",
        <VerdictPanel known=known question=Signal::stored(asked) on_change=on_change/>
        {is_own.then(|| view! { class="ps",
            <p><PageLink to=form>{words::new_incident::with_this(words)}</PageLink></p>
        })}
    }
}

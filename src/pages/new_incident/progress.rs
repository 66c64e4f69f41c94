//! How far the form has come, part by part, with what is still missing in each; each leads there.

use super::entries::Missing;
use super::form::Section;
use crate::signals::Memo;
use crate::verdict::{Answer, Reading};
use crate::words::{self, Words, words};
use leptos::prelude::*;

/// The parts.
#[component]
pub(super) fn Progress(
    /// What is missing now.
    missing: Memo<Vec<Missing>>,
    /// The law's answer.
    reading: Memo<Reading>,
    /// Moves the focus to a field or to the head of a part.
    lead: Callback<String>,
) -> impl IntoView {
    use words::new_incident as say;
    let words = words();
    let part = move |section: Section| {
        let here = move || {
            let mut here = missing.get();
            here.retain(|missing| missing.section() == section);
            here
        };
        let press = move |_| {
            let here = untrack(here);
            let first = here.first().map(|missing| missing.field());
            lead.run(first.unwrap_or_else(|| section.head().to_owned()));
        };
        let state = move || {
            let here = here();
            if section == Section::Funding {
                return paying(words, reading.with(|reading| reading.answer)).to_owned();
            }
            let named: Vec<String> = here
                .iter()
                .map(|it| short_name(words, *it).to_owned())
                .collect();
            match (named.is_empty(), section) {
                (true, Section::Contacts) => say::optional(words).to_owned(),
                (true, _) => say::complete(words).to_owned(),
                (false, _) => words::verdict::still_needed(words, &words.all_of(&named)),
            }
        };
        view! { class="ps",
            <li>
                <button type="button" class="link" on:click=press>{section.title(words)}</button>
                <p class="hint">{state}</p>
            </li>
        }
    };
    view! { class="ps",
        <div role="group" aria-label=say::progress(words)>
            <ol class="form-progress">{Section::ALL.map(part).into_iter().collect_view()}</ol>
        </div>
    }
}

fn paying(words: Words, answer: Answer) -> &'static str {
    match answer {
        Answer::Yes => words::new_incident::complete(words),
        Answer::SoFar | Answer::Nothing => words::verdict::way_open(words),
        Answer::IdsFirst => words::verdict::ids_first(words),
        Answer::TooUrgent => words::verdict::too_urgent(words),
        Answer::No => words::verdict::no_incident(words),
    }
}

/// What is missing, in a list.
fn short_name(words: Words, missing: Missing) -> &'static str {
    use words::new_incident as say;
    use words::verdict as need;
    match missing {
        Missing::Beneficiary => need::need_beneficiary(words),
        Missing::Customer => say::need_customer(words),
        Missing::Product => need::need_product(words),
        Missing::Version => need::need_version(words),
        Missing::FailingSide => need::need_failing_side(words),
        Missing::Kind => need::need_kind(words),
        Missing::Severity => say::need_severity(words),
        Missing::Title => say::need_title(words),
        Missing::Description => say::need_description(words),
        Missing::ErrorText => say::need_error_text(words),
        Missing::Shorter => say::need_shorter(words),
        Missing::ContactName(_) => say::need_contact_name(words),
        Missing::ContactReach(_) | Missing::ContactEmail(_) => say::need_contact_reach(words),
    }
}

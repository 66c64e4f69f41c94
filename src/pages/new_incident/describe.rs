//! What happens, asked question by question, and put together into the one text that is sent.

use super::entries::{ERROR, Entries};
use super::form::{Form, field};
use crate::signals::{Memo, RwSignal};
use crate::ui::{Announcer, FieldError, TextArea, TextField, error_of};
use crate::words::{self, Words, words};
use leptos::prelude::*;
use support_api::DESCRIPTION_LENGTH;

/// All answers as one text, each under its question in the reader's language, in the order of the form.
pub(super) fn composed(words: Words, entries: &Entries) -> String {
    use words::new_incident as say;
    put_together([
        (say::description(words), &entries.description),
        (say::expected(words), &entries.expected),
        (say::error_text(words), &entries.error_text),
        (say::since(words), &entries.since),
        (say::steps(words), &entries.steps),
        (say::tried(words), &entries.tried),
    ])
}

/// Questions with their answers as one text. A sole answer to the first question stands alone.
fn put_together<const ALL: usize>(answers: [(&str, &String); ALL]) -> String {
    let answers = answers.map(|(question, answer)| (question, answer.trim()));
    if let [(_, first), rest @ ..] = answers.as_slice()
        && rest.iter().all(|(_, answer)| answer.is_empty())
    {
        return (*first).to_owned();
    }
    let mut text = String::new();
    for (question, answer) in answers.iter().filter(|(_, answer)| !answer.is_empty()) {
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(question);
        text.push('\n');
        text.push_str(answer);
    }
    text
}

/// The questions.
#[component]
pub(super) fn Describe(
    /// Where the answers go.
    form: Form,
    /// What is wrong with them.
    errors: RwSignal<Vec<FieldError>>,
) -> impl IntoView {
    use words::new_incident as say;
    let words = words();
    let announcer = use_context::<Announcer>();
    let longest = u32::try_from(DESCRIPTION_LENGTH).unwrap_or(u32::MAX);
    let length = Memo::new(move |_| {
        let text = composed(words, &form.entries());
        u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
    });
    let too_long = Memo::new(move |_| length.get() > longest);
    Effect::new(move |_| {
        if let (true, Some(announcer)) = (too_long.get(), announcer) {
            announcer.say(say::missing_shorter(words));
        }
    });
    let is_error = Memo::new(move |_| form.kind.with(|kind| kind == ERROR));
    let area =
        move |id: &'static str, label: &'static str, hint: &'static str, value, rows: u32| {
            view! { class="ps",
                <TextArea
                    id=id label=label hint=hint value=value rows=rows max_length=longest
                    error=error_of(errors, id)
                />
            }
        };
    view! { class="ps",
        {area(field::DESCRIPTION, say::description(words), say::description_hint(words), form.description, 5)}
        {area("expected", say::expected(words), say::optional(words), form.expected, 2)}
        {move || {
            let hint = match is_error.get() {
                true => say::error_text_hint(words),
                false => say::optional(words),
            };
            area(field::ERROR_TEXT, say::error_text(words), hint, form.error_text, 2)
        }}
        <TextField id="since" label=say::since(words) hint=say::optional(words) value=form.since/>
        {area("steps", say::steps(words), say::optional(words), form.steps, 3)}
        {area("tried", say::tried(words), say::optional(words), form.tried, 3)}
        <p class="hint" class:field-error=move || too_long.get()>
            {move || say::length(words, length.get(), longest)}
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(what: &str, error: &str, tried: &str) -> String {
        let [what, error, tried] = [what, error, tried].map(str::to_owned);
        put_together([("What?", &what), ("Error?", &error), ("Tried?", &tried)])
    }

    #[test]
    fn a_sole_answer_is_sent_as_it_was_typed() {
        assert_eq!(
            text(" Error 5.\nSince Monday. ", " ", ""),
            "Error 5.\nSince Monday."
        );
    }

    #[test]
    fn several_answers_stand_under_their_questions_in_the_order_of_the_form() {
        assert_eq!(
            text("Backups stop.", " ", "A restart."),
            "What?\nBackups stop.\n\nTried?\nA restart."
        );
        assert_eq!(text("", "0x5", ""), "Error?\n0x5");
    }
}

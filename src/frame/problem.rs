//! What is said when something did not come, or could not be done.

use crate::account::account;
use crate::backend::Problem;
use crate::connection::connection;
use crate::session::{SignInReason, session};
use crate::ui::{Button, Emphasis, Empty, Notice, Tone};
use crate::words::{self, Words, words};
use leptos::prelude::*;
use support_api::ProblemCode;

/// A problem in a sentence, for the pages that have none of their own for it.
pub(crate) fn problem_sentence(words: Words, problem: &Problem) -> String {
    match problem {
        Problem::SignedOut => words::shell::problem_signed_out(words).to_owned(),
        Problem::Unreachable => words::shell::problem_unreachable(words).to_owned(),
        Problem::TimedOut => words::shell::problem_timed_out(words).to_owned(),
        Problem::Unreadable => words::shell::problem_unreadable(words).to_owned(),
        Problem::PartMissing => words::shell::problem_part_missing(words).to_owned(),
        Problem::Refused(refusal) => match refusal.code {
            ProblemCode::NotSignedIn => words::shell::problem_signed_out(words).to_owned(),
            ProblemCode::Forbidden => words::shell::problem_forbidden(words).to_owned(),
            ProblemCode::NotFound => words::shell::problem_not_found(words).to_owned(),
            ProblemCode::Refused => words::shell::problem_rules(words).to_owned(),
            ProblemCode::StateChanged | ProblemCode::StillRunning => {
                words::shell::problem_state_changed(words).to_owned()
            }
            ProblemCode::TooManyRequests => words::shell::problem_too_many(words).to_owned(),
            ProblemCode::Unavailable | ProblemCode::Internal => {
                words::shell::problem_unavailable(words).to_owned()
            }
            code => words::shell::problem_refused(words, code.code()),
        },
    }
}

/// In the place of what did not come: why, and a way to try again; once a lost connection is back, it is tried again by itself.
/// Where nobody is signed in, the way to do so; once somebody is, it is tried again by itself.
#[component]
pub(crate) fn ProblemNotice(
    /// Why.
    problem: Problem,
    /// Tries again.
    retry: Callback<()>,
) -> impl IntoView {
    let words = words();
    let session = session();
    if is_for_want_of_a_network(&problem) {
        connection().on_return(retry);
    }
    if problem == Problem::SignedOut {
        account().on_return(retry);
        let sign_in = Callback::new(move |()| session.ask_to_sign_in(SignInReason::Asked));
        let text = match session.goes_on() {
            true => words::shell::signed_out_again(words),
            false => words::shell::signed_out_text(words),
        };
        view! { class="ps",
            <Empty title=words::shell::signed_out_title(words)>
                <p>{text}</p>
                <Button emphasis=Emphasis::Primary on_press=sign_in>{words::shell::sign_in(words)}</Button>
            </Empty>
        }
        .into_any()
    } else {
        view! { class="ps",
            <Notice tone=Tone::Bad title=words::shell::problem_load_title(words) urgent=true>
                <p>{problem_sentence(words, &problem)}</p>
                <Button on_press=retry>{words::shell::retry(words)}</Button>
            </Notice>
        }
        .into_any()
    }
}

/// Whether it may have failed because there was no network.
fn is_for_want_of_a_network(problem: &Problem) -> bool {
    matches!(
        problem,
        Problem::Unreachable | Problem::TimedOut | Problem::PartMissing
    )
}

/// Beside what could not be done because nobody is signed in any more: the way to do so. What was typed is left as it is.
#[component]
pub(crate) fn SignInAgain(
    /// Why it could not be done.
    problem: Problem,
) -> impl IntoView {
    let words = words();
    let session = session();
    (problem == Problem::SignedOut).then(|| {
        let sign_in = Callback::new(move |()| session.ask_to_sign_in(SignInReason::Asked));
        view! { class="ps", <Button on_press=sign_in>{words::shell::sign_in(words)}</Button> }
    })
}

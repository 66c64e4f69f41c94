//! What is said when something did not come or could not be done: every problem that a call can end with.

use super::specimen::Specimen;
use crate::backend::Problem;
use crate::frame::{ProblemNotice, SignInAdds};
use crate::words::{self, words};
use leptos::prelude::*;
use support_api::ProblemCode;

/// Problems without a word of the server's. `tests/gallery.test.mjs` misses one that is not here.
const OWN: [(&str, Problem); 5] = [
    ("SignedOut", Problem::SignedOut),
    ("Unreachable", Problem::Unreachable),
    ("TimedOut", Problem::TimedOut),
    ("Unreadable", Problem::Unreadable),
    ("PartMissing", Problem::PartMissing),
];

/// What the server can say, all alike.
const CODES: [(&str, ProblemCode); 19] = [
    ("BadRequest", ProblemCode::BadRequest),
    ("IdempotencyKeyMissing", ProblemCode::IdempotencyKeyMissing),
    ("NotSignedIn", ProblemCode::NotSignedIn),
    ("Forbidden", ProblemCode::Forbidden),
    ("GroupsOverage", ProblemCode::GroupsOverage),
    ("NotFound", ProblemCode::NotFound),
    ("UnknownIds", ProblemCode::UnknownIds),
    ("UnknownProgramme", ProblemCode::UnknownProgramme),
    ("MethodNotAllowed", ProblemCode::MethodNotAllowed),
    ("Refused", ProblemCode::Refused),
    ("StillRunning", ProblemCode::StillRunning),
    ("StateChanged", ProblemCode::StateChanged),
    ("TooLarge", ProblemCode::TooLarge),
    ("UnsupportedMediaType", ProblemCode::UnsupportedMediaType),
    ("Invalid", ProblemCode::Invalid),
    ("IdempotencyKeyReused", ProblemCode::IdempotencyKeyReused),
    ("TooManyRequests", ProblemCode::TooManyRequests),
    ("Internal", ProblemCode::Internal),
    ("Unavailable", ProblemCode::Unavailable),
];

/// The notices of every problem.
pub(super) fn troubles() -> AnyView {
    let words = words();
    let nothing = Callback::new(|()| {});
    let own = OWN.map(|(state, problem)| {
        view! { class="ps",
            <Specimen part="ProblemNotice" state=state><ProblemNotice problem=problem retry=nothing/></Specimen>
        }
    });
    let said = CODES.map(|(state, code)| {
        let problem = refused(code);
        view! { class="ps",
            <Specimen part="ProblemNotice" state=format!("Refused, {state}")>
                <ProblemNotice problem=problem retry=nothing/>
            </Specimen>
        }
    });
    view! { class="ps",
        {own.collect_view()}
        {said.collect_view()}
        <Specimen part="SignInAdds" state="SignedOut"><SignInAdds what=words::plans::sign_in_adds(words)/></Specimen>
    }
    .into_any()
}

/// What the server says when it refuses for a reason.
pub(super) fn refused(code: ProblemCode) -> Problem {
    Problem::Refused(Box::new(support_api::Problem {
        kind: format!("/problems/{}", code.code()),
        code,
        status: code.status(),
        title: String::new(),
        detail: None,
        field: None,
        request_id: None,
        verdict: None,
        account: None,
    }))
}

//! What is shown instead of the benefits, when they cannot be shown: each case in its own words, with a way on.

use super::in_words;
use crate::account::Known;
use crate::navigator::PageLink;
use crate::route::{Prefill, Route};
use crate::session::{SignInReason, session};
use crate::signals::Signal;
use crate::ui::{Button, Emphasis, Empty};
use crate::words::{self, words};
use entitlement_rules::Door;
use leptos::prelude::*;

/// The words of a closed door.
#[component]
pub(crate) fn Closed(
    /// Which.
    door: Door,
    /// The account.
    known: Signal<Known>,
) -> impl IntoView {
    let words = words();
    let session = session();
    let named = |name: &entitlement_rules::Words| name.in_language(words.language()).to_owned();
    let partner = known.with_untracked(|known| {
        let partner = known.facts.partner.as_ref();
        partner
            .map(|partner| partner.name.clone())
            .unwrap_or_default()
    });
    let (title, texts) = match &door {
        Door::ResellerOnly {
            association,
            needed,
        } => (
            words::benefits::not_authorized_title(words),
            vec![
                words::benefits::not_authorized_text(words, &named(association), &named(needed)),
                words::benefits::not_authorized_open(words).to_owned(),
            ],
        ),
        Door::NotMember { needed } => (
            words::benefits::not_member_title(words),
            vec![words::benefits::not_member_text(words, &named(needed))],
        ),
        Door::WrongAccount => (
            words::benefits::wrong_account_title(words),
            vec![words::benefits::wrong_account_text(words, &partner)],
        ),
        Door::NoRole { roles } => (
            words::benefits::no_role_title(words),
            vec![words::benefits::no_role_text(
                words,
                &words.any_of(&in_words(words, roles)),
            )],
        ),
        Door::NoBenefits { offers } => (
            words::benefits::no_benefits_title(words),
            vec![
                words::benefits::no_benefits_text(
                    words,
                    &partner,
                    &words.all_of(&in_words(words, offers)),
                ),
                words::benefits::no_benefits_other(words).to_owned(),
            ],
        ),
        // There is nothing to say of it.
        Door::Open { .. } => return ().into_any(),
    };
    let switch = Callback::new(move |()| session.ask_to_sign_in(SignInReason::SwitchAccount));
    let texts = texts
        .into_iter()
        .map(|text| view! { class="ps", <p>{text}</p> })
        .collect_view();
    view! { class="ps",
        <Empty title=title>
            {texts}
            <div class="row">
                <Button emphasis=Emphasis::Primary on_press=switch>
                    {words::benefits::switch_account(words)}
                </Button>
                {matches!(door, Door::ResellerOnly { .. })
                    .then(|| {
                        view! { class="ps",
                            <PageLink to=Route::NewIncident(Prefill::default()) class="button">
                                {words::benefits::open_customer_request(words)}
                            </PageLink>
                        }
                    })}
                {matches!(door, Door::NoBenefits { .. })
                    .then(|| {
                        view! { class="ps",
                            <PageLink to=Route::Plans class="button">{words::benefits::compare_plans(words)}</PageLink>
                        }
                    })}
            </div>
        </Empty>
    }
    .into_any()
}

//! What is shown instead of the benefits, when they cannot be shown: each case in its own words, with a way on.

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
    let language = words.language();
    let known = known.get_untracked();
    let data = known.programme.data();
    let policy = known.programme.policy();
    let association = |id: &str| {
        let named = data.associations.iter().find(|named| named.id == id);
        named.map_or_else(
            || id.to_owned(),
            |named| named.name.in_language(language).to_owned(),
        )
    };
    let needed = association(&policy.member_association);
    let partner = known
        .facts
        .partner
        .as_ref()
        .map(|partner| partner.name.clone())
        .unwrap_or_default();
    let offers = words.all_of(
        &data
            .offers
            .iter()
            .map(|offer| offer.name.in_language(language).to_owned())
            .collect::<Vec<_>>(),
    );
    let audience = policy
        .page_audience
        .iter()
        .filter_map(|id| known.programme.role(id));
    let audience: Vec<String> = audience
        .map(|role| role.name.in_language(language).to_owned())
        .collect();

    let (title, texts) = match door {
        Door::ResellerOnly => (
            words::benefits::not_authorized_title(words),
            vec![
                words::benefits::not_authorized_text(
                    words,
                    &association(&policy.reseller_association),
                    &needed,
                ),
                words::benefits::not_authorized_open(words).to_owned(),
            ],
        ),
        Door::NotMember => (
            words::benefits::not_member_title(words),
            vec![words::benefits::not_member_text(words, &needed)],
        ),
        Door::WrongAccount => (
            words::benefits::wrong_account_title(words),
            vec![words::benefits::wrong_account_text(words, &partner)],
        ),
        Door::NoRole => (
            words::benefits::no_role_title(words),
            vec![words::benefits::no_role_text(
                words,
                &words.any_of(&audience),
            )],
        ),
        Door::NoBenefits | Door::Open | Door::OpenToRead => (
            words::benefits::no_benefits_title(words),
            vec![
                words::benefits::no_benefits_text(words, &partner, &offers),
                words::benefits::no_benefits_other(words).to_owned(),
            ],
        ),
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
                {(door == Door::ResellerOnly)
                    .then(|| {
                        view! { class="ps",
                            <PageLink to=Route::NewIncident(Prefill::default()) class="button">
                                {words::benefits::open_customer_request(words)}
                            </PageLink>
                        }
                    })}
                {(door == Door::NoBenefits)
                    .then(|| {
                        view! { class="ps",
                            <PageLink to=Route::Plans class="button">{words::benefits::compare_plans(words)}</PageLink>
                        }
                    })}
            </div>
        </Empty>
    }
}

//! The partner accounts, and the search for one.

use super::count;
use super::lists::{PAGE, Pages, Part, follow_address};
use crate::backend::backend;
use crate::navigator::PageLink;
use crate::route::{Desk, Route};
use crate::signals::{Memo, RwSignal};
use crate::ui::{Empty, Table, TextField, unique_id};
use crate::words::{self, words};
use leptos::prelude::*;
use support_api::desk::{PartnerPage, PartnerSummary};
use support_api::paths;

fn read(route: &Route) -> Option<[String; 1]> {
    match route {
        Route::Operator(Desk::Accounts(text)) => Some([text.clone()]),
        _ => None,
    }
}

fn make([text]: [String; 1]) -> Desk {
    Desk::Accounts(text)
}

/// The list.
#[component]
pub(super) fn AccountsSection() -> impl IntoView {
    let words = words();
    let backend = backend();
    let text = RwSignal::new(String::new());
    let view = follow_address([text], read, make);
    let pages = Pages::new(move |after| {
        let [text] = view.get_untracked();
        let text = text.trim();
        let narrowed = [("text", text)];
        let narrowed = if text.is_empty() { &[][..] } else { &narrowed };
        let path = paths::part(paths::PARTNERS, PAGE, after.as_deref(), narrowed);
        Box::pin(async move {
            let page: PartnerPage = backend.desk(path).await?;
            Ok(Part {
                items: page.partners,
                next: page.next,
            })
        })
    });
    Effect::new(move |_| {
        // A memo that is tracked and never read does not follow.
        let _ = view.get();
        pages.fetch();
    });
    let is_narrowed = Memo::new(move |_| view.with(|[text]| !text.trim().is_empty()));
    let empty = move || {
        let (title, text) = match is_narrowed.get() {
            true => (
                words::desk::accounts_none(words),
                words::desk::accounts_none_text(words),
            ),
            false => (
                words::desk::accounts_empty(words),
                words::desk::accounts_empty_text(words),
            ),
        };
        view! { class="ps",
            <Empty title=title>
                <p>{text}</p>
                <PageLink to=Route::Operator(Desk::Import) class="button">{words::desk::section_import(words)}</PageLink>
            </Empty>
        }
        .into_any()
    };
    let full = move || view! { class="ps", <AccountTable pages=pages/> }.into_any();
    view! { class="ps",
        <div class="desk-section">
            <div class="incidents-filter">
                <TextField id=unique_id("find") label=words::desk::accounts_find(words) value=text/>
            </div>
            {pages.show(empty, full)}
        </div>
    }
}

/// The accounts as a table.
#[component]
fn AccountTable(
    /// The accounts.
    pages: Pages<PartnerSummary>,
) -> impl IntoView {
    let words = words();
    let row = move |account: PartnerSummary| {
        let to = Route::Operator(Desk::Account(account.id.clone()));
        view! { class="ps",
            <tr>
                <th scope="row"><PageLink to=to><span dir="auto">{account.name}</span></PageLink></th>
                <td><span class="code">{account.id}</span></td>
                <td>{account.region}</td>
                <td>{words.number(account.pending)}</td>
                <td>{words.number(account.unfinished)}</td>
            </tr>
        }
    };
    move || {
        let found = pages.items();
        view! { class="ps",
            <Table caption=words::desk::accounts_caption(words, count(found.len()))>
                <thead>
                    <tr>
                        <th scope="col">{words::desk::account_name(words)}</th>
                        <th scope="col">{words::desk::account_id(words)}</th>
                        <th scope="col">{words::desk::region(words)}</th>
                        <th scope="col">{words::desk::pending(words)}</th>
                        <th scope="col">{words::desk::unfinished_count(words)}</th>
                    </tr>
                </thead>
                <tbody>{found.into_iter().map(row).collect_view()}</tbody>
            </Table>
        }
    }
}

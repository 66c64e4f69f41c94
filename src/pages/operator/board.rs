//! The incidents of every partner, as the page's address narrows and orders them.

use super::count;
use super::lists::{PAGE, Pages, Part, follow_address};
use crate::account::Known;
use crate::backend::backend;
use crate::incident::{Time, severity_text, test_mark, timed};
use crate::navigator::{PageLink, navigator};
use crate::route::{Board, Desk, Route};
use crate::signals::{Memo, RwSignal, Signal};
use crate::ui::{Badge, Button, Choice, Empty, Select, Table, TextField, Tone, unique_id};
use crate::verdict::Names;
use crate::words::{self, Words, words};
use leptos::prelude::*;
use support_api::desk::{DeskIncident, DeskIncidentPage, PartnerPage};
use support_api::{IncidentStatus, Severity, paths};

/// Where an incident can stand, with the code that an address has for it.
pub(super) const STATUSES: [(&str, IncidentStatus); 6] = [
    ("open", IncidentStatus::Open),
    ("in-progress", IncidentStatus::InProgress),
    ("waiting-for-partner", IncidentStatus::WaitingForPartner),
    ("resolved", IncidentStatus::Resolved),
    ("closed", IncidentStatus::Closed),
    ("cancelled", IncidentStatus::Cancelled),
];
/// How bad it can be.
const SEVERITIES: [(&str, Severity); 3] =
    [("a", Severity::A), ("b", Severity::B), ("c", Severity::C)];
/// Wherever they stand; without it, those that are not over.
const ALL: &str = "all";
/// Orders besides the worst first.
const ORDERS: [&str; 2] = ["oldest", "newest"];
/// Accounts that can be chosen from.
const ACCOUNTS: u32 = 100;

/// Where an incident stands, as the operator reads it.
pub(super) fn status_text(words: Words, status: IncidentStatus) -> &'static str {
    match status {
        IncidentStatus::WaitingForPartner => words::desk::status_waiting(words),
        other => crate::incident::status_text(words, other),
    }
}

/// The query that the server understands; what an address says that is none of its values is left out.
fn narrowed(view: &[String; 5]) -> Vec<(&'static str, &str)> {
    let [text, status, severity, partner, order] = view;
    let mut query = Vec::new();
    match STATUSES.iter().find(|(code, _)| code == status) {
        Some((code, _)) => query.push(("status", *code)),
        None if status == ALL => {}
        None => query.push(("unfinished", "true")),
    }
    if SEVERITIES.iter().any(|(code, _)| code == severity) {
        query.push(("severity", severity.as_str()));
    }
    if ORDERS.contains(&order.as_str()) {
        query.push(("order", order.as_str()));
    }
    for (name, value) in [("partner", partner), ("text", text)] {
        if !value.trim().is_empty() {
            query.push((name, value.trim()));
        }
    }
    query
}

fn read(route: &Route) -> Option<[String; 5]> {
    match route {
        Route::Operator(Desk::Incidents(board)) => {
            let board = board.clone();
            Some([
                board.text,
                board.status,
                board.severity,
                board.partner,
                board.order,
            ])
        }
        _ => None,
    }
}

fn make([text, status, severity, partner, order]: [String; 5]) -> Desk {
    Desk::Incidents(Board {
        text,
        status,
        severity,
        partner,
        order,
    })
}

/// The board.
#[component]
pub(super) fn BoardSection(
    /// The account, for the programme's names.
    known: Signal<Known>,
) -> impl IntoView {
    let words = words();
    let (backend, navigator) = (backend(), navigator());
    let parts: [RwSignal<String>; 5] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let view = follow_address(parts, read, make);
    let pages = Pages::new(move |after| {
        let view = view.get_untracked();
        let path = paths::part(
            paths::DESK_INCIDENTS,
            PAGE,
            after.as_deref(),
            &narrowed(&view),
        );
        Box::pin(async move {
            let page: DeskIncidentPage = backend.desk(path).await?;
            Ok(Part {
                items: page.incidents,
                next: page.next,
            })
        })
    });
    Effect::new(move |_| {
        // A memo that is tracked and never read does not follow.
        let _ = view.get();
        pages.fetch();
    });
    let clear = Callback::new(move |()| {
        navigator.amend(Route::Operator(Desk::Incidents(Board::default())));
    });
    let again = Callback::new(move |()| pages.fetch());
    let is_narrowed =
        Memo::new(move |_| view.with(|view| view.iter().any(|part| !part.is_empty())));
    let empty = move || {
        let (title, text) = match is_narrowed.get() {
            true => (
                words::incidents::found_none(words),
                words::desk::board_none_narrowed(words),
            ),
            false => (
                words::desk::board_none_title(words),
                words::desk::board_none_text(words),
            ),
        };
        view! { class="ps", <Empty title=title><p>{text}</p></Empty> }.into_any()
    };
    let full = move || view! { class="ps", <BoardTable known=known pages=pages/> }.into_any();
    view! { class="ps",
        <div class="desk-section">
            <Narrowing parts=parts/>
            <div class="row">
                <Button on_press=again>{words::operator::refresh(words)}</Button>
                <Show when=move || is_narrowed.get()>
                    <Button on_press=clear>{words::incidents::clear(words)}</Button>
                </Show>
            </div>
            {pages.show(empty, full)}
        </div>
    }
}

/// What the board can be narrowed by.
#[component]
fn Narrowing(
    /// Each part: text, status, severity, partner, order.
    parts: [RwSignal<String>; 5],
) -> impl IntoView {
    use words::desk as say;
    let words = words();
    let backend = backend();
    let [text, status, severity, partner, order] = parts;
    let statuses = std::iter::once(Choice::new(ALL, words::incidents::any_status(words)))
        .chain(STATUSES.map(|(code, status)| Choice::new(code, status_text(words, status))));
    let severities = SEVERITIES.map(|(code, it)| Choice::new(code, severity_text(words, it)));
    let orders = vec![
        Choice::new("oldest", words::incidents::oldest(words)),
        Choice::new("newest", words::incidents::newest(words)),
    ];
    let accounts = RwSignal::new(Vec::<Choice>::new());
    let cut = RwSignal::new(false);
    leptos::task::spawn_local(async move {
        let path = paths::part(paths::PARTNERS, ACCOUNTS, None, &[]);
        // Without them, the account that the address names can still be chosen.
        if let Ok(page) = backend.desk::<PartnerPage>(path).await {
            let choices = page.partners.into_iter();
            let _ = cut.try_set(page.next.is_some());
            let _ = accounts.try_set(choices.map(|it| Choice::new(it.id, it.name)).collect());
        }
    });
    let accounts = Signal::derive(move || {
        let mut choices = accounts.get();
        let chosen = partner.get();
        if !chosen.is_empty() && !choices.iter().any(|choice| choice.value == chosen) {
            choices.insert(0, Choice::new(chosen.clone(), chosen));
        }
        choices
    });
    view! { class="ps",
        <div class="incidents-filter">
            <TextField id=unique_id("find") label=words::incidents::find(words) value=text/>
            <Select
                id=unique_id("status") label=words::incidents::column_status(words)
                placeholder=say::unfinished(words) choices=Signal::stored(statuses.collect()) value=status
            />
            <Select
                id=unique_id("severity") label=words::incidents::column_severity(words)
                placeholder=words::incidents::any_severity(words) choices=Signal::stored(severities.into()) value=severity
            />
            <Select
                id=unique_id("partner") label=words::operator::partner(words)
                placeholder=say::any_partner(words) choices=accounts value=partner
            />
            <Select
                id=unique_id("order") label=words::incidents::order(words) placeholder=say::worst(words)
                choices=Signal::stored(orders) value=order
            />
        </div>
        <Show when=move || cut.get()><p class="hint">{say::partners_cut(words, ACCOUNTS)}</p></Show>
    }
}

/// The incidents as a table.
#[component]
pub(super) fn BoardTable(
    /// The account, for the programme's names.
    known: Signal<Known>,
    /// The incidents.
    pages: Pages<DeskIncident>,
) -> impl IntoView {
    let words = words();
    let row = move |found: DeskIncident| {
        let DeskIncident {
            partner,
            partner_name,
            incident,
        } = found;
        let known = known.get_untracked();
        let names = Names::of_programme(&known.programme, words.language());
        let product = product_text(names, &incident.product, incident.version.as_deref());
        let tone = match incident.severity {
            Severity::A => Tone::Bad,
            Severity::B => Tone::Warning,
            Severity::C => Tone::Neutral,
        };
        let to = Route::Operator(Desk::Incident {
            partner: partner.clone(),
            id: incident.id,
        });
        view! { class="ps",
            <tr>
                <td><span class="code">{incident.number}</span></td>
                <th scope="row"><PageLink to=to><span dir="auto">{incident.title}</span></PageLink>{test_mark(words, incident.test)}</th>
                <td><span dir="auto">{partner_name}</span></td>
                <td><Badge tone=tone text=severity_text(words, incident.severity)/></td>
                <td>{status_text(words, incident.status)}</td>
                <td>{product}</td>
                <td><Time at=incident.created_at/></td>
            </tr>
        }
    };
    move || {
        let found = pages.items();
        view! { class="ps",
            <Table caption=timed(words, words::desk::board_caption(words, count(found.len())))>
                <thead>
                    <tr>
                        <th scope="col">{words::incidents::column_number(words)}</th>
                        <th scope="col">{words::incidents::column_title(words)}</th>
                        <th scope="col">{words::operator::partner(words)}</th>
                        <th scope="col">{words::incidents::column_severity(words)}</th>
                        <th scope="col">{words::incidents::column_status(words)}</th>
                        <th scope="col">{words::incidents::column_product(words)}</th>
                        <th scope="col">{words::incidents::column_created(words)}</th>
                    </tr>
                </thead>
                <tbody>{found.into_iter().map(row).collect_view()}</tbody>
            </Table>
        }
    }
}

/// A product with its version.
pub(super) fn product_text(names: Names<'_>, product: &str, version: Option<&str>) -> String {
    match version {
        Some(version) => format!(
            "{} {}",
            names.product(product),
            names.version(Some(product), version)
        ),
        None => names.product(product),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(parts: [&str; 5]) -> String {
        let view = parts.map(str::to_owned);
        let query = narrowed(&view);
        let query: Vec<String> = query
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        query.join("&")
    }

    #[test]
    fn without_a_status_those_that_are_not_over_are_asked_for() {
        assert_eq!(asked(["", "", "", "", ""]), "unfinished=true");
        assert_eq!(asked(["", ALL, "", "", ""]), "");
        assert_eq!(
            asked(["", "closed", "a", "birch", "oldest"]),
            "status=closed&severity=a&order=oldest&partner=birch"
        );
        assert_eq!(
            asked([" disk ", "nowhere", "z", " ", "sideways"]),
            "unfinished=true&text=disk"
        );
    }
}

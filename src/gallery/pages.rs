//! The parts of the other pages, and of what surrounds them.

use super::accounts::{Accounts, Case, programme, strict};
use super::law::{each, unreadable};
use super::specimen::{Pressed, Specimen};
use super::troubles::refused;
use crate::account::{Account, Known, Public};
use crate::backend::{Problem, backend};
use crate::frame::parts::AccountMenu;
use crate::pages::parts;
use crate::route::Coverage;
use crate::signals::Signal;
use entitlement_rules::{Programme, RuleId};
use leptos::context::Provider;
use leptos::prelude::*;
use std::sync::Arc;
use support_api::ProblemCode;

/// Room for the card that hangs over what follows.
const ROOM: &str = "28rem";

/// Rules of every kind: that the programme sets something or nothing for, that extend it, or would; and one that a link has led to.
const RULES: [(&str, RuleId, bool); 5] = [
    ("Settings", RuleId::S22, false),
    ("No settings", RuleId::S25, false),
    ("Extension", RuleId::E11, false),
    ("Extension, not in force", RuleId::E2, false),
    ("Marked", RuleId::S18, true),
];

fn read() -> Result<(Accounts, Arc<Programme>), &'static str> {
    Ok((Accounts::read()?, programme()?))
}

/// The programme, with an account where somebody is signed in.
fn public(programme: &Arc<Programme>, known: Option<Known>) -> Signal<Public> {
    Signal::stored(Public {
        programme: Arc::clone(programme),
        facts: known.map(|known| known.facts),
    })
}

/// The comparison of the plans for nobody and for accounts, and the sources of its figures.
pub(super) fn plans() -> AnyView {
    let (accounts, programme) = match read() {
        Ok(read) => read,
        Err(fault) => return unreadable(fault),
    };
    let [choices, nobodys, sources] =
        parts::plans::choices_table_and_sources(public(&programme, None));
    let held = accounts.plans.iter().map(|case| {
        let public = public(&programme, Some(accounts.known(case, &programme)));
        let [_, table, _] = parts::plans::choices_table_and_sources(public);
        view! { class="ps", <Specimen part="PlanTable" state=case.name.clone() wide=true>{table}</Specimen> }
    });
    let held = held.collect_view();
    view! { class="ps",
        <Specimen part="Choices" state="All" wide=true>{choices}</Specimen>
        <Specimen part="PlanTable" state="Nobody signed in" wide=true>{nobodys}</Specimen>
        {held}
        <Specimen part="Sources" state="All" wide=true>{sources}</Specimen>
    }
    .into_any()
}

/// The table of a few products, for an account and for nobody; what is chosen by; and what a press on an answer shows.
pub(super) fn coverage() -> AnyView {
    let (accounts, programme) = match read() {
        Ok(read) => read,
        Err(fault) => return unreadable(fault),
    };
    let Some(member) = accounts.answers.first() else {
        return unreadable("answers");
    };
    let known = accounts.known(member, &programme);
    // Without a day the page would begin with today.
    let on = known.facts.as_of.to_string();
    let own = Coverage {
        on: on.clone(),
        search: "windows server".to_owned(),
        ..Coverage::default()
    };
    let customers = Coverage {
        on,
        search: "azure stack".to_owned(),
        whom: "customer".to_owned(),
        ..Coverage::default()
    };
    let [controls, table] =
        parts::coverage::controls_and_table(public(&programme, Some(known)), &own);
    let [_, whole] = parts::coverage::controls_and_table(public(&programme, None), &customers);
    view! { class="ps",
        <Specimen part="Controls" state="Narrowed" wide=true>{controls}</Specimen>
        <Specimen part="GridTable" state="Of an account" wide=true>{table}</Specimen>
        <Specimen part="GridTable" state="Of the programme, for a customer" wide=true>{whole}</Specimen>
    }
    .into_any()
}

/// Balances with everything that can happen to one.
pub(super) fn usage() -> AnyView {
    let shown = |case: &Case, known| parts::usage::balance_and_periods(known, case.lines.clone());
    let balances = each(
        "Balance",
        true,
        |accounts| &accounts.balances,
        move |case, known| shown(case, known).map(|[balance, _]| balance),
    );
    let periods = each(
        "Periods",
        true,
        |accounts| &accounts.balances,
        move |case, known| shown(case, known).map(|[_, periods]| periods),
    );
    view! { class="ps", {balances}{periods} }.into_any()
}

/// Entries of the rule book.
pub(super) fn rule_book() -> AnyView {
    use parts::rule_book::{Contents, Entry};
    let programme = match programme() {
        Ok(programme) => programme,
        Err(fault) => return unreadable(fault),
    };
    // Without an extension, and otherwise the same.
    let programme = strict(&programme);
    let entries = RULES.map(|(state, rule, marked)| {
        let marked = marked.then(NodeRef::new);
        let programme = Arc::clone(&programme);
        view! { class="ps",
            <Specimen part="Entry" state=state><Entry programme=programme rule=rule marked=marked/></Specimen>
        }
    });
    let again = Callback::new(|_| {});
    view! { class="ps",
        <Specimen part="Contents" state="All" wide=true><Contents on_again=again/></Specimen>
        {entries.collect_view()}
    }
    .into_any()
}

/// The operator's desk: the queue, and the forms that answer its requests and give an incident back.
pub(super) fn desk() -> AnyView {
    use parts::operator;
    let (accounts, programme) = match read() {
        Ok(read) => read,
        Err(fault) => return unreadable(fault),
    };
    let (Some(member), Some(request)) = (accounts.answers.first(), accounts.requests.first())
    else {
        return unreadable("requests");
    };
    let known = Signal::stored(accounts.known(member, &programme));
    let [fulfil, reject] = operator::answers(known, request, None);
    let [fulfil_pressed, reject_pressed] = operator::answers(known, request, None);
    let changed = refused(ProblemCode::StateChanged);
    let [fulfil_failed, reject_failed] = operator::answers(known, request, Some(changed));
    let [fulfil_lost, reject_lost] = operator::answers(known, request, Some(Problem::Unreachable));
    let queue = operator::queue(known, accounts.requests.clone());
    let board = operator::board(known, &request.partner_name, accounts.incidents.clone());
    view! { class="ps",
        <Specimen part="Sections" state="Queue" wide=true>{operator::sections()}</Specimen>
        <Specimen part="Queue" state="Late, unlimited and with a hole" wide=true>{queue}</Specimen>
        <Specimen part="BoardTable" state="Every severity, a test" wide=true>{board}</Specimen>
        <Specimen part="FulfilForm" state="New">{fulfil}</Specimen>
        <Specimen part="FulfilForm" state="After a press">{fulfil_pressed}</Specimen>
        <Specimen part="FulfilForm" state="StateChanged">{fulfil_failed}</Specimen>
        <Specimen part="FulfilForm" state="Unreachable">{fulfil_lost}</Specimen>
        <Specimen part="RejectForm" state="New">{reject}</Specimen>
        <Specimen part="RejectForm" state="After a press">{reject_pressed}</Specimen>
        <Specimen part="RejectForm" state="StateChanged">{reject_failed}</Specimen>
        <Specimen part="RejectForm" state="Unreachable">{reject_lost}</Specimen>
        <Specimen part="RefundForm" state="New">{operator::refund(known, accounts.incident)}</Specimen>
        <Specimen part="NotOperator" state="Alone">{operator::not_operator()}</Specimen>
    }
    .into_any()
}

/// The account's menu, for nobody and for several people.
pub(super) fn frame() -> AnyView {
    let menu = |account: Account| {
        view! { class="ps",
            <div style:display="flex"><Provider value=account><AccountMenu/></Provider></div>
        }
        .into_any()
    };
    let backend = backend();
    let nobody = move || {
        let account = Account::new(backend);
        account.is_signed_out();
        account
    };
    let open = each(
        "AccountMenu",
        false,
        |accounts| &accounts.menus,
        move |_, known| {
            let menu = menu(Account::holding(backend, known.get_untracked()));
            Some(view! { class="ps", <Pressed of="button" room=ROOM>{menu}</Pressed> }.into_any())
        },
    );
    view! { class="ps",
        <Specimen part="AccountMenu" state="Folded">{menu(nobody())}</Specimen>
        <Specimen part="AccountMenu" state="Nobody"><Pressed of="button" room="8rem">{menu(nobody())}</Pressed></Specimen>
        {open}
    }
    .into_any()
}

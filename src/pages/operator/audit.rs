//! Who did what, and when: about every account or one, page by page and as a file.

use super::board::{STATUSES, status_text};
use super::lists::{PAGE, Pages, Part, follow_address};
use super::reject::{REASONS, reason_sentence};
use super::{benefit_name, count};
use crate::account::Known;
use crate::backend::{Problem, backend};
use crate::frame::{SignInAgain, problem_sentence};
use crate::incident::{Time, timed};
use crate::navigator::PageLink;
use crate::route::{Desk, Route};
use crate::signals::{Memo, RwSignal, Signal, StoredValue};
use crate::ui::{
    Button, Choice, Emphasis, Empty, Notice, Select, Table, Tone, announcer, csv, save_file,
    unique_id,
};
use crate::verdict::Code;
use crate::words::{self, Words, words};
use entitlement_rules::BenefitKey;
use leptos::prelude::*;
use support_api::desk::{AuditDeed, AuditEntry, AuditPage, PartnerPage};
use support_api::paths;

/// Entries that the server tells at a time, for a file.
const MOST: u32 = 100;

fn read(route: &Route) -> Option<[String; 1]> {
    match route {
        Route::Operator(Desk::Audit(partner)) => Some([partner.clone()]),
        _ => None,
    }
}

fn make([partner]: [String; 1]) -> Desk {
    Desk::Audit(partner)
}

fn path(partner: &str, limit: u32, after: Option<&str>) -> String {
    let narrowed = [("partner", partner)];
    let narrowed = if partner.is_empty() {
        &[][..]
    } else {
        &narrowed
    };
    paths::part(paths::AUDIT, limit, after, narrowed)
}

/// The trail.
#[component]
pub(super) fn AuditSection(
    /// The account, for the programme's names.
    known: Signal<Known>,
) -> impl IntoView {
    let words = words();
    let backend = backend();
    let partner = RwSignal::new(String::new());
    let view = follow_address([partner], read, make);
    let pages = Pages::new(move |after| {
        let [partner] = view.get_untracked();
        let path = path(&partner, PAGE, after.as_deref());
        Box::pin(async move {
            let page: AuditPage = backend.desk(path).await?;
            Ok(Part {
                items: page.entries,
                next: page.next,
            })
        })
    });
    Effect::new(move |_| {
        // A memo that is tracked and never read does not follow.
        let _ = view.get();
        pages.fetch();
    });
    let accounts = RwSignal::new(Vec::<Choice>::new());
    leptos::task::spawn_local(async move {
        let path = paths::part(paths::PARTNERS, MOST, None, &[]);
        // Without them, the account that the address names can still be chosen.
        if let Ok(page) = backend.desk::<PartnerPage>(path).await {
            let choices = page.partners.into_iter();
            let _ = accounts.try_set(choices.map(|it| Choice::new(it.id, it.name)).collect());
        }
    });
    let choices = Signal::derive(move || {
        let mut choices = accounts.get();
        let chosen = partner.get();
        if !chosen.is_empty() && !choices.iter().any(|choice| choice.value == chosen) {
            choices.insert(0, Choice::new(chosen.clone(), chosen));
        }
        choices
    });
    let again = Callback::new(move |()| pages.fetch());
    let empty = move || {
        view! { class="ps",
            <Empty title=words::desk::audit_empty(words)><p>{words::desk::audit_empty_text(words)}</p></Empty>
        }
        .into_any()
    };
    let full = move || view! { class="ps", <Trail known=known pages=pages/> }.into_any();
    view! { class="ps",
        <div class="desk-section">
            <div class="incidents-filter">
                <Select
                    id=unique_id("partner") label=words::operator::partner(words)
                    placeholder=words::desk::any_partner(words) choices=choices value=partner
                />
            </div>
            <div class="row">
                <Button on_press=again>{words::operator::refresh(words)}</Button>
                <Export known=known view=view/>
            </div>
            {pages.show(empty, full)}
        </div>
    }
}

/// The trail as a table.
#[component]
fn Trail(
    /// The account, for the programme's names.
    known: Signal<Known>,
    /// The entries.
    pages: Pages<AuditEntry>,
) -> impl IntoView {
    let words = words();
    let row = move |entry: AuditEntry| {
        let said = known.with_untracked(|known| Said::of(words, known, &entry));
        let account = entry.partner.map(|id| {
            let name = entry.partner_name.unwrap_or_else(|| id.clone());
            view! { class="ps", <PageLink to=Route::Operator(Desk::Account(id))><span dir="auto">{name}</span></PageLink> }
        });
        view! { class="ps",
            <tr>
                <td><Time at=entry.at/></td>
                <th scope="row"><span dir="auto">{said.who}</span></th>
                <td>{said.deed}</td>
                <td>{account}</td>
                <td><span dir="auto">{said.concerns}</span></td>
                <td><span dir="auto">{said.detail}</span></td>
            </tr>
        }
    };
    move || {
        let found = pages.items();
        view! { class="ps",
            <Table caption=timed(words, words::desk::audit_caption(words, count(found.len())))>
                <thead>
                    <tr>
                        <th scope="col">{words::desk::when(words)}</th>
                        <th scope="col">{words::desk::who(words)}</th>
                        <th scope="col">{words::desk::what(words)}</th>
                        <th scope="col">{words::operator::partner(words)}</th>
                        <th scope="col">{words::desk::concerns(words)}</th>
                        <th scope="col">{words::desk::detail(words)}</th>
                    </tr>
                </thead>
                <tbody>{found.into_iter().map(row).collect_view()}</tbody>
            </Table>
        }
    }
}

/// An entry in words.
struct Said {
    who: String,
    deed: &'static str,
    concerns: String,
    detail: String,
}

impl Said {
    fn of(words: Words, known: &Known, entry: &AuditEntry) -> Said {
        let detail = entry.detail.clone().unwrap_or_default();
        let status = STATUSES.iter().find(|(code, _)| *code == detail);
        let reason = REASONS.iter().find(|(code, _)| *code == detail);
        let detail = match (entry.deed, status, reason) {
            (AuditDeed::StatusChanged, Some((_, status)), _) => {
                status_text(words, *status).to_owned()
            }
            (AuditDeed::ActivationRejected, _, Some((_, reason))) => {
                reason_sentence(words, *reason).to_owned()
            }
            (AuditDeed::IncidentRefunded, ..) => match Code::of_code(&detail) {
                Some(reason) => reason.word(words).to_owned(),
                None => detail,
            },
            (AuditDeed::SeverityChanged, ..) => detail.to_uppercase(),
            _ => detail,
        };
        let concerns = match BenefitKey::parse(&entry.concerns) {
            Some(key) if known.programme.benefit(&key.benefit).is_some() => {
                benefit_name(known, &key, words)
            }
            _ => entry.concerns.clone(),
        };
        let who = match entry.by.is_empty() {
            true => words::desk::vendors_system(words).to_owned(),
            false => entry.by.clone(),
        };
        Said {
            who,
            deed: deed_text(words, entry.deed),
            concerns,
            detail,
        }
    }
}

fn deed_text(words: Words, deed: AuditDeed) -> &'static str {
    use words::desk as say;
    match deed {
        AuditDeed::ActivationRequested => say::did_request(words),
        AuditDeed::ActivationFulfilled => say::did_fulfil(words),
        AuditDeed::ActivationRejected => say::did_reject(words),
        AuditDeed::ContractLinked => say::did_link(words),
        AuditDeed::IdsRevealed => say::did_reveal(words),
        AuditDeed::IncidentOpened => say::did_open(words),
        AuditDeed::StatusChanged => say::did_move(words),
        AuditDeed::SeverityChanged => say::did_severity(words),
        AuditDeed::IncidentCommented => say::did_comment(words),
        AuditDeed::IncidentRefunded => say::did_refund(words),
        AuditDeed::BalanceCorrected => say::did_correct(words),
        AuditDeed::BalanceExpired => say::did_expire(words),
        AuditDeed::PartnerEntered => say::did_enter(words),
        AuditDeed::PartnerChanged => say::did_change(words),
        AuditDeed::PersonBound => say::did_bind(words),
        AuditDeed::TenantBound => say::did_bind_tenant(words),
    }
}

/// The trail as a file, made here from everything that the server has of it.
#[component]
fn Export(
    /// The account, for the programme's names.
    known: Signal<Known>,
    /// The account that it is narrowed to.
    view: Memo<[String; 1]>,
) -> impl IntoView {
    let words = words();
    let (backend, announcer) = (backend(), announcer());
    // How far it has come, in words; empty while nothing is exported.
    let progress = RwSignal::new(String::new());
    let busy = Signal::derive(move || progress.with(|progress| !progress.is_empty()));
    let failed = RwSignal::new(None::<Option<Problem>>);
    let turn = StoredValue::new(0_u32);
    let export = Callback::new(move |()| {
        failed.set(None);
        turn.update_value(|turn| *turn = turn.wrapping_add(1));
        let mine = turn.get_value();
        let ([partner], known) = (view.get_untracked(), known.get_untracked());
        progress.set(words::desk::export_read(words, 0));
        leptos::task::spawn_local(async move {
            let mut lines = vec![head(words)];
            let mut after = None;
            let outcome = loop {
                let asked = path(&partner, MOST, after.as_deref());
                let page: AuditPage = match backend.desk(asked).await {
                    Ok(page) => page,
                    Err(problem) => break Err(problem),
                };
                // Stopped, or the page was left.
                if turn.try_get_value() != Some(mine) {
                    return;
                }
                lines.extend(page.entries.iter().map(|entry| line(words, &known, entry)));
                progress.set(words::desk::export_read(words, count(lines.len() - 1)));
                after = page.next;
                if after.is_none() {
                    break Ok(());
                }
            };
            if turn.try_get_value() != Some(mine) {
                return;
            }
            progress.set(String::new());
            if let Err(problem) = outcome {
                failed.set(Some(Some(problem)));
                return;
            }
            let name = format!("audit-{}.csv", known.facts.as_of);
            let text = csv(&lines, words.cell_separator());
            match save_file(&name, "text/csv;charset=utf-8", &text) {
                Some(()) => announcer.say(words::desk::exported(words, count(lines.len() - 1))),
                None => failed.set(Some(None)),
            }
        });
    });
    let stop = Callback::new(move |()| {
        turn.update_value(|turn| *turn = turn.wrapping_add(1));
        progress.set(String::new());
        announcer.say(words::incidents::export_stopped(words));
    });
    view! { class="ps",
        <Button emphasis=Emphasis::Quiet busy=busy on_press=export>{words::incidents::export_csv(words)}</Button>
        <Show when=move || busy.get()>
            <span class="hint">{move || progress.get()}</span>
            <Button on_press=stop>{words::incidents::export_stop(words)}</Button>
        </Show>
        {move || failed.get().map(|problem| {
            let sentence = match &problem {
                Some(problem) => problem_sentence(words, problem),
                None => words::incidents::export_refused(words).to_owned(),
            };
            view! { class="ps",
                <Notice tone=Tone::Bad title=words::incidents::export_failed(words) urgent=true>
                    <p>{sentence}</p>
                    {problem.map(|problem| view! { class="ps", <SignInAgain problem=problem/> })}
                </Notice>
            }
        })}
    }
}

fn head(words: Words) -> Vec<String> {
    use words::desk as say;
    let head = [
        say::when(words),
        say::who(words),
        say::subject(words),
        say::what(words),
        say::account_id(words),
        words::operator::partner(words),
        say::concerns(words),
        say::detail(words),
    ];
    head.map(str::to_owned).to_vec()
}

fn line(words: Words, known: &Known, entry: &AuditEntry) -> Vec<String> {
    let said = Said::of(words, known, entry);
    vec![
        entry.at.clone(),
        said.who,
        entry.subject.clone(),
        said.deed.to_owned(),
        entry.partner.clone().unwrap_or_default(),
        entry.partner_name.clone().unwrap_or_default(),
        said.concerns,
        said.detail,
    ]
}

//! What each plan would have covered of the account's own incidents: a table, each plan with a bar.

use super::Wishes;
use super::quote::{price, usual_currency};
use crate::account::{Known, Public};
use crate::backend::{Backend, Problem, backend};
use crate::frame::once_there;
use crate::navigator::PageLink;
use crate::remote::{Fetched, Remote};
use crate::route::Route;
use crate::signals::{Memo, RwSignal, Signal};
use crate::ui::{Choice, Select, Table, TextField, unique_id};
use crate::verdict::sentence_of;
use crate::words::{self, Words, words};
use entitlement_rules::{
    Date, Fee, FeeBasis, Figure, Gap, IncidentQuestion, PastIncident, Period, PlanOutlook, Price,
    Quote, Quotes, what_if,
};
use leptos::prelude::*;
use support_api::{Incident, IncidentStatus};

/// Incidents that the server tells at a time.
const PAGE: u32 = 100;
/// Most pages that are fetched.
const PAGES: u32 = 10;
/// Most reasons that are named beside a plan, the most frequent first.
const REASONS: usize = 3;

/// The incidents that were fetched.
#[derive(Clone, Debug, Default, PartialEq)]
struct Past {
    /// Newest first.
    incidents: Vec<PastIncident>,
    /// Whether there are older ones.
    is_cut: bool,
}

async fn past(backend: Backend) -> Result<Past, Problem> {
    let mut past = Past::default();
    let mut after = None;
    for _ in 0..PAGES {
        let page = backend.incidents(PAGE, after.as_deref(), &[]).await?;
        past.incidents
            .extend(page.incidents.iter().filter_map(as_past));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    past.is_cut = after.is_some();
    Ok(past)
}

/// What the law is asked about an incident; one that was taken back was none.
fn as_past(incident: &Incident) -> Option<PastIncident> {
    (incident.status != IncidentStatus::Cancelled).then_some(())?;
    Some(PastIncident {
        opened_on: Date::parse(incident.created_at.get(..10)?)?,
        question: IncidentQuestion {
            beneficiary: Some(incident.beneficiary),
            product: Some(incident.product.clone()),
            version: incident.version.clone(),
            failing_side: incident.failing_side,
            kind: Some(incident.kind),
            severity: Some(incident.severity),
            impact: None,
            issues: None,
            funding: None,
        },
    })
}

/// For whoever is signed in.
#[component]
pub(super) fn Worth(
    /// The programme and the account.
    public: Signal<Public>,
    /// The quotes.
    wishes: Wishes,
) -> impl IntoView {
    let words = words();
    let known = Memo::new(move |_| {
        public.with(|public| {
            Some(Known {
                facts: public.facts.clone()?,
                programme: public.programme.clone(),
            })
        })
    });
    let is_there = Memo::new(move |_| known.with(Option::is_some));
    let heading = unique_id("worth");
    move || {
        let labelled_by = heading.clone();
        let heading = heading.clone();
        is_there.get().then(|| {
            view! { class="ps",
                <section class="worth" aria-labelledby=labelled_by>
                    <h2 id=heading>{words::plans::worth(words)}</h2>
                    <p class="hint">{words::plans::worth_lead(words)}</p>
                    <Judged known=known wishes=wishes/>
                </section>
            }
        })
    }
}

/// The incidents, judged.
#[component]
fn Judged(
    /// The account.
    known: Memo<Option<Known>>,
    /// The quotes.
    wishes: Wishes,
) -> impl IntoView {
    let words = words();
    let backend = backend();
    let found = Fetched::<Past>::new();
    let fetch = Callback::new(move |()| found.fetch(past(backend)));
    let revision =
        Memo::new(move |_| known.with(|known| known.as_ref().map(|known| known.facts.revision)));
    Effect::new(move |_| {
        // A memo that is tracked and never read does not follow.
        let _ = revision.get();
        fetch.run(());
    });
    let phase = Memo::new(move |_| found.now().with(|now| now.and_then(|_| Remote::Ready(()))));
    let whole = RwSignal::new("year".to_owned());
    let history = Memo::new(move |_| {
        let today = known.with(|known| known.as_ref().map(|known| known.facts.as_of));
        let since = today
            .filter(|_| whole.with(|whole| whole != "all"))
            .map(|today| today.plus_years(-1));
        found.now().with(|now| {
            let all = now.ready().map(|past| past.incidents.clone());
            let mut all = all.unwrap_or_default();
            all.retain(|incident| since.is_none_or(|since| since < incident.opened_on));
            all
        })
    });
    let outlooks = Memo::new(move |_| {
        known.with(|known| {
            let known = known.as_ref()?;
            let usual = usual_currency(known.programme.data());
            let quotes = quotes(wishes, &known.programme.data().plans, &usual);
            history.with(|history| {
                (!history.is_empty())
                    .then(|| what_if(&known.programme, &known.facts, history, &quotes))
            })
        })
    });
    let choices = vec![
        Choice::new("year", words::plans::worth_year(words)),
        Choice::new("all", words::plans::worth_all(words)),
    ];
    let counted = move || {
        history.with(|history| match (history.last(), history.first()) {
            (Some(first), Some(last)) => {
                let count = u32::try_from(history.len()).unwrap_or(u32::MAX);
                words::plans::worth_counted(words, count, first.opened_on, last.opened_on)
            }
            _ => words::plans::worth_none(words).to_owned(),
        })
    };
    let cut = move || {
        let is_cut = found
            .now()
            .with(|now| now.ready().is_some_and(|past| past.is_cut));
        is_cut.then(|| words::plans::worth_cut(words, PAGE * PAGES))
    };
    let name_of = move |id: &str| {
        known.with_untracked(|known| {
            let plan = known.as_ref()?.programme.plan(id)?;
            Some(plan.name.in_language(words.language()).to_owned())
        })
    };
    let rows = move || {
        let row = |outlook: &PlanOutlook| {
            let name = name_of(&outlook.plan).unwrap_or_else(|| outlook.plan.clone());
            let is_chosen = wishes
                .chosen(&outlook.plan)
                .is_none_or(|chosen| chosen.get());
            is_chosen.then(|| row(words, name, outlook))
        };
        outlooks.with(|all| all.iter().flatten().map(row).collect_view())
    };
    let heads = [
        words::plans::worth_plan(words),
        words::plans::worth_covered(words),
        words::plans::worth_why(words),
        words::plans::worth_cost(words),
        words::plans::worth_each(words),
        words::plans::worth_even(words),
    ];
    let any = Memo::new(move |_| outlooks.with(Option::is_some));
    let there = move || {
        let choices = Signal::stored(choices.clone());
        view! { class="ps",
            <div class="worth-tools">
                <Select
                    id=unique_id("worth-period") label=words::plans::worth_period(words)
                    placeholder="" choices=choices value=whole
                />
                {wishes.quote(super::INCIDENT).map(|value| view! { class="ps",
                    <TextField
                        id=unique_id("incident-price") label=words::plans::incident_price(words)
                        hint=words::plans::incident_price_hint(words) value=value max_length=80
                    />
                })}
            </div>
            <p role="status">{counted}" "{cut}</p>
            <Show when=move || any.get()>
                <Table caption=words::plans::worth_caption(words) caption_hidden=true>
                    <thead><tr>
                        {heads.map(|head| view! { class="ps", <th scope="col">{head}</th> }).collect_view()}
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </Table>
            </Show>
        }
        .into_any()
    };
    once_there(phase, fetch, Box::new(there))
}

/// The quotes that can be read, as the law takes them.
fn quotes(wishes: Wishes, plans: &[entitlement_rules::Plan], usual: &str) -> Quotes {
    let typed = |key: &str| {
        wishes
            .quote(key)
            .map(|typed| typed.get())
            .unwrap_or_default()
    };
    let of_plan = |plan: &entitlement_rules::Plan| {
        Some(Quote {
            plan: plan.id.clone(),
            price: price(&typed(&plan.id), usual)?,
            per: match typed(&super::per(&plan.id)).as_str() {
                "month" => Period::Month,
                "incident" => Period::Incident,
                _ => Period::Year,
            },
        })
    };
    Quotes {
        plans: plans.iter().filter_map(of_plan).collect(),
        incident: price(&typed(super::INCIDENT), usual),
    }
}

/// One plan.
fn row(words: Words, name: String, outlook: &PlanOutlook) -> impl IntoView + use<> {
    let all = outlook.covered + outlook.not_covered;
    let share = f64::from(outlook.covered) / f64::from(all.max(1));
    let undecided = (outlook.undecided > 0).then(|| {
        let text = words::plans::worth_undecided(words, outlook.undecided);
        view! { class="ps", <p class="hint">{text}</p> }
    });
    let mut reasons = outlook.reasons.clone();
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.incidents));
    let reasons = reasons.iter().take(REASONS).map(|reason| {
        let rule = reason.rule;
        view! { class="ps",
            <li>
                {words::plans::worth_reason(words, reason.incidents, sentence_of(words, rule))}" "
                <PageLink to=Route::Rules(Some(rule))>{rule.code()}</PageLink>
            </li>
        }
    });
    let cost = match &outlook.a_year {
        Figure::Known(cost) => {
            let twelve = cost
                .twelve_months
                .then(|| words::plans::twelve_months(words));
            let basis = outlook.fee.known().map(|fee| basis(words, fee));
            view! { class="ps",
                <p>{money(words, &cost.price)}</p>
                <p class="hint">{basis}" "{twelve}</p>
            }
            .into_any()
        }
        Figure::Unknown(reason) => view! { class="ps", <p>{gap(words, *reason)}</p> }.into_any(),
    };
    let each = match &outlook.per_covered_incident {
        Figure::Known(price) => words::plans::about(words, &money(words, price)),
        Figure::Unknown(reason) => gap(words, *reason).to_owned(),
    };
    let even = match &outlook.break_even {
        Figure::Known(count) => {
            words::plans::worth_even_count(words, u32::try_from(*count).unwrap_or(u32::MAX))
        }
        Figure::Unknown(reason) => gap(words, *reason).to_owned(),
    };
    view! { class="ps",
        <tr>
            <th scope="row">{name}</th>
            <td>
                <div class="worth-bar" aria-hidden="true">
                    <div style:inline-size=format!("{:.1}%", share * 100.0)></div>
                </div>
                <p>{words::plans::worth_covered_of(words, outlook.covered, all)}</p>
                {undecided}
            </td>
            <td><ul class="worth-reasons">{reasons.collect_view()}</ul></td>
            <td>{cost}</td>
            <td>{each}</td>
            <td>{even}</td>
        </tr>
    }
}

fn basis(words: Words, fee: &Fee) -> &'static str {
    match fee.basis {
        FeeBasis::Quote => words::plans::by_quote(words),
        FeeBasis::Programme { .. } => words::plans::by_source(words),
    }
}

/// A price in whole units, rounded up.
fn money(words: Words, price: &Price) -> String {
    let amount = u32::try_from(price.hundredths.div_ceil(100)).unwrap_or(u32::MAX);
    words::plans::amount(words, amount, &price.currency)
}

/// Why there is no figure.
fn gap(words: Words, gap: Gap) -> &'static str {
    match gap {
        Gap::ComesWithMembership => words::plans::gap_membership(words),
        Gap::OnRequest => words::plans::on_request(words),
        Gap::NotPublished => words::plans::not_published(words),
        Gap::ChargedPerIncident => words::plans::gap_per_incident(words),
        Gap::NothingCovered => words::plans::gap_nothing_covered(words),
        Gap::NoIncidentPrice => words::plans::gap_no_incident_price(words),
        Gap::OtherCurrency => words::plans::gap_other_currency(words),
        Gap::TooLarge => words::plans::gap_too_large(words),
    }
}

//! A balance as a line: how it went, and how it goes on at the present pace. The table beside it says the same.

use super::periods::{History, day_of};
use crate::words::{self, words};
use entitlement_rules::{Allotment, Contract, Date, EntryKind, Outlook, forecast};
use leptos::prelude::*;

/// The box of the drawing.
const WIDTH: i64 = 600;
const HEIGHT: i64 = 120;

/// What is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Drawing {
    /// The balance step by step, as the path of an SVG.
    line: String,
    /// How it goes on, where there is a forecast.
    pace: Option<String>,
    /// At first, now, and at most.
    first: u32,
    last: u32,
    most: u32,
    /// What is left falls; where nothing runs out, what was used rises.
    is_used: bool,
}

impl Drawing {
    /// Of a contract's days up to `today`; nothing where there is nothing to draw.
    pub(super) fn new(history: &History, contract: &Contract, today: Date) -> Option<Drawing> {
        let is_used = contract.balance.granted == Allotment::Unlimited;
        let mut used = 0_u32;
        let mut steps = Vec::new();
        for line in history.lines.iter().rev() {
            match line.kind {
                EntryKind::Consume => used += 1,
                EntryKind::Refund => used = used.saturating_sub(1),
                EntryKind::Grant | EntryKind::Expire | EntryKind::Correct => {}
            }
            let value = match line.remaining {
                _ if is_used => used,
                Allotment::Finite(left) => left,
                Allotment::None | Allotment::Unlimited => 0,
            };
            steps.push((day_of(line)?, value));
        }
        let (_, first) = *steps.first()?;
        let (_, last) = *steps.last()?;
        let most = steps.iter().map(|(_, value)| *value).max()?;
        let days = i64::from(contract.start.days_until(contract.end)).max(1);
        let x = |day: Date| {
            let since = i64::from(contract.start.days_until(day));
            since.clamp(0, days) * WIDTH / days
        };
        let y = |value: i64| HEIGHT - value * HEIGHT / i64::from(most.max(1));
        let mut line = String::new();
        for (day, value) in &steps {
            let (x, y) = (x(*day), y(i64::from(*value)));
            line.push_str(&match line.is_empty() {
                true => format!("M{x} {y}"),
                false => format!("H{x}V{y}"),
            });
        }
        line.push_str(&format!("H{}", x(today)));
        let pace = match forecast(contract, today).outlook {
            Outlook::RunsOut { on, .. } if !is_used => {
                let until = on.min(contract.end);
                let lasts = i64::from(today.days_until(on)).max(1);
                let beyond = i64::from(until.days_until(on));
                let left = y(0) - y(i64::from(last));
                let (from, to) = (y(i64::from(last)), y(0) - left * beyond / lasts);
                Some(format!("M{} {from}L{} {to}", x(today), x(until)))
            }
            _ => None,
        };
        Some(Drawing {
            line,
            pace,
            first,
            last,
            most,
            is_used,
        })
    }
}

/// The drawing with its scale.
#[component]
pub(super) fn Chart(
    /// What is drawn.
    drawing: Drawing,
    /// Name of the benefit.
    name: String,
    /// Its contract's days.
    days: (Date, Date),
) -> impl IntoView {
    let words = words();
    let Drawing {
        line,
        pace,
        first,
        last,
        most,
        is_used,
    } = drawing;
    let label = match is_used {
        true => words::usage::chart_used(words, &name, last),
        false => words::usage::chart(words, &name, first, last, most),
    };
    let has_pace = pace.is_some();
    view! { class="ps",
        <figure class="balance">
            <p class="hint balance-most" aria-hidden="true">{words.number(most)}</p>
            <svg role="img" aria-label=label viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none">
                <path class="balance-line" d=line></path>
                {pace.map(|pace| view! { class="ps", <path class="balance-pace" d=pace></path> })}
            </svg>
            <p class="hint balance-days" aria-hidden="true">
                <span>{words.date(days.0)}</span>
                <span>{words.date(days.1)}</span>
            </p>
            {has_pace.then(|| view! { class="ps", <figcaption class="hint">{words::usage::chart_pace(words)}</figcaption> })}
        </figure>
    }
}

#[cfg(test)]
mod tests {
    use super::super::periods::testing::history;
    use super::*;
    use entitlement_rules::Allotment::{Finite, Unlimited};
    use entitlement_rules::{Balance, BenefitKey};

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    /// A contract of the 100 days from 1 January.
    fn contract(granted: Allotment, used: u32) -> Contract {
        Contract {
            reference: "c".into(),
            benefit: BenefitKey::parse("product-support.competency").unwrap(),
            holder: "P".into(),
            own: true,
            access_id_masked: None,
            contract_id_masked: None,
            start: day("2021-01-01"),
            end: day("2021-04-11"),
            balance: Balance::granted(granted).with(EntryKind::Consume, Finite(used)),
            linked_on: None,
        }
    }

    #[test]
    fn a_balance_is_a_line_of_steps_from_the_grant_to_today_and_goes_on_at_its_pace() {
        let lines = [
            (EntryKind::Grant, "2020-12-20", Finite(4)),
            (EntryKind::Consume, "2021-01-21", Finite(3)),
            (EntryKind::Consume, "2021-02-10", Finite(2)),
        ];
        let drawing = Drawing::new(
            &history("P", &lines),
            &contract(Finite(4), 2),
            day("2021-02-19"),
        );
        let drawing = drawing.unwrap();
        assert_eq!(drawing.line, "M0 0H120V30H240V60H294");
        // 2 in 50 days: the other 2 last until 10 April, a day before the end.
        assert_eq!(drawing.pace.as_deref(), Some("M294 60L594 120"));
        assert_eq!((drawing.first, drawing.last, drawing.most), (4, 2, 4));
    }

    #[test]
    fn where_nothing_runs_out_the_line_shows_what_was_used() {
        let lines = [
            (EntryKind::Grant, "2021-01-01", Unlimited),
            (EntryKind::Consume, "2021-01-11", Unlimited),
            (EntryKind::Refund, "2021-01-21", Unlimited),
        ];
        let drawing = Drawing::new(
            &history("P", &lines),
            &contract(Unlimited, 0),
            day("2021-01-31"),
        );
        let drawing = drawing.unwrap();
        assert_eq!(
            (&*drawing.line, drawing.pace),
            ("M0 120H60V0H120V120H180", None)
        );
    }

    #[test]
    fn a_balance_without_a_line_is_not_drawn() {
        let drawing = Drawing::new(
            &history("P", &[]),
            &contract(Finite(4), 0),
            day("2021-01-31"),
        );
        assert_eq!(drawing, None);
    }
}

//! What was used in each period, counted from the lines of the balances: plain data, tested without a browser.

use entitlement_rules::{Date, EntryKind};
use support_api::LedgerLine;

/// One contract with the lines of its balance that were fetched.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct History {
    /// The server's own reference of the contract.
    pub(super) reference: String,
    /// What it is called: its benefit, and whose it is when it is another company's.
    pub(super) name: String,
    /// The name with the days of the contract.
    pub(super) label: String,
    /// Newest first.
    pub(super) lines: Vec<LedgerLine>,
    /// Whether every line is there.
    pub(super) is_whole: bool,
}

/// How long a period is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Length {
    Month,
    #[default]
    Quarter,
    Year,
}

impl Length {
    fn months(self) -> u32 {
        match self {
            Length::Month => 1,
            Length::Quarter => 3,
            Length::Year => 12,
        }
    }

    /// First and last day of the calendar's period that a day lies in.
    pub(super) fn around(self, day: Date) -> (Date, Date) {
        let (year, month, _) = day.ymd();
        let first = month - (month - 1) % self.months();
        let next = match first + self.months() {
            13 => Date::from_ymd(year + 1, 1, 1),
            next => Date::from_ymd(year, next, 1),
        };
        let start = Date::from_ymd(year, first, 1).unwrap_or(day);
        // The calendar's own last period ends with the calendar.
        (start, next.map_or(day, |next| next.plus_days(-1)))
    }
}

/// What was used in one period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Use {
    pub(super) from: Date,
    pub(super) to: Date,
    /// One count for each name of [`names`]: incidents used, and given back.
    pub(super) counts: Vec<(u32, u32)>,
}

impl Use {
    /// The counts of all benefits together.
    pub(super) fn all(&self) -> (u32, u32) {
        let add = |sum: (u32, u32), count: &(u32, u32)| (sum.0 + count.0, sum.1 + count.1);
        self.counts.iter().fold((0, 0), add)
    }
}

/// The day of a line, as the server's clock has it.
pub(super) fn day_of(line: &LedgerLine) -> Option<Date> {
    Date::parse(line.at.get(..10)?)
}

/// The benefits' names, each once, in the order of the contracts.
pub(super) fn names(histories: &[History]) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for history in histories {
        if !names.contains(&history.name.as_str()) {
            names.push(&history.name);
        }
    }
    names
}

/// Every period from the first line to `today`, newest first, those without any use too. A contract that follows another
/// one of the same name is counted with it.
pub(super) fn uses(histories: &[History], length: Length, today: Date) -> Vec<Use> {
    let names = names(histories);
    let days = histories.iter().flat_map(|history| &history.lines);
    let Some(first) = days.filter_map(day_of).min() else {
        return Vec::new();
    };
    let mut uses = Vec::new();
    let (mut from, mut to) = length.around(first);
    while from <= today {
        let mut counts = vec![(0, 0); names.len()];
        for history in histories {
            let count = names
                .iter()
                .position(|name| *name == history.name)
                .and_then(|place| counts.get_mut(place));
            let Some(count) = count else {
                continue;
            };
            for line in &history.lines {
                if day_of(line).is_some_and(|day| from <= day && day <= to) {
                    match line.kind {
                        EntryKind::Consume => count.0 += 1,
                        EntryKind::Refund => count.1 += 1,
                        EntryKind::Grant | EntryKind::Expire | EntryKind::Correct => {}
                    }
                }
            }
        }
        uses.push(Use { from, to, counts });
        let next = length.around(to.plus_days(1));
        if next.0 <= from {
            break;
        }
        (from, to) = next;
    }
    uses.reverse();
    uses
}

#[cfg(test)]
pub(super) mod testing {
    use super::History;
    use entitlement_rules::{Allotment, EntryKind};
    use support_api::LedgerLine;

    /// A history by what happened on which day, oldest first, with what was left after it.
    pub(crate) fn history(name: &str, lines: &[(EntryKind, &str, Allotment)]) -> History {
        let line = |(kind, day, remaining): &(EntryKind, &str, Allotment)| LedgerLine {
            kind: *kind,
            amount: Some(1),
            incident: None,
            incident_id: None,
            by: None,
            reason: None,
            at: format!("{day}T09:30:00Z"),
            remaining: *remaining,
        };
        History {
            reference: name.into(),
            name: name.into(),
            label: name.into(),
            lines: lines.iter().rev().map(line).collect(),
            is_whole: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::testing::history;
    use super::*;
    use entitlement_rules::Allotment::Finite;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn a_period_is_the_calendars() {
        for (length, on, from, to) in [
            (Length::Month, "2020-02-29", "2020-02-01", "2020-02-29"),
            (Length::Quarter, "2020-12-31", "2020-10-01", "2020-12-31"),
            (Length::Quarter, "2021-01-01", "2021-01-01", "2021-03-31"),
            (Length::Year, "2021-07-14", "2021-01-01", "2021-12-31"),
        ] {
            assert_eq!(length.around(day(on)), (day(from), day(to)), "{on}");
        }
    }

    #[test]
    fn every_quarter_says_what_was_used_and_given_back_even_when_that_is_nothing() {
        let grant = (EntryKind::Grant, "2020-05-04", Finite(5));
        let one = history(
            "Product Support",
            &[
                grant,
                (EntryKind::Consume, "2020-06-30", Finite(4)),
                (EntryKind::Consume, "2020-12-31", Finite(3)),
                (EntryKind::Refund, "2021-01-01", Finite(4)),
            ],
        );
        let cloud = history("Cloud", &[(EntryKind::Consume, "2020-12-01", Finite(1))]);
        let uses = uses(&[one, cloud], Length::Quarter, day("2021-03-04"));
        let told: Vec<_> = uses
            .iter()
            .map(|it| (it.from.to_string(), it.counts.clone()))
            .collect();
        assert_eq!(
            told,
            [
                ("2021-01-01".to_owned(), vec![(0, 1), (0, 0)]),
                ("2020-10-01".to_owned(), vec![(1, 0), (1, 0)]),
                ("2020-07-01".to_owned(), vec![(0, 0), (0, 0)]),
                ("2020-04-01".to_owned(), vec![(1, 0), (0, 0)]),
            ]
        );
        assert_eq!(uses.get(1).map(Use::all), Some((2, 0)));
    }

    #[test]
    fn the_contract_of_the_next_year_is_counted_with_the_one_before_it() {
        let year = |on: &str| history("Product Support", &[(EntryKind::Consume, on, Finite(1))]);
        let both = [year("2020-11-01"), year("2020-12-01")];
        assert_eq!(names(&both), ["Product Support"]);
        let uses = uses(&both, Length::Year, day("2020-12-31"));
        assert_eq!(uses.first().map(Use::all), Some((2, 0)));
    }

    #[test]
    fn without_any_line_there_is_no_period() {
        assert!(uses(&[], Length::Month, day("2021-03-04")).is_empty());
    }
}

//! When a contract's incidents run out, if they go on being used as they were so far.
//!
//! The pace is `used` incidents in `days` days, the first day and today both counted. At that pace the `remaining` ones
//! last `remaining * days / used` days more, rounded up: the day named is the first by whose end all would be used.
//!
//! ```text
//! 10 granted on 1 January, 4 used by the end of 20 January: 20 days for 4, so 6 last 30 days: 19 February.
//! ```

use crate::account::Contract;
use crate::allotment::Allotment;
use crate::date::Date;
use serde::{Deserialize, Serialize};

/// How a contract's balance is going.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Forecast {
    /// Incidents used so far, those given back not counted.
    pub used: u32,
    /// Days since the contract's first day, that day and today included; 0 before it has started.
    pub days: u32,
    /// Incidents left.
    pub remaining: Allotment,
    /// What is to be expected.
    pub outlook: Outlook,
}

/// What is to be expected of a contract's balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "outlook", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Outlook {
    /// It runs out.
    RunsOut {
        /// The day on which the last incident would be used; never later than 9999-12-31.
        on: Date,
        /// Whether that is before the contract's last day, so that some of its days would have none.
        before_the_end: bool,
        /// What was assumed.
        assumption: Assumption,
    },
    /// The contract has not started.
    NotStarted,
    /// The contract's last day is over; days of grace are not looked at.
    Over,
    /// Incidents are only counted.
    Unlimited,
    /// None are left.
    Spent,
    /// None was used yet, so there is no pace.
    NothingUsed,
}

/// What a forecast assumes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Assumption {
    /// Incidents go on being used as they were on average since the contract's first day.
    ConstantPaceSinceStart,
}

/// When the contract's incidents run out at the present pace, or why that cannot be said.
#[must_use]
pub fn forecast(contract: &Contract, as_of: Date) -> Forecast {
    let used = contract.balance.used();
    let remaining = contract.remaining();
    let days = u32::try_from(contract.start.days_until(as_of)).map_or(0, |days| days + 1);
    let outlook = match remaining {
        _ if days == 0 => Outlook::NotStarted,
        _ if contract.end < as_of => Outlook::Over,
        Allotment::Unlimited => Outlook::Unlimited,
        Allotment::None | Allotment::Finite(0) => Outlook::Spent,
        Allotment::Finite(_) if used == 0 => Outlook::NothingUsed,
        Allotment::Finite(left) => {
            // Two factors of 32 bits each: the product fits.
            let lasts = (u64::from(left) * u64::from(days)).div_ceil(u64::from(used));
            let on = as_of.plus_days(i32::try_from(lasts).unwrap_or(i32::MAX));
            Outlook::RunsOut {
                on,
                before_the_end: on < contract.end,
                assumption: Assumption::ConstantPaceSinceStart,
            }
        }
    };
    Forecast {
        used,
        days,
        remaining,
        outlook,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Balance, EntryKind};
    use crate::testing::{PRODUCT_SUPPORT, day, member};

    /// A contract from 1 January to 31 December 2021.
    fn contract(granted: Allotment, used: u32) -> Contract {
        let mut world = member().active(PRODUCT_SUPPORT, granted).consumed(used);
        let mut contract = world.facts.contracts.remove(0);
        contract.start = day("2021-01-01");
        contract.end = day("2021-12-31");
        contract
    }

    fn outlook(granted: Allotment, used: u32, on: &str) -> Outlook {
        forecast(&contract(granted, used), day(on)).outlook
    }

    fn runs_out(on: &str, before_the_end: bool) -> Outlook {
        Outlook::RunsOut {
            on: day(on),
            before_the_end,
            assumption: Assumption::ConstantPaceSinceStart,
        }
    }

    #[test]
    fn four_in_twenty_days_leave_thirty_days_for_the_other_six() {
        let forecast = forecast(&contract(Allotment::Finite(10), 4), day("2021-01-20"));
        assert_eq!((forecast.used, forecast.days), (4, 20));
        assert_eq!(forecast.remaining, Allotment::Finite(6));
        assert_eq!(forecast.outlook, runs_out("2021-02-19", true));
    }

    #[test]
    fn a_part_of_a_day_counts_as_a_day() {
        // 3 in 10 days: 7 last 23 days and a third.
        let outlook = outlook(Allotment::Finite(10), 3, "2021-01-10");
        assert_eq!(outlook, runs_out("2021-02-03", true));
    }

    #[test]
    fn what_lasts_until_the_last_day_does_not_run_out_before_the_end() {
        // One on the first day of 365: the others last the 364 days that are left.
        let daily = outlook(Allotment::Finite(365), 1, "2021-01-01");
        assert_eq!(daily, runs_out("2021-12-31", false));
        let one_less = outlook(Allotment::Finite(364), 1, "2021-01-01");
        assert_eq!(one_less, runs_out("2021-12-30", true));
    }

    #[test]
    fn what_is_given_back_slows_the_pace() {
        let mut contract = contract(Allotment::Finite(10), 5);
        let one = Allotment::Finite(1);
        contract.balance = contract.balance.with(EntryKind::Refund, one);
        let forecast = forecast(&contract, day("2021-01-20"));
        assert_eq!(forecast.outlook, runs_out("2021-02-19", true));
    }

    #[test]
    fn where_there_is_no_forecast_the_reason_is_named() {
        let ten = Allotment::Finite(10);
        assert_eq!(outlook(ten, 4, "2020-12-31"), Outlook::NotStarted);
        assert_ne!(outlook(ten, 4, "2021-12-31"), Outlook::Over);
        assert_eq!(outlook(ten, 4, "2022-01-01"), Outlook::Over);
        assert_eq!(outlook(ten, 10, "2021-02-01"), Outlook::Spent);
        assert_eq!(outlook(ten, 0, "2021-02-01"), Outlook::NothingUsed);
        let unlimited = outlook(Allotment::Unlimited, 4, "2021-02-01");
        assert_eq!(unlimited, Outlook::Unlimited);
        assert_eq!(outlook(Allotment::None, 0, "2021-02-01"), Outlook::Spent);
    }

    #[test]
    fn the_largest_numbers_stay_inside_the_calendar() {
        let mut contract = contract(Allotment::Finite(u32::MAX), 1);
        contract.start = day("0001-01-01");
        contract.end = day("9999-12-31");
        let outlook = forecast(&contract, day("9999-12-30")).outlook;
        assert_eq!(outlook, runs_out("9999-12-31", false));
        contract.balance = Balance::granted(Allotment::Finite(u32::MAX))
            .with(EntryKind::Consume, Allotment::Finite(u32::MAX));
        let outlook = forecast(&contract, day("2021-01-01")).outlook;
        assert_eq!(outlook, Outlook::Spent);
    }

    #[test]
    fn the_wire_says_what_was_assumed() {
        let forecast = forecast(&contract(Allotment::Finite(10), 4), day("2021-01-20"));
        let json = r#"{"used":4,"days":20,"remaining":6,"outlook":{"outlook":"runs-out","on":"2021-02-19","before_the_end":true,"assumption":"constant-pace-since-start"}}"#;
        assert_eq!(serde_json::to_string(&forecast).unwrap(), json);
        assert_eq!(serde_json::from_str::<Forecast>(json).unwrap(), forecast);
    }
}

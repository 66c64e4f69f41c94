//! E8: who holds an offer is reminded of its anniversary: some days before it, and once more some days after it while
//! the grace days run.

use super::prelude::*;
use crate::account::OfferStatus;
use crate::date::Date;
use crate::programme::RenewalReminders;

pub(super) const RULE: Rule =
    Rule::extension(Asks::of(&[QuestionKind::OpenBenefits]), |programme| {
        super::on(&programme.policy().extensions.renewal_reminders).is_some()
    })
    .with(
        |programme| match &programme.policy().extensions.renewal_reminders {
            Some(reminders) => vec![
                parameter("days-before", Value::Count(reminders.days_before)),
                parameter("days-after", Value::Count(reminders.days_after)),
            ],
            None => Vec::new(),
        },
    );

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let offers = case
        .facts
        .partner
        .iter()
        .flat_map(|partner| &partner.offers);
    let due = super::on(&case.programme.policy().extensions.renewal_reminders).and_then(|days| {
        offers
            .filter(|offer| offer.status == OfferStatus::Active && offer.start <= case.as_of)
            .find(|offer| is_due(case, days, offer.anniversary))
    });
    match due {
        Some(offer) => trace
            .pass()
            .warn()
            .with("offer", || Seen::Id(&offer.offer))
            .with("anniversary", || Seen::Date(offer.anniversary)),
        None => trace.not_applicable(),
    }
}

fn is_due(case: &Case<'_>, days: &RenewalReminders, anniversary: Date) -> bool {
    let before = anniversary.plus_days(-i32::try_from(days.days_before).unwrap_or(i32::MAX));
    let after = anniversary.plus_days(i32::try_from(days.days_after).unwrap_or(i32::MAX));
    let today = case.as_of;
    (before <= today && today <= anniversary)
        || (after <= today && today <= case.programme.last_usable_day(anniversary))
}

#[cfg(test)]
mod tests {
    use crate::testing::{member, status};
    use crate::{RuleId, Status};

    /// The anniversary of the tests' offers is 2021-05-31.
    fn on(date: &str) -> Status {
        let verdict = member()
            .offer("silver", Some("datacenter"))
            .on(date)
            .opens_benefits();
        status(&verdict, RuleId::E8)
    }

    #[test]
    fn fifteen_days_before_and_twenty_three_days_after_a_reminder_is_due() {
        for date in ["2021-05-16", "2021-05-31", "2021-06-23", "2021-06-30"] {
            assert_eq!(on(date), Status::Pass, "{date}");
        }
    }

    #[test]
    fn on_other_days_none_is() {
        for date in ["2021-05-15", "2021-06-01", "2021-06-22", "2021-07-01"] {
            assert_eq!(on(date), Status::NotApplicable, "{date}");
        }
    }
}

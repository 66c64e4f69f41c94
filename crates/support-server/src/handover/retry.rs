//! When a failed delivery is tried again.

use crate::clock::Moment;
use std::time::Duration;

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;

/// Milliseconds before each try, counted from the failure of the one before: the schedule that Standard Webhooks 1.0.0
/// suggests. Ten tries over three days and a half.
pub const SCHEDULE: [u64; 10] = [
    0,
    5 * SECOND,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
];

/// Up to a tenth is added to each wait, so that what failed together does not come back together.
const JITTER_PARTS: u64 = 10;

/// A receiver may ask for a longer wait, up to this, in milliseconds.
const LONGEST_WISH: i64 = 60 * 60 * 1_000;

/// When to try again after try number `tries` (from 1) failed at `now`; `None` when that was the last. `chance` is any
/// number, by chance. The receiver's own wish makes the wait longer, never shorter.
#[must_use]
pub fn next_try(tries: u32, now: Moment, wish: Option<Duration>, chance: u64) -> Option<Moment> {
    let wait = *SCHEDULE.get(usize::try_from(tries).ok()?)?;
    let jittered = i64::try_from(wait + chance % (wait / JITTER_PARTS + 1)).ok()?;
    Some(Moment(
        now.0.saturating_add(jittered.max(within_bounds(wish))),
    ))
}

/// A receiver's wish in milliseconds, as far as it is granted.
pub(super) fn within_bounds(wish: Option<Duration>) -> i64 {
    let wish = wish.unwrap_or(Duration::ZERO).as_millis();
    i64::try_from(wish).map_or(LONGEST_WISH, |wish| wish.min(LONGEST_WISH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_tries_over_three_days_and_a_half_then_none() {
        let mut now = Moment(0);
        let mut tries = 1;
        while let Some(next) = next_try(tries, now, None, 0) {
            assert!(next > now);
            now = next;
            tries += 1;
        }
        assert_eq!(tries, 10);
        let minutes = 60 * (2 + 5 + 10 + 14 + 20 + 24) + 35;
        assert_eq!(now.0, (minutes * 60 + 5) * 1_000);
    }

    #[test]
    fn chance_spreads_tries_by_a_tenth_at_most() {
        let waits = (0..2_000_000).step_by(997).map(|chance| {
            let next = next_try(3, Moment(0), None, chance).unwrap();
            next.0
        });
        let (least, most) = waits.fold((i64::MAX, 0), |(least, most), wait| {
            (least.min(wait), most.max(wait))
        });
        assert!(least >= 1_800_000 && most <= 1_980_000);
        assert!(most - least > 170_000, "spread over the whole tenth");
    }

    #[test]
    fn a_receivers_wish_makes_a_wait_longer_within_an_hour_and_never_shorter() {
        let after = |wish| next_try(2, Moment(0), Some(Duration::from_secs(wish)), 0).unwrap();
        assert_eq!(after(1), Moment(300_000));
        assert_eq!(after(900), Moment(900_000));
        assert_eq!(after(u64::MAX), Moment(3_600_000));
    }
}

//! The domain's clock: what the server calls "today". In production it is the real one; the demo's starts on the date
//! that the programme's file describes and runs on from there. Tokens and rate limits never look at it.

use entitlement_rules::Date;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const DAY: i64 = 86_400_000;

/// A point in time, in milliseconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub i64);

impl Moment {
    /// The real time.
    #[must_use]
    pub fn real() -> Moment {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or(Duration::ZERO);
        Moment(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    /// Nine o'clock (UTC) on a date.
    #[must_use]
    pub fn morning_of(date: Date) -> Moment {
        Moment(i64::from(date.days_since_epoch()) * DAY + 9 * 3_600_000)
    }

    /// The date, in UTC.
    #[must_use]
    pub fn date(self) -> Date {
        let days = self.0.div_euclid(DAY);
        Date::from_days_since_epoch(i32::try_from(days).unwrap_or(i32::MAX))
    }

    /// RFC 3339 in UTC, to the millisecond.
    #[must_use]
    pub fn rfc3339(self) -> String {
        let in_day = self.0.rem_euclid(DAY);
        let (seconds, millis) = (in_day / 1_000, in_day % 1_000);
        let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        format!(
            "{}T{hours:02}:{minutes:02}:{seconds:02}.{millis:03}Z",
            self.date()
        )
    }
}

/// The domain's clock.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// Milliseconds that it is ahead of the real time; negative when it is behind.
    ahead: i64,
}

impl Clock {
    /// The real time.
    #[must_use]
    pub fn real() -> Clock {
        Clock { ahead: 0 }
    }

    /// One that is `ahead` of the real time by so many milliseconds.
    #[must_use]
    pub fn ahead_by(ahead: i64) -> Clock {
        Clock { ahead }
    }

    /// One that shows `moment` right now.
    #[must_use]
    pub fn starting_at(moment: Moment) -> Clock {
        Clock {
            ahead: moment.0.saturating_sub(Moment::real().0),
        }
    }

    /// Milliseconds that it is ahead of the real time.
    #[must_use]
    pub fn ahead(self) -> i64 {
        self.ahead
    }

    /// What it shows.
    #[must_use]
    pub fn now(self) -> Moment {
        Moment(Moment::real().0.saturating_add(self.ahead))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_with_its_date_and_time() {
        let morning = Moment::morning_of(Date::parse("2021-03-04").unwrap());
        assert_eq!(morning.rfc3339(), "2021-03-04T09:00:00.000Z");
        assert_eq!(Moment(-1).rfc3339(), "1969-12-31T23:59:59.999Z");
    }

    #[test]
    fn the_demo_clock_starts_where_it_is_told_and_runs_on() {
        let start = Moment::morning_of(Date::parse("2021-03-04").unwrap());
        let clock = Clock::starting_at(start);
        let (first, second) = (clock.now(), Clock::ahead_by(clock.ahead()).now());
        assert!(start <= first && first <= second);
        assert_eq!(first.date(), start.date());
    }
}

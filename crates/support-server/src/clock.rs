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

    /// Reads a point in time of the years 1 to 9999 as RFC 3339 writes it, to the millisecond; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Moment> {
        let text = text.to_ascii_uppercase();
        let (date, time) = text.split_once('T')?;
        let (time, ahead) = match time.strip_suffix('Z') {
            Some(time) => (time, 0),
            None => {
                let (time, zone) = time.split_at_checked(time.rfind(['+', '-'])?)?;
                let (hours, minutes) = zone.get(1..)?.split_once(':')?;
                let minutes = below(hours, 24)? * 60 + below(minutes, 60)?;
                (
                    time,
                    if zone.starts_with('-') {
                        -minutes
                    } else {
                        minutes
                    },
                )
            }
        };
        let (time, fraction) = match time.split_once('.') {
            Some((_, "")) => return None,
            Some((time, fraction)) => (time, fraction),
            None => (time, ""),
        };
        if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let millis = fraction.bytes().chain(*b"000").take(3);
        let millis = millis.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
        let (hours, rest) = time.split_once(':')?;
        let (minutes, seconds) = rest.split_once(':')?;
        // A leap second has the number 60.
        let (minutes, seconds) = (below(minutes, 60)? - ahead, below(seconds, 61)?);
        let in_day = ((below(hours, 24)? * 60 + minutes) * 60 + seconds) * 1_000 + millis;
        Some(Moment(
            i64::from(Date::parse(date)?.days_since_epoch()) * DAY + in_day,
        ))
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

/// The number that two digits say, where it is below `end`.
fn below(digits: &str, end: i64) -> Option<i64> {
    let is_number = digits.len() == 2 && digits.bytes().all(|digit| digit.is_ascii_digit());
    let number = digits.parse().ok().filter(|_| is_number)?;
    (number < end).then_some(number)
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
    fn a_moment_is_read_in_any_zone_and_nothing_else_is_one() {
        let morning = Some(Moment::morning_of(Date::parse("2021-03-04").unwrap()));
        for same in [
            "2021-03-04T09:00:00Z",
            "2021-03-04t09:00:00.0004z",
            "2021-03-04T10:30:00.000+01:30",
            "2021-03-03T23:00:00-10:00",
            "2021-03-04T08:59:60Z",
        ] {
            assert_eq!(Moment::parse(same), morning, "{same}");
        }
        let last = Moment::parse("1969-12-31T23:59:59.999999Z");
        assert_eq!(last, Some(Moment(-1)));
        for wrong in [
            "",
            "2021-03-04",
            "2021-03-04T09:00:00",
            "2021-03-04 09:00:00Z",
            "2021-02-29T09:00:00Z",
            "2021-03-04T24:00:00Z",
            "2021-03-04T9:00:00Z",
            "2021-03-04T09:00:+1Z",
            "2021-03-04T09:00:00.Z",
            "2021-03-04T09:00:00.1-Z",
            "2021-03-04T09:00:00+0100",
            "2021-03-04T09:00:00+24:00",
            "2021-03-04T09:00:00\u{e9}Z",
            "0000-01-01T00:00:00Z",
            "99999-01-01T00:00:00Z",
        ] {
            assert_eq!(Moment::parse(wrong), None, "{wrong}");
        }
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

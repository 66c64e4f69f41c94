//! A calendar date. The law counts in days; times of day belong to the server that injects `as_of`.

use light_json::{FromJson, Json};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// A day in the proleptic Gregorian calendar, stored as days since 1970-01-01 and written `YYYY-MM-DD`.
/// Valid years are 1 to 9999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i32);

/// Days from 1970-01-01 to the first and last day that four-digit years can name.
const FIRST: i32 = -719_162;
const LAST: i32 = 2_932_896;

impl Date {
    /// The date of a year (1 to 9999), month (1 to 12) and day; `None` when there is no such day.
    #[must_use]
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Date> {
        if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || day == 0 {
            return None;
        }
        if day > days_in_month(year, month) {
            return None;
        }
        // March-based years put the leap day last, so that the day of the year is a formula.
        let march_year = if month <= 2 { year - 1 } else { year };
        let era = march_year.div_euclid(400);
        let year_of_era = march_year.rem_euclid(400);
        let march_month = (month as i32 + 9) % 12;
        let day_of_year = (153 * march_month + 2) / 5 + day as i32 - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Some(Date(era * 146_097 + day_of_era - 719_468))
    }

    /// Reads `YYYY-MM-DD`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Date> {
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let digits = |part: &str, length: usize| {
            part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        if parts.next().is_some() || !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
            return None;
        }
        Date::from_ymd(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// Year, month (1 to 12) and day of the month (1 to 31).
    #[must_use]
    pub fn ymd(self) -> (i32, u32, u32) {
        let days = self.0 + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * march_month + 2) / 5 + 1;
        let month = if march_month < 10 {
            march_month + 3
        } else {
            march_month - 9
        };
        let year = year_of_era + era * 400 + i32::from(month <= 2);
        (year, month as u32, day as u32)
    }

    /// The date `days` later (or earlier when negative), kept inside years 1 to 9999.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Date {
        Date(self.0.saturating_add(days).clamp(FIRST, LAST))
    }

    /// The same day `years` later; 29 February becomes 28 February where there is none.
    #[must_use]
    pub fn plus_years(self, years: i32) -> Date {
        let (year, month, day) = self.ymd();
        let year = year.saturating_add(years).clamp(1, 9999);
        let day = day.min(days_in_month(year, month));
        Date::from_ymd(year, month, day).unwrap_or(self)
    }

    /// Days from this date until `later`; negative when `later` is earlier.
    #[must_use]
    pub fn days_until(self, later: Date) -> i32 {
        later.0 - self.0
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub fn days_since_epoch(self) -> i32 {
        self.0
    }

    /// The date `days` after 1970-01-01, kept inside years 1 to 9999.
    #[must_use]
    pub fn from_days_since_epoch(days: i32) -> Date {
        Date(days.clamp(FIRST, LAST))
    }
}

fn days_in_month(year: i32, month: u32) -> u32 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(out, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Date::parse(&text).ok_or_else(|| de::Error::custom("expected a date as YYYY-MM-DD"))
    }
}

impl FromJson for Date {
    fn from_json(json: Json<'_>) -> Option<Date> {
        Date::parse(json.text()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_four_centuries_survives_a_round_trip() {
        let mut date = Date::parse("1800-01-01").unwrap();
        let last = Date::parse("2200-12-31").unwrap();
        while date <= last {
            assert_eq!(Date::parse(&date.to_string()), Some(date));
            date = date.plus_days(1);
        }
    }

    #[test]
    fn known_days_have_their_known_numbers() {
        assert_eq!(Date::parse("1970-01-01").unwrap().days_since_epoch(), 0);
        assert_eq!(
            Date::parse("2021-03-04").unwrap().days_since_epoch(),
            18_690
        );
        assert_eq!(Date::parse("0001-01-01").unwrap().days_since_epoch(), FIRST);
        assert_eq!(Date::parse("9999-12-31").unwrap().days_since_epoch(), LAST);
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for text in [
            "2021-02-29",
            "2021-13-01",
            "2021-00-10",
            "2021-4-01",
            "21-04-01",
            "2021-04-01T00",
            "",
        ] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_year_after_a_leap_day_is_the_28th() {
        let leap = Date::parse("2020-02-29").unwrap();
        assert_eq!(leap.plus_years(1).to_string(), "2021-02-28");
        assert_eq!(leap.plus_years(4).to_string(), "2024-02-29");
    }
}

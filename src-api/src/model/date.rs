//! Dates of the calendar, as identity documents give them: no time of day, no time zone.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// Why a text is not a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DateError {
    /// Nothing there.
    #[error("no date")]
    Missing,
    /// Not day, month and year with four digits.
    #[error("not a date")]
    NotADate,
    /// There is no such day.
    #[error("no such day")]
    NoSuchDay,
}

/// A day of the Gregorian calendar between 1900 and 2199. Travels as `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, example = "1990-04-07"))]
#[serde(try_from = "String", into = "String")]
pub struct Date(Ymd);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Ymd {
    year: u16,
    month: u8,
    day: u8,
}

const fn days_in(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

impl Date {
    /// The day, if there is one.
    ///
    /// # Errors
    /// [`DateError::NoSuchDay`] when there isn't, or it is out of range.
    pub const fn new(year: u16, month: u8, day: u8) -> Result<Self, DateError> {
        let there = 1900 <= year && year < 2200 && 1 <= month && month <= 12 && 1 <= day && day <= days_in(year, month);
        if there { Ok(Self(Ymd { year, month, day })) } else { Err(DateError::NoSuchDay) }
    }

    /// Reads a date as people in Vietnam type it, day first: `7/4/1990`, `07-04-1990`, `7.4.1990`, `07041990`.
    ///
    /// # Errors
    /// [`DateError`].
    pub fn parse(text: &str) -> Result<Self, DateError> {
        let text = text.trim();
        if text.trim_matches(['/', '-', '.', ' ']).is_empty() {
            return Err(DateError::Missing);
        }
        let parts: Vec<&str> = if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
            let (day, rest) = text.split_at(2);
            let (month, year) = rest.split_at(2);
            vec![day, month, year]
        } else {
            text.split(['/', '-', '.', ' ']).map(str::trim).filter(|part| !part.is_empty()).collect()
        };
        let [day, month, year] = parts.as_slice() else { return Err(DateError::NotADate) };
        let number = |part: &str, most: usize| {
            let fits = part.len() <= most && part.bytes().all(|b| b.is_ascii_digit());
            if fits { part.parse::<u16>().map_err(|_| DateError::NotADate) } else { Err(DateError::NotADate) }
        };
        if year.len() != 4 {
            return Err(DateError::NotADate);
        }
        let small = |n: u16| u8::try_from(n).map_err(|_| DateError::NoSuchDay);
        Self::new(number(year, 4)?, small(number(month, 2)?)?, small(number(day, 2)?)?)
    }

    /// The day that it is in Vietnam, which is seven hours ahead of UTC all year. A clock that is centuries off gives
    /// the nearest day that there is here.
    #[must_use]
    pub fn in_vietnam(at: Timestamp) -> Self {
        const DAY_MS: i64 = 86_400_000;
        let days = at.plus_ms(7 * 3_600_000).0.div_euclid(DAY_MS);
        // Counted from 0000-03-01, so that a leap day is a year's last (Hinnant, "chrono-Compatible Low-Level Date
        // Algorithms").
        let day = days.saturating_add(719_468);
        let (era, of_era) = (day.div_euclid(146_097), day.rem_euclid(146_097));
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let small = |n: i64| u8::try_from(n).unwrap_or(1);
        match u16::try_from(year.clamp(0, 9_999)) {
            Ok(year @ 1_900..2_200) => {
                Self(Ymd { year, month: small(month), day: small(of_year - (153 * from_march + 2) / 5 + 1) })
            }
            Ok(..1_900) => Self(Ymd { year: 1_900, month: 1, day: 1 }),
            Ok(_) | Err(_) => Self(Ymd { year: 2_199, month: 12, day: 31 }),
        }
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.0.year
    }

    /// The month, from 1.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.0.month
    }

    /// The day of the month, from 1.
    #[must_use]
    pub const fn day(self) -> u8 {
        self.0.day
    }

    /// Whole years from this day to `on`; zero when that is earlier.
    #[must_use]
    pub const fn age(self, on: Self) -> u16 {
        let had = on.0.month > self.0.month || (on.0.month == self.0.month && on.0.day >= self.0.day);
        on.0.year.saturating_sub(self.0.year).saturating_sub(if had { 0 } else { 1 })
    }

    /// As people in Vietnam write it: `07/04/1990`. [`Date::parse`] reads it back.
    #[must_use]
    pub fn day_first(self) -> String {
        format!("{:02}/{:02}/{}", self.0.day, self.0.month, self.0.year)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year, self.0.month, self.0.day)
    }
}

impl TryFrom<String> for Date {
    type Error = DateError;
    fn try_from(text: String) -> Result<Self, DateError> {
        let parts: Vec<&str> = text.split('-').collect();
        let [year, month, day] = parts.as_slice() else { return Err(DateError::NotADate) };
        if (year.len(), month.len(), day.len()) != (4, 2, 2) {
            return Err(DateError::NotADate);
        }
        let number = |part: &str| part.parse::<u16>().map_err(|_| DateError::NotADate);
        let small = |n: u16| u8::try_from(n).map_err(|_| DateError::NoSuchDay);
        Self::new(number(year)?, small(number(month)?)?, small(number(day)?)?)
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_people_type_them() {
        let seventh = Date::new(1990, 4, 7);
        for text in ["7/4/1990", "07/04/1990", " 07-04-1990 ", "7.4.1990", "07041990", "7 4 1990", "07 / 04 / 1990"] {
            assert_eq!(Date::parse(text), seventh, "{text}");
        }
        let table = [
            ("", DateError::Missing),
            (" / / ", DateError::Missing),
            ("7/4", DateError::NotADate),
            ("7/4/90", DateError::NotADate),
            ("1990-04-07", DateError::NotADate),
            ("7/tư/1990", DateError::NotADate),
            ("0704190", DateError::NotADate),
            ("29/02/2023", DateError::NoSuchDay),
            ("31/04/1990", DateError::NoSuchDay),
            ("7/13/1990", DateError::NoSuchDay),
            ("0/1/1990", DateError::NoSuchDay),
            ("7/4/1899", DateError::NoSuchDay),
        ];
        for (text, expected) in table {
            assert_eq!(Date::parse(text), Err(expected), "{text}");
        }
        assert!(Date::parse("29/02/2024").is_ok() && Date::parse("29/02/2000").is_ok() && Date::parse("29/02/1900").is_err());
    }

    #[test]
    fn what_is_written_reads_back() -> Result<(), DateError> {
        let date = Date::new(2009, 12, 1)?;
        assert_eq!(Date::try_from(date.to_string())?, date);
        assert_eq!(Date::parse(&date.day_first())?, date);
        assert_eq!(Date::try_from("2009-12-1".to_owned()), Err(DateError::NotADate));
        Ok(())
    }

    #[test]
    fn the_day_in_vietnam_begins_seven_hours_earlier() {
        let table = [
            (0, (1970, 1, 1)),
            (1_764_003_599_000, (2025, 11, 24)),
            (1_764_003_600_000, (2025, 11, 25)),
            (951_843_599_000, (2000, 2, 29)),
            (951_843_600_000, (2000, 3, 1)),
            (1_709_139_600_000, (2024, 2, 29)),
            (-2_208_988_800_000, (1900, 1, 1)),
            (i64::MIN, (1900, 1, 1)),
            (i64::MAX, (2199, 12, 31)),
        ];
        for (at, (year, month, day)) in table {
            assert_eq!(Ok(Date::in_vietnam(Timestamp(at))), Date::new(year, month, day), "{at}");
        }
    }

    #[test]
    fn ages_rise_on_the_birthday() -> Result<(), DateError> {
        let born = Date::new(2010, 11, 23)?;
        assert_eq!(born.age(Date::new(2026, 11, 22)?), 15);
        assert_eq!(born.age(Date::new(2026, 11, 23)?), 16);
        assert_eq!(born.age(Date::new(2009, 1, 1)?), 0);
        Ok(())
    }
}

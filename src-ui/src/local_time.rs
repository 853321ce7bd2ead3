//! Instants as the citizen's clock on the wall shows them.
//!
//! The device's own zone is used, through the browser's `Date`. What is written with these values is
//! the language's business; the text of a `datetime-local` input is a format, and lives here.

use js_sys::Date;
use pakn_api::Timestamp;
use wasm_bindgen::JsValue;

/// A minute in the device's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LocalTime {
    pub(crate) year: i32,
    /// 1 to 12.
    pub(crate) month: u32,
    /// 1 to 31.
    pub(crate) day: u32,
    pub(crate) hour: u32,
    pub(crate) minute: u32,
}

/// The device's clock.
pub(crate) fn now() -> Timestamp {
    millis(Date::now())
}

/// Milliseconds since the page was opened: never set, but it may stand still while the device sleeps.
pub(crate) fn steady_ms() -> f64 {
    leptos::prelude::window().performance().map_or(0.0, |clock| clock.now())
}

#[expect(clippy::cast_possible_truncation, reason = "a float cast saturates, and a Date never exceeds 2^53")]
fn millis(value: f64) -> Timestamp {
    Timestamp(value as i64)
}

impl LocalTime {
    /// The minute in which an instant falls.
    #[expect(clippy::cast_precision_loss, reason = "a Date is a float: exact for the next 285,000 years")]
    pub(crate) fn of(at: Timestamp) -> Self {
        let date = Date::new(&JsValue::from_f64(at.0 as f64));
        Self {
            year: i32::try_from(date.get_full_year()).unwrap_or(1970),
            month: date.get_month() + 1,
            day: date.get_date(),
            hour: date.get_hours(),
            minute: date.get_minutes(),
        }
    }

    /// The instant at which this minute begins.
    pub(crate) fn instant(self) -> Timestamp {
        let part = |n: u32| i32::try_from(n).unwrap_or_default();
        let year = self.year.unsigned_abs();
        let date =
            Date::new_with_year_month_day_hr_min(year, part(self.month) - 1, part(self.day), part(self.hour), part(self.minute));
        millis(date.get_time())
    }

    /// A number that rises by one from day to day.
    pub(crate) fn day_number(self) -> i64 {
        // Days from civil, counting years from March so that the leap day comes last.
        let (month, year) = (i64::from(self.month), i64::from(self.year) - i64::from(self.month <= 2));
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + i64::from(self.day) - 1;
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year
    }

    /// As the value of a `datetime-local` input.
    pub(crate) fn to_input(self) -> String {
        format!("{:04}-{:02}-{:02}T{:02}:{:02}", self.year, self.month, self.day, self.hour, self.minute)
    }

    /// Reads the value of a `datetime-local` input; seconds are dropped.
    pub(crate) fn from_input(text: &str) -> Option<Self> {
        let (date, clock) = text.trim().split_once('T')?;
        let mut date = date.splitn(3, '-');
        let mut clock = clock.splitn(3, ':');
        let time = Self {
            year: date.next()?.parse().ok()?,
            month: date.next()?.parse().ok()?,
            day: date.next()?.parse().ok()?,
            hour: clock.next()?.parse().ok()?,
            minute: clock.next()?.parse().ok()?,
        };
        let fits = (1..=9_999).contains(&time.year)
            && (1..=12).contains(&time.month)
            && (1..=31).contains(&time.day)
            && time.hour < 24
            && time.minute < 60;
        fits.then_some(time)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use super::*;

    fn day(text: &str) -> i64 {
        LocalTime::from_input(&format!("{text}T00:00")).unwrap().day_number()
    }

    #[test]
    fn days_follow_each_other() {
        for (before, after) in [
            ("2026-11-21", "2026-11-22"),
            ("2026-02-28", "2026-03-01"),
            ("2028-02-29", "2028-03-01"),
            ("2026-12-31", "2027-01-01"),
            ("1999-12-31", "2000-01-01"),
        ] {
            assert_eq!(day(after) - day(before), 1, "{before}");
        }
        assert_eq!(day("2027-11-22") - day("2026-11-22"), 365);
    }

    #[test]
    fn the_input_format_reads_back_and_nonsense_does_not() {
        for text in ["2026-11-21T09:30", "2026-01-02T00:00"] {
            assert_eq!(LocalTime::from_input(text).map(LocalTime::to_input).as_deref(), Some(text));
        }
        assert_eq!(LocalTime::from_input("2026-11-21T09:30:15").unwrap().to_input(), "2026-11-21T09:30");
        for bad in ["", "2026-11-21", "21/11/2026 09:30", "2026-13-01T00:00", "2026-11-21T24:00", "0000-01-01T00:00"] {
            assert_eq!(LocalTime::from_input(bad), None, "{bad}");
        }
    }
}

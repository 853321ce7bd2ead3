//! Which step of proving a number comes next, and when another code may be asked for. Pure.

use pakn_api::{
    ErrorCode, Timestamp,
    ipc::{AppError, PendingCode},
    model::code::OneTimeCode,
};

/// How many steps there are before it is done.
pub(super) const STEPS: usize = 3;
/// How long after its end a code is still asked for, in milliseconds: the SMS may be slow and the clock wrong.
const STALE_MS: i64 = 60 * 60 * 1_000;
/// The longest anybody is kept from asking for another code, in milliseconds. The server says so itself where it
/// wants more; a clock that was set back must not keep anybody waiting for days.
const REST_MS: i64 = 60_000;

/// A step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Which number.
    Phone,
    /// The code that was sent to it.
    Code,
    /// The password, and what is agreed to.
    Password,
}

impl Step {
    /// Its place among [`STEPS`].
    pub(super) const fn number(self) -> usize {
        match self {
            Self::Phone => 1,
            Self::Code => 2,
            Self::Password => 3,
        }
    }
}

/// Where it goes on, given the code that is pending.
pub(super) fn step(pending: Option<&PendingCode>, now: Timestamp) -> Step {
    match pending {
        Some(PendingCode { checked: true, .. }) => Step::Password,
        Some(code) if now.0.saturating_sub(code.expires_at.0) < STALE_MS => Step::Code,
        Some(_) | None => Step::Phone,
    }
}

/// Whether a code's time is over by the device's clock. It may be tried all the same.
pub(super) fn is_old(code: &PendingCode, now: Timestamp) -> bool {
    now.0 >= code.expires_at.0
}

/// Whether nothing can be done with the present code any more.
pub(super) fn needs_new_code(error: &AppError) -> bool {
    matches!(
        error,
        AppError::NoCode | AppError::Refused { error: ErrorCode::CodeExpired | ErrorCode::CodeUsed | ErrorCode::CodeExhausted }
    )
}

/// Why the last step came to nothing although the code was right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Crossing {
    /// Whoever registers has an account.
    AccountExists,
    /// Whoever forgot a password has no account.
    NoAccount,
}

/// Whether the citizen is on the wrong one of the two ways.
pub(super) fn crossing(error: &AppError) -> Option<Crossing> {
    let AppError::Refused { error } = error else { return None };
    let crossings = [(ErrorCode::AccountExists, Crossing::AccountExists), (ErrorCode::NoAccount, Crossing::NoAccount)];
    crossings.into_iter().find(|(code, _)| code == error).map(|(_, crossing)| crossing)
}

/// The code in what was typed or pasted: all of it, or the one group of six digits in a whole message.
pub(super) fn code_in(text: &str) -> Option<OneTimeCode> {
    OneTimeCode::parse(text).ok().or_else(|| {
        let mut groups = text.split(|c: char| !c.is_ascii_digit()).filter(|group| group.len() == OneTimeCode::DIGITS);
        let only = groups.next()?;
        groups.next().is_none().then(|| OneTimeCode::parse(only).ok())?
    })
}

/// The wait before another code may be asked for. It is measured by two clocks, as one of them may be set, and
/// the other may stand still while the device sleeps; whichever says "now" first is believed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rest {
    until: Timestamp,
    left_ms: i64,
    steady_ms: f64,
}

impl Rest {
    /// Until `until` by the wall clock; `steady_ms` counts from whenever and is never set.
    pub(super) fn until(until: Timestamp, now: Timestamp, steady_ms: f64) -> Self {
        let left_ms = until.0.saturating_sub(now.0).clamp(0, REST_MS);
        Self { until, left_ms, steady_ms }
    }

    /// What is left of it, in whole seconds, rounded up.
    #[expect(clippy::cast_possible_truncation, reason = "a float cast saturates")]
    pub(super) fn seconds_left(self, now: Timestamp, steady_ms: f64) -> u64 {
        let by_steady = self.left_ms.saturating_sub((steady_ms - self.steady_ms) as i64);
        let by_wall = self.until.0.saturating_sub(now.0);
        u64::try_from(by_steady.min(by_wall).min(REST_MS)).unwrap_or(0).div_ceil(1_000)
    }
}

#[cfg(test)]
mod tests {
    use pakn_api::ipc::CodePurpose;

    use super::*;

    const NOW: i64 = 1_764_000_000_000;

    fn pending(expires_in_ms: i64, checked: bool) -> PendingCode {
        let at = |ms: i64| Timestamp(NOW + ms);
        let phone = "0912 345 678".to_owned();
        PendingCode { purpose: CodePurpose::Register, phone, expires_at: at(expires_in_ms), resend_at: at(0), checked }
    }

    #[test]
    fn it_goes_on_where_it_was() {
        let day = 24 * 60 * 60 * 1_000;
        let table = [
            ("nothing asked for", None, Step::Phone),
            ("just sent", Some(pending(300_000, false)), Step::Code),
            ("over by a minute: the message may have come late", Some(pending(-60_000, false)), Step::Code),
            ("the clock was set back a day", Some(pending(day, false)), Step::Code),
            ("forgotten yesterday", Some(pending(-day, false)), Step::Phone),
            ("entered", Some(pending(300_000, true)), Step::Password),
            ("entered, and its time is over: the server decides", Some(pending(-day, true)), Step::Password),
        ];
        for (what, pending, expected) in table {
            assert_eq!(step(pending.as_ref(), Timestamp(NOW)), expected, "{what}");
        }
        assert!(is_old(&pending(0, false), Timestamp(NOW)) && !is_old(&pending(1, false), Timestamp(NOW)));
    }

    #[test]
    fn the_wait_ends_whatever_is_done_to_the_clock() {
        let second = 1_000;
        let table = [
            ("at once", 60, 0, 0, 60),
            ("as both clocks go", 60, 20, 20, 40),
            ("over", 60, 61, 61, 0),
            ("the clock is set on", 60, 3_600, 1, 0),
            ("the clock is set back", 60, -86_400, 20, 40),
            ("set back, and over", 60, -86_400, 60, 0),
            ("the steady clock stood still", 60, 50, 1, 10),
            ("the clock was set back before", 86_400, 0, 0, 60),
            ("and waited for", 86_400, 60, 60, 0),
            ("long over", -10, 0, 0, 0),
        ];
        for (what, until, wall, steady, expected) in table {
            let rest = Rest::until(Timestamp(NOW + until * second), Timestamp(NOW), 5.0);
            let left = rest.seconds_left(Timestamp(NOW + wall * second), 5.0 + f64::from(steady) * 1_000.0);
            assert_eq!(left, expected, "{what}");
        }
    }

    #[test]
    fn a_code_is_found_in_what_is_pasted() {
        for text in ["042137", " 042 137 ", "042-137", "KonTumS: ma xac thuc 042137, het han sau 5 phut", "Mã 042137."] {
            assert_eq!(code_in(text), Some(OneTimeCode::of(42_137)), "{text}");
        }
        for text in ["", "04213", "0421370", "042137 hay 137042", "0912345678"] {
            assert_eq!(code_in(text), None, "{text}");
        }
    }

    #[test]
    fn what_ends_a_code_asks_for_another_and_what_does_not_lets_it_be() {
        let refused = |error| AppError::Refused { error };
        for error in
            [AppError::NoCode, refused(ErrorCode::CodeExpired), refused(ErrorCode::CodeUsed), refused(ErrorCode::CodeExhausted)]
        {
            assert!(needs_new_code(&error) && crossing(&error).is_none(), "{error:?}");
        }
        for error in [AppError::Offline, AppError::CodeWrong { tries_left: Some(1) }, refused(ErrorCode::AccountExists)] {
            assert!(!needs_new_code(&error), "{error:?}");
        }
        assert_eq!(crossing(&refused(ErrorCode::AccountExists)), Some(Crossing::AccountExists));
        assert_eq!(crossing(&refused(ErrorCode::NoAccount)), Some(Crossing::NoAccount));
        assert_eq!(crossing(&AppError::Offline), None);
    }
}

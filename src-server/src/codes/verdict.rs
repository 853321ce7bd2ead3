//! What becomes of a try: pure.

use pakn_api::Timestamp;

use super::ms;
use crate::{config::Codes, db::one_time_code::Asked};

/// What a try is answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is the code, and this is the first time it was said, or not.
    Right { first: bool },
    /// It is the code, which has done its work.
    Used,
    /// It is not the code; so many tries are left.
    Wrong { tries_left: u8 },
    /// It was tried too often, rightly or not.
    Exhausted,
    /// Its time is over.
    Expired,
}

/// Judges a try of a code that fits or doesn't. What has been used is told only to who knows the code.
pub(super) fn judge(asked: &Asked, fits: bool, now: Timestamp, settings: &Codes) -> Verdict {
    let over = match (asked.used, asked.verified_at) {
        (Some(_), _) => false,
        (None, Some(at)) => now >= at.plus_ms(ms(settings.use_seconds)),
        (None, None) => now >= asked.expires_at,
    };
    let left = u32::from(settings.tries.max(1)).saturating_sub(asked.tries);
    match (over, left, fits) {
        (true, ..) => Verdict::Expired,
        (false, 0, _) => Verdict::Exhausted,
        (false, left, false) => Verdict::Wrong { tries_left: u8::try_from(left - 1).unwrap_or(u8::MAX) },
        (false, _, true) if asked.used.is_some() => Verdict::Used,
        (false, _, true) => Verdict::Right { first: asked.verified_at.is_none() },
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use pakn_api::{id::UserId, model::phone::PhoneNumber};

    use super::*;
    use crate::db::one_time_code::{Purpose, Used};

    #[test]
    fn a_codes_life() {
        let used = Used { purpose: Purpose::Account, user: UserId::new(1, [1; 10]) };
        let second = |second: i64| Timestamp(second * 1_000);
        // (wrong tries, verified at, used, fits, now), made at 0.
        let table = [
            ((0, None, None, true, 299), Verdict::Right { first: true }),
            ((0, None, None, true, 300), Verdict::Expired),
            ((0, None, None, false, 300), Verdict::Expired),
            ((0, None, None, false, 1), Verdict::Wrong { tries_left: 4 }),
            ((4, None, None, false, 1), Verdict::Wrong { tries_left: 0 }),
            ((4, None, None, true, 1), Verdict::Right { first: true }),
            ((5, None, None, true, 1), Verdict::Exhausted),
            ((5, None, None, false, 1), Verdict::Exhausted),
            ((1, Some(290), None, true, 1_189), Verdict::Right { first: false }),
            ((1, Some(290), None, true, 1_190), Verdict::Expired),
            ((1, Some(290), None, false, 400), Verdict::Wrong { tries_left: 3 }),
            ((5, Some(290), None, true, 400), Verdict::Exhausted),
            ((0, Some(290), Some(used), true, 80_000), Verdict::Used),
            ((0, Some(290), Some(used), false, 80_000), Verdict::Wrong { tries_left: 4 }),
            ((5, Some(290), Some(used), true, 80_000), Verdict::Exhausted),
        ];
        for ((tries, verified, used, fits, now), verdict) in table {
            let asked = Asked {
                phone: PhoneNumber::parse("0912345678").unwrap(),
                code_mac: String::new(),
                created_at: second(0),
                expires_at: second(300),
                tries,
                verified_at: verified.map(second),
                used,
            };
            let judged = judge(&asked, fits, second(now), &Codes::default());
            assert_eq!(judged, verdict, "{tries} {verified:?} {used:?} {fits} {now}");
        }
    }
}

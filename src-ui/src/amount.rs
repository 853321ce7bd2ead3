//! Small arithmetic of the screens: percentages, and the slices in which a file is handed over.

use std::ops::Range;

/// How much of a whole is done, 0 to 100; nothing when there is no whole.
pub(crate) fn percent(done: u64, whole: u64) -> Option<u8> {
    if whole == 0 {
        return None;
    }
    let share = u128::from(done.min(whole)) * 100 / u128::from(whole);
    u8::try_from(share).ok()
}

/// The byte ranges, in order and without gaps, in which `total` bytes go over in slices of at most `slice`.
pub(crate) fn slices(total: u64, slice: u64) -> impl Iterator<Item = Range<u64>> {
    let step = slice.max(1);
    (0..total.div_ceil(step)).map(move |n| {
        let start = n * step;
        start..start.saturating_add(step).min(total)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_stay_within_a_hundred() {
        let table = [
            ((0, 0), None),
            ((0, 10), Some(0)),
            ((1, 3), Some(33)),
            ((999, 1_000), Some(99)),
            ((10, 10), Some(100)),
            ((11, 10), Some(100)),
            ((u64::MAX, u64::MAX), Some(100)),
        ];
        for ((done, whole), expected) in table {
            assert_eq!(percent(done, whole), expected, "{done}/{whole}");
        }
    }

    #[test]
    fn slices_cover_every_byte_once() {
        for (total, slice) in [(0, 4), (1, 4), (4, 4), (5, 4), (12, 4), (13, 5), (7, 0)] {
            let mut next = 0;
            for range in slices(total, slice) {
                assert_eq!(range.start, next, "{total} by {slice}");
                assert!(!range.is_empty() && range.end - range.start <= slice.max(1), "{total} by {slice}");
                next = range.end;
            }
            assert_eq!(next, total, "{total} by {slice}");
        }
        assert_eq!(slices(0, 4).count(), 0);
    }
}

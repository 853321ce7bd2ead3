//! Whether what a device says now about where it is takes the place of what stands in the form, decided purely.
//!
//! A device asked again and again knows better and better where it is; it may also be wrong, or be carried away from
//! what the report is about. A place that the citizen chose is never moved by itself.

use super::{Place, PlaceSource};
use crate::Timestamp;

/// Older than this, a fix says where the device was and not where it is, in milliseconds.
const OLD_MS: i64 = 10 * 60 * 1_000;
/// After this long a fix as good as the one before is worth having for its age, in milliseconds.
const REFRESH_MS: i64 = 2 * 60 * 1_000;
/// By this much a fix must be better to be worth moving the place, as a part of the present one's accuracy.
const BETTER: f64 = 0.9;
/// Two fixes that are further apart than this many times what both may be off by are of two places.
const JUMP: f64 = 2.0;
/// So near to each other nothing counts as a jump, in metres: devices think too well of themselves.
const NEAR_M: f64 = 60.0;
/// So good nothing needs to be better, in metres.
const GOOD_M: f64 = 20.0;

/// What was so when the device was asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Asked {
    /// What stood in the form.
    pub place: Option<Place>,
    /// The citizen asked, and not the app by itself.
    pub by_citizen: bool,
}

/// What becomes of a fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// What stands in the form stays.
    Keep,
    /// The fix takes its place.
    Take,
    /// It is of another place: the citizen is to say which of the two is right.
    Warn,
}

/// What becomes of a fix, given what stands in the form and what stood there when the device was asked.
#[must_use]
pub fn improve(current: Option<&Place>, asked: &Asked, fix: &Place, now: Timestamp) -> Verdict {
    if current != asked.place.as_ref() {
        return Verdict::Keep;
    }
    if now.0.saturating_sub(fix.taken_at.0) > OLD_MS {
        return Verdict::Keep;
    }
    let Some(current) = current else { return Verdict::Take };
    if asked.by_citizen {
        return Verdict::Take;
    }
    match current.source {
        PlaceSource::Device => {}
        PlaceSource::Chosen | PlaceSource::Ward | PlaceSource::Photo => return Verdict::Keep,
    }
    let (known, found) = (current.position, fix.position);
    if known.distance_m(&found) > NEAR_M.max(JUMP * (known.accuracy_m() + found.accuracy_m())) {
        return Verdict::Warn;
    }
    let is_old = now.0.saturating_sub(current.taken_at.0) > REFRESH_MS;
    let worth_it = if is_old { known.accuracy_m() } else { known.accuracy_m() * BETTER };
    if found.accuracy_m() <= worth_it { Verdict::Take } else { Verdict::Keep }
}

/// Whether a place is as exact as a device gets; nobody needs to ask again.
#[must_use]
pub fn is_good(place: &Place) -> bool {
    match place.source {
        PlaceSource::Device => place.position.accuracy_m() <= GOOD_M,
        PlaceSource::Chosen | PlaceSource::Ward | PlaceSource::Photo => true,
    }
}

/// How long to wait before a device is asked for the next time, in milliseconds: less and less often, for its
/// battery's sake, and not for ever.
#[must_use]
pub fn pause_ms(times_asked: usize) -> Option<u32> {
    const PAUSES_S: [u32; 8] = [2, 3, 5, 8, 13, 20, 30, 30];
    const OFTEN: usize = 25;
    let pause = PAUSES_S.get(times_asked).or(PAUSES_S.last())?;
    (times_asked < OFTEN).then_some(pause * 1_000)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use super::{
        super::Position,
        PlaceSource::{Chosen, Device, Photo, Ward},
        Verdict::{Keep, Take, Warn},
        *,
    };

    const NOW: Timestamp = Timestamp(1_764_000_000_000);
    /// A metre in degrees of latitude.
    const METRE: f64 = 1.0 / 111_195.0;

    /// So many metres north of Kon Tum's centre, off by so much, so many seconds ago.
    fn place(north_m: f64, accuracy_m: f64, ago_s: i64, source: PlaceSource) -> Place {
        let position = Position::new(14.35 + north_m * METRE, 108.0, accuracy_m).unwrap();
        Place { position, source, taken_at: NOW.plus_ms(-ago_s * 1_000) }
    }

    #[test]
    fn what_takes_the_place_of_what() {
        let device = |north, accuracy| place(north, accuracy, 10, Device);
        let table = [
            ("the first", None, device(0.0, 3_000.0), Take),
            ("a better one", Some(device(0.0, 3_000.0)), device(2_000.0, 12.0), Take),
            ("a little better one", Some(device(0.0, 12.0)), device(3.0, 11.5), Keep),
            ("a worse one", Some(device(0.0, 12.0)), device(3.0, 40.0), Keep),
            ("as good, and the first is old", Some(place(0.0, 12.0, 300, Device)), device(3.0, 12.0), Take),
            ("worse, and the first is old", Some(place(0.0, 12.0, 300, Device)), device(3.0, 30.0), Keep),
            ("a jump", Some(device(0.0, 12.0)), device(5_000.0, 8.0), Warn),
            ("a rough one elsewhere", Some(device(0.0, 12.0)), device(9_000.0, 3_000.0), Warn),
            ("a rough one around", Some(device(0.0, 12.0)), device(4_000.0, 3_000.0), Keep),
            ("a few steps", Some(device(0.0, 5.0)), device(55.0, 4.0), Take),
            ("the pin was moved", Some(place(0.0, 30.0, 10, Chosen)), device(5.0, 3.0), Keep),
            ("a ward was chosen", Some(place(0.0, 4_000.0, 10, Ward)), device(5.0, 3.0), Keep),
            ("a picture's place was taken", Some(place(0.0, 10.0, 10, Photo)), device(5.0, 3.0), Keep),
            ("from an hour ago", None, place(0.0, 5.0, 3_600, Device), Keep),
            ("from a clock that is ahead", None, place(0.0, 5.0, -3_600, Device), Take),
        ];
        for (what, current, fix, expected) in table {
            let asked = Asked { place: current, by_citizen: false };
            assert_eq!(improve(current.as_ref(), &asked, &fix, NOW), expected, "{what}");
        }
    }

    #[test]
    fn what_changed_meanwhile_stays_whoever_asked() {
        let (older, fix) = (place(0.0, 50.0, 10, Device), place(2.0, 5.0, 0, Device));
        let pin = place(900.0, 5.0, 0, Chosen);
        for by_citizen in [false, true] {
            for (asked, current) in [(None, Some(pin)), (Some(older), Some(pin)), (Some(older), None)] {
                let asked = Asked { place: asked, by_citizen };
                assert_eq!(improve(current.as_ref(), &asked, &fix, NOW), Keep, "{asked:?}");
            }
        }
    }

    #[test]
    fn whoever_asks_gets_the_device_in_place_of_the_pin() {
        let pin = place(0.0, 5.0, 10, Chosen);
        let asked = Asked { place: Some(pin), by_citizen: true };
        assert_eq!(improve(Some(&pin), &asked, &place(9_000.0, 500.0, 0, Device), NOW), Take);
    }

    #[test]
    fn a_device_is_asked_less_and_less_and_not_for_ever() {
        let pauses: Vec<_> = (0..100).map_while(pause_ms).collect();
        assert!(pauses.is_sorted() && pauses.len() == 25, "{pauses:?}");
        assert!((300_000..900_000).contains(&pauses.iter().sum::<u32>()));
        assert!(is_good(&place(0.0, 20.0, 0, Device)) && !is_good(&place(0.0, 21.0, 0, Device)));
    }

    #[test]
    fn metres() {
        let at = |lat, lon| Position::new(lat, lon, 1.0).unwrap();
        let far = at(14.3497, 108.0005).distance_m(&at(14.60028, 108.29083));
        assert!((41_500.0..42_200.0).contains(&far), "Kon Tum to Măng Đen, {far}");
    }
}

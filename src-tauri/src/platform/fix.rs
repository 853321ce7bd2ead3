//! From what a device says about where it is to a place.

use pakn_api::{
    Timestamp,
    ipc::LocationError,
    model::place::{Place, PlaceSource, Position},
};

/// A reading as devices give it: degrees, metres, milliseconds since the epoch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fix {
    pub(super) lat: f64,
    pub(super) lon: f64,
    pub(super) accuracy_m: f64,
    pub(super) taken_ms: i64,
}

impl Fix {
    /// The same reading by the device's clock; one without a time stays without. Satellites keep a time of their own,
    /// which a clock that was set by hand may be hours from. For readings that are known to be fresh.
    #[cfg(any(mobile, test))]
    pub(super) const fn by_clock(self, now: Timestamp) -> Self {
        if self.taken_ms > 0 { Self { taken_ms: now.0, ..self } } else { self }
    }

    /// The place, if it is one.
    ///
    /// # Errors
    /// `NotAPlace` for numbers that can't be; `Unavailable` for a reading without a time, which is what
    /// stands in for a missing one.
    pub(super) fn place(self) -> Result<Place, LocationError> {
        let position = Position::new(self.lat, self.lon, self.accuracy_m).map_err(LocationError::NotAPlace)?;
        if self.taken_ms <= 0 {
            return Err(LocationError::Unavailable);
        }
        Ok(Place { position, source: PlaceSource::Device, taken_at: Timestamp(self.taken_ms) })
    }
}

#[cfg(test)]
mod tests {
    use pakn_api::model::place::PositionError;

    use super::*;

    #[test]
    fn what_stands_for_a_missing_fix_is_none() {
        let fix = Fix { lat: 14.3497, lon: 108.0005, accuracy_m: 12.0, taken_ms: 1_700_000_000_000 };
        assert!(fix.place().is_ok_and(|p| p.source == PlaceSource::Device && p.taken_at == Timestamp(1_700_000_000_000)));
        let table = [
            (Fix { lat: 0.0, lon: 0.0, ..fix }, LocationError::NotAPlace(PositionError::NullIsland)),
            (Fix { accuracy_m: -1.0, ..fix }, LocationError::NotAPlace(PositionError::BadAccuracy)),
            (Fix { lat: f64::NAN, ..fix }, LocationError::NotAPlace(PositionError::OutOfRange)),
            (Fix { taken_ms: 0, ..fix }, LocationError::Unavailable),
        ];
        for (fix, expected) in table {
            assert_eq!(fix.place(), Err(expected), "{fix:?}");
            assert_eq!(fix.by_clock(Timestamp(9)).place(), Err(expected), "{fix:?}");
        }
        let ahead = fix.by_clock(Timestamp(1_700_000_900_000));
        assert!(ahead.place().is_ok_and(|place| place.taken_at == Timestamp(1_700_000_900_000)));
    }
}

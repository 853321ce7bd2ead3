//! Where a report is about: WGS 84 positions with their accuracy.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

mod improve;

pub use improve::{Asked, Verdict, improve, is_good, pause_ms};

/// The earth's mean radius in metres (IUGG: 6,371.0088 km).
pub const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// Why a pair of numbers is not a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PositionError {
    /// Not a number, infinite, or outside ±90° / ±180°.
    #[error("out of range")]
    OutOfRange,
    /// Exactly 0,0: what a missing fix looks like, never a place.
    #[error("0,0 is not a place")]
    NullIsland,
    /// An accuracy that is negative or not a number.
    #[error("bad accuracy")]
    BadAccuracy,
}

/// A point on the earth, WGS 84, in degrees; and how far off it may be, in metres.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Position))]
#[serde(try_from = "RawPosition", into = "RawPosition")]
pub struct Position {
    lat: f64,
    lon: f64,
    accuracy_m: f64,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
struct RawPosition {
    lat: f64,
    lon: f64,
    accuracy_m: f64,
}

impl Position {
    /// Beyond this many metres a fix is shown with a warning.
    pub const ROUGH_BEYOND_M: f64 = 100.0;

    /// A position from latitude, longitude (degrees) and accuracy (metres, 68 % radius).
    ///
    /// # Errors
    /// [`PositionError`] when the numbers can't be a place.
    pub fn new(lat: f64, lon: f64, accuracy_m: f64) -> Result<Self, PositionError> {
        if !(-90.0..=90.0).contains(&lat) || !(-180.0..=180.0).contains(&lon) {
            return Err(PositionError::OutOfRange);
        }
        if lat == 0.0 && lon == 0.0 {
            return Err(PositionError::NullIsland);
        }
        if !accuracy_m.is_finite() || accuracy_m < 0.0 {
            return Err(PositionError::BadAccuracy);
        }
        Ok(Self { lat, lon, accuracy_m })
    }

    /// Latitude in degrees, north positive.
    #[must_use]
    pub const fn lat(&self) -> f64 {
        self.lat
    }

    /// Longitude in degrees, east positive.
    #[must_use]
    pub const fn lon(&self) -> f64 {
        self.lon
    }

    /// 68 % radius in metres.
    #[must_use]
    pub const fn accuracy_m(&self) -> f64 {
        self.accuracy_m
    }

    /// How far another point is, in metres: the great circle's length on a sphere of the earth's mean radius, which is
    /// off by at most 0.6 %.
    #[must_use]
    pub fn distance_m(&self, other: &Self) -> f64 {
        let half_sine = |from: f64, to: f64| ((to - from).to_radians() / 2.0).sin();
        let (north, east) = (half_sine(self.lat, other.lat), half_sine(self.lon, other.lon));
        let chord = north.mul_add(north, self.lat.to_radians().cos() * other.lat.to_radians().cos() * east * east);
        2.0 * EARTH_RADIUS_M * chord.sqrt().min(1.0).asin()
    }

    /// Whether the fix is too rough to be taken without a second look.
    #[must_use]
    pub fn is_rough(&self) -> bool {
        self.accuracy_m > Self::ROUGH_BEYOND_M
    }
}

impl TryFrom<RawPosition> for Position {
    type Error = PositionError;
    fn try_from(raw: RawPosition) -> Result<Self, PositionError> {
        Self::new(raw.lat, raw.lon, raw.accuracy_m)
    }
}

impl From<Position> for RawPosition {
    fn from(p: Position) -> Self {
        Self { lat: p.lat, lon: p.lon, accuracy_m: p.accuracy_m }
    }
}

/// How a position came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PlaceSource {
    /// The device's own location.
    Device,
    /// Chosen by the citizen on the map or as coordinates.
    Chosen,
    /// The middle of a ward that the citizen chose; as exact as the ward is large.
    Ward,
    /// Where a picture says that it was taken.
    Photo,
}

/// The place a report is about.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Place {
    /// Where.
    pub position: Position,
    /// How it was found.
    pub source: PlaceSource,
    /// When the position was taken.
    pub taken_at: Timestamp,
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_the_globe() {
        let at = |lat, lon| Position::new(lat, lon, 0.0).unwrap();
        let here = at(14.35, 108.0);
        // A minute of a great circle is R·π/10,800, 1,853.2 m; one along this parallel cos 14.35° of it.
        let table = [
            (here, 0.0),
            (at(14.35 + 1.0 / 60.0, 108.0), 1_853.2),
            (at(14.35, 108.0 + 1.0 / 60.0), 1_795.4),
            (at(14.351_079, 108.0), 120.0),
            (at(-14.35, -72.0), 20_015_115.0),
        ];
        for (there, expected) in table {
            let (out, back) = (here.distance_m(&there), there.distance_m(&here));
            assert!((out - expected).abs() <= 1.0_f64.max(expected / 1_000_000.0), "{there:?}: {out}");
            assert!((out - back).abs() < 1e-6);
        }
        assert!((at(10.0, 179.999).distance_m(&at(10.0, -179.999)) - 219.0).abs() < 1.0, "over the date line");
    }

    #[test]
    fn what_is_a_place() {
        let table = [
            (14.3497, 108.0005, 12.0, Ok(())),
            (0.0, 0.0, 5.0, Err(PositionError::NullIsland)),
            (-0.0, 0.0, 5.0, Err(PositionError::NullIsland)),
            (91.0, 0.0, 5.0, Err(PositionError::OutOfRange)),
            (f64::NAN, 108.0, 5.0, Err(PositionError::OutOfRange)),
            (14.0, 181.0, 5.0, Err(PositionError::OutOfRange)),
            (14.0, 108.0, -1.0, Err(PositionError::BadAccuracy)),
            (14.0, 108.0, f64::INFINITY, Err(PositionError::BadAccuracy)),
        ];
        for (lat, lon, accuracy, expected) in table {
            assert_eq!(Position::new(lat, lon, accuracy).map(|_| ()), expected, "{lat},{lon}");
        }
    }

    #[test]
    fn json_cannot_smuggle_in_null_island() {
        let read = |s: &str| serde_json::from_str::<Position>(s).is_ok();
        assert!(read(r#"{"lat":14.35,"lon":108.0,"accuracy_m":8}"#));
        assert!(!read(r#"{"lat":0,"lon":0,"accuracy_m":0}"#));
    }
}

//! What is near: squares of a grid that an index can be asked for. What they hold may lie farther off than was asked.
//!
//! The database speaks SQL that SQLite and PostgreSQL share, so there is no R-tree: a report's square is a number in an
//! ordinary index instead. Squares are 1/400° by 1/400°, in Kon Tum some 278 m by 269 m; those of a row are
//! numbered from west to east, so that a row of squares is one range. The grid ends at the poles and at 180° E: what is
//! near on the other side of these is not found.

use std::ops::RangeInclusive;

use pakn_api::model::place::{EARTH_RADIUS_M, Position};

const PER_DEGREE: f64 = 400.0;
const COLUMNS: i64 = 360 * 400;
const ROWS: i64 = 180 * 400;

/// The furthest that is asked for, in metres: bounds the rows of squares.
pub(crate) const MOST_M: u32 = 5_000;

/// The square that a position lies in.
pub(crate) fn cell(position: &Position) -> i64 {
    row(position.lat()) * COLUMNS + column(position.lon())
}

/// Every square with something in it that is at most `within_m` metres away (no more than [`MOST_M`]), as ranges, one a
/// row, its own row first and the furthest last.
pub(crate) fn cells_around(position: &Position, within_m: u32) -> Vec<RangeInclusive<i64>> {
    // A little more, for what rounding does at the edges.
    let degrees = (f64::from(within_m.min(MOST_M)) + 1.0).to_degrees() / EARTH_RADIUS_M;
    let (south, north) = (position.lat() - degrees, position.lat() + degrees);
    // The parallel that is nearest to a pole is the shortest.
    let narrowest = south.abs().max(north.abs()).min(90.0).to_radians().cos();
    let sideways = if narrowest > 1e-6 { (degrees / narrowest).min(360.0) } else { 360.0 };
    let (west, east) = (column(position.lon() - sideways), column(position.lon() + sideways));
    let own = row(position.lat());
    let mut rows: Vec<_> = (row(south)..=row(north)).collect();
    rows.sort_by_key(|row| row.abs_diff(own));
    rows.into_iter().map(|row| row * COLUMNS + west..=row * COLUMNS + east).collect()
}

/// The square of such a row that is due north or south of the position.
pub(crate) fn abreast(cells: &RangeInclusive<i64>, position: &Position) -> i64 {
    cells.start() / COLUMNS * COLUMNS + column(position.lon())
}

fn row(lat: f64) -> i64 {
    index(lat + 90.0, ROWS)
}

fn column(lon: f64) -> i64 {
    index(lon + 180.0, COLUMNS)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "clamped to at most 144,000 before")]
fn index(degrees: f64, count: i64) -> i64 {
    (degrees * PER_DEGREE).floor().clamp(0.0, (count - 1) as f64) as i64
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(lat: f64, lon: f64) -> Position {
        Position::new(lat, lon, 5.0).unwrap()
    }

    fn is_asked_for(centre: &Position, other: &Position, within_m: u32) -> bool {
        cells_around(centre, within_m).iter().any(|row| row.contains(&cell(other)))
    }

    /// Somewhere, often on or beside a border of squares.
    fn somewhere() -> impl Strategy<Value = (f64, f64)> {
        let border = |squares: std::ops::Range<i32>| {
            (squares, prop_oneof![Just(0.0), Just(1e-12), Just(-1e-12), Just(1e-7), Just(-1e-7)])
                .prop_map(|(square, off)| f64::from(square) / PER_DEGREE + off)
        };
        prop_oneof![(-80.0..80.0, -179.0..179.0), (border(-32_000..32_000), border(-71_600..71_600)), (14.0..15.0, 107.5..108.5)]
    }

    proptest! {
        #[test]
        fn nothing_near_is_in_a_square_that_is_not_asked_for(
            (lat, lon) in somewhere(), north in -1.05..1.05, east in -1.05..1.05, within_m in prop_oneof![Just(250_u32), 1_u32..=MOST_M]
        ) {
            prop_assume!(lat != 0.0 || lon != 0.0);
            let centre = at(lat, lon);
            let reach = f64::from(within_m).to_degrees() / EARTH_RADIUS_M;
            let other = at(lat + north * reach, lon + east * reach / lat.to_radians().cos());
            if centre.distance_m(&other) <= f64::from(within_m) {
                prop_assert!(is_asked_for(&centre, &other, within_m), "{centre:?} {other:?}");
                prop_assert!(is_asked_for(&other, &centre, within_m));
            }
        }
    }

    #[test]
    fn few_squares_are_asked_for() {
        for (lat, lon) in [(14.35, 108.0), (14.351_25, 108.001_25), (-79.9, 0.1)] {
            let rows = cells_around(&at(lat, lon), 250);
            assert!((2..=3).contains(&rows.len()), "{}", rows.len());
        }
        assert!(!is_asked_for(&at(14.35, 108.0), &at(14.36, 108.0), 250), "1.1 km away");
    }

    #[test]
    fn the_nearest_rows_come_first() {
        let centre = at(14.351_25, 108.001_25);
        let rows = cells_around(&centre, 1_000);
        let middles: Vec<_> = rows.iter().map(|row| abreast(row, &centre)).collect();
        assert_eq!(middles.first(), Some(&cell(&centre)));
        let away: Vec<_> = middles.iter().map(|middle| (middle - cell(&centre)) / COLUMNS).collect();
        assert_eq!(away.iter().map(|rows| rows.abs()).collect::<Vec<_>>(), [0, 1, 1, 2, 2, 3, 3, 4, 4], "{away:?}");
        assert!(rows.iter().zip(middles).all(|(row, middle)| row.contains(&middle) && (middle - cell(&centre)) % COLUMNS == 0));
    }
}

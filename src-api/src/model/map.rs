//! The map that is drawn where there is no network: outlines, towns, roads, and what lies between the wards.
//!
//! Its lines and where they are from are told in the head of the data, which `cargo xtask map` makes; whoever draws it
//! reads it.

/// The map as text.
pub const DATA: &str = include_str!("../../data/map.tsv");

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::unit::{self, ProvinceCode, Units, WardCode};

    fn rows(letter: &str) -> impl Iterator<Item = Vec<&'static str>> {
        DATA.lines().map(|line| line.split('\t').collect::<Vec<_>>()).filter(move |row| row.first() == Some(&letter))
    }

    fn points(line: &str) -> Vec<(f64, f64)> {
        let mut at = (0, 0);
        let step = |step: &str| {
            let (lat, lon) = step.split_once(',').unwrap();
            at = (at.0 + lat.parse::<i32>().unwrap(), at.1 + lon.parse::<i32>().unwrap());
            (f64::from(at.0) / 1_000.0, f64::from(at.1) / 1_000.0)
        };
        line.split(' ').map(step).collect()
    }

    #[test]
    fn it_is_small_and_says_where_it_is_from() {
        assert!(DATA.len() < 150 * 1024, "{}", DATA.len());
        let head: String = DATA.lines().take_while(|line| line.starts_with('#')).collect();
        for source in ["Natural Earth", "public domain", "GeoNames", "CC BY 4.0", "units.tsv"] {
            assert!(head.contains(source), "{source}");
        }
        for (letter, least) in [("O", 2), ("N", 3), ("B", 150), ("R", 3), ("T", 20), ("W", 96)] {
            assert!(rows(letter).count() >= least, "{letter}");
        }
    }

    #[test]
    fn the_wards_are_those_of_the_units_and_lines_lie_between_them() {
        let units = Units::parse(unit::DATA).unwrap();
        for row in rows("W") {
            let ward = units.ward(WardCode(row.get(1).unwrap().parse().unwrap())).unwrap();
            assert_eq!((Some(&ward.name.as_str()), ward.province), (row.get(2), ProvinceCode(51)));
        }
        let (mut parting, mut all) = (0, 0);
        for row in rows("B") {
            let line = points(row.last().unwrap());
            let (lat, lon) = *line.get(line.len() / 2).unwrap();
            let around = [(0.0, 0.0), (0.01, 0.0), (-0.01, 0.0), (0.0, 0.01), (0.0, -0.01)];
            let wards: BTreeSet<_> =
                around.iter().filter_map(|(n, e)| units.locate(lat + n, lon + e)).map(|found| found.ward.code).collect();
            all += 1;
            parting += usize::from(wards.len() > 1);
        }
        assert!(parting * 100 >= all * 95, "{parting} of {all} lines are between two wards");
    }
}

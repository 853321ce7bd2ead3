//! Which ward a point is in, as well as that can be told without the wards' borders.
//!
//! Of a ward the data know its centre and area, and of most communes that it was made of the rectangle around them.
//! A point is measured against both: against the circle of the ward's area, and against the ellipse in each
//! rectangle; 1 is its edge. The old communes tell a ward's shape, its own circle how much of it there is elsewhere.
//! The weights are those that put most of `locate/points.tsv` and of the old communes' centres where they belong;
//! where a border is near, the neighbour may be named instead, so [`Located::next`] is to be offered as well.

use super::{
    Units, Ward,
    table::{Around, Centre, Old},
};

/// Metres in 0.0001 degrees of latitude.
const LAT_M: f64 = 11.06;
/// Metres in 0.0001 degrees of longitude at the equator.
const LON_M: f64 = 11.13;
/// How much a ward's own circle counts beside what it was made of.
const OWN: f64 = 0.25;
/// Further out than this many times a unit's size nobody is in it: that is abroad, or at sea.
const FAR: f64 = 2.2;
/// The most wards that are named beside the best.
const NEXT: usize = 3;
/// How much worse than the best another may be to be named too.
const NEXT_WITHIN: f64 = 1.2;
/// An old commune is named where the point is this far within it, and this much further out of every other.
const SURE: (f64, f64) = (0.9, 1.3);
/// Hectares of a ward whose area is not known.
const USUAL_AREA: u32 = 5_000;

/// The ward that a point is in, most likely.
#[derive(Clone, Debug, PartialEq)]
pub struct Located<'a> {
    /// The ward.
    pub ward: &'a Ward,
    /// How far its centre is, in metres.
    pub distance_m: f64,
    /// What the place was before 2025-07-01: `Phường Thống Nhất, Thành phố Kon Tum`; only the district's name where the
    /// commune is not certain.
    pub formerly: Option<&'a str>,
    /// The wards it may be in otherwise, the likeliest first.
    pub next: Vec<&'a Ward>,
}

impl Ward {
    /// Its centre: latitude and longitude in degrees, WGS 84.
    #[must_use]
    pub fn centre(&self) -> (f64, f64) {
        (f64::from(self.centre.lat) / 10_000.0, f64::from(self.centre.lon) / 10_000.0)
    }

    /// The radius of a circle as large as the ward, in metres.
    #[must_use]
    pub fn radius_m(&self) -> f64 {
        let hectares = if self.centre.area == 0 { USUAL_AREA } else { self.centre.area };
        (f64::from(hectares) * 10_000.0 / std::f64::consts::PI).sqrt()
    }
}

/// A point as seen from a ward's centre, in metres north and east.
#[derive(Clone, Copy)]
struct Offset {
    north: f64,
    east: f64,
}

impl Offset {
    fn from(centre: Centre, lat: f64, lon: f64) -> Self {
        let lat_c = f64::from(centre.lat);
        Self {
            north: (lat * 10_000.0 - lat_c) * LAT_M,
            east: (lon * 10_000.0 - f64::from(centre.lon)) * LON_M * (lat_c / 10_000.0).to_radians().cos(),
        }
    }

    fn metres(self) -> f64 {
        self.north.hypot(self.east)
    }

    /// How far out it is of the ellipse in a rectangle: 0 in its middle, 1 at its edge.
    fn out_of(self, around: Around, shrink: f64) -> f64 {
        let [south, west, north, east] = [around.south, around.west, around.north, around.east].map(f64::from);
        let along = |at: f64, from: f64, to: f64, metres: f64| (at / metres - f64::midpoint(from, to)) / ((to - from) / 2.0);
        along(self.north, south, north, LAT_M).hypot(along(self.east, west, east, LON_M * shrink))
    }
}

impl Units {
    pub(super) fn old_name(&self, old: &Old) -> Option<&str> {
        let name = old.name.as_ref().or_else(|| self.districts.get(old.district).map(|district| &district.name))?;
        Some(self.shown(name))
    }

    pub(super) fn nearest(&self, lat: f64, lon: f64) -> Option<Located<'_>> {
        if !lat.is_finite() || !lon.is_finite() {
            return None;
        }
        let mut made_of = vec![(f64::INFINITY, true); self.wards.len()];
        for old in &self.olds {
            let (Some((ward, _)), Some((best, all_known))) = (self.wards.get(old.ward), made_of.get_mut(old.ward)) else {
                continue;
            };
            match old.around {
                Some(around) => *best = best.min(self.out_of(ward, around, lat, lon)),
                None => *all_known = false,
            }
        }
        let scored = self.wards.iter().zip(made_of).map(|((ward, _), (old, all_known))| {
            let own = Offset::from(ward.centre, lat, lon).metres() / ward.radius_m();
            let score = if all_known { (1.0 - OWN) * old + OWN * own } else { old.min(own) };
            (score, ward)
        });
        let mut scored: Vec<_> = scored.filter(|(score, _)| *score <= FAR + NEXT_WITHIN).collect();
        scored.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (best, ward) = *scored.first().filter(|(score, _)| *score <= FAR)?;
        let near = scored.iter().skip(1).take_while(|(score, _)| *score <= best + NEXT_WITHIN);
        Some(Located {
            ward,
            distance_m: Offset::from(ward.centre, lat, lon).metres(),
            formerly: self.formerly(ward, lat, lon),
            next: near.map(|(_, ward)| *ward).take(NEXT).collect(),
        })
    }

    #[expect(clippy::unused_self, reason = "reads as a question to the units")]
    fn out_of(&self, ward: &Ward, around: Around, lat: f64, lon: f64) -> f64 {
        Offset::from(ward.centre, lat, lon).out_of(around, ward.centre().0.to_radians().cos())
    }

    /// What a point in a ward was in before.
    fn formerly(&self, ward: &Ward, lat: f64, lon: f64) -> Option<&str> {
        let mut olds: Vec<(f64, &Old)> = Vec::new();
        for old in self.olds.iter().filter(|old| self.wards.get(old.ward).is_some_and(|(of, _)| of.code == ward.code)) {
            let out = old.around.map_or(f64::INFINITY, |around| self.out_of(ward, around, lat, lon));
            olds.push((out, old));
        }
        olds.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (out, first) = olds.first()?;
        let second = olds.get(1).map_or(f64::INFINITY, |(out, _)| *out);
        if olds.len() == 1 || (*out <= SURE.0 && second >= *out * SURE.1) {
            return self.old_name(first);
        }
        let district = self.districts.get(first.district)?;
        // Communes of several districts, none of which is certain: not even the district is.
        olds.iter().all(|(_, old)| old.district == first.district).then(|| self.shown(&district.name))
    }
}

#[cfg(test)]
mod tests;

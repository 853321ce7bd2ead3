//! Reading an address in one line, as identity cards carry it.

use super::{
    ProvinceCode, Units, Ward, WardCode,
    kind::{self, Kind},
    search::Spelling,
    table::{Name, Old},
};

/// What an address says about where it is.
#[derive(Clone, PartialEq, Eq)]
pub struct Resolved {
    /// Its province of today.
    pub province: ProvinceCode,
    /// Its ward of today, when there is but one that it can mean.
    pub ward: Option<WardCode>,
    /// What is left of it.
    pub rest: String,
}

impl std::fmt::Debug for Resolved {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Resolved(…)")
    }
}

impl Units {
    pub(super) fn read_line(&self, address: &str) -> Option<Resolved> {
        let parts: Vec<&str> = address.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
        let (last, parts) = parts.split_last()?;
        let named: Vec<usize> = (0..self.province_names.len())
            .filter(|at| self.province_names.get(*at).is_some_and(|(_, name)| self.is(name, last)))
            .collect();
        let province = named.first().and_then(|at| self.province_names.get(*at)).map(|(code, _)| *code)?;
        // What is called so today and what was called so before may differ; one name for two of today's is no answer.
        if named.iter().any(|at| self.province_names.get(*at).is_some_and(|(code, _)| *code != province)) {
            return None;
        }
        // Ward and district that go together are certain; a ward alone may be the district of a ward written wrongly.
        let (mut wards, mut used) = (self.wards_before(parts, &named), 2);
        if wards.is_empty() && !self.ends_in_district(parts, &named) {
            (wards, used) = (self.wards_now(parts, province), 1);
        }
        wards.sort_unstable_by_key(|ward| ward.code);
        wards.dedup();
        let (ward, used) = match wards.as_slice() {
            [ward] => (Some(ward.code), used),
            _ => (None, 0),
        };
        let rest = parts.get(..parts.len().saturating_sub(used)).unwrap_or_default().join(", ");
        Some(Resolved { province, ward, rest })
    }

    /// What became of `…, ward, district` of one of these provinces of before.
    fn wards_before(&self, parts: &[&str], provinces: &[usize]) -> Vec<&Ward> {
        let [.., ward, district] = parts else { return Vec::new() };
        let is_meant = |old: &&Old| {
            self.districts.get(old.district).is_some_and(|d| provinces.contains(&d.province) && self.is(&d.name, district))
        };
        let olds = self.olds.iter().filter(is_meant);
        self.called(ward, olds.filter_map(|old| Some((old.name.as_ref()?, &self.wards.get(old.ward)?.0))))
    }

    /// `…, ward` of a province of today.
    fn wards_now(&self, parts: &[&str], province: ProvinceCode) -> Vec<&Ward> {
        let Some(ward) = parts.last() else { return Vec::new() };
        let wards = self.wards.iter().filter(|(ward, _)| ward.province == province);
        self.called(ward, wards.map(|(ward, name)| (name, ward)))
    }

    /// The wards whose names are the typed one; those spelt just so, if there are any.
    fn called<'a>(&'a self, typed: &str, named: impl Iterator<Item = (&'a Name, &'a Ward)>) -> Vec<&'a Ward> {
        let spelt = Spelling::of(typed);
        let named = named.filter(|(name, _)| self.is(name, typed));
        let mut found: Vec<_> = named.map(|(name, ward)| (spelt.distance(self.shown(name)), ward)).collect();
        if found.iter().any(|(distance, _)| *distance == 0) {
            found.retain(|(distance, _)| *distance == 0);
        }
        found.into_iter().map(|(_, ward)| ward).collect()
    }

    /// Whether `…, district` is one of these provinces of before, or what is left is theirs alone.
    fn ends_in_district(&self, parts: &[&str], provinces: &[usize]) -> bool {
        let Some(last) = parts.last() else { return false };
        let is_ward = kind::split(last).is_some_and(|(kind, _)| matches!(kind, Kind::Ward | Kind::Commune | Kind::Zone));
        let is_today = |at: &usize| {
            self.provinces
                .iter()
                .any(|province| self.province_names.get(*at).is_some_and(|(_, name)| self.shown(name) == province.name))
        };
        let is_district = self.districts.iter().any(|d| provinces.contains(&d.province) && self.is(&d.name, last));
        !provinces.iter().any(is_today) || (is_district && !is_ward)
    }
}

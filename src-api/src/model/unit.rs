//! Administrative units: provinces and wards as they are since 2025-07-01, and the old names that lead to them.
//!
//! The data are facts from their named source, made into `data/units.tsv` by `cargo xtask units`. They are read into
//! [`Units`] by whoever needs them, when they need them: the core hands the text to the UI once a picker opens.

use serde::{Deserialize, Serialize};

mod address;
mod fold;
mod kind;
mod locate;
mod read;
mod search;
mod table;
#[cfg(test)]
mod tests;

pub use address::Resolved;
pub(super) use fold::key;
#[cfg(feature = "passwords")]
pub(super) use fold::plain;
pub use locate::Located;

/// The units as text, for [`Units::parse`].
pub const DATA: &str = include_str!("../../data/units.tsv");

/// A province's or city's two-digit code (General Statistics Office).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct ProvinceCode(pub u16);

/// A ward's or commune's five-digit code (General Statistics Office).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct WardCode(pub u32);

/// Why a text is not the units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the units can't be read")]
pub struct UnitsError {
    /// Counted from 1.
    pub line: usize,
}

/// A province or city.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Province {
    /// Its code.
    pub code: ProvinceCode,
    /// Its full name: `Tỉnh Quảng Ngãi`, `Thành phố Huế`.
    pub name: String,
}

/// A ward, commune or special zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ward {
    /// Its code.
    pub code: WardCode,
    /// The province it is in.
    pub province: ProvinceCode,
    /// Its full name: `Xã Sa Thầy`, `Phường Kon Tum`.
    pub name: String,
    centre: table::Centre,
}

/// A ward that a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<'a> {
    /// The ward.
    pub ward: &'a Ward,
    /// The old name it was found by (`Thị trấn Đắk Tô, Huyện Đắk Tô`), when it was not found by its own.
    pub by_old_name: Option<&'a str>,
}

/// Every unit, and what leads to them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Units {
    provinces: Vec<Province>,
    /// In the order of their names.
    wards: Vec<(Ward, table::Name)>,
    /// Today's name of each province, followed by those of the provinces that are part of it.
    province_names: Vec<(ProvinceCode, table::Name)>,
    districts: Vec<table::District>,
    olds: Vec<table::Old>,
    names: String,
    keys: String,
}

impl Units {
    /// Reads [`DATA`].
    ///
    /// # Errors
    /// [`UnitsError`] names the first line that can't be read.
    pub fn parse(text: &str) -> Result<Self, UnitsError> {
        Self::read(text)
    }

    /// All provinces, in the order of their names.
    #[must_use]
    pub fn provinces(&self) -> &[Province] {
        &self.provinces
    }

    /// One province.
    #[must_use]
    pub fn province(&self, code: ProvinceCode) -> Option<&Province> {
        self.provinces.iter().find(|province| province.code == code)
    }

    /// One ward.
    #[must_use]
    pub fn ward(&self, code: WardCode) -> Option<&Ward> {
        self.wards.iter().map(|(ward, _)| ward).find(|ward| ward.code == code)
    }

    /// Whether there is such a ward in such a province.
    #[must_use]
    pub fn has(&self, province: ProvinceCode, ward: WardCode) -> bool {
        self.ward(ward).is_some_and(|found| found.province == province)
    }

    /// The ward that a point is in, most likely, with those it may be in otherwise; nothing far from all of them.
    #[must_use]
    pub fn locate(&self, lat: f64, lon: f64) -> Option<Located<'_>> {
        self.nearest(lat, lon)
    }

    /// What a ward was made of: `Phường Quang Trung, Thành phố Kon Tum`; a district's name for one without wards.
    pub fn before(&self, code: WardCode) -> impl Iterator<Item = &str> {
        let of = move |old: &&table::Old| self.wards.get(old.ward).is_some_and(|(ward, _)| ward.code == code);
        self.olds.iter().filter(of).filter_map(|old| self.old_name(old))
    }

    /// The wards that a search finds, best first, at most `limit`, only those of a province where one is given;
    /// everything in order of names for an empty search. Case, diacritics, `đ`, and the words for kinds of units
    /// (`xã`, `tt`, `huyện`) don't matter; old wards, districts and provinces lead to what they became.
    #[must_use]
    pub fn search(&self, text: &str, within: Option<ProvinceCode>, limit: usize) -> Vec<Found<'_>> {
        self.find(text, within, limit)
    }

    /// The provinces that a search finds, best first; all of them for an empty one. Provinces that are no more lead
    /// to what they became.
    #[must_use]
    pub fn search_provinces(&self, text: &str) -> Vec<&Province> {
        self.find_provinces(text)
    }

    /// Where an address written in one line is, its parts parted by commas, the largest last; by names of today or
    /// of before. Nothing when not even the province is certain.
    #[must_use]
    pub fn resolve(&self, address: &str) -> Option<Resolved> {
        self.read_line(address)
    }
}

//! The province a server speaks for: names, bounds, hotlines and contact, as server data.

use serde::{Deserialize, Serialize};

use super::place::Position;

/// A number to call at once, with what it is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Hotline {
    /// Digits as dialled.
    pub number: String,
    /// What citizens read.
    pub name: String,
}

/// A rectangle in degrees, WGS 84.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Bounds {
    /// Southern edge.
    pub south: f64,
    /// Western edge.
    pub west: f64,
    /// Northern edge.
    pub north: f64,
    /// Eastern edge.
    pub east: f64,
}

impl Bounds {
    /// Whether a position lies within, edges included.
    #[must_use]
    pub fn contains(&self, p: &Position) -> bool {
        (self.south..=self.north).contains(&p.lat()) && (self.west..=self.east).contains(&p.lon())
    }
}

/// Raster tiles of a map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tiles {
    /// `https` with `{z}`, `{x}` and `{y}`.
    pub url_template: String,
    /// Whose map it is, as its licence wants it said.
    pub attribution: String,
    /// The closest zoom there is.
    pub max_zoom: u8,
}

/// Who to turn to with what is not in the area.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Elsewhere {
    /// What citizens read.
    pub name: String,
    /// Its page, if it has one.
    #[serde(default)]
    pub url: Option<String>,
    /// Digits as dialled, if it has a number.
    #[serde(default)]
    pub phone: Option<String>,
}

/// [`Jurisdiction::similar_within_m`] where a profile says nothing, in metres.
pub const SIMILAR_WITHIN_M: u32 = 250;

const fn similar_within_m() -> u32 {
    SIMILAR_WITHIN_M
}

/// The jurisdiction profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Jurisdiction {
    /// Rises with every change.
    pub version: u32,
    /// The area's name, as citizens say it.
    pub name: String,
    /// The province it belongs to today.
    pub province: String,
    /// The area in which reports are taken.
    pub bounds: Bounds,
    /// Numbers for what can't wait.
    pub hotlines: Vec<Hotline>,
    /// Where the official source of information is.
    pub portal_url: String,
    /// Whether a new report starts as one that hides its sender.
    #[serde(default)]
    pub anonymous_by_default: bool,
    /// How far from each other open reports of one field may be to be shown as perhaps the same, in metres.
    #[serde(default = "similar_within_m")]
    pub similar_within_m: u32,
    /// The map's tiles, where there are some.
    #[serde(default)]
    pub tiles: Option<Tiles>,
    /// Who to turn to outside the area.
    #[serde(default)]
    pub elsewhere: Option<Elsewhere>,
}

impl Jurisdiction {
    /// Kon Tum, the built-in default, as version 1.
    ///
    /// Bounds: the former province's extent, 13°55′–15°27′ N and 107°20′–108°32′ E
    /// (Kon Tum province's published geography). Part of Quảng Ngãi since 2025-07-01.
    #[must_use]
    pub fn builtin() -> Self {
        let hotline = |number: &str, name: &str| Hotline { number: number.to_owned(), name: name.to_owned() };
        Self {
            version: 1,
            name: "Kon Tum".to_owned(),
            province: "Quảng Ngãi".to_owned(),
            bounds: Bounds { south: 13.91, west: 107.33, north: 15.46, east: 108.55 },
            hotlines: vec![
                hotline("113", "Công an: an ninh, trật tự"),
                hotline("114", "Cứu hỏa, cứu nạn, cứu hộ"),
                hotline("115", "Cấp cứu y tế"),
            ],
            portal_url: "https://pakn.kontum.gov.vn".to_owned(),
            anonymous_by_default: false,
            similar_within_m: SIMILAR_WITHIN_M,
            tiles: None,
            elsewhere: Some(Elsewhere {
                name: "Cổng Dịch vụ công Quốc gia".to_owned(),
                url: Some("https://dichvucong.gov.vn".to_owned()),
                phone: Some("18001096".to_owned()),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kon_tum_is_in_kon_tum_and_da_nang_is_not() {
        let bounds = Jurisdiction::builtin().bounds;
        let inside = |lat, lon| Position::new(lat, lon, 10.0).is_ok_and(|p| bounds.contains(&p));
        assert!(inside(14.3497, 108.0005), "Kon Tum city");
        assert!(inside(14.6, 108.28), "Măng Đen");
        assert!(!inside(16.05, 108.2), "Đà Nẵng");
    }
}

//! Which tile: its number, whether it is one of the area's, and its address on the server.

use std::{f64::consts::PI, fmt, str::FromStr};

use pakn_api::model::jurisdiction::{Bounds, Tiles};
use reqwest::Url;

use super::TileError;
use crate::remote::may_talk_to;

/// The furthest out that a map of one province is looked at.
const MIN_ZOOM: u8 = 5;
/// Closer than any server has tiles.
const MAX_ZOOM: u8 = 20;
/// How far beyond the area tiles are shown, in degrees: what stands at its edge can be seen from both sides.
const MARGIN: f64 = 0.4;

/// A tile's number in the usual scheme: `2^zoom` columns from the west and rows from the north, Mercator's projection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    z: u8,
    x: u32,
    y: u32,
}

impl fmt::Display for TileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.z, self.x, self.y)
    }
}

impl FromStr for TileId {
    type Err = TileError;

    /// Reads `z/x/y` as it is written here, and in no other way.
    fn from_str(text: &str) -> Result<Self, TileError> {
        let mut parts = text.split('/').map(|part| part.parse::<u32>().ok());
        let mut part = || parts.next().flatten().ok_or(TileError::NoTile);
        let (z, x, y) = (part()?, part()?, part()?);
        let id = Self { z: u8::try_from(z).map_err(|_| TileError::NoTile)?, x, y };
        let known = (MIN_ZOOM..=MAX_ZOOM).contains(&id.z) && x < id.side() && y < id.side();
        if known && id.to_string() == text { Ok(id) } else { Err(TileError::NoTile) }
    }
}

impl TileId {
    fn side(self) -> u32 {
        1 << u32::from(self.z.min(MAX_ZOOM))
    }

    /// The latitude of a row's upper edge, in degrees.
    fn north_of(self, row: u32) -> f64 {
        let up = PI * (1.0 - 2.0 * f64::from(row) / f64::from(self.side()));
        up.sinh().atan().to_degrees()
    }

    fn west_of(self, column: u32) -> f64 {
        360.0 * f64::from(column) / f64::from(self.side()) - 180.0
    }

    /// Whether some of it is in the area, or near.
    fn is_of(self, area: &Bounds) -> bool {
        self.north_of(self.y) >= area.south - MARGIN
            && self.north_of(self.y + 1) <= area.north + MARGIN
            && self.west_of(self.x + 1) >= area.west - MARGIN
            && self.west_of(self.x) <= area.east + MARGIN
    }

    /// Where it is to be had.
    ///
    /// # Errors
    /// [`TileError::NoTile`] for one that is not the area's, [`TileError::BadTemplate`] where nothing may be asked.
    pub(super) fn url(self, tiles: &Tiles, area: &Bounds) -> Result<Url, TileError> {
        if self.z > tiles.max_zoom || !self.is_of(area) {
            return Err(TileError::NoTile);
        }
        let mut text = tiles.url_template.clone();
        for (name, number) in [("{z}", u32::from(self.z)), ("{x}", self.x), ("{y}", self.y)] {
            if !text.contains(name) {
                return Err(TileError::BadTemplate);
            }
            text = text.replace(name, &number.to_string());
        }
        let url = Url::parse(&text).map_err(|_| TileError::BadTemplate)?;
        if may_talk_to(&url) { Ok(url) } else { Err(TileError::BadTemplate) }
    }
}

#[cfg(test)]
mod tests {
    use pakn_api::model::jurisdiction::Jurisdiction;

    use super::*;

    fn url(template: &str, max_zoom: u8, id: &str) -> Result<String, TileError> {
        let tiles = Tiles { url_template: template.to_owned(), attribution: String::new(), max_zoom };
        id.parse::<TileId>()?.url(&tiles, &Jurisdiction::builtin().bounds).map(String::from)
    }

    #[test]
    fn only_the_areas_own_tiles_have_an_address() {
        const GOOD: &str = "https://tiles.example/{z}/{x}/{y}.png?key=1";
        // Kon Tum city at zoom 12.
        assert_eq!(url(GOOD, 18, "12/3276/1882"), Ok("https://tiles.example/12/3276/1882.png?key=1".to_owned()));
        assert!(url("http://127.0.0.1:9/{z}/{x}/{y}", 18, "12/3276/1882").is_ok());
        for id in [
            "12/2074/1409",
            "12/3276/1700",
            "4/12/7",
            "21/1/1",
            "12/3276/1882/1",
            "12/3276",
            "",
            "12/3276/x",
            "012/3276/1882",
            "12/+3276/1882",
            "12/3276/4294967295",
            "../a",
            "12/3276/1882?x",
        ] {
            assert_eq!(url(GOOD, 18, id), Err(TileError::NoTile), "{id}");
        }
        assert_eq!(url(GOOD, 11, "12/3276/1882"), Err(TileError::NoTile), "closer than there is");
        for bad in [
            "http://tiles.example/{z}/{x}/{y}",
            "https://tiles.example/{z}/{x}",
            "file:///{z}/{x}/{y}",
            "https://u:p@tiles.example/{z}/{x}/{y}",
            "{z}{x}{y}",
            "",
        ] {
            assert_eq!(url(bad, 18, "12/3276/1882"), Err(TileError::BadTemplate), "{bad}");
        }
    }
}

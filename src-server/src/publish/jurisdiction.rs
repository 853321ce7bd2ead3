//! What a jurisdiction profile may not say.

use pakn_api::model::jurisdiction::{Elsewhere, Hotline, Jurisdiction, Tiles};

use crate::geo;

/// The closest zoom that map servers have.
const MAX_ZOOM: u8 = 22;

/// Where a profile breaks rules, and which, in its order.
pub(super) fn broken_rules(profile: &Jurisdiction) -> Vec<(String, String)> {
    let mut broken = Vec::new();
    let mut need = |fine: bool, path: String, what: &str| {
        if !fine {
            broken.push((path, what.to_owned()));
        }
    };
    let said = |text: &str| !text.trim().is_empty();
    let dialled = |text: &str| (3..=15).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit() || b == b'+');
    let web =
        |url: &str| url.strip_prefix("https://").is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace));
    let at = |path: &str| path.to_owned();
    let Jurisdiction {
        version,
        name,
        province,
        bounds,
        hotlines,
        portal_url,
        anonymous_by_default: _,
        similar_within_m,
        tiles,
        elsewhere,
    } = profile;
    need(*version > 0, at("version"), "a version is 1 or higher");
    need(said(name), at("name"), "it is empty");
    need(said(province), at("province"), "it is empty");
    let fits = -90.0 <= bounds.south && bounds.south < bounds.north && bounds.north <= 90.0;
    let fits = fits && -180.0 <= bounds.west && bounds.west < bounds.east && bounds.east <= 180.0;
    need(fits, at("bounds"), "south must be below north and west left of east, in degrees");
    for (nth, Hotline { number, name }) in hotlines.iter().enumerate() {
        need(dialled(number), format!("hotlines[{nth}].number"), "it must be 3 to 15 digits");
        need(said(name), format!("hotlines[{nth}].name"), "it is empty");
    }
    need(web(portal_url), at("portal_url"), "it must begin with https://");
    need((1..=geo::MOST_M).contains(similar_within_m), at("similar_within_m"), "it must be 1 to 5000 metres");
    if let Some(Tiles { url_template, attribution, max_zoom }) = tiles {
        let whole = ["{z}", "{x}", "{y}"].iter().all(|part| url_template.contains(part));
        need(web(url_template) && whole, at("tiles.url_template"), "it must begin with https:// and contain {z}, {x} and {y}");
        need(said(attribution), at("tiles.attribution"), "it is empty: say whose map it is");
        need((1..=MAX_ZOOM).contains(max_zoom), at("tiles.max_zoom"), "it must be 1 to 22");
    }
    if let Some(Elsewhere { name, url, phone }) = elsewhere {
        need(said(name), at("elsewhere.name"), "it is empty");
        need(url.as_deref().is_none_or(web), at("elsewhere.url"), "it must begin with https://");
        need(phone.as_deref().is_none_or(dialled), at("elsewhere.phone"), "it must be 3 to 15 digits");
    }
    broken
}

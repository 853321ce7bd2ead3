//! What there is to say about a place and a map, as types.

use super::words::sentences;

sentences! {
    /// The place of a report being written.
    PlaceWords {
        label, hint, locate, locate_again, locate_instead, locating, improving, rough, outside, found, by_device, by_citizen,
        by_ward, by_photo, clear, other_ways, keep_this, take_other, photo_has, photo_use, on_map, no_pin, ward, ward_choose,
        ward_others, address, address_hint, address_reset, elsewhere_open,
    }
    /// The map.
    MapWords { title, help, label, keys, zoom_in, zoom_out, to_own, to_centre, cancel, done, failed, source }
}

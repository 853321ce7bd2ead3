//! Places and the map, in Vietnamese.

use super::super::place_words::{MapWords, PlaceWords};

pub(super) const PLACE: PlaceWords = PlaceWords {
    label: "Vị trí",
    hint: "Máy tự tìm vị trí, không cần mạng. Chưa đúng thì chỉnh trên bản đồ.",
    locate: "Lấy vị trí hiện tại",
    locate_again: "Lấy lại vị trí",
    locate_instead: "Dùng vị trí của máy",
    locating: "Đang tìm vị trí…",
    improving: "Đang tìm chính xác hơn…",
    rough: "Vị trí còn lệch nhiều. Ra chỗ thoáng đợi một chút, hoặc bấm Chỉnh trên bản đồ.",
    outside: "Vị trí này nằm ngoài khu vực tiếp nhận. Bạn kiểm tra lại giúp nhé.",
    found: "Đã có vị trí",
    by_device: "Theo định vị của máy",
    by_citizen: "Do bạn chọn",
    by_ward: "Giữa xã, phường bạn chọn, chưa phải điểm chính xác",
    by_photo: "Theo vị trí ghi trong ảnh",
    clear: "Xóa vị trí",
    other_ways: "Bạn vẫn gửi được: bấm Chỉnh trên bản đồ để đặt ghim, hoặc chọn xã, phường.",
    keep_this: "Giữ chỗ cũ",
    take_other: "Dùng chỗ mới",
    photo_has: "Ảnh có ghi nơi chụp. Chỉ bạn thấy thông tin này.",
    photo_use: "Dùng vị trí của ảnh",
    on_map: "Chỉnh trên bản đồ",
    no_pin: "Chưa có ghim",
    ward: "Xã, phường",
    ward_choose: "Chọn xã, phường",
    ward_others: "Xã, phường bên cạnh",
    address: "Địa chỉ, mốc dễ tìm",
    address_hint: "Máy tự điền theo vị trí. Bạn thêm số nhà, thôn, mốc gần đó nếu biết.",
    address_reset: "Điền lại theo vị trí",
    elsewhere_open: "Mở trang",
};

pub(super) const MAP: MapWords = MapWords {
    title: "Chỉnh trên bản đồ",
    help: "Chạm vào bản đồ hoặc kéo ghim đến đúng chỗ.",
    label: "Bản đồ với một chiếc ghim",
    keys: "Dùng phím mũi tên để dời ghim, phím cộng và trừ để phóng to, thu nhỏ.",
    zoom_in: "Phóng to",
    zoom_out: "Thu nhỏ",
    to_own: "Đến vị trí của máy",
    to_centre: "Đặt ghim ở giữa",
    cancel: "Hủy",
    done: "Xong",
    failed: "Chưa mở được bản đồ. Bạn đóng lại rồi chọn xã, phường hoặc nhập tọa độ nhé.",
    source: "Natural Earth, GeoNames (CC BY 4.0). Ranh giới xã và đường vẽ gần đúng.",
};

/// A unit's name without the word for its kind, where everybody knows which kind it is.
fn short(province: &str) -> &str {
    province.strip_prefix("Tỉnh ").or_else(|| province.strip_prefix("Thành phố ")).unwrap_or(province)
}

/// A unit of before as it stands in the middle of a line: `phường Quyết Thắng, TP. Kon Tum`.
fn in_line(name: &str) -> String {
    let kinds =
        [("Thành phố ", "TP. "), ("Phường ", "phường "), ("Thị trấn ", "thị trấn "), ("Xã ", "xã "), ("Huyện ", "huyện ")];
    let part = |part: &str| {
        let found = kinds.iter().find_map(|(whole, short)| part.strip_prefix(whole).map(|name| format!("{short}{name}")));
        found.unwrap_or_else(|| part.to_owned())
    };
    name.split(", ").map(part).collect::<Vec<_>>().join(", ")
}

pub(super) fn address_line(ward: &str, province: &str, formerly: Option<&str>) -> String {
    let line = format!("{ward}, {}", short(province));
    formerly.map_or_else(|| line.clone(), |name| format!("{line} (trước đây: {})", in_line(name)))
}

pub(super) fn place_age(ms: i64) -> String {
    match ms / 60_000 {
        ..=0 => "vừa xong".to_owned(),
        minutes @ 1..=59 => format!("{minutes}\u{a0}phút trước"),
        minutes => format!("{}\u{a0}giờ trước", minutes / 60),
    }
}

/// A distance as people say it.
fn far(metres: f64) -> String {
    if metres < 950.0 {
        format!("{}\u{a0}m", (metres / 10.0).round() * 10.0)
    } else {
        format!("{:.1}\u{a0}km", metres / 1_000.0).replace('.', ",")
    }
}

pub(super) fn jumped(metres: f64) -> String {
    format!("Máy vừa báo một chỗ khác, cách chỗ này khoảng {}. Chỗ nào đúng?", far(metres))
}

pub(super) fn place_in(province: &str) -> String {
    format!("Hình như là {}.", province.replace("Tỉnh ", "tỉnh ").replace("Thành phố ", "thành phố "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_address() {
        let table = [
            (("Phường Kon Tum", "Tỉnh Quảng Ngãi", None), "Phường Kon Tum, Quảng Ngãi"),
            (
                ("Xã Đăk Tô", "Tỉnh Quảng Ngãi", Some("Thị trấn Đắk Tô, Huyện Đắk Tô")),
                "Xã Đăk Tô, Quảng Ngãi (trước đây: thị trấn Đắk Tô, huyện Đắk Tô)",
            ),
            (("Phường Hải Châu", "Thành phố Đà Nẵng", None), "Phường Hải Châu, Đà Nẵng"),
        ];
        for ((ward, province, formerly), expected) in table {
            assert_eq!(address_line(ward, province, formerly), expected);
        }
    }

    #[test]
    fn ages_and_distances() {
        let ages = [(-5_000, "vừa xong"), (59_000, "vừa xong"), (61_000, "1\u{a0}phút trước"), (7_300_000, "2\u{a0}giờ trước")];
        for (ms, expected) in ages {
            assert_eq!(place_age(ms), expected);
        }
        for (metres, expected) in [(123.0, "120\u{a0}m"), (4_860.0, "4,9\u{a0}km")] {
            assert_eq!(far(metres), expected);
        }
    }
}

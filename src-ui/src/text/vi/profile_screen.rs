//! The profile's form, its pickers and the card, in Vietnamese.

use crate::text::account_words::{CardWords, PickerWords, ProfileWords};

pub(super) const PROFILE: ProfileWords = ProfileWords {
    title: "Hồ sơ người gửi",
    lead: "Cơ quan xử lý cần biết ai gửi phản ánh. Điền một lần, lần sau không phải điền lại.",
    signed_out: "Hồ sơ đi cùng tài khoản. Bạn đăng ký hoặc đăng nhập trước nhé.",
    register: "Đăng ký",
    expired: "Phiên đăng nhập đã hết. Bạn vẫn điền được; hồ sơ sẽ gửi đi sau khi bạn đăng nhập lại.",
    state_missing: "Chưa có",
    state_waiting: "Đang chờ gửi lên máy chủ",
    state_stored: "Đã lưu trên máy chủ",
    state_refused: "Máy chủ nhờ xem lại",
    unsaved: "Bạn đang sửa. Bấm Lưu hồ sơ khi xong nhé.",
    keeping: "Đang giữ…",
    kept: "Đã giữ",
    identity_heading: "Giấy tờ",
    name: "Họ và tên",
    name_hint: "Như trên căn cước.",
    number: "Số căn cước hoặc chứng minh nhân dân",
    number_hint: "12 số, hoặc 9 số với chứng minh nhân dân cũ.",
    issued_on: "Ngày cấp",
    issued_by: "Nơi cấp",
    issued_by_hint: "Chọn một gợi ý, hoặc gõ như trên thẻ.",
    issued_by_police: "Cục Cảnh sát quản lý hành chính về trật tự xã hội",
    issued_by_ministry: "Bộ Công an",
    gender: "Giới tính",
    male: "Nam",
    female: "Nữ",
    other: "Khác",
    born_on: "Ngày sinh",
    date_hint: "Ví dụ: 07 04 1990",
    day: "Ngày",
    month: "Tháng",
    year: "Năm",
    address_heading: "Địa chỉ liên hệ",
    province: "Tỉnh, thành phố",
    ward: "Xã, phường",
    choose_province: "Chọn tỉnh, thành phố",
    choose_ward: "Chọn xã, phường",
    street: "Số nhà, đường, thôn, làng",
    street_hint: "Ví dụ: 12 Trần Phú, hoặc Làng Kon Rờ Bàng",
    contact_heading: "Liên lạc thêm",
    email: "Email (không bắt buộc)",
    email_hint: "Không có thì để trống.",
    guardian_heading: "Người giám hộ",
    guardian_text: "Người gửi dưới 16 tuổi cần cha, mẹ hoặc người giám hộ đồng ý.",
    guardian_name: "Họ và tên cha, mẹ hoặc người giám hộ",
    guardian_agrees: "Tôi là cha, mẹ hoặc người giám hộ. Tôi đồng ý cho em dùng ứng dụng này để gửi phản ánh.",
    save: "Lưu hồ sơ",
    saving: "Đang lưu…",
    saved: "Đã lưu hồ sơ.",
    saved_waiting: "Đã lưu hồ sơ trong máy. Hồ sơ sẽ tự gửi lên máy chủ, bạn không cần làm gì thêm.",
    problems_heading: "Chưa lưu được, còn vài chỗ cần xem",
    refused_heading: "Máy chủ nhờ bạn xem lại",
};

pub(super) const CARD: CardWords = CardWords {
    heading: "Điền nhanh bằng căn cước",
    text: "Quét mã QR trên căn cước, ứng dụng điền giúp bạn.",
    promise: "Ảnh căn cước chỉ được đọc trên máy này, không lưu, không gửi đi.",
    scan: "Quét mã QR",
    scanning: "Đưa mã QR trên căn cước vào giữa khung.",
    stop: "Thôi quét",
    take: "Chụp căn cước",
    pick: "Chọn ảnh có sẵn",
    reading: "Đang đọc mã QR…",
    filled: "Đã điền:",
    nothing_new: "Đã đọc căn cước. Hồ sơ đang khớp với thẻ.",
    still: "Còn cần bạn điền:",
    nothing_left: "Bạn xem lại rồi bấm Lưu hồ sơ nhé.",
    too_large: "Ảnh lớn hơn 16\u{a0}MB. Chọn ảnh nhỏ hơn giúp nhé.",
    unreadable: "Chưa mở được ảnh này từ máy. Bạn thử lại giúp nhé.",
    by_hand: "Không quét được cũng không sao: bạn điền tay ở các ô bên dưới.",
};

pub(super) const PICKER: PickerWords = PickerWords {
    province_title: "Chọn tỉnh, thành phố",
    ward_title: "Chọn xã, phường",
    search: "Tìm",
    search_hint: "Gõ không dấu cũng được. Tên cũ, huyện cũ cũng tìm ra.",
    close: "Đóng",
    loading: "Đang mở danh sách…",
    none_title: "Không tìm thấy",
    none_text: "Thử gõ ngắn hơn, hoặc gõ tên cũ của xã, thị trấn, huyện.",
    everywhere: "Cả nước",
    within_search: "Tìm xã, phường",
};

pub(super) fn wards(count: usize) -> String {
    format!("{} xã, phường", grouped(count))
}

/// A name within a sentence begins small: `Trong tỉnh Quảng Ngãi`.
pub(super) fn within(province: &str) -> String {
    let mut letters = province.chars();
    let first = letters.next().into_iter().flat_map(char::to_lowercase).collect::<String>();
    format!("Trong {first}{}", letters.as_str())
}

/// Thousands parted by points, as in `3.321`.
fn grouped(number: usize) -> String {
    match (number / 1_000, number % 1_000) {
        (0, rest) => rest.to_string(),
        (thousands, rest) => format!("{}.{rest:03}", grouped(thousands)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_province_within_a_sentence_begins_small() {
        assert_eq!(within("Tỉnh Quảng Ngãi"), "Trong tỉnh Quảng Ngãi");
        assert_eq!(within("Thành phố Huế"), "Trong thành phố Huế");
    }

    #[test]
    fn thousands_are_parted() {
        for (number, expected) in [(0, "0"), (999, "999"), (1_000, "1.000"), (3_321, "3.321"), (1_000_045, "1.000.045")] {
            assert_eq!(grouped(number), expected);
        }
    }
}

//! The page on which an account is deleted without the app.

/// The page's heading.
pub(crate) const TITLE: &str = "Xóa tài khoản KonTumS";
/// Its heading once the account is gone.
pub(crate) const DONE_TITLE: &str = "Đã xóa tài khoản";

/// What the page is for.
pub(crate) const INTRO: &str = "Trang này dành cho người không còn dùng ứng dụng. Nếu còn ứng dụng, bạn có thể xóa ngay trong \
                                mục Tài khoản. Chúng tôi gửi một mã qua SMS để chắc chắn số điện thoại là của bạn.";

/// What goes, as a heading and a list.
pub(crate) const GOES: (&str, &[&str]) = (
    "Xóa ngay, không lấy lại được",
    &[
        "tài khoản, mật khẩu và mọi phiên đăng nhập;",
        "hồ sơ: họ tên, số giấy tờ tùy thân, ngày sinh, địa chỉ, email;",
        "những điều bạn đã đồng ý hoặc rút lại;",
        "phản ánh chưa được tiếp nhận hoặc bị từ chối, cùng ảnh của chúng.",
    ],
);

/// What stays.
pub(crate) const STAYS: (&str, &[&str]) = (
    "Được giữ lại",
    &[
        "phản ánh đã được tiếp nhận, cùng ảnh và kết quả xử lý: đó là hồ sơ công việc của cơ quan, không còn gắn với bạn;",
        "bản sao lưu của máy chủ: dữ liệu đã xóa mất hẳn khỏi đó sau nhiều nhất 30 ngày.",
    ],
);

/// Of what is still on the device.
pub(crate) const UNSENT: &str = "Phản ánh đang chờ gửi trên điện thoại sẽ không gửi được nữa.";

/// The number's field.
pub(crate) const PHONE: &str = "Số điện thoại của tài khoản";
/// Has a code sent.
pub(crate) const ASK: &str = "Gửi mã cho tôi";
/// The code's field.
pub(crate) const CODE: &str = "Mã 6 chữ số trong tin nhắn";
/// Deletes.
pub(crate) const DELETE: &str = "Xóa tài khoản của tôi";
/// Back to the beginning.
pub(crate) const AGAIN: &str = "Làm lại từ đầu";
/// After the account is gone.
pub(crate) const DONE: &str = "Tài khoản và dữ liệu của bạn đã được xóa. Cảm ơn bạn đã dùng KonTumS.";

/// Not a number.
pub(crate) const BAD_PHONE: &str = "Đây chưa phải số di động Việt Nam. Bạn xem lại giúp.";
/// Not six digits.
pub(crate) const BAD_CODE: &str = "Mã có 6 chữ số.";
/// The code's time is over, or it was tried too often or used.
pub(crate) const CODE_OVER: &str = "Mã này không còn dùng được. Bạn hãy xin mã mới.";
/// Told only to who has the number's code.
pub(crate) const NO_ACCOUNT: &str = "Số này không có tài khoản nào để xóa.";
/// Too many tries.
pub(crate) const TOO_OFTEN: &str = "Bạn đã thử nhiều lần. Hãy đợi ít phút rồi thử lại.";
/// The server can't.
pub(crate) const LATER: &str = "Hiện chưa làm được. Tài khoản của bạn vẫn như cũ; bạn hãy thử lại sau.";

/// A code is on its way to this number, if it can get SMS.
pub(crate) fn sent(phone: &str, minutes: u32) -> String {
    format!("Mã đã được gửi tới {phone} và dùng được trong {minutes} phút.")
}

/// Not the code that was sent.
pub(crate) fn wrong(tries_left: u8) -> String {
    format!("Mã chưa đúng. Bạn còn {tries_left} lần thử.")
}

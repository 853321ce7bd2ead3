//! The only words outside the UI: those of system notifications, which are shown when the UI may not be running and
//! name no content and no place; and what a device is called in the list of sessions, which the server keeps.

#[cfg(mobile)]
use pakn_core::Notice;

/// What this kind of device is called, where nothing more is known.
pub(super) const DEVICE: &str = if cfg!(target_os = "android") {
    "Điện thoại Android"
} else if cfg!(target_os = "ios") {
    "iPhone hoặc iPad"
} else {
    "Máy tính"
};

/// A notification's words.
#[cfg(mobile)]
pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) body: &'static str,
}

/// The words for a notice.
#[cfg(mobile)]
pub(super) const fn of(notice: Notice) -> Words {
    match notice {
        Notice::Sent { report_id: _ } => {
            Words { title: "Phản ánh đã gửi xong", body: "Hệ thống đã nhận đủ phản ánh của bạn." }
        }
        Notice::StatusChanged { report_id: _, status: _ } => {
            Words { title: "Phản ánh có cập nhật", body: "Mở ứng dụng để xem tiến độ xử lý." }
        }
    }
}

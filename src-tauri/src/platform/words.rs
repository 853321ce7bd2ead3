//! The words of system notifications: the only ones outside the UI, because they are shown when the UI
//! may not be running. They name no content and no place.

use pakn_core::Notice;

/// A notification's words.
pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) body: &'static str,
}

/// The words for a notice.
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

//! What waits to be sent, what was saved from damage, and what a newer version wrote.

use pakn_api::ipc::{AppError, Connection, FileProgress, Whereabouts};

use super::errors::{app_error, parked_reason};
use crate::{
    amount::percent,
    text::words::{Action, NewerWords, OutboxWords, SalvageWords},
};

pub(super) const OUTBOX: OutboxWords = OutboxWords {
    title: "Chờ gửi",
    lead: "Tất cả nằm an toàn trong máy cho đến khi máy chủ xác nhận đã nhận đủ.",
    see_all: "Xem tất cả phản ánh chờ gửi",
    progress: "Phần đã gửi",
    discarded: "Đã bỏ phản ánh.",
    empty_title: "Không còn gì chờ gửi",
    empty_text: "Không có phản ánh nào nằm lại trong máy. Khi mất mạng, phản ánh bạn gửi sẽ chờ ở đây rồi tự gửi đi.",
};

pub(super) const SALVAGE: SalvageWords = SalvageWords {
    heading: "Bộ nhớ của ứng dụng đã bị hỏng",
    all_back: "Ứng dụng đã lấy lại được mọi thứ.",
    some_back: "Ứng dụng đã lấy lại những gì còn đọc được. Phần hỏng vẫn được giữ trong máy, không bị xóa.",
    drafts: "Bản nháp lấy lại được",
    unsent: "Phản ánh lấy lại được, đang chờ gửi",
    lost: "Không đọc được",
    lost_next: "Nếu phản ánh đã đến máy chủ, bạn sẽ thấy lại trong Phản ánh của tôi. Nếu không thấy, bạn viết lại giúp nhé.",
    no_title: "Một mục không đọc được tiêu đề",
    was_sent: "đã bấm gửi",
    was_draft: "bản nháp",
};

pub(super) const NEWER: NewerWords = NewerWords {
    heading: "Cần cập nhật ứng dụng",
    text: "Dữ liệu trong máy do bản KonTumS mới hơn ghi, bản này chưa mở được.",
    safe: "Không có gì bị mất. Những mục sau đang chờ bạn:",
    drafts: "Bản nháp",
    unsent: "Phản ánh chờ gửi",
    how: "Bạn mở cửa hàng ứng dụng, cập nhật KonTumS rồi mở lại. Xin đừng gỡ ứng dụng.",
};

/// What a waiting report waits for.
fn waits_for(link: Connection, device_online: bool) -> &'static str {
    match link {
        Connection::Unknown | Connection::Online => "Chờ đến lượt gửi.",
        Connection::Offline if device_online => "Chờ kết nối lại với máy chủ.",
        Connection::Offline => "Chờ có mạng.",
        Connection::ServerTrouble => "Chờ máy chủ hết trục trặc.",
    }
}

pub(super) fn outbox_state(at: &Whereabouts, link: Connection, device_online: bool, files: &[FileProgress]) -> String {
    let (whole, all) = (files.iter().filter(|file| file.is_whole()).count(), files.len());
    let begun = match files.iter().any(|file| file.sent_bytes > 0) {
        true if whole == all => " Ảnh đã lên đủ.".to_owned(),
        true if whole > 0 => format!(" Đã gửi {whole} trên {all} ảnh, sẽ gửi tiếp phần còn lại."),
        true => " Đã gửi được một phần, sẽ gửi tiếp từ chỗ đó.".to_owned(),
        false => String::new(),
    };
    match at {
        Whereabouts::Waiting { needs_sign_in: true } => format!("Chờ bạn đăng nhập để gửi đi.{begun}"),
        Whereabouts::Waiting { needs_sign_in: false } => format!("{}{begun}", waits_for(link, device_online)),
        Whereabouts::Sending { .. } if all == 0 => "Đang gửi nội dung.".to_owned(),
        Whereabouts::Sending { .. } if whole == all => "Ảnh đã lên đủ, đang chờ máy chủ xác nhận.".to_owned(),
        Whereabouts::Sending { .. } => format!("Đã gửi {whole} trên {all} ảnh."),
        Whereabouts::Parked { reason } => parked_reason(reason),
        Whereabouts::Sent { .. } => "Đã đến máy chủ.".to_owned(),
    }
}

pub(super) fn file_progress(file: &FileProgress) -> String {
    match percent(file.sent_bytes, file.total_bytes) {
        _ if file.is_whole() => "Đã gửi".to_owned(),
        None | Some(0) => "Chưa gửi".to_owned(),
        Some(percent) => format!("{percent}\u{a0}%"),
    }
}

pub(super) fn next_try(seconds: u64, when: &str) -> String {
    match seconds {
        0 => "Sắp tự thử lại.".to_owned(),
        1..=90 => format!("Tự thử lại sau {seconds} giây."),
        _ => format!("Tự thử lại lúc {when}."),
    }
}

/// Where the server may hold the report already, it has to be asked first.
pub(super) fn act_error(action: Action, error: &AppError) -> String {
    let to_do = match action {
        Action::Edit => "sửa",
        Action::Discard => "bỏ",
        Action::Retry | Action::SignIn => return app_error(error),
    };
    let ask = |then: &str| format!("Phản ánh này có thể đã đến máy chủ, phải hỏi lại máy chủ trước khi {to_do}. {then}");
    match error {
        AppError::NotEditable => {
            format!(
                "Phản ánh này đã đến hoặc đang trên đường đến máy chủ nên không {to_do} được nữa. Bạn theo dõi ở Phản ánh của tôi nhé."
            )
        }
        AppError::Offline => ask("Bạn thử lại khi có mạng nhé."),
        AppError::ServerTrouble => ask("Máy chủ đang trục trặc, bạn thử lại sau ít phút nhé."),
        AppError::SignedOut => ask("Bạn đăng nhập rồi thử lại nhé."),
        AppError::BadPhone
        | AppError::BadCredentials
        | AppError::BadCode
        | AppError::CodeWrong { .. }
        | AppError::NoCode
        | AppError::WeakPassword { .. }
        | AppError::Profile { .. }
        | AppError::Card { .. }
        | AppError::NotAllowedYet { .. }
        | AppError::ConsentNeeded { .. }
        | AppError::RateLimited { .. }
        | AppError::Photo { .. }
        | AppError::Video { .. }
        | AppError::Camera { .. }
        | AppError::Form { .. }
        | AppError::Location { .. }
        | AppError::NotFound
        | AppError::StorageFull
        | AppError::StorageBroken
        | AppError::NewerDatabase { .. }
        | AppError::InUse
        | AppError::BadServerUrl
        | AppError::Refused { .. }
        | AppError::Bug => app_error(error),
    }
}

pub(super) fn receipt(files: u32, when: &str) -> String {
    let what = match files {
        0 => "Đã nhận phản ánh".to_owned(),
        n => format!("Đã nhận phản ánh và đủ {n} ảnh"),
    };
    format!("{what}, {when}. Có chữ ký của máy chủ.")
}

pub(super) fn loose_photos(count: u32) -> String {
    format!("{count} ảnh không rõ thuộc phản ánh nào, đã để vào một bản nháp mới.")
}

//! States, people and times in words.

use pakn_api::{
    id::ReportId,
    ipc::{Connection, SessionView, Whereabouts},
    model::status::{RefusalReason, ReportStatus},
    wire::Actor,
};

use super::errors::parked_reason;
use crate::{amount::percent, local_time::LocalTime, text::words::Action};

pub(super) fn status(status: ReportStatus) -> &'static str {
    match status {
        ReportStatus::Received => "Chờ tiếp nhận",
        ReportStatus::Accepted => "Đã tiếp nhận",
        ReportStatus::Refused => "Không tiếp nhận",
        ReportStatus::Assigned => "Đã chuyển đơn vị xử lý",
        ReportStatus::InProgress => "Đang xử lý",
        ReportStatus::NeedsInfo => "Cần bổ sung",
        ReportStatus::Answered => "Đã trả lời",
        ReportStatus::Closed => "Đã xong",
    }
}

fn status_next(status: ReportStatus) -> &'static str {
    match status {
        ReportStatus::Received => "Phản ánh và ảnh đã đến máy chủ đầy đủ. Tiếp theo, trung tâm điều hành sẽ xem và phân loại.",
        ReportStatus::Accepted => "Phản ánh được tiếp nhận và sẽ được chuyển đến đơn vị xử lý.",
        ReportStatus::Refused => "Phản ánh không được tiếp nhận. Lý do ở phần quá trình xử lý bên dưới.",
        ReportStatus::Assigned => "Một đơn vị đã nhận việc và sẽ bắt đầu xử lý.",
        ReportStatus::InProgress => "Đơn vị đang xử lý. Có tin mới sẽ hiện ở đây.",
        ReportStatus::NeedsInfo => "Đơn vị xử lý cần thêm thông tin. Xem lời nhắn ở phần quá trình xử lý.",
        ReportStatus::Answered => "Đơn vị xử lý đã trả lời. Xem câu trả lời bên dưới.",
        ReportStatus::Closed => "Phản ánh đã xử lý xong. Cảm ơn bạn.",
    }
}

pub(super) fn refusal(reason: RefusalReason) -> &'static str {
    match reason {
        RefusalReason::OutOfScope => "Việc này nằm ngoài các lĩnh vực tiếp nhận.",
        RefusalReason::Unclear => "Nội dung, hình ảnh, thời gian hoặc vị trí chưa đủ rõ. Bạn có thể viết phản ánh mới rõ hơn.",
        RefusalReason::ComplaintOrDenunciation => "Đây là khiếu nại hoặc tố cáo, cần gửi đơn theo quy định của pháp luật.",
        RefusalReason::AdministrativeRules => {
            "Góp ý về quy định, hành vi hành chính được tiếp nhận theo Nghị định 20/2008/NĐ-CP."
        }
        RefusalReason::EmergencyHotline => "Việc này thuộc số khẩn cấp. Hãy gọi 113, 114 hoặc 115.",
        RefusalReason::Duplicate => "Việc này đã có người phản ánh và đang được xử lý.",
    }
}

pub(super) fn whereabouts(at: &Whereabouts) -> String {
    match at {
        Whereabouts::Waiting { needs_sign_in: false } => "Đang chờ gửi".to_owned(),
        Whereabouts::Waiting { needs_sign_in: true } => "Đang chờ · cần đăng nhập".to_owned(),
        Whereabouts::Sending { sent_bytes, total_bytes } => match percent(*sent_bytes, *total_bytes) {
            Some(percent) => format!("Đang gửi {percent}\u{a0}%"),
            None => "Đang gửi".to_owned(),
        },
        Whereabouts::Parked { .. } => "Cần bạn xem lại".to_owned(),
        Whereabouts::Sent { status: now } => format!("Đã gửi · {}", status(*now)),
    }
}

pub(super) fn whereabouts_next(at: &Whereabouts) -> String {
    match at {
        Whereabouts::Waiting { needs_sign_in: false } => {
            "Phản ánh nằm an toàn trong máy và sẽ tự gửi khi có mạng. Bạn không cần làm gì thêm.".to_owned()
        }
        Whereabouts::Waiting { needs_sign_in: true } => {
            "Phản ánh nằm an toàn trong máy. Đăng nhập xong, phản ánh sẽ tự gửi đi.".to_owned()
        }
        Whereabouts::Sending { .. } => "Phản ánh đang đi. Nếu mất mạng giữa chừng, ứng dụng sẽ tự gửi tiếp.".to_owned(),
        Whereabouts::Parked { reason } => parked_reason(reason),
        Whereabouts::Sent { status } => status_next(*status).to_owned(),
    }
}

pub(super) fn actor(actor: &Actor) -> String {
    match actor {
        Actor::Citizen => "Bạn".to_owned(),
        Actor::Agency { name } => name.clone(),
        Actor::System => "Hệ thống".to_owned(),
    }
}

pub(super) fn banner(connection: Connection, device_online: bool, waiting: u32) -> Option<String> {
    let (what, then) = match connection {
        Connection::Unknown | Connection::Online => return None,
        Connection::Offline if device_online => ("Chưa kết nối được máy chủ", "sẽ tự gửi khi kết nối lại"),
        Connection::Offline => ("Không có mạng", "sẽ tự gửi khi có mạng"),
        Connection::ServerTrouble => ("Máy chủ đang trục trặc", "sẽ tự gửi lại sau"),
    };
    Some(match waiting {
        0 => format!("{what} · bạn vẫn viết phản ánh được"),
        n => format!("{what} · {n} phản ánh đang chờ, {then}"),
    })
}

pub(super) fn connection(connection: Connection) -> &'static str {
    match connection {
        Connection::Unknown => "Chưa thử kết nối",
        Connection::Online => "Đang kết nối tốt",
        Connection::Offline => "Không kết nối được máy chủ",
        Connection::ServerTrouble => "Máy chủ đang trục trặc",
    }
}

pub(super) fn session(session: &SessionView) -> String {
    match session {
        SessionView::SignedOut => "Chưa đăng nhập".to_owned(),
        SessionView::SignedIn { name, phone } => person(name, phone).to_owned(),
        SessionView::Expired { name, phone } => format!("{}: phiên đăng nhập đã hết, cần đăng nhập lại", person(name, phone)),
    }
}

/// Somebody by name; by number until there is a profile.
fn person<'a>(name: &'a str, phone: &'a str) -> &'a str {
    [name, phone].into_iter().find(|text| !text.is_empty()).unwrap_or("Bạn đã đăng nhập")
}

pub(super) fn action(action: Action) -> &'static str {
    match action {
        Action::SignIn => "Đăng nhập để gửi",
        Action::Edit => "Sửa",
        Action::Retry => "Gửi lại",
        Action::Discard => "Bỏ phản ánh",
    }
}

pub(super) fn when(at: LocalTime, now: LocalTime) -> String {
    let clock = format!("{:02}:{:02}", at.hour, at.minute);
    match now.day_number() - at.day_number() {
        0 => format!("hôm nay {clock}"),
        1 => format!("hôm qua {clock}"),
        -1 => format!("ngày mai {clock}"),
        _ => format!("{:02}/{:02}/{} {clock}", at.day, at.month, at.year),
    }
}

pub(super) fn short_id(id: ReportId) -> String {
    let text = id.to_string();
    format!("Mã {}", text.rsplit('-').next().unwrap_or(&text))
}

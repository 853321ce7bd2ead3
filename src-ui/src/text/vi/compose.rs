//! Composing a report.

use pakn_api::model::question::AnswerProblem;

use crate::text::compose_words::{ChooseWords, ComposeWords, DiscardedWords, ReviewWords, WayWords};

pub(super) const CHOOSE: ChooseWords = ChooseWords {
    title: "Bạn muốn phản ánh việc gì?",
    change_title: "Chọn vấn đề khác",
    urgent: "Việc khẩn cấp? Gọi ngay:",
    fields: "Lĩnh vực",
    search: "Tìm vấn đề",
    search_hint: "Ví dụ: ổ gà, đèn đường, rác",
    write: "Chưa rõ chọn gì? Cứ viết",
    write_hint: "Ứng dụng sẽ gợi ý vấn đề theo lời bạn viết",
    now: "Đang xảy ra? Đừng chờ, hãy gọi ngay:",
    none_title: "Chưa tìm thấy vấn đề nào như vậy",
    none_text: "Bạn thử từ khác, hoặc cứ viết: chọn vấn đề sau cũng được.",
};

pub(super) const COMPOSE: ComposeWords = ComposeWords {
    what_heading: "Chuyện gì đang xảy ra?",
    subject_none: "Chưa chọn vấn đề",
    subject_none_text: "Bạn cứ viết trước, chọn vấn đề lúc nào cũng được.",
    subject_choose: "Chọn vấn đề",
    subject_change: "Đổi",
    suggest: "Có phải là vấn đề này?",
    chosen: "Đã chọn",
    content_label: "Nội dung",
    title_label: "Tiêu đề (không bắt buộc)",
    title_hint: "Để trống thì lấy câu đầu của nội dung",
    title_empty: "Ví dụ: Đèn đường hỏng trước chợ",
    answers_heading: "Cho biết thêm",
    may_be_left: "không bắt buộc",
    clear_choice: "Bỏ chọn",
    newer_needed: "Câu hỏi này cần bản mới hơn của ứng dụng. Bạn cập nhật ứng dụng rồi mở lại bản nháp này nhé.",
    time_now: "Bây giờ",
    time_began: "Lúc bạn bắt đầu viết",
    time_other: "Lúc khác…",
    time_other_label: "Đã xảy ra lúc",
    time_photo: "Dùng giờ này",
    who_caption: "Ai thấy gì về bạn",
    who_reader: "Người xem",
    who_named: "Có tên",
    who_hidden: "Ẩn danh",
    who_now: "đang chọn",
    reader_public: "Mọi người",
    reader_agency: "Đơn vị xử lý",
    reader_centre: "Trung tâm điều hành",
    sees_name: "Tên bạn",
    sees_name_phone: "Tên, số điện thoại",
    sees_nothing: "Không thấy gì về bạn",
    sees_all: "Đầy đủ thông tin",
    review: "Xem lại",
    review_hint: "Bạn xem lại một lượt rồi mới gửi.",
};

pub(super) const REVIEW: ReviewWords = ReviewWords {
    title: "Xem lại trước khi gửi",
    lead: "Đây là tất cả những gì cơ quan tiếp nhận sẽ thấy.",
    missing_heading: "Chưa gửi được, còn thiếu một chút",
    subject: "Vấn đề",
    title_label: "Tiêu đề",
    content: "Nội dung",
    answers: "Cho biết thêm",
    photos: "Ảnh và video",
    no_photos: "Không có",
    photos_coming: "Còn ảnh đang xử lý, sẽ hiện ở đây khi xong.",
    place: "Vị trí",
    time: "Thời gian xảy ra",
    sender: "Người gửi",
    hidden: "Ẩn danh",
    hidden_text: "Chỉ trung tâm điều hành biết bạn là ai.",
    named_nobody: "Tên và số điện thoại trong tài khoản của bạn",
    edit: "Sửa",
    statement_heading: "Cam đoan",
};

pub(super) const DISCARDED: DiscardedWords = DiscardedWords {
    discarded: "Đã bỏ bản nháp",
    undo: "Hoàn tác",
    restore: "Lấy lại",
    restored: "Đã lấy lại bản nháp.",
    gone: "Bản nháp này đã bị xóa hẳn, không lấy lại được nữa.",
    heading: "Vừa bỏ",
    text: "Giữ trong 24 giờ rồi xóa hẳn. Đăng xuất cũng xóa hẳn.",
    close: "Đóng thông báo",
};

pub(super) const WAY: WayWords = WayWords {
    heading: "Đường đi của phản ánh",
    kept: "Đã lưu trong máy",
    sent: "Gửi đến máy chủ",
    accepted: "Trung tâm điều hành tiếp nhận",
    handled: "Đơn vị xử lý làm việc",
    answered: "Trả lời bạn",
    done: "đã xong",
    here: "đang ở bước này",
};

pub(super) fn answer_problem(problem: AnswerProblem) -> &'static str {
    match problem {
        AnswerProblem::Missing => "Câu này cần trả lời.",
        AnswerProblem::BadText => "Câu trả lời quá dài hoặc có ký tự lạ. Sửa lại giúp nhé.",
        AnswerProblem::NotANumber => "Chỉ nhập số, ví dụ: 12 hoặc 2,5.",
        AnswerProblem::OutOfRange => "Số này nằm ngoài khoảng cho phép. Sửa lại giúp nhé.",
        AnswerProblem::NotAnOption => "Lựa chọn này không còn nữa. Chọn lại giúp nhé.",
        AnswerProblem::TooMany => "Bạn chọn nhiều hơn mức cho phép. Bỏ bớt nhé.",
        AnswerProblem::InFuture => "Thời gian này ở tương lai. Chọn lại giúp nhé.",
        AnswerProblem::UnknownKind => COMPOSE.newer_needed,
    }
}

/// A number as it is written here.
pub(super) fn number(number: f64) -> String {
    number.to_string().replace('.', ",")
}

pub(super) fn number_range(min: f64, max: f64, unit: Option<&str>) -> String {
    let unit = unit.map(|unit| format!(" {unit}")).unwrap_or_default();
    format!("Từ {} đến {}{unit}", number(min), number(max))
}

pub(super) fn because(parts: &[String]) -> String {
    let parts: Vec<_> = parts.iter().map(|part| format!("“{part}”")).collect();
    format!("vì bạn viết {}", parts.join(", "))
}

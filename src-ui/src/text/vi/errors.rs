//! What went wrong, and what to do next: one sentence of its own for each.

use pakn_api::{
    ErrorCode,
    ipc::{AppError, CameraError, LocationError, ParkedReason},
    model::{
        consent::ConsentPurpose,
        photo::{PhotoError, PhotoNotice},
        place::PositionError,
        report::FormProblem,
        video::VideoError,
        words::WordsError,
    },
};

use super::{
    account::password_problem,
    profile::{card_error, profile_problem},
};

pub(super) fn app_error(error: &AppError) -> String {
    match error {
        AppError::Offline => "Chưa kết nối được. Kiểm tra mạng rồi thử lại nhé.".to_owned(),
        AppError::ServerTrouble => "Máy chủ đang gặp trục trặc. Bạn thử lại sau ít phút nhé.".to_owned(),
        AppError::SignedOut => "Bạn cần đăng nhập để làm việc này.".to_owned(),
        AppError::BadPhone => "Số điện thoại chưa đúng. Nhập số di động 10 chữ số, bắt đầu bằng 0.".to_owned(),
        AppError::BadCredentials => "Số điện thoại hoặc mật khẩu chưa đúng. Bạn kiểm tra lại nhé.".to_owned(),
        AppError::BadCode => "Mã có 6 chữ số. Bạn xem lại tin nhắn rồi nhập lại nhé.".to_owned(),
        AppError::CodeWrong { tries_left: Some(1) } => {
            "Mã chưa đúng. Bạn còn nhập được 1 lần; xem kỹ tin nhắn mới nhất nhé.".to_owned()
        }
        AppError::CodeWrong { tries_left: Some(n) } => format!("Mã chưa đúng. Bạn còn nhập được {n} lần nữa."),
        AppError::CodeWrong { tries_left: None } => "Mã chưa đúng. Bạn xem lại tin nhắn mới nhất nhé.".to_owned(),
        AppError::NoCode => "Không còn mã nào đang chờ. Bấm Gửi lại mã để nhận mã mới nhé.".to_owned(),
        AppError::WeakPassword { reason } => password_problem(*reason).to_owned(),
        AppError::Profile { problems } => match problems.as_slice() {
            [] => "Hồ sơ người gửi chưa đầy đủ. Bạn xem lại từng mục nhé.".to_owned(),
            [first, ..] => profile_problem(*first).to_owned(),
        },
        AppError::Card { reason } => card_error(*reason).to_owned(),
        AppError::NotAllowedYet { .. } => "Còn thiếu vài thứ để gửi. Phản ánh vẫn nằm nguyên trong máy.".to_owned(),
        AppError::ConsentNeeded { purpose } => consent_needed(*purpose).to_owned(),
        AppError::RateLimited { retry_after_ms } => match retry_after_ms {
            Some(ms) => format!("Bạn đã thử quá nhiều lần. Thử lại sau {}.", wait(*ms)),
            None => "Bạn đã thử quá nhiều lần. Đợi vài phút rồi thử lại nhé.".to_owned(),
        },
        AppError::Photo { reason } => photo_error(*reason).to_owned(),
        AppError::Video { reason } => video_error(*reason).to_owned(),
        AppError::Camera { reason } => camera_error(*reason).to_owned(),
        AppError::Form { problems } => match problems.as_slice() {
            [] => "Phản ánh chưa đầy đủ. Bạn xem lại từng mục nhé.".to_owned(),
            [first, ..] => form_problem(*first).to_owned(),
        },
        AppError::Location { reason } => location_error(*reason).to_owned(),
        AppError::NotFound => "Mục này không còn nữa. Bạn quay lại danh sách nhé.".to_owned(),
        AppError::NotEditable => "Phản ánh đã được gửi hoặc đang gửi nên không sửa được nữa.".to_owned(),
        AppError::StorageFull => "Máy đã hết chỗ lưu. Những gì đã lưu vẫn còn; hãy dọn bớt bộ nhớ rồi thử lại.".to_owned(),
        AppError::StorageBroken => {
            "Bộ nhớ của máy đang trục trặc nên chưa lưu được. Khởi động lại máy rồi thử lại nhé.".to_owned()
        }
        AppError::InUse => "Ứng dụng đang mở ở một cửa sổ khác. Hãy dùng cửa sổ đó.".to_owned(),
        AppError::NewerDatabase { .. } => "Dữ liệu do bản mới hơn tạo ra. Hãy cập nhật ứng dụng để mở.".to_owned(),
        AppError::BadServerUrl => "Địa chỉ máy chủ chưa đúng. Nhập dạng https://ten-may-chu.".to_owned(),
        AppError::Refused { error } => refused(*error).to_owned(),
        AppError::Bug => "Ứng dụng gặp lỗi ngoài ý muốn. Đóng và mở lại ứng dụng rồi thử lại nhé.".to_owned(),
    }
}

fn consent_needed(purpose: ConsentPurpose) -> &'static str {
    match purpose {
        ConsentPurpose::Terms => "Cần bạn đồng ý với điều khoản sử dụng trước.",
        ConsentPurpose::Reports => "Cần bạn đồng ý cho xử lý thông tin khi gửi phản ánh.",
        ConsentPurpose::Location => "Cần bạn đồng ý cho ứng dụng lấy vị trí.",
        ConsentPurpose::Notifications => "Cần bạn đồng ý nhận thông báo.",
    }
}

fn wait(ms: u64) -> String {
    let seconds = ms.div_ceil(1_000).max(1);
    if seconds < 60 { format!("{seconds} giây") } else { format!("{} phút", seconds.div_ceil(60)) }
}

/// What a server's refusal means; also the second half of a parked report's reason.
fn refused(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::BadRequest => "Máy chủ không đọc được yêu cầu. Hãy cập nhật ứng dụng rồi gửi lại.",
        ErrorCode::Unauthenticated => "Phiên đăng nhập đã hết. Đăng nhập lại rồi gửi tiếp nhé.",
        ErrorCode::BadCredentials => "Máy chủ không nhận số điện thoại hoặc mật khẩu này. Bạn kiểm tra lại nhé.",
        ErrorCode::NotFound => "Máy chủ không tìm thấy mục này. Bạn thử lại sau nhé.",
        ErrorCode::MethodNotAllowed => "Máy chủ không hỗ trợ thao tác này. Hãy cập nhật ứng dụng.",
        ErrorCode::OpIdReused => "Máy chủ đã có một lần gửi khác trùng mã. Bấm Sửa để gửi thành phản ánh mới.",
        ErrorCode::ReportExists => "Máy chủ đã có phản ánh này từ một lần gửi khác. Bạn xem lại danh sách nhé.",
        ErrorCode::UploadConflict => "Phần ảnh đã gửi không khớp với máy chủ. Bấm Gửi lại giúp nhé.",
        ErrorCode::UnsupportedVersion => "Máy chủ dùng cách gửi ảnh khác. Hãy cập nhật ứng dụng rồi gửi lại.",
        ErrorCode::ChecksumMismatch => "Một phần ảnh bị sai lệch trên đường gửi. Bấm Gửi lại giúp nhé.",
        ErrorCode::HashMismatch => "Ảnh bị sai lệch trên đường gửi. Bấm Gửi lại giúp nhé.",
        ErrorCode::MediaUnsupported => "Máy chủ không nhận loại ảnh này. Bấm Sửa để thay ảnh khác.",
        ErrorCode::TooLarge => "Ảnh quá lớn đối với máy chủ. Bấm Sửa để bớt hoặc thay ảnh.",
        ErrorCode::InvalidReport => "Máy chủ thấy phản ánh chưa hợp lệ. Bấm Sửa để xem lại nội dung.",
        ErrorCode::Forbidden => {
            "Tài khoản này là của đơn vị xử lý nên không gửi được phản ánh. Đăng nhập bằng tài khoản cá nhân nhé."
        }
        ErrorCode::CodeWrong => "Mã không khớp với mã đã gửi. Bạn xem lại tin nhắn nhé.",
        ErrorCode::CodeExpired => "Mã đã hết hạn. Bấm Gửi lại mã để nhận mã mới nhé.",
        ErrorCode::CodeUsed => "Mã này đã được dùng rồi. Bấm Gửi lại mã để nhận mã mới nhé.",
        ErrorCode::CodeExhausted => "Mã đã bị nhập sai nhiều lần nên không dùng được nữa. Bấm Gửi lại mã để nhận mã mới nhé.",
        ErrorCode::AccountExists => "Số điện thoại này đã có tài khoản. Bạn đăng nhập, hoặc đặt mật khẩu mới nhé.",
        ErrorCode::NoAccount => "Số điện thoại này chưa có tài khoản. Bạn đăng ký nhé.",
        ErrorCode::WeakPassword => "Máy chủ thấy mật khẩu này dễ bị đoán. Chọn mật khẩu khác nhé.",
        ErrorCode::InvalidProfile => "Máy chủ thấy hồ sơ người gửi chưa hợp lệ. Bạn xem lại từng mục của hồ sơ nhé.",
        ErrorCode::ProfileConflict => "Hồ sơ người gửi vừa được sửa ở máy khác. Bạn xem lại rồi lưu lần nữa nhé.",
        ErrorCode::ProfileIncomplete => "Máy chủ chưa có đủ hồ sơ người gửi. Bổ sung hồ sơ trong Cài đặt rồi bấm Gửi lại nhé.",
        ErrorCode::ConsentMissing => {
            "Máy chủ chưa ghi nhận bạn đồng ý xử lý thông tin. Đồng ý trong Cài đặt rồi bấm Gửi lại nhé."
        }
        ErrorCode::RateLimited => "Bạn gửi quá nhiều trong thời gian ngắn. Đợi ít phút rồi gửi lại nhé.",
        ErrorCode::Internal => "Máy chủ bị lỗi khi xử lý. Bạn thử lại sau ít phút nhé.",
        ErrorCode::Unavailable => "Máy chủ đang tạm nghỉ. Bạn thử lại sau ít phút nhé.",
    }
}

fn photo_error(error: PhotoError) -> &'static str {
    match error {
        PhotoError::Empty => "Tệp trống, không có ảnh bên trong. Chọn ảnh khác nhé.",
        PhotoError::Truncated => "Ảnh bị cụt, có lẽ chưa tải về hết. Mở ảnh kiểm tra hoặc chọn ảnh khác.",
        PhotoError::NotAPicture => "Tệp này không phải là ảnh. Chọn ảnh JPEG, PNG hoặc WebP nhé.",
        PhotoError::Heic => {
            "Ảnh kiểu HEIC chưa dùng được. Chuyển máy ảnh sang JPEG (iPhone: Cài đặt › Camera › Định dạng › Tương thích nhất) \
             rồi chụp lại, hoặc chụp màn hình ảnh này."
        }
        PhotoError::UnsupportedFormat => {
            "Ứng dụng chưa đọc được kiểu ảnh này. Lưu thành JPEG hoặc chụp màn hình ảnh rồi chọn lại."
        }
        PhotoError::TooManyBytes => "Tệp lớn hơn 40\u{a0}MB. Chọn ảnh nhỏ hơn nhé.",
        PhotoError::TooManyPixels => "Ảnh có kích thước quá lớn (hơn 50 triệu điểm ảnh). Thu nhỏ rồi chọn lại nhé.",
        PhotoError::Damaged => "Ảnh bị hỏng, không mở được. Chọn ảnh khác nhé.",
        PhotoError::AlreadyAttached => "Ảnh này đã có trong phản ánh rồi. Chọn ảnh khác nhé.",
        PhotoError::TooManyPictures => "Mỗi phản ánh tối đa 10 ảnh. Xóa bớt ảnh rồi thêm lại nhé.",
    }
}

pub(super) fn photo_notice(notice: PhotoNotice) -> &'static str {
    match notice {
        PhotoNotice::NameSaysOtherFormat => "Tên tệp ghi sai kiểu ảnh. Ảnh vẫn dùng được và đã được chuyển đổi.",
    }
}

fn location_error(error: LocationError) -> &'static str {
    match error {
        LocationError::Denied => "Ứng dụng chưa được phép xem vị trí. Muốn máy tự tìm, bạn cho phép trong cài đặt của máy.",
        LocationError::Unavailable => "Máy đang tắt định vị hoặc không có định vị. Muốn máy tự tìm, bạn bật định vị rồi thử lại.",
        LocationError::TimedOut => "Chưa bắt được vị trí. Ra chỗ thoáng, đợi một chút rồi thử lại nhé.",
        LocationError::NotAPlace(PositionError::OutOfRange) => "Máy trả về tọa độ không có thật. Thử lại giúp nhé.",
        LocationError::NotAPlace(PositionError::NullIsland) => "Máy chưa biết mình ở đâu. Đợi một chút rồi thử lại nhé.",
        LocationError::NotAPlace(PositionError::BadAccuracy) => "Máy không cho biết vị trí chính xác đến đâu. Thử lại giúp nhé.",
    }
}

pub(super) fn video_error(reason: VideoError) -> &'static str {
    match reason {
        VideoError::Truncated => "Video bị cắt ngang, không đủ để xem. Chọn lại tệp gốc giúp nhé.",
        VideoError::UnsupportedFormat => "Chưa đọc được loại video này. Quay lại bằng máy ảnh, hoặc chọn tệp MP4.",
        VideoError::TooManyBytes => "Video nặng quá 64 MB. Cắt ngắn hoặc quay lại đoạn ngắn hơn nhé.",
        VideoError::TooLong => "Video dài quá 60 giây. Cắt ngắn rồi thêm lại nhé.",
        VideoError::Damaged => "Video bị hỏng nên không dùng được. Chọn video khác giúp nhé.",
        VideoError::TooManyVideos => "Mỗi phản ánh gửi được tối đa 2 video.",
    }
}

pub(super) fn camera_error(reason: CameraError) -> &'static str {
    match reason {
        CameraError::Denied => "Ứng dụng chưa được dùng máy ảnh. Bật quyền Máy ảnh trong Cài đặt, hoặc chọn ảnh có sẵn.",
        CameraError::NoCamera => "Máy này không có máy ảnh. Bạn chọn ảnh có sẵn nhé.",
        CameraError::Failed => "Máy ảnh gặp trục trặc. Bạn thử lại, hoặc chọn ảnh có sẵn nhé.",
    }
}

pub(super) fn form_problem(problem: FormProblem) -> &'static str {
    match problem {
        FormProblem::FieldMissing => "Chọn một lĩnh vực.",
        FormProblem::FieldUnknown => "Lĩnh vực này không còn dùng nữa. Chọn lĩnh vực khác nhé.",
        FormProblem::SubjectMissing => "Chọn một vấn đề.",
        FormProblem::SubjectUnknown => "Vấn đề này không thuộc lĩnh vực đã chọn. Chọn lại giúp nhé.",
        FormProblem::Title(WordsError::Empty) => "Viết tiêu đề.",
        FormProblem::Title(WordsError::TooLong) => "Tiêu đề dài quá 200 ký tự. Rút ngắn lại nhé.",
        FormProblem::Title(WordsError::ControlCharacter) => "Tiêu đề có ký tự lạ hoặc xuống dòng. Xóa đi và gõ lại nhé.",
        FormProblem::Content(WordsError::Empty) => "Viết nội dung.",
        FormProblem::Content(WordsError::TooLong) => "Nội dung dài quá 4000 ký tự. Rút ngắn lại nhé.",
        FormProblem::Content(WordsError::ControlCharacter) => "Nội dung có ký tự lạ. Xóa đoạn đó và gõ lại nhé.",
        FormProblem::Answers => "Trả lời các câu hỏi thêm.",
        FormProblem::Address(WordsError::Empty) => "Viết địa chỉ.",
        FormProblem::Address(WordsError::TooLong) => "Địa chỉ dài quá 300 ký tự. Rút ngắn lại nhé.",
        FormProblem::Address(WordsError::ControlCharacter) => "Địa chỉ có ký tự lạ hoặc xuống dòng. Xóa đi và gõ lại nhé.",
        FormProblem::TimeMissing => "Cho biết thời gian xảy ra.",
        FormProblem::TimeInFuture => "Thời gian đang ở tương lai. Chọn lại giúp nhé.",
        FormProblem::PlaceMissing => "Cho biết vị trí.",
        FormProblem::TooManyMedia => "Chỉ gửi được 10 ảnh và video, trong đó tối đa 2 video. Xóa bớt nhé.",
        FormProblem::RepeatedMedia => "Có ảnh bị trùng. Xóa bớt một ảnh nhé.",
        FormProblem::MediaNotReady => "Còn ảnh chưa xong. Đợi một chút, hoặc xóa ảnh đó.",
        FormProblem::TruthNotConfirmed => "Đánh dấu vào ô cam đoan.",
    }
}

pub(super) fn parked_reason(reason: &ParkedReason) -> String {
    match reason {
        ParkedReason::InvalidReport { problems } if problems.is_empty() => {
            "Máy chủ thấy phản ánh chưa hợp lệ. Bấm Sửa để xem lại từng mục.".to_owned()
        }
        ParkedReason::InvalidReport { problems } => {
            let list: Vec<_> = problems.iter().map(|problem| form_problem(*problem)).collect();
            format!("Máy chủ thấy phản ánh chưa hợp lệ. Bấm Sửa để xem lại: {}", list.join(" "))
        }
        ParkedReason::Refused { code } => format!("Phản ánh chưa được nhận. {}", refused(*code)),
        ParkedReason::MediaLost => "Một ảnh không còn nguyên vẹn trên máy. Bấm Sửa, thêm lại ảnh rồi gửi.".to_owned(),
        ParkedReason::TooManyAttempts => "Đã thử nhiều lần mà chưa gửi được. Bấm Gửi lại khi mạng tốt hơn.".to_owned(),
    }
}

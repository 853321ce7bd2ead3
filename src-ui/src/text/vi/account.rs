//! First start, registering, a forgotten password, what is missing before sending, and consents.

use pakn_api::model::{consent::ConsentPurpose, password::PasswordProblem};

use crate::text::words::{ConsentText, ConsentWords, EnterWords, GateWords, LegalWords, WelcomeWords};

pub(super) const WELCOME: WelcomeWords = WelcomeWords {
    title: "Chào bạn",
    skip: "Bỏ qua",
    next: "Tiếp tục",
    back: "Quay lại",
    what_heading: "Thấy điều chưa ổn, ghi lại ngay",
    what_text: "KonTumS giúp bạn viết phản ánh hiện trường kèm ảnh và vị trí, gửi đến nơi tiếp nhận và theo dõi kết quả.",
    what_offline: "Không có mạng vẫn viết được. Khi có mạng, phản ánh tự gửi đi.",
    what_account: "Xem và viết nháp không cần tài khoản. Chỉ khi gửi mới cần.",
    what_kept: "Viết đến đâu, lưu trong máy đến đó.",
    news_heading: "Báo bạn khi có tin mới?",
    news_text: "Khi phản ánh của bạn được tiếp nhận, được trả lời hay cần bổ sung, điện thoại sẽ báo cho bạn. Thông báo không ghi nội dung phản ánh.",
    news_either: "Từ chối cũng không sao: tin mới luôn có trong ứng dụng, và bạn đổi ý được trong Cài đặt.",
    allow: "Cho phép",
    refuse: "Từ chối",
    asking: "Đang hỏi điện thoại…",
    ready_heading: "Sẵn sàng rồi",
    ready_text: "Bạn có thể viết phản ánh đầu tiên, hoặc xem qua trước.",
    refused: "Điện thoại đang chặn thông báo của KonTumS. Muốn bật, bạn mở cài đặt của điện thoại.",
    write: "Viết phản ánh",
    look: "Xem qua",
};

pub(super) const ENTER: EnterWords = EnterWords {
    register_title: "Đăng ký",
    forgot_title: "Đặt mật khẩu mới",
    register_lead: "Nhập số di động của bạn. Một mã 6 chữ số sẽ được nhắn đến để biết số này là của bạn.",
    forgot_lead: "Nhập số di động của tài khoản. Một mã 6 chữ số sẽ được nhắn đến để biết đó là bạn.",
    send_code: "Gửi mã",
    sending_code: "Đang gửi mã…",
    have_account: "Đã có tài khoản? Đăng nhập",
    no_account: "Chưa có tài khoản? Đăng ký",
    forgot: "Quên mật khẩu?",
    expired: "Phiên đăng nhập trên máy này đã hết. Bạn đăng nhập lại nhé; bản nháp và phản ánh đang chờ vẫn còn nguyên.",
    code: "Mã trong tin nhắn",
    code_hint: "Tin nhắn có thể đến sau một, hai phút. Mã dùng được trong 5 phút.",
    code_missing: "Bạn chưa nhập mã.",
    code_wrong: "Mã có 6 chữ số. Bạn xem lại tin nhắn nhé.",
    code_old: "Mã này có lẽ đã hết hạn. Bạn bấm Gửi lại mã nhé.",
    check: "Tiếp tục",
    checking: "Đang kiểm tra…",
    resend: "Gửi lại mã",
    resent: "Đã gửi mã mới. Hãy dùng mã trong tin nhắn mới nhất.",
    change_number: "Đổi số",
    password: "Mật khẩu",
    new_password: "Mật khẩu mới",
    password_hint: "Ít nhất 8 ký tự. Một câu ngắn dễ nhớ là tốt nhất; không bắt buộc chữ hoa hay ký hiệu.",
    agree_text: "Bấm nút dưới đây là bạn đồng ý với điều khoản sử dụng và thông báo về dữ liệu cá nhân:",
    agree: "Đồng ý và đăng ký",
    registering: "Đang đăng ký…",
    others_out: "Các máy khác đang dùng tài khoản này sẽ bị đăng xuất.",
    reset: "Đặt mật khẩu và đăng nhập",
    resetting: "Đang đặt mật khẩu…",
    exists_heading: "Số này đã có tài khoản",
    exists_text: "Bạn dùng mật khẩu vừa nhập làm mật khẩu mới được ngay. Các máy khác đang dùng tài khoản sẽ bị đăng xuất.",
    exists_reset: "Đặt mật khẩu mới cho tài khoản này",
    exists_sign_in: "Tôi nhớ mật khẩu cũ",
    none_heading: "Số này chưa có tài khoản",
    none_text: "Bạn đăng ký ngay bằng số và mật khẩu vừa nhập nhé.",
    registered: "Đã đăng ký",
    was_reset: "Đã đặt mật khẩu mới",
    signed_in: "Bạn đã đăng nhập trên máy này.",
    go_on: "Đi tiếp",
    pending_heading: "Bạn đang làm dở",
    pending_go_on: "Nhập mã",
    anothers: "Số này không phải số của tài khoản đang đăng nhập. Bạn nhập lại nhé.",
};

pub(super) const GATE: GateWords = GateWords {
    heading: "Còn thiếu để gửi",
    text: "Phản ánh đã nằm trong máy. Làm xong các bước này, bạn trở lại đây và bấm Gửi phản ánh.",
    complete: "Đã đủ. Bạn bấm Gửi phản ánh nhé.",
    account: "Tài khoản",
    account_text: "Chỉ cần số điện thoại và mật khẩu.",
    register: "Đăng ký",
    sign_in: "Đăng nhập",
    profile: "Hồ sơ người gửi",
    profile_text: "Họ tên, giấy tờ, địa chỉ. Chỉ khai một lần.",
    profile_later: "Khai sau khi có tài khoản. Chỉ khai một lần.",
    fill: "Khai hồ sơ",
    consent: "Đồng ý xử lý thông tin",
    consent_text: "Ai xem được phản ánh và thông tin của bạn.",
    read: "Đọc và trả lời",
    done: "đã xong",
    expired: "Phiên đăng nhập đã hết: phản ánh sẽ chờ trong máy và gửi đi sau khi bạn đăng nhập lại.",
};

pub(super) const CONSENT: ConsentWords =
    ConsentWords { agree: "Đồng ý", agreeing: "Đang ghi nhận…", later: "Để sau" };

pub(super) const LEGAL: LegalWords = LegalWords { close: "Đóng" };

pub(super) fn consent_text(purpose: ConsentPurpose) -> ConsentText {
    match purpose {
        ConsentPurpose::Terms => ConsentText {
            title: "Dùng tài khoản",
            paragraphs: &[
                "Bạn đồng ý với điều khoản sử dụng và thông báo về dữ liệu cá nhân để có tài khoản.",
                "Muốn rút lại, bạn xóa tài khoản.",
            ],
        },
        ConsentPurpose::Reports => ConsentText {
            title: "Đồng ý xử lý thông tin khi gửi phản ánh?",
            paragraphs: &[
                "Trung tâm điều hành và đơn vị xử lý thấy nội dung, ảnh, vị trí và hồ sơ của bạn, kể cả khi bạn gửi ẩn danh. Nhờ vậy họ xác minh và trả lời được.",
                "Khi phản ánh được công khai, mọi người thấy nội dung, ảnh và vị trí. Họ không thấy hồ sơ của bạn; tên bạn chỉ hiện khi bạn không chọn gửi ẩn danh.",
                "Hồ sơ được giữ đến khi bạn xóa tài khoản. Phản ánh đã có đơn vị tiếp nhận thì đơn vị giữ lại, không còn kèm tên bạn.",
                "Bạn rút lại lúc nào cũng được trong Cài đặt; sau đó không gửi thêm được cho đến khi đồng ý lại.",
            ],
        },
        ConsentPurpose::Location => ConsentText {
            title: "Cho ứng dụng lấy vị trí?",
            paragraphs: &[
                "Khi bạn bấm lấy vị trí, vị trí chính xác của máy lúc đó được ghi vào phản ánh để đơn vị xử lý tìm đúng chỗ. Ứng dụng không theo dõi bạn lúc khác.",
                "Trung tâm điều hành và đơn vị xử lý thấy vị trí này. Nếu phản ánh được công khai, mọi người cũng thấy.",
                "Không muốn thì bấm Để sau và nhập tọa độ bằng tay. Đồng ý rồi vẫn rút lại được trong Cài đặt.",
            ],
        },
        ConsentPurpose::Notifications => ConsentText {
            title: "Nhận thông báo?",
            paragraphs: &[
                "Điện thoại báo khi phản ánh của bạn có tin mới. Thông báo không ghi nội dung phản ánh.",
                "Rút lại lúc nào cũng được; tin mới vẫn có trong ứng dụng.",
            ],
        },
    }
}

pub(super) fn password_problem(problem: PasswordProblem) -> &'static str {
    match problem {
        PasswordProblem::TooShort => "Mật khẩu còn ngắn. Cần ít nhất 8 ký tự.",
        PasswordProblem::TooLong => "Mật khẩu dài quá 200 ký tự. Rút ngắn lại nhé.",
        PasswordProblem::TooCommon => {
            "Mật khẩu này nhiều người dùng nên dễ bị đoán. Chọn mật khẩu khác nhé, ví dụ ghép vài từ chỉ mình bạn biết."
        }
        PasswordProblem::LikeTheNumber => "Mật khẩu giống số điện thoại của bạn nên dễ bị đoán. Chọn mật khẩu khác nhé.",
    }
}

pub(super) fn resend_in(seconds: u64) -> String {
    if seconds < 100 {
        format!("Gửi lại được sau {seconds} giây")
    } else {
        format!("Gửi lại được sau {} phút", seconds.div_ceil(60))
    }
}

/// A number that is not broken at its spaces.
pub(super) fn in_one_line(phone: &str) -> String {
    phone.replace(' ', "\u{a0}")
}

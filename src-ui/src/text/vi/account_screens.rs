//! The account's screens in Vietnamese.

use pakn_api::{ipc::ExportedFile, model::consent::ConsentPurpose};

use crate::text::account_words::{
    AccountWords, ConsentsWords, DataWords, DeleteWords, NewPasswordWords, PurposeWords, SessionsWords,
};

pub(super) const ACCOUNT: AccountWords = AccountWords {
    title: "Tài khoản",
    signed_out: "Bạn chưa đăng nhập trên máy này.",
    sign_in: "Đăng nhập",
    register: "Đăng ký tài khoản",
    expired: "Phiên đăng nhập đã hết. Bạn đăng nhập lại để dùng các mục này nhé.",
    name: "Họ và tên",
    phone: "Số điện thoại",
    no_name: "Chưa có trong hồ sơ",
    profile: "Hồ sơ người gửi",
    profile_text: "Họ tên, giấy tờ, địa chỉ",
    password: "Đổi mật khẩu",
    password_text: "Máy khác sẽ phải đăng nhập lại",
    sessions: "Các thiết bị đang đăng nhập",
    sessions_text: "Xem và đăng xuất máy khác",
    consents: "Quyền riêng tư",
    consents_text: "Bạn đã đồng ý những gì, rút lại lúc nào cũng được",
    data: "Dữ liệu của tôi",
    data_text: "Xem, xuất thành tệp, xóa tài khoản",
    legal_heading: "Văn bản",
    privacy: "Thông báo về dữ liệu cá nhân",
    terms: "Điều khoản sử dụng",
    open: "Quản lý tài khoản",
};

pub(super) const NEW_PASSWORD: NewPasswordWords = NewPasswordWords {
    title: "Đổi mật khẩu",
    lead: "Đổi xong, mọi máy khác đang đăng nhập tài khoản này sẽ bị đăng xuất. Máy này vẫn đăng nhập.",
    old: "Mật khẩu đang dùng",
    new: "Mật khẩu mới",
    new_hint: "Ít nhất 8 ký tự. Vài từ ghép lại thì dễ nhớ mà khó đoán.",
    old_missing: "Bạn chưa nhập mật khẩu đang dùng.",
    wrong: "Mật khẩu đang dùng chưa đúng. Bạn nhập lại nhé.",
    submit: "Đổi mật khẩu",
    submitting: "Đang đổi…",
    done: "Đã đổi mật khẩu. Các máy khác đã bị đăng xuất.",
    forgotten: "Quên mật khẩu?",
};

pub(super) const SESSIONS: SessionsWords = SessionsWords {
    title: "Các thiết bị đang đăng nhập",
    lead: "Thấy máy lạ? Đăng xuất máy đó rồi đổi mật khẩu nhé.",
    unnamed: "Thiết bị không có tên",
    this_one: "Đang dùng máy này",
    since: "Đăng nhập",
    seen: "Dùng lần cuối",
    end: "Đăng xuất máy đó",
    end_text: "Thiết bị phải nhập lại mật khẩu mới gửi được phản ánh. Bản nháp trên đó không mất.",
    end_yes: "Đăng xuất",
    ended: "Đã đăng xuất thiết bị.",
    end_others: "Đăng xuất tất cả máy khác",
    end_others_title: "Đăng xuất tất cả máy khác?",
    end_others_text: "Chỉ máy này còn đăng nhập. Các máy khác phải nhập lại mật khẩu.",
    end_others_yes: "Đăng xuất tất cả",
    others_ended: "Đã đăng xuất tất cả máy khác.",
    only_this: "Chỉ máy này đang đăng nhập.",
};

pub(super) const CONSENTS: ConsentsWords = ConsentsWords {
    title: "Quyền riêng tư",
    lead: "Mỗi việc hỏi riêng. Bạn đồng ý hay rút lại lúc nào cũng được, ngay tại đây.",
    given: "Đã đồng ý",
    withdrawn: "Đã rút lại",
    never: "Chưa đồng ý",
    agree: "Đồng ý",
    withdraw: "Rút lại",
    withdraw_yes: "Rút lại",
    agreed_now: "Đã ghi nhận bạn đồng ý.",
    withdrawn_now: "Đã ghi nhận bạn rút lại.",
    needs_account: "Mục này đi cùng tài khoản: bạn đăng nhập để xem và thay đổi.",
    notifications_refused: "Điện thoại đang chặn thông báo của ứng dụng. Bạn mở cài đặt của điện thoại để cho phép nhé.",
    notifications_unsupported: "Máy này không hiện được thông báo của ứng dụng. Tin mới vẫn có trong mục Phản ánh.",
    delete_instead: "Rút lại điều này nghĩa là thôi dùng tài khoản: bạn xóa tài khoản ở mục Dữ liệu của tôi.",
    older_text: "Văn bản đã có bản mới. Bạn đọc lại và đồng ý lần nữa nhé.",
};

pub(super) fn end_session(device: &str) -> String {
    format!("Đăng xuất “{device}”?")
}

static TERMS: PurposeWords = PurposeWords {
    title: "Điều khoản sử dụng",
    text: "Có tài khoản và tuân theo điều khoản sử dụng, thông báo về dữ liệu cá nhân.",
    withdraw_title: "Thôi dùng tài khoản?",
    withdraw_text: "Tài khoản không còn dùng được khi bạn không đồng ý điều khoản.",
};

static REPORTS: PurposeWords = PurposeWords {
    title: "Gửi phản ánh",
    text: "Phản ánh được gửi kèm họ tên, số điện thoại và hồ sơ của bạn cho cơ quan xử lý.",
    withdraw_title: "Rút lại đồng ý gửi phản ánh?",
    withdraw_text: "Bạn vẫn viết nháp được nhưng không gửi phản ánh mới được, cho đến khi đồng ý lại. Phản ánh đã gửi vẫn được xử lý.",
};

static LOCATION: PurposeWords = PurposeWords {
    title: "Lấy vị trí",
    text: "Ứng dụng hỏi máy đang ở đâu, chỉ khi bạn bấm lấy vị trí trong một phản ánh.",
    withdraw_title: "Rút lại đồng ý lấy vị trí?",
    withdraw_text: "Ứng dụng không hỏi vị trí của máy nữa. Bạn vẫn tự nhập vị trí cho phản ánh được.",
};

static NOTIFICATIONS: PurposeWords = PurposeWords {
    title: "Nhận thông báo",
    text: "Báo cho bạn khi phản ánh có tin mới. Thông báo không ghi nội dung phản ánh.",
    withdraw_title: "Thôi nhận thông báo?",
    withdraw_text: "Ứng dụng không hiện thông báo nữa. Tin mới vẫn có trong mục Phản ánh.",
};

pub(super) fn purpose(purpose: ConsentPurpose) -> &'static PurposeWords {
    match purpose {
        ConsentPurpose::Terms => &TERMS,
        ConsentPurpose::Reports => &REPORTS,
        ConsentPurpose::Location => &LOCATION,
        ConsentPurpose::Notifications => &NOTIFICATIONS,
    }
}

pub(super) fn consent_said(given: bool, when: &str, version: u32) -> String {
    let what = if given { "Đồng ý" } else { "Rút lại" };
    format!("{what} {when} · văn bản số {version}")
}

pub(super) fn exported(file: &ExportedFile) -> String {
    match file {
        ExportedFile::Folder { name, folder } => format!("Đã ghi tệp {name} vào {folder}."),
        ExportedFile::AppDocuments { name } => {
            format!("Đã ghi tệp {name}. Bạn mở ứng dụng Tệp, chọn Trên iPhone, rồi KonTumS để thấy tệp này.")
        }
        ExportedFile::Chosen => "Đã ghi tệp vào nơi bạn vừa chọn.".to_owned(),
    }
}

pub(super) const DATA: DataWords = DataWords {
    title: "Dữ liệu của tôi",
    lead: "Những gì ứng dụng và máy chủ giữ về bạn, và bạn làm được gì với chúng.",
    here_heading: "Trên máy này",
    here_drafts: "Bản nháp, phản ánh đang chờ và ảnh của chúng.",
    here_profile: "Hồ sơ của bạn, để điền một lần và dùng khi không có mạng.",
    here_token: "Chìa khóa đăng nhập. Mật khẩu thì không lưu.",
    here_card: "Ảnh căn cước: không lưu ở đâu cả.",
    server_heading: "Trên máy chủ",
    server_account: "Số điện thoại, mật khẩu ở dạng không đọc ngược được, các thiết bị đang đăng nhập.",
    server_profile: "Hồ sơ của bạn.",
    server_reports: "Phản ánh đã gửi: nội dung, ảnh, vị trí, quá trình xử lý.",
    server_consents: "Bạn đã đồng ý hay rút lại điều gì, lúc nào.",
    correct_heading: "Sửa cho đúng",
    correct_text: "Họ tên, giấy tờ, địa chỉ sai hay đã đổi: sửa trong hồ sơ.",
    correct: "Sửa hồ sơ",
    export_heading: "Lấy một bản",
    export_text: "Ghi tất cả vào một tệp để bạn giữ. Cần có mạng để lấy phần trên máy chủ.",
    export: "Xuất thành tệp",
    exporting: "Đang xuất…",
    exported: "Đã xuất thành tệp",
    delete_heading: "Xóa tài khoản",
    delete_text: "Xóa hẳn tài khoản và dữ liệu của bạn trên máy chủ. Xem trước những gì bị xóa rồi mới quyết định.",
    delete: "Xóa tài khoản…",
};

pub(super) const DELETE: DeleteWords = DeleteWords {
    title: "Xóa tài khoản",
    lead: "Việc này làm ngay và không lấy lại được. Cần có mạng.",
    gone_heading: "Bị xóa ngay",
    gone_account: "Tài khoản, số điện thoại và mật khẩu.",
    gone_profile: "Hồ sơ: họ tên, giấy tờ, ngày sinh, địa chỉ, email; những gì bạn đã đồng ý.",
    gone_reports: "Phản ánh chưa cơ quan nào tiếp nhận hoặc không được tiếp nhận, cùng ảnh của chúng.",
    gone_sessions: "Mọi thiết bị đang đăng nhập bị đăng xuất.",
    kept_heading: "Được giữ lại, không còn tên bạn",
    kept_reports: "Phản ánh cơ quan đã tiếp nhận: nội dung và ảnh.",
    kept_why: "Đó là hồ sơ công việc của cơ quan xử lý, pháp luật buộc phải lưu. Phần người gửi bị gỡ bỏ.",
    unsent_heading: "Phản ánh chưa gửi",
    export_first: "Lấy một bản dữ liệu trước đã",
    password: "Mật khẩu",
    password_hint: "Để chắc chắn là chính bạn.",
    password_missing: "Nhập mật khẩu để xóa tài khoản.",
    wrong: "Mật khẩu chưa đúng. Tài khoản vẫn còn nguyên.",
    submit: "Xóa tài khoản của tôi",
    submitting: "Đang xóa…",
    confirm_title: "Xóa hẳn tài khoản?",
    confirm_text: "Tài khoản và dữ liệu của bạn trên máy chủ sẽ bị xóa ngay, không lấy lại được.",
    confirm_yes: "Xóa hẳn",
    done_title: "Tài khoản đã được xóa",
    done_text: "Dữ liệu cá nhân của bạn không còn trên máy chủ; trong bản sao lưu, dữ liệu mất hẳn sau nhiều nhất 30 ngày. Cảm ơn bạn đã cùng góp ý cho quê hương.",
    done_device: "Bản nháp trên máy này vẫn còn. Muốn gửi, bạn đăng ký lại bất cứ lúc nào.",
};

//! The terms of use and the privacy notice. `{area}`, `{province}` and `{portal}` stand for the place the app speaks for.
//!
//! Law 91/2025/QH15 and Decree 356/2025/NĐ-CP. What is said here has to stay true of the app and the reference server;
//! whoever changes the sense raises `ConsentPurpose::text_version`.

use pakn_api::model::consent::ConsentPurpose;

use crate::text::words::{Document, LegalText};

pub(super) fn legal_text(document: Document) -> &'static LegalText {
    match document {
        Document::Terms => &TERMS,
        Document::Privacy => &PRIVACY,
    }
}

static TERMS: LegalText = LegalText {
    title: "Điều khoản sử dụng",
    version: ConsentPurpose::Terms.text_version(),
    sections: &[
        (
            "Ứng dụng này là gì",
            &[
                "KonTumS giúp người dân khu vực {area}, tỉnh {province} viết và gửi phản ánh hiện trường. Ứng dụng nhận phản ánh 24 giờ mỗi ngày, 7 ngày mỗi tuần.",
                "Đây là bản thử nghiệm, không phải ứng dụng chính thức của cơ quan nhà nước. Thông tin chính thức có tại {portal}.",
                "Ứng dụng không thay cho các số khẩn cấp 113, 114, 115.",
            ],
        ),
        (
            "Tài khoản",
            &[
                "Xem và viết nháp không cần tài khoản. Muốn gửi, bạn cần tài khoản bằng số di động của mình và hồ sơ người gửi đầy đủ, đúng sự thật.",
                "Bạn giữ kín mật khẩu và mã xác thực. Không ai của chúng tôi hỏi bạn hai thứ này.",
                "Bạn có thể xóa tài khoản bất cứ lúc nào, ngay trong ứng dụng.",
            ],
        ),
        (
            "Phản ánh của bạn",
            &[
                "Viết bằng tiếng Việt, rõ việc gì, ở đâu, lúc nào. Bạn chịu trách nhiệm trước pháp luật về tính đúng sự thật của nội dung và hình ảnh.",
                "Không gửi: việc ngoài các lĩnh vực tiếp nhận; đơn khiếu nại, tố cáo; góp ý về quy định hành chính; việc khẩn cấp thuộc 113, 114, 115.",
                "Không gửi nội dung xúc phạm, vu khống, đe dọa, hình ảnh nhạy cảm hoặc thông tin riêng của người khác khi không cần thiết.",
                "Nơi tiếp nhận có thể từ chối phản ánh trái với các điều này và cho bạn biết lý do.",
            ],
        ),
        (
            "Người dưới 16 tuổi",
            &["Người dưới 16 tuổi dùng ứng dụng khi cha, mẹ hoặc người giám hộ đồng ý và khai tên trong hồ sơ."],
        ),
        (
            "Thay đổi",
            &["Khi điều khoản đổi, ứng dụng hỏi bạn lại trước khi áp dụng. Bản bạn đã đồng ý được ghi kèm số bản và thời gian."],
        ),
    ],
};

static PRIVACY: LegalText = LegalText {
    title: "Thông báo về dữ liệu cá nhân",
    version: ConsentPurpose::Reports.text_version(),
    sections: &[
        (
            "Ai giữ dữ liệu",
            &[
                "Đơn vị vận hành máy chủ tiếp nhận phản ánh khu vực {area}, tỉnh {province}. Tên và cách liên hệ của đơn vị này có tại {portal}.",
                "Trước khi bạn gửi, bản nháp, ảnh và vị trí chỉ nằm trong máy của bạn.",
            ],
        ),
        (
            "Dữ liệu nào, để làm gì",
            &[
                "Số điện thoại và mật khẩu: để bạn đăng nhập. Mật khẩu và mã xác thực không được lưu ở dạng đọc được.",
                "Hồ sơ người gửi (họ tên, số và ngày, nơi cấp giấy tờ, giới tính, ngày sinh, địa chỉ, email nếu có): để biết ai gửi, xác minh và trả lời.",
                "Phản ánh (nội dung, ảnh, thời gian, vị trí): để xử lý việc bạn nêu. Vị trí chỉ lấy khi bạn bấm nút và đã đồng ý.",
                "Ảnh thẻ căn cước dùng để quét mã QR được đọc ngay trên máy rồi bỏ, không lưu và không gửi đi. Thông tin máy ghi kèm trong ảnh phản ánh được gỡ trước khi gửi.",
                "Tên máy và lần dùng gần nhất của mỗi phiên đăng nhập: để bạn thấy và kết thúc phiên lạ.",
                "Dữ liệu không dùng để quảng cáo và không bán.",
            ],
        ),
        (
            "Ai thấy gì",
            &[
                "Trung tâm điều hành và đơn vị xử lý thấy phản ánh và hồ sơ người gửi.",
                "Gửi ẩn danh: người xem công khai không thấy tên bạn. Trung tâm điều hành và đơn vị xử lý vẫn biết bạn là người gửi.",
                "Không ẩn danh: khi phản ánh được công khai, người xem có thể thấy tên bạn. Số điện thoại, giấy tờ và địa chỉ không bao giờ công khai.",
                "Nhà mạng nhận số điện thoại của bạn để chuyển tin nhắn có mã xác thực.",
                "Cơ quan nhà nước có thẩm quyền được cung cấp khi pháp luật yêu cầu.",
            ],
        ),
        (
            "Giữ bao lâu",
            &[
                "Tài khoản, hồ sơ và các lần đồng ý: đến khi bạn xóa tài khoản.",
                "Khi bạn xóa tài khoản: tài khoản, hồ sơ, phiên đăng nhập và phản ánh chưa có đơn vị nào tiếp nhận bị xóa ngay, cùng với ảnh.",
                "Phản ánh đã có đơn vị tiếp nhận và ảnh kèm theo là hồ sơ công việc của đơn vị nên được giữ lại, không còn gắn với bạn. Nếu trong nội dung bạn có viết tên hay số của mình, phần đó vẫn còn.",
                "Mã xác thực: không quá một ngày, ở dạng không đọc được.",
                "Bản sao lưu của máy chủ còn giữ dữ liệu đã xóa tối đa 30 ngày.",
            ],
        ),
        (
            "Quyền của bạn",
            &[
                "Theo Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15 và Nghị định 356/2025/NĐ-CP, bạn có quyền được biết, đồng ý hoặc không, rút lại đồng ý, xem, sửa, nhận bản sao, hạn chế, phản đối, xóa, khiếu nại và yêu cầu bồi thường.",
                "Xem, sửa, tải về, rút lại đồng ý và xóa làm được ngay trong ứng dụng, ở Cài đặt.",
                "Yêu cầu gửi đến đơn vị vận hành được báo đã nhận trong 2 ngày làm việc. Thời hạn giải quyết: xem và sửa 10 ngày; rút lại, hạn chế, phản đối 15 ngày; xóa 20 ngày.",
                "Rút lại đồng ý không làm mất hiệu lực của việc đã làm trước đó.",
            ],
        ),
        (
            "Trẻ em",
            &[
                "Dữ liệu của người dưới 16 tuổi chỉ được xử lý khi cha, mẹ hoặc người giám hộ đồng ý; người đó thực hiện các quyền trên thay cho trẻ.",
            ],
        ),
        (
            "Rủi ro và an toàn",
            &[
                "Dữ liệu đi trên đường truyền được mã hóa. Ai mở được điện thoại của bạn có thể xem bản nháp, nên bạn hãy khóa màn hình.",
                "Nếu xảy ra lộ dữ liệu có thể gây hại cho bạn, đơn vị vận hành báo cơ quan có thẩm quyền trong 72 giờ và báo cho bạn.",
            ],
        ),
        ("Liên hệ", &["Gửi yêu cầu về dữ liệu cá nhân qua {portal} hoặc trực tiếp tại đơn vị vận hành."]),
    ],
};

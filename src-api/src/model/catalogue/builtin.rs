//! The fields a fresh install starts from (guide I.2), with the names of their pictures and the words people use.
//!
//! Keywords are everyday Vietnamese for what a name says officially; what is searched is both.

use super::{Catalogue, Field, FieldCode, Subject, SubjectCode};

/// Code, name, picture, keywords.
type OneSubject = (&'static str, &'static str, &'static str, &'static [&'static str]);
/// Code, name, picture, whether others see its reports, subjects.
type OneField = (&'static str, &'static str, &'static str, bool, &'static [OneSubject]);

const BUILTIN: [OneField; 4] = [
    ("trat-tu-do-thi", "Trật tự đô thị", "city", true, TOWN),
    ("moi-truong", "Môi trường", "leaf", true, ENVIRONMENT),
    ("an-ninh-trat-tu", "An ninh trật tự", "shield", false, SECURITY),
    ("covid-19", "Phòng chống dịch COVID-19", "virus", true, EPIDEMIC),
];

const TOWN: &[OneSubject] = &[
    (
        "lan-chiem-via-he",
        "Lấn chiếm vỉa hè, lòng đường",
        "sidewalk",
        &[
            "để xe trên vỉa hè",
            "đỗ xe vỉa hè",
            "bày hàng ra đường",
            "bàn ghế trên vỉa hè",
            "mái che lấn đường",
            "dựng rạp",
            "không có lối đi bộ",
            "lề đường",
            "quán nhậu vỉa hè",
        ],
    ),
    (
        "buon-ban-sai-noi",
        "Buôn bán không đúng nơi quy định",
        "vending",
        &["bán hàng rong", "hàng rong", "chợ cóc", "chợ tự phát", "bán rau lòng đường", "xe đẩy", "họp chợ", "loa bán hàng"],
    ),
    (
        "quang-cao",
        "Vi phạm về quảng cáo",
        "billboard",
        &[
            "biển quảng cáo",
            "bảng hiệu",
            "tờ rơi",
            "dán giấy cột điện",
            "khoan cắt bê tông",
            "băng rôn",
            "pa nô",
            "quảng cáo bậy",
            "vẽ bậy lên tường",
        ],
    ),
    (
        "xay-dung-trai-phep",
        "Xây dựng trái phép",
        "building",
        &[
            "xây nhà không phép",
            "xây không phép",
            "xây lấn",
            "lấn đất",
            "cơi nới",
            "xây trên đất nông nghiệp",
            "nhà xây nghiêng",
            "công trình không phép",
        ],
    ),
    (
        "cay-xanh-nga-do",
        "Cây xanh ngã đổ",
        "tree",
        &["cây đổ", "cây ngã", "cây gãy", "cành gãy", "cây mục", "cây chết khô", "cây chắn đường", "cây nghiêng", "bật gốc"],
    ),
    (
        "den-duong-hong",
        "Đèn đường hỏng",
        "street-light",
        &[
            "đèn đường tắt",
            "đèn đường không sáng",
            "đường tối",
            "đèn cao áp",
            "cột đèn",
            "đèn chiếu sáng",
            "bóng đèn cháy",
            "đèn chập chờn",
            "đèn sáng ban ngày",
        ],
    ),
    (
        "den-giao-thong-hong",
        "Đèn giao thông hỏng",
        "traffic-light",
        &[
            "đèn xanh đèn đỏ",
            "đèn đỏ",
            "đèn tín hiệu",
            "đèn giao thông tắt",
            "đèn vàng nhấp nháy",
            "đèn đếm giây",
            "ngã tư không có đèn",
        ],
    ),
    (
        "cap-thoat-nuoc",
        "Cấp thoát nước không phù hợp",
        "drain",
        &[
            "ngập nước",
            "đường ngập",
            "ngập úng",
            "tắc cống",
            "cống nghẹt",
            "vỡ ống nước",
            "rò rỉ nước",
            "mất nước",
            "nước máy",
            "nước yếu",
            "nước thải tràn",
        ],
    ),
    (
        "duong-xa-cong-ranh",
        "Đường xá, cống rãnh hư hỏng",
        "road",
        &[
            "ổ gà",
            "ổ voi",
            "đường hư",
            "đường xấu",
            "đường hỏng",
            "sụt lún",
            "sạt lở",
            "nứt đường",
            "mặt đường bong tróc",
            "mất nắp cống",
            "nắp cống vỡ",
            "hố ga",
            "vỉa hè bong gạch",
            "cầu hư",
            "đường lầy lội",
        ],
    ),
    (
        "cong-trinh-can-tro",
        "Công trình cản trở giao thông",
        "works",
        &[
            "đào đường",
            "rào chắn",
            "công trình thi công",
            "đổ vật liệu ra đường",
            "cát đá trên đường",
            "xe công trình",
            "không hoàn trả mặt đường",
            "dây điện sà xuống đường",
            "dây cáp thõng",
        ],
    ),
    (
        "bien-bao-giao-thong",
        "Biển báo giao thông không phù hợp",
        "sign",
        &[
            "biển cấm",
            "biển báo bị che",
            "biển báo đổ",
            "mất biển báo",
            "vạch kẻ đường mờ",
            "vạch sang đường",
            "gương cầu",
            "gờ giảm tốc",
        ],
    ),
    ("khac", "Vấn đề khác", "other", &["đô thị khác", "việc khác", "không biết chọn gì"]),
];

const ENVIRONMENT: &[OneSubject] = &[
    (
        "o-nhiem-khong-khi",
        "Ô nhiễm không khí",
        "air",
        &[
            "khói",
            "khói bụi",
            "bụi",
            "mùi hôi",
            "mùi khét",
            "đốt rác",
            "đốt rơm rạ",
            "khí thải",
            "nhà máy xả khói",
            "tiếng ồn",
            "karaoke ồn",
            "loa kẹo kéo",
        ],
    ),
    (
        "o-nhiem-nguon-nuoc",
        "Ô nhiễm nguồn nước",
        "water",
        &[
            "nước bẩn",
            "nước đen",
            "nước hôi",
            "xả nước thải",
            "sông ô nhiễm",
            "suối ô nhiễm",
            "cá chết",
            "giếng nhiễm bẩn",
            "nước có mùi",
            "nước đục",
            "hóa chất",
        ],
    ),
    (
        "xa-rac",
        "Xả rác bừa bãi",
        "rubbish",
        &[
            "rác",
            "đổ rác",
            "vứt rác",
            "đổ trộm rác",
            "rác ven đường",
            "rác bờ sông",
            "bãi rác tự phát",
            "xà bần",
            "xác động vật",
            "phóng uế",
            "chó thả rông",
        ],
    ),
    (
        "thu-gom-xu-ly-rac",
        "Tập kết, xử lý rác sai quy định",
        "bin",
        &[
            "không thu gom rác",
            "xe rác không đến",
            "xe rác",
            "thùng rác đầy",
            "thùng rác hư",
            "điểm tập kết rác",
            "bãi rác",
            "rác tồn đọng",
            "nước rỉ rác",
            "rác y tế",
        ],
    ),
    ("khac", "Vấn đề khác", "other", &["môi trường khác", "chặt phá rừng", "khai thác cát", "việc khác"]),
];

const SECURITY: &[OneSubject] = &[
    (
        "toi-pham",
        "Tội phạm",
        "crime",
        &["đánh nhau", "cướp", "cướp giật", "lừa đảo", "hành hung", "đe dọa", "bạo hành", "mang hung khí", "nghi phạm"],
    ),
    (
        "trom-cap",
        "Trộm cắp",
        "theft",
        &["mất trộm", "ăn trộm", "mất xe", "mất xe máy", "móc túi", "trộm chó", "đột nhập", "cạy cửa", "trộm nông sản"],
    ),
    (
        "tin-dung-den",
        "Tín dụng đen",
        "loan",
        &[
            "cho vay nặng lãi",
            "vay nóng",
            "đòi nợ thuê",
            "đòi nợ",
            "khủng bố đòi nợ",
            "tạt sơn",
            "bốc bát họ",
            "vay qua ứng dụng",
        ],
    ),
    (
        "te-nan-xa-hoi",
        "Tệ nạn xã hội",
        "vice",
        &["đánh bạc", "cờ bạc", "đá gà", "lô đề", "ma túy", "chích hút", "kim tiêm", "mại dâm", "say rượu quậy phá"],
    ),
    (
        "an-toan-giao-thong",
        "An toàn giao thông",
        "traffic",
        &[
            "chạy quá tốc độ",
            "đua xe",
            "lạng lách",
            "nẹt pô",
            "xe quá tải",
            "vượt đèn đỏ",
            "đi ngược chiều",
            "đỗ xe sai",
            "tai nạn giao thông",
            "kẹt xe",
            "chở quá người",
        ],
    ),
    ("khac", "Vấn đề khác", "other", &["an ninh khác", "gây rối", "mất trật tự", "ồn ào ban đêm", "việc khác"]),
];

const EPIDEMIC: &[OneSubject] = &[
    (
        "tuan-thu-quy-dinh",
        "Tuân thủ quy định phòng, chống dịch",
        "virus",
        &["cách ly", "khẩu trang", "tụ tập đông người", "khai báo y tế", "dịch bệnh", "ổ dịch", "phun khử khuẩn"],
    ),
    ("khac", "Vấn đề khác", "other", &["dịch khác", "tiêm chủng", "vắc xin", "sốt xuất huyết", "việc khác"]),
];

impl Catalogue {
    /// The default of a fresh install, as version 1, which no published one may have.
    #[must_use]
    pub fn builtin() -> Self {
        let subject = |(code, name, icon, keywords): &OneSubject| Subject {
            code: SubjectCode((*code).to_owned()),
            name: (*name).to_owned(),
            icon: Some((*icon).to_owned()),
            keywords: keywords.iter().map(|word| (*word).to_owned()).collect(),
            questions: Vec::new(),
        };
        let field = |(code, name, icon, public, subjects): &OneField| Field {
            code: FieldCode((*code).to_owned()),
            name: (*name).to_owned(),
            icon: Some((*icon).to_owned()),
            public: *public,
            subjects: subjects.iter().map(subject).collect(),
        };
        Self { version: 1, fields: BUILTIN.iter().map(field).collect() }
    }
}

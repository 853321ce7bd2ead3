//! Reports of others.

use crate::text::similar_words::{FollowedWords, SimilarWords};

pub(super) const SIMILAR: SimilarWords = SimilarWords {
    heading: "Có thể đã có người phản ánh",
    lead: "Nếu là cùng một việc, bạn chỉ cần theo dõi phản ánh đã có. Nếu là việc khác, bạn cứ gửi phản ánh của mình.",
    more: "Xem đủ nội dung",
    less: "Thu gọn",
    follow: "Theo dõi phản ánh này",
    following: "Đang chuyển sang theo dõi…",
    followed_already: "Bạn đang theo dõi",
    ask_title: "Theo dõi phản ánh đã có?",
    ask_text: "Bản nháp của bạn sẽ được cất đi thay vì gửi, và lấy lại được trong 24 giờ. Bạn theo dõi phản ánh kia ở mục Phản ánh của tôi.",
    ask_yes: "Theo dõi và cất bản nháp",
    other: "Phản ánh của tôi là chuyện khác",
    other_said: "Bạn cho biết đây là chuyện khác với những phản ánh gần đó.",
    show_again: "Xem lại các phản ánh gần đây",
    needs_account: "Cần có tài khoản để theo dõi. Bản nháp vẫn còn nguyên ở đây.",
    sign_in: "Đăng nhập",
    register: "Đăng ký",
    gone: "Phản ánh này không còn được công khai. Bạn gửi phản ánh của mình nhé.",
    done: "Bạn đang theo dõi phản ánh đã có. Bản nháp đã được cất đi.",
};

pub(super) const FOLLOWED: FollowedWords = FollowedWords {
    heading: "Đang theo dõi",
    title: "Phản ánh đang theo dõi",
    lead: "Phản ánh của người khác. Có thay đổi, trạng thái ở đây sẽ đổi theo.",
    happened: "Xảy ra lúc",
    place: "Nơi xảy ra",
    sender: "Người phản ánh",
    unnamed: "Không nêu tên",
    received: "Máy chủ nhận lúc",
    updates: "Việc đang đến đâu",
    unfollow: "Thôi theo dõi",
    unfollow_title: "Thôi theo dõi phản ánh này?",
    unfollow_text: "Phản ánh sẽ không còn trong danh sách của bạn. Việc xử lý phản ánh không thay đổi.",
    unfollow_yes: "Thôi theo dõi",
    unfollowed: "Bạn không còn theo dõi phản ánh này.",
    gone_title: "Phản ánh không còn trong danh sách",
    gone_text: "Có thể bạn đã thôi theo dõi, hoặc phản ánh không còn được công khai.",
};

/// Nearer than this, in metres, a distance says nothing: positions are not so exact.
const HERE_M: f64 = 15.0;
const KM_FROM_M: f64 = 1_000.0;

pub(super) fn distance(metres: f64) -> String {
    if metres < HERE_M {
        return "Ngay tại đây".to_owned();
    }
    if metres < KM_FROM_M {
        return format!("Cách {:.0}\u{a0}m", (metres / 10.0).round() * 10.0);
    }
    format!("Cách {}\u{a0}km", format!("{:.1}", metres / KM_FROM_M).replace('.', ","))
}

pub(super) fn as_of(when: &str) -> String {
    format!("Theo dữ liệu trên máy, cập nhật {when}.")
}

pub(super) fn none_near(within_m: u32, when: &str) -> String {
    format!("Chưa thấy phản ánh nào tương tự trong vòng {within_m}\u{a0}m. Cập nhật {when}.")
}

pub(super) fn found(n: usize) -> String {
    format!("Có {n} phản ánh tương tự ở gần. Bạn xem bên dưới phần vị trí.")
}

pub(super) fn videos(n: usize) -> String {
    format!("Kèm {n} video, chưa xem được ở đây.")
}

//! Pictures and videos: adding, arranging, viewing, covering.

use pakn_api::ipc::AttachmentKind;

use crate::text::media_words::{BlurWords, MediaWords};

pub(super) const MEDIA: MediaWords = MediaWords {
    take_photo: "Chụp ảnh",
    take_video: "Quay video",
    pick: "Chọn từ máy",
    opening: "Đang lưu bản nháp rồi mở…",
    taking: "Đang chờ máy ảnh…",
    picking: "Đang chờ bạn chọn…",
    cover: "Ảnh bìa",
    cover_hint: "Ảnh đầu tiên là ảnh bìa, hiện cùng tiêu đề phản ánh.",
    arrange: "Sắp xếp",
    arrange_done: "Xếp xong",
    arrange_hint: "Kéo đến chỗ mới, hoặc bấm mũi tên trên từng ảnh.",
    earlier: "Chuyển lên trước",
    later: "Chuyển ra sau",
    view: "Xem lớn",
    view_failed: "Chưa mở được ảnh này. Bạn đóng lại rồi mở lần nữa nhé.",
    play_failed: "Máy này chưa phát được video trong ứng dụng. Video vẫn còn nguyên và vẫn gửi được.",
    previous: "Trước",
    next: "Sau",
    zoom_in: "Phóng to",
    zoom_out: "Thu nhỏ",
    retake: "Chụp lại",
    replace: "Thay tệp khác",
    replacing: "Đang thay. Bản cũ còn giữ đến khi bản mới xong.",
    replace_full: "Đã đủ số ảnh và video nên chưa thay được. Bạn xóa bớt một mục rồi làm lại nhé.",
    order_failed: "Chưa lưu được thứ tự mới. Thứ tự vẫn như cũ, bạn thử lại nhé.",
    lost: "Tệp này không dùng được nên không nằm trong bản nháp. Bạn chọn tệp khác nhé.",
    use_gallery: "Chọn ảnh có sẵn",
    not_saved: "Chưa lưu được bản nháp nên chưa mở máy ảnh, để không mất những gì bạn đã viết.",
};

pub(super) const BLUR: BlurWords = BlurWords {
    open: "Che mặt, biển số",
    title: "Che mặt, biển số",
    lead: "Vạch ngón tay qua chỗ cần che. Kéo ô để dời, kéo góc để đổi cỡ.",
    forever: "Bấm Xong rồi thì phần che không hiện lại được: ứng dụng không giữ ảnh gốc.",
    add: "Thêm ô",
    remove: "Bỏ ô",
    done: "Xong",
    saving: "Đang che…",
    close: "Đóng, không che",
    leave_title: "Bỏ các ô vừa vạch?",
    leave_text: "Ảnh sẽ giữ nguyên, không che gì cả.",
    leave_yes: "Bỏ",
    keys: "Phím mũi tên để dời, giữ Shift và bấm mũi tên để đổi cỡ, phím Delete để bỏ.",
    covered: "Đã che. Phần che không hiện lại được nữa.",
    full: "Đã đủ số ô che trong một lần. Bấm Xong, rồi che tiếp nếu cần.",
    size: "Đổi cỡ ô",
};

pub(super) fn media_count(photos: usize, videos: usize) -> String {
    match (photos, videos) {
        (photos, 0) => format!("{photos} ảnh"),
        (0, videos) => format!("{videos} video"),
        (photos, videos) => format!("{photos} ảnh, {videos} video"),
    }
}

pub(super) fn media_nth(kind: AttachmentKind, n: usize, all: usize) -> String {
    match kind {
        AttachmentKind::Photo => format!("Ảnh {n} trên {all}"),
        AttachmentKind::Video => format!("Video {n} trên {all}"),
    }
}

/// Whole seconds; what is shorter than one counts as one.
fn seconds(ms: u32) -> u32 {
    ((ms + 500) / 1_000).max(1)
}

pub(super) fn duration(ms: u32) -> String {
    let all = seconds(ms);
    format!("{}:{:02}", all / 60, all % 60)
}

pub(super) fn duration_spoken(ms: u32) -> String {
    let all = seconds(ms);
    match (all / 60, all % 60) {
        (0, seconds) => format!("{seconds} giây"),
        (minutes, 0) => format!("{minutes} phút"),
        (minutes, seconds) => format!("{minutes} phút {seconds} giây"),
    }
}

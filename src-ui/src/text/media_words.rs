//! What there is to say about pictures and videos: adding, arranging, viewing, covering.

use super::words::sentences;

sentences! {
    /// Pictures and videos.
    MediaWords {
        take_photo, take_video, pick, opening, taking, picking, cover, cover_hint, arrange, arrange_done, arrange_hint,
        earlier, later, view, view_failed, play_failed, previous, next, zoom_in, zoom_out, retake, replace, replacing,
        replace_full, order_failed, lost, use_gallery, not_saved,
    }
    /// Covering parts of a picture.
    BlurWords {
        open, title, lead, forever, add, remove, done, saving, close, leave_title, leave_text, leave_yes, keys, covered, full, size,
    }
}

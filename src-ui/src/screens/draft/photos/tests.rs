//! What the row of pictures says and offers, for each state that they can be in.

use pakn_api::{ipc::AttachmentState, model::photo::PhotoNotice};

use super::*;

fn view(n: u8, kind: AttachmentKind, notice: Option<PhotoNotice>) -> AttachmentView {
    AttachmentView {
        attachment_id: AttachmentId::new(1, [n; 10]),
        name: String::new(),
        state: AttachmentState::Processing { percent: None },
        kind,
        hint: None,
        duration_ms: None,
        has_poster: false,
        notice,
    }
}

#[test]
fn what_is_odd_about_a_picture_is_said_when_it_comes_in() {
    let picture = |notice| view(1, AttachmentKind::Photo, notice);
    let odd = PhotoNotice::NameSaysOtherFormat;
    let sentence = (words().photo_notice)(odd);
    assert!(arrival(&[picture(None), picture(Some(odd))]).ends_with(sentence));
    assert!(!arrival(&[picture(Some(odd)), picture(None)]).contains(sentence), "it was said before");
}

#[test]
fn what_has_come_in_is_counted_by_kind() {
    let list = [view(1, AttachmentKind::Photo, None), view(2, AttachmentKind::Video, None)];
    assert!(arrival(&list).ends_with("1 ảnh, 1 video"), "{}", arrival(&list));
}

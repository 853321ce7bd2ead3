//! What the screen knows of a draft's pictures and videos, without a shell.

use pakn_api::{ipc::AttachmentKind, model::photo::PhotoError};

use super::*;

const READY: AttachmentState = AttachmentState::Ready { width: 1, height: 1, bytes: 1 };

fn id(n: u8) -> AttachmentId {
    AttachmentId::new(1, [n; 10])
}

fn picture(n: u8, state: AttachmentState) -> AttachmentView {
    AttachmentView {
        attachment_id: id(n),
        name: format!("{n}.jpg"),
        state,
        kind: AttachmentKind::Photo,
        hint: None,
        duration_ms: None,
        has_poster: false,
        notice: None,
    }
}

fn coming(n: u8) -> AttachmentView {
    picture(n, AttachmentState::Processing { percent: None })
}

fn none() -> Uploads {
    Uploads::new(ReportId::new(1, [1; 10]))
}

fn ids(uploads: &Uploads) -> Vec<AttachmentId> {
    uploads.attachments.read_untracked().iter().map(|view| view.attachment_id).collect()
}

fn taken(name: &str, outcome: TakenOutcome) -> Taken {
    Taken { name: name.to_owned(), outcome }
}

#[test]
fn an_answer_about_pictures_that_was_overtaken_is_left_aside() {
    let uploads = none();
    let (first, second) = (uploads.ask(), uploads.clone().ask());
    uploads.know(second, vec![coming(1), coming(2)]);
    uploads.know(first, vec![coming(1)]);
    assert_eq!(*uploads.attachments.read_untracked(), [coming(1), coming(2)]);
}

#[test]
fn a_picture_on_its_way_is_shown_once_with_its_progress() {
    let uploads = none();
    let attachment_id = Some(id(2));
    uploads.list.set(vec![Upload { key: 0, name: String::new(), is_video: false, stage: Stage::Preparing(None), attachment_id }]);
    uploads.know(uploads.ask(), vec![coming(1), picture(2, AttachmentState::Processing { percent: Some(40) })]);
    assert_eq!(*uploads.attachments.read_untracked(), [coming(1)]);
    assert_eq!(uploads.list.read_untracked().first().map(|upload| upload.stage.clone()), Some(Stage::Preparing(Some(40))));
}

#[test]
fn of_a_batch_the_refused_are_named_and_the_others_come() {
    let uploads = none();
    let refused = AppError::Photo { reason: PhotoError::NotAPicture };
    let batch = vec![
        taken("1.jpg", TakenOutcome::Coming { attachment_id: id(1) }),
        taken("ghi chú.txt", TakenOutcome::Refused { error: refused.clone() }),
        taken("2.jpg", TakenOutcome::Coming { attachment_id: id(2) }),
    ];
    assert_eq!(uploads.note_given(batch), [id(1), id(2)]);
    let listed = uploads.list.read_untracked().clone();
    let [told] = listed.as_slice() else { unreachable!("{listed:?}") };
    assert_eq!((told.name.as_str(), &told.stage), ("ghi chú.txt", &Stage::Failed(Trouble::Given(refused))));
    assert!(!uploads.busy(), "nobody waits for what was refused");
}

#[test]
fn what_turns_out_broken_afterwards_is_told_by_its_name() {
    let uploads = none();
    let coming = |n: u8| taken(&format!("{n}.jpg"), TakenOutcome::Coming { attachment_id: id(n) });
    uploads.note_given(vec![coming(1), coming(2), coming(3), coming(4)]);
    let broken = AppError::Photo { reason: PhotoError::Damaged };
    uploads.settle(id(1), Ok(()));
    uploads.settle(id(2), Err(broken.clone()));
    uploads.settle(id(3), Err(AppError::NotFound));
    lock(&uploads.awaited).remove(&id(4));
    uploads.settle(id(4), Err(AppError::NotFound));
    let told: Vec<_> = uploads.list.read_untracked().iter().map(|upload| (upload.name.clone(), upload.stage.clone())).collect();
    let failed = |name: &str, trouble| (name.to_owned(), Stage::Failed(trouble));
    assert_eq!(told, [failed("2.jpg", Trouble::Given(broken)), failed("3.jpg", Trouble::Lost)], "nothing of what was taken out");
}

#[test]
fn whoever_waits_for_a_file_hears_how_it_ended() {
    let uploads = none();
    let coming = |n: u8| taken("a.jpg", TakenOutcome::Coming { attachment_id: id(n) });
    uploads.note_given(vec![coming(1), coming(2), coming(3)]);
    // The list of what is there may be older than the news.
    uploads.settle(id(3), Ok(()));
    let mut pool = futures::executor::LocalPool::new();
    let heard = |n: u8| {
        let uploads = uploads.clone();
        async move { uploads.becomes_ready(id(n)).await }
    };
    let waiting = futures::future::join4(heard(1), heard(2), heard(3), heard(4));
    let ending = async {
        uploads.settle(id(1), Ok(()));
        uploads.settle(id(2), Err(AppError::NotFound));
    };
    let (heard, ()) = pool.run_until(futures::future::join(waiting, ending));
    assert_eq!(heard, (true, false, true, false), "ready, broken, there before, never there");
}

#[test]
fn the_wanted_order_holds_until_the_shell_has_it() {
    let uploads = none();
    uploads.know(uploads.ask(), vec![coming(1), coming(2), coming(3)]);
    uploads.show_in_order(vec![id(3), id(1), id(2)]);
    assert_eq!(ids(&uploads), [id(3), id(1), id(2)]);
    // Asked for before the shell was told.
    uploads.know(uploads.ask(), vec![coming(1), coming(2), coming(3), coming(4)]);
    assert_eq!(ids(&uploads), [id(3), id(1), id(2), id(4)]);
    uploads.forget_order(&[id(3), id(1), id(2)]);
    uploads.know(uploads.ask(), vec![coming(1), coming(2), coming(3), coming(4)]);
    assert_eq!(ids(&uploads), [id(1), id(2), id(3), id(4)], "the shell has the last word");
}

#[test]
fn what_comes_of_a_picture_stands_in_its_place() {
    let uploads = none();
    uploads.know(uploads.ask(), vec![picture(1, READY), picture(2, READY), picture(3, READY)]);
    let late = uploads.ask();
    uploads.swap(id(2), picture(9, READY));
    uploads.know(late, vec![picture(1, READY), picture(2, READY), picture(3, READY)]);
    assert_eq!(ids(&uploads), [id(1), id(9), id(3)], "an older answer does not bring it back");
}

#[test]
fn a_still_is_looked_for_once() {
    let uploads = none();
    assert_eq!([1, 1, 2].map(|n| uploads.may_look_for_still(id(n))), [true, false, true]);
}

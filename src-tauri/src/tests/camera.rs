//! The camera's stand-in, the shell's intake and the real core, over real files.

use std::{
    ffi::OsStr,
    path::PathBuf,
    time::{Duration, Instant},
};

use jpeg_encoder::{ColorType, Encoder};
use pakn_api::{
    id::ReportId,
    ipc::{
        AppError, AttachFinish, AttachmentState, AttachmentView, CameraError, CreateDraft, DiscardDraft, GetAppInfo, GetDraft,
        PickMedia, Shot, TakeMedia, Taken, TakenOutcome,
    },
    model::photo::PhotoError,
};
use tauri_plugin_camera::StandIn;

use super::*;

const LIMIT: Duration = Duration::from_secs(20);

pub(super) fn jpeg(shade: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    Encoder::new(&mut bytes, 80).encode(&[shade; 64 * 48 * 3], 64, 48, ColorType::Rgb).unwrap();
    bytes
}

struct Phone {
    dir: tempfile::TempDir,
}

impl Phone {
    fn new(pictures: &[(&str, Vec<u8>)]) -> Self {
        let phone = Self { dir: tempfile::tempdir().unwrap() };
        fs::create_dir(phone.source()).unwrap();
        for (name, bytes) in pictures {
            fs::write(phone.source().join(name), bytes).unwrap();
        }
        phone
    }

    fn source(&self) -> PathBuf {
        self.dir.path().join("source")
    }

    fn inbox(&self) -> PathBuf {
        self.dir.path().join("camera")
    }

    fn app_seeing(&self, source: &OsStr) -> App<MockRuntime> {
        let plugin = tauri_plugin_camera::init(StandIn::new(source, self.inbox()));
        built(mock_builder().plugin(plugin), &self.dir.path().join("data"), Ok(kon_tum()), None, true)
    }

    fn app(&self) -> App<MockRuntime> {
        self.app_seeing(self.source().as_os_str())
    }

    fn waiting(&self) -> usize {
        fs::read_dir(self.inbox()).map_or(0, Iterator::count)
    }
}

fn draft(window: &WebviewWindow<MockRuntime>) -> ReportId {
    invoke(window, &CreateDraft { field: None }).unwrap().report_id
}

fn attached(window: &WebviewWindow<MockRuntime>, report_id: ReportId) -> Vec<AttachmentView> {
    invoke(window, &GetDraft { report_id }).unwrap().attachments
}

pub(super) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < LIMIT, "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn names(attached: &[AttachmentView]) -> Vec<&str> {
    attached.iter().map(|a| a.name.as_str()).collect()
}

#[test]
fn what_is_taken_becomes_the_drafts_and_leaves_the_inbox() {
    let phone = Phone::new(&[("a.jpg", jpeg(10)), ("b.jpg", jpeg(200))]);
    let app = phone.app();
    let window = window(&app);
    assert!(invoke(&window, &GetAppInfo {}).unwrap().camera);
    let report_id = draft(&window);
    let take = TakeMedia { report_id, shot: Shot::Photo };
    let mut ids = Vec::new();
    for expected in ["a.jpg", "b.jpg"] {
        let taken = invoke(&window, &take).unwrap();
        let [Taken { name, outcome: TakenOutcome::Coming { attachment_id } }] = taken.as_slice() else { panic!("{taken:?}") };
        assert_eq!(name, expected);
        ids.push(*attachment_id);
    }
    for attachment_id in ids {
        let ready = invoke(&window, &AttachFinish { attachment_id }).unwrap();
        assert!(matches!(ready.state, AttachmentState::Ready { width: 64, height: 48, .. }), "{ready:?}");
    }
    assert_eq!(invoke(&window, &take), Ok(vec![]), "went back without one");
    assert_eq!(names(&attached(&window, report_id)), ["a.jpg", "b.jpg"]);
    until("nothing is left in the inbox", || (phone.waiting() == 0).then_some(()));
}

#[test]
fn what_is_chosen_comes_with_its_refusals() {
    let mut pictures = vec![("heic.jpg", b"\0\0\0\x18ftypheic\0\0\0\0mif1".to_vec()), ("cut.jpg", jpeg(99)[..200].to_vec())];
    let ten = ["0.jpg", "1.jpg", "2.jpg", "3.jpg", "4.jpg", "5.jpg", "6.jpg", "7.jpg", "8.jpg", "9.jpg"];
    pictures.extend(ten.iter().zip([5, 25, 45, 65, 85, 105, 125, 145, 165, 185]).map(|(name, shade)| (*name, jpeg(shade))));
    let phone = Phone::new(&pictures);
    let app = phone.app();
    let window = window(&app);
    let report_id = draft(&window);
    fs::write(phone.source().join("pick.txt"), "0.jpg\nheic.jpg\ncut.jpg\n").unwrap();
    let taken = invoke(&window, &PickMedia { report_id }).unwrap();
    let [zero, heic, cut] = taken.as_slice() else { panic!("{taken:?}") };
    assert!(matches!(zero.outcome, TakenOutcome::Coming { .. }));
    let unread = AppError::Photo { reason: PhotoError::Heic };
    assert_eq!(heic.outcome, TakenOutcome::Refused { error: unread });
    let truncated = AppError::Photo { reason: PhotoError::Truncated };
    assert_eq!(cut.outcome, TakenOutcome::Refused { error: truncated });
    assert_eq!(names(&attached(&window, report_id)), ["0.jpg"]);

    fs::remove_file(phone.source().join("pick.txt")).unwrap();
    fs::remove_file(phone.source().join("heic.jpg")).unwrap();
    fs::remove_file(phone.source().join("cut.jpg")).unwrap();
    fs::write(phone.source().join("x.jpg"), jpeg(250)).unwrap();
    let taken = invoke(&window, &PickMedia { report_id }).unwrap();
    let too_many = AppError::Photo { reason: PhotoError::TooManyPictures };
    let refused: Vec<_> = taken.iter().filter(|t| t.outcome == TakenOutcome::Refused { error: too_many.clone() }).collect();
    assert_eq!((taken.len(), refused.len()), (11, 2), "nine places were left");
    assert_eq!(phone.waiting(), 0);
    for taken in taken {
        if let TakenOutcome::Coming { attachment_id } = taken.outcome {
            let same = AppError::Photo { reason: PhotoError::AlreadyAttached };
            // Only when it is prepared it is seen that it is there already; whoever asks is told.
            let finished = invoke(&window, &AttachFinish { attachment_id });
            assert_eq!(finished.map(drop), if taken.name == "0.jpg" { Err(same) } else { Ok(()) }, "{}", taken.name);
        }
    }
    assert_eq!(attached(&window, report_id).len(), 9);
}

#[test]
fn refusals_have_their_own_words() {
    for (source, reason) in [("denied", CameraError::Denied), ("/nowhere/at/all", CameraError::Failed)] {
        let phone = Phone::new(&[]);
        let app = phone.app_seeing(OsStr::new(source));
        let window = window(&app);
        let report_id = draft(&window);
        for shot in [Shot::Photo, Shot::Video] {
            assert_eq!(invoke(&window, &TakeMedia { report_id, shot }), Err(AppError::Camera { reason }), "{source}");
        }
        assert_eq!(invoke(&window, &PickMedia { report_id }), Err(AppError::Camera { reason }), "{source}");
    }
    let dir = tempfile::tempdir().unwrap();
    let without = app_in(dir.path(), Ok(kon_tum()));
    let window = window(&without);
    assert!(!invoke(&window, &GetAppInfo {}).unwrap().camera);
    let report_id = draft(&window);
    let none = AppError::Camera { reason: CameraError::NoCamera };
    assert_eq!(invoke(&window, &TakeMedia { report_id, shot: Shot::Photo }), Err(none));
}

#[test]
fn killed_while_the_camera_was_open_the_picture_is_in_the_draft_at_the_next_start() {
    let phone = Phone::new(&[]);
    let (kept, thrown) = tauri::async_runtime::block_on(async {
        // Of an app only its end ends the core; this is the core alone.
        let tokens = Arc::new(MemoryTokenStore::default());
        let (data_dir, server_url) = (phone.dir.path().join("data"), "http://127.0.0.1:9".to_owned());
        let client = Client::open(Config { data_dir, server_url, tokens, device_name: None }).await.unwrap();
        let kept = client.create_draft(CreateDraft { field: None }).await.unwrap().report_id;
        let thrown = client.create_draft(CreateDraft { field: None }).await.unwrap().report_id;
        client.discard_draft(DiscardDraft { report_id: thrown }).await.unwrap();
        (kept, thrown)
    });
    // The camera wrote its file, and nobody was there to hear of it; another time it wrote nothing.
    for (label, item, bytes) in [
        (kept.to_string(), "0000000000001-000001-aaaaaaaa-photo", jpeg(1)),
        (kept.to_string(), "0000000000002-000001-bbbbbbbb-photo", vec![]),
        (thrown.to_string(), "0000000000003-000001-cccccccc-photo", jpeg(3)),
        ("nobodys".to_owned(), "0000000000004-000001-dddddddd-photo", jpeg(4)),
    ] {
        let dir = phone.inbox().join(label).join(item);
        fs::create_dir_all(&dir).unwrap();
        fs::write(dir.join("taken.jpg"), bytes).unwrap();
    }
    let app = phone.app();
    let window = window(&app);
    let ready = until("the picture is in its draft", || {
        let attached = attached(&window, kept);
        attached.first().is_some_and(|a| matches!(a.state, AttachmentState::Ready { .. })).then_some(attached)
    });
    assert_eq!(names(&ready), ["taken.jpg"]);
    until("nothing is left in the inbox", || (phone.waiting() == 0).then_some(()));
}

//! What becomes of files of the camera's and the gallery's, whatever the native halves say of them.

use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use pakn_api::{
    id::ReportId,
    ipc::{AttachmentState, AttachmentView, Shot, TakenOutcome},
};
use tauri::async_runtime::block_on;
use tauri_plugin_camera::{Captured, Error as CameraTrouble, Got, Pick, Take, What};

use super::{
    camera::{jpeg, until},
    *,
};
use crate::platform::PictureSource;

/// A camera that gives what it is told to, and an inbox on disk.
struct Scripted {
    inbox: PathBuf,
    gives: Mutex<Vec<Captured>>,
}

impl Scripted {
    /// Something that lies in the inbox.
    fn add(&self, label: &str, name: &str, bytes: &[u8]) -> Captured {
        let dir = self.inbox.join(label).join(format!("0000000000001-{name}-photo"));
        fs::create_dir_all(&dir).unwrap();
        let path = dir.join(name);
        fs::write(&path, bytes).unwrap();
        let (label, name) = (label.to_owned(), name.to_owned());
        Captured { label, path, name, kind: What::Photo, bytes: bytes.len() as u64, poster: None }
    }

    fn gives(&self, files: Vec<Captured>) {
        *self.gives.lock().unwrap_or_else(PoisonError::into_inner) = files;
    }

    fn got(&self) -> Got {
        let files = std::mem::take(&mut *self.gives.lock().unwrap_or_else(PoisonError::into_inner));
        Got { files, missing: vec![] }
    }
}

#[async_trait]
impl PictureSource for Scripted {
    async fn take(&self, _: Take) -> Result<Got, CameraTrouble> {
        Ok(self.got())
    }

    async fn pick(&self, _: Pick) -> Result<Got, CameraTrouble> {
        Ok(self.got())
    }

    async fn recover(&self) -> Result<Option<Vec<Captured>>, CameraTrouble> {
        Ok(Some(self.got().files))
    }

    async fn remove(&self, file: Captured) -> Result<(), CameraTrouble> {
        fs::remove_dir_all(file.path.parent().unwrap()).unwrap();
        Ok(())
    }

    async fn keep_only(&self, labels: Vec<String>) -> Result<(), CameraTrouble> {
        for labelled in fs::read_dir(&self.inbox).unwrap() {
            let labelled = labelled.unwrap();
            if !labels.iter().any(|label| labelled.file_name() == label.as_str()) {
                fs::remove_dir_all(labelled.path()).unwrap();
            }
        }
        Ok(())
    }
}

/// The core, a camera and a folder for what the citizen keeps.
struct Device {
    dir: tempfile::TempDir,
    client: Client,
    camera: Arc<Scripted>,
    intake: Intake,
}

impl Device {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let tokens = Arc::new(MemoryTokenStore::default());
        let (data_dir, server_url) = (dir.path().join("data"), "http://127.0.0.1:9".to_owned());
        let client = block_on(Client::open(Config { data_dir, server_url, tokens, device_name: None })).unwrap();
        let kept = dir.path().join("exports");
        let exports: Exports = Arc::new(export::Folder {
            of: move || Ok(kept.clone()),
            found: |name, folder| ExportedFile::Folder { name, folder: folder.display().to_string() },
        });
        let camera = Arc::new(Scripted { inbox: dir.path().join("camera"), gives: Mutex::default() });
        let intake = Intake { client: client.clone(), pictures: Arc::<Scripted>::clone(&camera), exports };
        Self { dir, client, camera, intake }
    }

    fn draft(&self) -> ReportId {
        block_on(self.client.create_draft(CreateDraft { field: None })).unwrap().report_id
    }

    fn attached(&self, report_id: ReportId) -> Vec<AttachmentView> {
        block_on(self.client.get_draft(GetDraft { report_id })).unwrap().attachments
    }

    fn take(&self, report_id: ReportId) -> Vec<pakn_api::ipc::Taken> {
        block_on(self.intake.take(report_id, Shot::Photo)).unwrap()
    }

    /// The names and lengths of what the citizen was given to keep.
    fn given(&self) -> Vec<(String, u64)> {
        let Ok(folder) = fs::read_dir(self.dir.path().join("exports")) else { return vec![] };
        let file = |file: std::fs::DirEntry| (file.file_name().into_string().unwrap(), file.metadata().unwrap().len());
        folder.map(|entry| file(entry.unwrap())).collect()
    }

    fn ready(&self, report_id: ReportId) -> Vec<String> {
        until("all is ready", || {
            let attached = self.attached(report_id);
            let all = attached.iter().all(|a| matches!(a.state, AttachmentState::Ready { .. }));
            all.then(|| attached.into_iter().map(|a| a.name).collect())
        })
    }
}

#[test]
fn a_file_goes_to_the_draft_that_it_was_asked_for() {
    let device = Device::new();
    let (first, second) = (device.draft(), device.draft());
    device.camera.gives(vec![
        device.camera.add(&first.to_string(), "first.jpg", &jpeg(1)),
        device.camera.add(&second.to_string(), "second.jpg", &jpeg(90)),
        device.camera.add("nobodys", "third.jpg", &jpeg(200)),
    ]);
    let taken = device.take(second);
    let told: Vec<_> = taken.iter().map(|t| (t.name.as_str(), matches!(t.outcome, TakenOutcome::Coming { .. }))).collect();
    assert_eq!(told, [("second.jpg", true), ("third.jpg", true)], "the other draft's are not this screen's");
    assert_eq!(
        (device.ready(first), device.ready(second)),
        (vec!["first.jpg".into()], vec!["second.jpg".into(), "third.jpg".into()])
    );
}

/// A camera's film may be larger than what is held in memory.
#[test]
fn what_is_refused_is_the_citizens_however_large_it_is() {
    const LARGE: u64 = 256 * 1024 * 1024 + 1;
    let device = Device::new();
    let report_id = device.draft();
    let film = device.camera.add(&report_id.to_string(), "film.mp4", b"no film");
    fs::File::options().write(true).open(&film.path).unwrap().set_len(LARGE).unwrap();
    device.camera.gives(vec![film.clone()]);
    let taken = device.take(report_id);
    assert!(matches!(taken.as_slice(), [refused] if matches!(refused.outcome, TakenOutcome::Refused { .. })), "{taken:?}");
    assert_eq!((device.given(), film.path.exists()), (vec![("film.mp4".to_owned(), LARGE)], false));
}

/// A picture that is whole to look at and can't be decoded, which is seen only when it is prepared.
fn undecodable() -> Vec<u8> {
    let mut bytes = jpeg(5);
    let table = bytes.windows(2).position(|w| w == [0xff, 0xc4]).unwrap();
    bytes[table + 5..table + 21].fill(0xff);
    bytes
}

#[test]
fn what_turns_out_to_be_of_no_use_is_the_citizens_and_what_is_there_already_goes() {
    let device = Device::new();
    let report_id = device.draft();
    let label = report_id.to_string();
    let files = [("odd.jpg", undecodable()), ("one.jpg", jpeg(60)), ("same.jpg", jpeg(60))]
        .map(|(name, bytes)| device.camera.add(&label, name, &bytes));
    device.camera.gives(files.to_vec());
    let taken = device.take(report_id);
    assert!(taken.iter().all(|t| matches!(t.outcome, TakenOutcome::Coming { .. })), "{taken:?}");
    until("nothing is left in the inbox", || (!files.iter().any(|file| file.path.exists())).then_some(()));
    assert_eq!(device.given(), [("odd.jpg".to_owned(), undecodable().len() as u64)]);
    assert_eq!(device.ready(report_id), ["one.jpg"]);
}

/// As an end of the app leaves it between the refusal and the citizen's copy.
#[test]
fn what_was_refused_and_not_given_yet_comes_again_at_the_next_start() {
    let device = Device::new();
    let report_id = device.draft();
    let file = device.camera.add(&report_id.to_string(), "odd.jpg", &undecodable());
    let source = format!("{report_id}/0000000000001-odd.jpg-photo");
    let (path, name) = (file.path.clone(), file.name.clone());
    let attached =
        block_on(device.client.attach_file(pakn_core::AttachFile { report_id, source, path, name, poster: None })).unwrap();
    block_on(device.client.prepared(attached)).unwrap_err();
    assert_eq!(block_on(device.client.known_sources()).unwrap(), Vec::<String>::new());
    device.camera.gives(vec![file.clone()]);
    block_on(device.intake.recover());
    assert_eq!((device.given().len(), file.path.exists(), device.attached(report_id)), (1, false, vec![]));
}

/// Somebody who signed in once, whose draft went: what was taken for it must not be a draft of the next one's.
#[test]
fn who_comes_after_a_sign_out_finds_nothing_that_was_taken_for_what_went() {
    let dir = tempfile::tempdir().unwrap();
    let inbox = dir.path().join("camera");
    let item = |label: &str| {
        let folder = inbox.join(label).join("0000000000001-000001-aaaaaaaa-photo");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("a.jpg"), jpeg(7)).unwrap();
        folder
    };
    let data = dir.path().join("data");
    let open = || {
        let stand_in = tauri_plugin_camera::StandIn::new(dir.path().as_os_str(), inbox.clone());
        built(mock_builder().plugin(tauri_plugin_camera::init(stand_in)), &data, Ok(kon_tum()), None, true)
    };
    let app = open();
    let window = window(&app);
    let kept = invoke(&window, &CreateDraft { field: None }).unwrap().report_id;
    let account = r#"{"user_id":"01890a5d-ac96-774b-bcce-b302099a8057","name":"","expired":true}"#;
    let db = rusqlite::Connection::open(data.join("kontums.db")).unwrap();
    db.execute("INSERT INTO setting (name, value) VALUES ('account', ?1)", [account]).unwrap();
    let (gone, stays) = (item(&ReportId::new(1, [1; 10]).to_string()), item(&kept.to_string()));
    invoke(&window, &pakn_api::ipc::SignOut {}).unwrap();
    until("what was taken for what went has gone", || (!gone.exists()).then_some(()));
    assert!(stays.exists(), "a draft that stays keeps what is its own");
    assert_eq!(invoke(&window, &ListDrafts {}).unwrap().len(), 1);
}

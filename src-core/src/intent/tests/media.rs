//! Pictures and videos on a device that dies at any write: what becomes of them and of their files.

#![expect(clippy::indexing_slicing, reason = "a failing fixture fails the test")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use base64::{Engine, engine::general_purpose::STANDARD};
use pakn_api::{
    Timestamp,
    id::{AttachmentId, ReportId},
    ipc::{
        Area, AttachBegin, AttachChunk, AttachFinish, AttachmentKind, AttachmentState, AttachmentView, BlurAttachment,
        CHUNK_BYTES, CreateDraft, GetDraft, OrderAttachments, RemoveAttachment, SetPoster,
    },
    model::{
        photo::{MAX_SOURCE_BYTES, PhotoError},
        video::VideoError,
    },
};

use super::{START, server::Server};
use crate::{
    AttachFile, Client, Config, Error, FileTokenStore, Wanted,
    ambient::Ambient,
    films::{Film, SECRET},
    media,
};

/// Asked before each write, with its number.
type Before = dyn Fn(u32) -> std::io::Result<()> + Send + Sync;

pub(super) struct Surroundings {
    before: Box<Before>,
    writes: AtomicU32,
    drawn: AtomicU32,
}

impl Ambient for Surroundings {
    fn now(&self) -> Timestamp {
        Timestamp(START)
    }

    fn random(&self) -> [u8; 10] {
        let mut bytes = [7; 10];
        bytes[6..].copy_from_slice(&self.drawn.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        bytes
    }

    fn roll(&self) -> f64 {
        0.0
    }

    fn before_write(&self) -> std::io::Result<()> {
        (self.before)(self.writes.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn free_bytes(&self, _: &Path) -> Option<u64> {
        None
    }
}

/// A folder that outlives its processes.
pub(super) struct Device {
    pub(super) folder: tempfile::TempDir,
    born: AtomicU32,
}

impl Device {
    pub(super) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), born: AtomicU32::new(0) }
    }

    pub(super) async fn start(
        &self,
        before: impl Fn(u32) -> std::io::Result<()> + Send + Sync + 'static,
    ) -> Result<(Client, Arc<Surroundings>), Error> {
        // No process draws what another one drew.
        let drawn = AtomicU32::new(self.born.fetch_add(1, Ordering::Relaxed) * 1_000);
        let ambient = Arc::new(Surroundings { before: Box::new(before), writes: AtomicU32::new(0), drawn });
        let config = Config {
            data_dir: self.folder.path().to_owned(),
            server_url: "http://127.0.0.1:1".to_owned(),
            tokens: Arc::new(FileTokenStore::new(self.folder.path().join("token"))),
            device_name: None,
        };
        let client = Client::open_with(config, Arc::new(Server::default()) as _, Arc::clone(&ambient) as _).await?;
        Ok((client, ambient))
    }

    /// A process that lives.
    pub(super) async fn open(&self) -> Client {
        self.start(|_| Ok(())).await.unwrap().0
    }

    /// A file as the camera or the gallery hands it over.
    pub(super) fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    pub(super) fn names(&self, folder: &str) -> BTreeSet<String> {
        let files = fs::read_dir(self.folder.path().join(folder)).unwrap();
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
    }
}

pub(super) fn photo(shade: u8) -> Vec<u8> {
    let mut jpeg = Vec::new();
    let picture: Vec<u8> = (0..64 * 48_u32).flat_map(|n| [shade, u8::try_from(n % 251).unwrap(), 90]).collect();
    jpeg_encoder::Encoder::new(&mut jpeg, 90).encode(&picture, 64, 48, jpeg_encoder::ColorType::Rgb).unwrap();
    jpeg
}

/// Too many bytes for one piece, few enough for many starts.
fn film() -> Film {
    Film { frames: 150, made: 3_840_000_000, ..Film::default() }
}

pub(super) fn taken(report_id: ReportId, name: &str, path: PathBuf) -> AttachFile {
    AttachFile { report_id, source: format!("{} of {report_id}", path.display()), path, name: name.to_owned(), poster: None }
}

pub(super) async fn a_draft(client: &Client) -> ReportId {
    client.create_draft(CreateDraft { field: None }).await.unwrap().report_id
}

pub(super) async fn attached(client: &Client, report_id: ReportId) -> Vec<AttachmentView> {
    client.get_draft(GetDraft { report_id }).await.unwrap().attachments
}

/// The draft's attachments once nothing is prepared any more.
pub(super) async fn settled(client: &Client, report_id: ReportId) -> Vec<AttachmentView> {
    let mut changes = client.changes();
    loop {
        let all = attached(client, report_id).await;
        if all.iter().all(|a| matches!(a.state, AttachmentState::Ready { .. })) {
            return all;
        }
        changes.recv().await.unwrap();
    }
}

/// A file in slices, as the page hands it over.
async fn attach(client: &Client, report_id: ReportId, name: &str, bytes: &[u8]) -> Result<AttachmentView, Error> {
    let begin = AttachBegin { report_id, name: name.to_owned(), bytes: bytes.len() as u64 };
    let attachment_id = client.attach_begin(begin).await?;
    for (n, slice) in bytes.chunks(CHUNK_BYTES).enumerate() {
        let chunk = AttachChunk { attachment_id, offset: (n * CHUNK_BYTES) as u64, base64: STANDARD.encode(slice) };
        client.attach_chunk(chunk).await?;
    }
    client.attach_finish(AttachFinish { attachment_id }).await
}

#[tokio::test]
async fn a_video_says_when_and_where_keeps_its_sound_and_shows_in_parts() {
    let device = Device::new();
    let client = device.open().await;
    let report_id = a_draft(&client).await;
    let view = attach(&client, report_id, "VID_1.mp4", &film().bytes()).await.unwrap();
    assert_eq!((view.kind, view.duration_ms, view.has_poster), (AttachmentKind::Video, Some(15_000), false));
    let hint = view.hint.unwrap();
    assert!(hint.taken_at.is_some_and(|at| at <= Timestamp(START)) && hint.position.is_some());
    let path = view.attachment_id.to_string();
    let whole = client.photo(&path).await.unwrap();
    assert!(matches!(view.state, AttachmentState::Ready { bytes, .. } if bytes == whole.len() as u64));
    assert!(!whole.windows(SECRET.len()).any(|w| w == SECRET));
    let part = client.part(&path, Wanted::From(8, Some(15))).await.unwrap();
    assert_eq!((part.start, part.total, &part.bytes[..]), (8, whole.len() as u64, &whole[8..16]));
    assert!(matches!(client.preview(&path).await, Err(Error::NotFound)), "no poster yet");

    let poster = |shade| SetPoster { attachment_id: view.attachment_id, base64: STANDARD.encode(photo(shade)) };
    let first = client.set_poster(poster(40)).await.unwrap();
    let small = client.preview(&path).await.unwrap();
    assert!(first.has_poster && small.starts_with(&[0xff, 0xd8]));
    client.set_poster(poster(200)).await.unwrap();
    assert_ne!(client.preview(&path).await.unwrap(), small, "the small copy is of the new one");
    assert_eq!(device.names("photos").len(), 2, "the video, and the poster that it has");
    client.remove_attachment(RemoveAttachment { attachment_id: view.attachment_id }).await.unwrap();
    for folder in ["photos", "incoming", "previews"] {
        assert_eq!(device.names(folder), BTreeSet::new(), "{folder}");
    }
}

#[tokio::test]
async fn each_file_is_refused_with_a_word_of_its_own_and_leaves_nothing() {
    let device = Device::new();
    let client = device.open().await;
    let report_id = a_draft(&client).await;
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec();
    let cut = film().bytes()[..9_000].to_vec();
    let long = Film { frames: 621, sound: false, ..Film::default() }.bytes();
    let table = [
        ("a.heic", heic, Error::Photo(PhotoError::Heic)),
        ("a.gif", b"GIF89a\x01\0\x01\0\0\0\0".to_vec(), Error::Photo(PhotoError::UnsupportedFormat)),
        ("a.webm", b"\x1a\x45\xdf\xa3\x01\0\0\0\0\0\0\x1f".to_vec(), Error::Video(VideoError::UnsupportedFormat)),
        ("a.mp4", cut, Error::Video(VideoError::Truncated)),
        ("a.mp4", long, Error::Video(VideoError::TooLong)),
        ("a.txt", b"Not a picture at all".to_vec(), Error::Photo(PhotoError::NotAPicture)),
    ];
    for (name, bytes, expected) in table {
        let refused = attach(&client, report_id, name, &bytes).await;
        assert_eq!(refused.unwrap_err().to_string(), expected.to_string(), "{name} in slices");
        let path = device.file("from the camera", &bytes);
        let refused = client.attach_file(taken(report_id, name, path)).await;
        assert_eq!(refused.unwrap_err().to_string(), expected.to_string(), "{name} as a file");
    }
    let begin = |name: &str, bytes| client.attach_begin(AttachBegin { report_id, name: name.to_owned(), bytes });
    assert!(matches!(begin("a.mp4", 65 << 20).await, Err(Error::Video(VideoError::TooManyBytes))));
    assert!(matches!(begin("a.jpg", 200 << 20).await, Err(Error::Photo(PhotoError::TooManyBytes))));
    let huge = device.folder.path().join("huge.jpg");
    fs::File::create(&huge).unwrap().set_len(MAX_SOURCE_BYTES + 1).unwrap();
    assert!(matches!(client.attach_file(taken(report_id, "a.jpg", huge)).await, Err(Error::Photo(PhotoError::TooManyBytes))));
    assert_eq!(attached(&client, report_id).await, []);
    assert_eq!((device.names("photos"), device.names("incoming")), (BTreeSet::new(), BTreeSet::new()));
}

#[tokio::test]
async fn a_third_video_is_too_many_and_the_same_twice_as_well() {
    let device = Device::new();
    let client = device.open().await;
    let report_id = a_draft(&client).await;
    for frames in [2, 3] {
        attach(&client, report_id, "a.mov", &Film { frames, quicktime: true, ..Film::default() }.bytes()).await.unwrap();
    }
    let third = attach(&client, report_id, "c.mp4", &Film { frames: 4, ..Film::default() }.bytes()).await;
    assert!(matches!(third, Err(Error::Video(VideoError::TooManyVideos))));
    let all = attached(&client, report_id).await;
    client.remove_attachment(RemoveAttachment { attachment_id: all[0].attachment_id }).await.unwrap();
    let same = attach(&client, report_id, "b.mov", &Film { frames: 3, quicktime: true, ..Film::default() }.bytes()).await;
    assert!(matches!(same, Err(Error::Photo(PhotoError::AlreadyAttached))));
    assert_eq!((attached(&client, report_id).await.len(), device.names("photos").len()), (1, 1));
}

#[tokio::test]
async fn order_is_kept_and_a_wrong_one_refused() {
    let device = Device::new();
    let client = device.open().await;
    let report_id = a_draft(&client).await;
    let mut ids = Vec::new();
    for shade in [10, 20, 30] {
        ids.push(attach(&client, report_id, "a.jpg", &photo(shade)).await.unwrap().attachment_id);
    }
    let order = |order: &[AttachmentId]| client.order_attachments(OrderAttachments { report_id, order: order.to_vec() });
    order(&[ids[2], ids[0], ids[1]]).await.unwrap();
    for wrong in [&[ids[0], ids[1]][..], &[ids[0], ids[1], ids[1]], &[ids[0], ids[1], ids[2], ids[2]], &[]] {
        assert!(matches!(order(wrong).await, Err(Error::NotFound)));
    }
    let blur = BlurAttachment { attachment_id: ids[0], areas: vec![Area { x: 0.2, y: 0.2, width: 0.5, height: 0.5 }] };
    let blurred = client.blur_attachment(blur).await.unwrap();
    let now: Vec<_> = attached(&client, report_id).await.iter().map(|a| a.attachment_id).collect();
    assert_eq!(now, [ids[2], blurred.attachment_id, ids[1]]);
    assert!(blurred.attachment_id != ids[0] && client.photo(&ids[0].to_string()).await.is_err());
    let nothing = BlurAttachment { attachment_id: ids[1], areas: vec![] };
    assert_eq!(client.blur_attachment(nothing).await.unwrap().attachment_id, ids[1]);
}

/// Refuses every write from one on: from there the process is dead.
fn dies_at(step: u32) -> impl Fn(u32) -> std::io::Result<()> {
    move |n| if n >= step { Err(std::io::Error::other("dead")) } else { Ok(()) }
}

/// Lets the process die before each write of some work, and looks at what the next one finds.
async fn at_every_step<F: Future<Output = ()>>(
    work: impl Fn(Client, ReportId, Vec<AttachmentView>) -> F,
    before: impl AsyncFn(&Device, &Client, ReportId),
    holds: impl Fn(&Device, &[AttachmentView], &[AttachmentView]),
) -> u32 {
    for step in 1.. {
        let device = Device::new();
        let client = device.open().await;
        let report_id = a_draft(&client).await;
        before(&device, &client, report_id).await;
        let was = settled(&client, report_id).await;
        drop(client);
        let mut writes = step;
        // A start that dies has changed nothing that matters here.
        if let Ok((client, ambient)) = device.start(dies_at(step)).await {
            work(client.clone(), report_id, was.clone()).await;
            writes = ambient.writes.load(Ordering::Relaxed);
        }
        let client = device.open().await;
        let now = settled(&client, report_id).await;
        for a in &now {
            let bytes = client.photo(&a.attachment_id.to_string()).await.unwrap();
            assert!(matches!(a.state, AttachmentState::Ready { bytes: said, .. } if said == bytes.len() as u64), "step {step}");
            assert_eq!(
                client.preview(&a.attachment_id.to_string()).await.is_ok(),
                a.kind == AttachmentKind::Photo || a.has_poster
            );
        }
        drop(client);
        // What a start has left over for the next one is gone after that.
        drop(device.open().await);
        let posters = now.iter().filter(|a| a.has_poster).count();
        assert_eq!(device.names("photos").len(), now.len() + posters, "step {step}: {:?}", device.names("photos"));
        assert_eq!(device.names("incoming"), BTreeSet::new(), "step {step}");
        holds(&device, &was, &now);
        if writes < step {
            return step;
        }
    }
    unreachable!("it ends when nothing is left to be written")
}

async fn no_more(_: &Device, _: &Client, _: ReportId) {}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_a_video_comes_it_is_there_whole_or_not_at_all() {
    let bytes = film().bytes();
    let path = tempfile::NamedTempFile::new().unwrap();
    fs::write(path.path(), &bytes).unwrap();
    let work = |client: Client, report_id, _: Vec<AttachmentView>| {
        let path = path.path().to_owned();
        async move {
            if let Ok(attachment_id) = client.attach_file(taken(report_id, "a.mp4", path)).await {
                // Waits until it is prepared, or has died of it.
                let _dead = client.attach_finish(AttachFinish { attachment_id }).await;
            }
        }
    };
    let seen = Mutex::new(BTreeSet::new());
    let steps = at_every_step(work, no_more, |_, _, now| {
        seen.lock().unwrap_or_else(PoisonError::into_inner).insert(now.len());
        assert!(now.iter().all(|a| a.duration_ms == Some(15_000)));
    })
    .await;
    assert!(steps > 12, "{steps}");
    assert_eq!(*seen.lock().unwrap(), BTreeSet::from([0, 1]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_a_picture_is_blurred_one_of_the_two_is_there() {
    let blur = |client: Client, _, was: Vec<AttachmentView>| async move {
        let areas = vec![Area { x: 0.0, y: 0.0, width: 1.0, height: 1.0 }];
        let _dead = client.blur_attachment(BlurAttachment { attachment_id: was[1].attachment_id, areas }).await;
    };
    let before = async |_: &Device, client: &Client, report_id| {
        for shade in [10, 20, 30] {
            attach(client, report_id, "a.jpg", &photo(shade)).await.unwrap();
        }
    };
    let replaced = Mutex::new(BTreeSet::new());
    at_every_step(blur, before, |_, was, now| {
        let ids = |list: &[AttachmentView]| list.iter().map(|a| a.attachment_id).collect::<Vec<_>>();
        assert_eq!((ids(was)[0], ids(was)[2], now.len()), (ids(now)[0], ids(now)[2], 3));
        replaced.lock().unwrap_or_else(PoisonError::into_inner).insert(ids(was)[1] != ids(now)[1]);
    })
    .await;
    assert_eq!(*replaced.lock().unwrap(), BTreeSet::from([false, true]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_a_poster_is_set_the_video_stays() {
    let set = |client: Client, _, was: Vec<AttachmentView>| async move {
        let poster = SetPoster { attachment_id: was[0].attachment_id, base64: STANDARD.encode(photo(90)) };
        let _dead = client.set_poster(poster).await;
    };
    let before = async |_: &Device, client: &Client, report_id| {
        let view = attach(client, report_id, "a.mp4", &Film { frames: 3, ..Film::default() }.bytes()).await.unwrap();
        client.set_poster(SetPoster { attachment_id: view.attachment_id, base64: STANDARD.encode(photo(50)) }).await.unwrap();
    };
    at_every_step(set, before, |_, was, now| {
        assert_eq!((now.len(), now[0].attachment_id, now[0].has_poster), (1, was[0].attachment_id, true));
    })
    .await;
}

/// A write that waits until it is let go.
#[derive(Default)]
struct Stopped {
    state: Mutex<(bool, bool)>,
    changed: Condvar,
}

impl Stopped {
    fn wait(&self, until: impl Fn(&(bool, bool)) -> bool) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.changed.wait_while(state, |state| !until(state)).unwrap_or_else(PoisonError::into_inner));
    }

    fn set(&self, set: impl FnOnce(&mut (bool, bool))) {
        set(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_all();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_removed_while_it_is_prepared_stops_and_leaves_no_file() {
    let device = Device::new();
    let client = device.open().await;
    let report_id = a_draft(&client).await;
    drop(client);
    let path = device.file("film", &Film { frames: 600, sound: false, ..Film::default() }.bytes());
    // One write of many is held: the second piece that goes into the vault.
    let stopped = Arc::new(Stopped::default());
    let (at_write, vault) = (Arc::clone(&stopped), device.folder.path().join("photos"));
    let (client, ambient) = device
        .start(move |_| {
            let length = fs::read_dir(&vault).unwrap().filter_map(|file| file.ok()?.metadata().ok()).map(|file| file.len()).max();
            if length.is_some_and(|length| length > 0) && !at_write.state.lock().unwrap_or_else(PoisonError::into_inner).0 {
                at_write.set(|state| state.0 = true);
                at_write.wait(|state| state.1);
            }
            Ok(())
        })
        .await
        .unwrap();
    let id = client.attach_file(taken(report_id, "a.mp4", path)).await.unwrap();
    let waiting = Arc::clone(&stopped);
    tokio::task::spawn_blocking(move || waiting.wait(|state| state.0)).await.unwrap();
    let under_way = attached(&client, report_id).await;
    assert!(matches!(under_way[0].state, AttachmentState::Processing { percent: Some(_) }), "{under_way:?}");
    assert_eq!(under_way[0].kind, AttachmentKind::Video);
    client.remove_attachment(RemoveAttachment { attachment_id: id }).await.unwrap();
    assert_eq!(attached(&client, report_id).await, []);
    let writes = ambient.writes.load(Ordering::Relaxed);
    stopped.set(|state| state.1 = true);
    while client.inner.jobs.percent(id).is_some() {
        tokio::task::yield_now().await;
    }
    let after = ambient.writes.load(Ordering::Relaxed) - writes;
    assert!(after < 8, "{after} writes, where the film has {} pieces", 600 * 4_700 / (256 * 1024));
    drop(client);
    drop(device.open().await);
    assert_eq!((device.names("photos"), device.names("incoming")), (BTreeSet::new(), BTreeSet::new()));
}

#[tokio::test]
async fn a_videos_kind_and_poster_come_back_from_a_damaged_database() {
    let device = Device::new();
    let client = device.open().await;
    let report_id = a_draft(&client).await;
    let view = attach(&client, report_id, "a.mp4", &film().bytes()).await.unwrap();
    let poster = SetPoster { attachment_id: view.attachment_id, base64: STANDARD.encode(photo(50)) };
    let view = client.set_poster(poster).await.unwrap();
    drop(client);
    fs::File::create(device.folder.path().join("kontums.db-suspect")).unwrap();
    let client = device.open().await;
    assert!(client.get_salvage(pakn_api::ipc::GetSalvage {}).await.unwrap().is_some());
    assert_eq!(attached(&client, report_id).await, [view]);
    drop(client);

    // Without its row, the video is found by its content, in a draft of its own.
    let db = rusqlite::Connection::open(device.folder.path().join("kontums.db")).unwrap();
    db.execute_batch("PRAGMA journal_mode = DELETE; PRAGMA secure_delete = ON; DELETE FROM attachment; VACUUM;").unwrap();
    drop(db);
    fs::File::create(device.folder.path().join("kontums.db-suspect")).unwrap();
    let client = device.open().await;
    let mut found = Vec::new();
    for draft in client.list_drafts(pakn_api::ipc::ListDrafts {}).await.unwrap() {
        found.extend(attached(&client, draft.report_id).await);
    }
    let kinds: Vec<_> = found.iter().map(|a| (a.kind, a.duration_ms)).collect();
    assert!(kinds.contains(&(AttachmentKind::Video, Some(15_000))), "{found:?}");
    assert!(media::check(&mut std::io::Cursor::new(film().bytes()), media::SourceKind::Photo).is_err());
}

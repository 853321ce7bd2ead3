//! Files of the camera's and the gallery's become attachments: durably, once each, whatever happens on the way.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use anyhow::Context;
use kontums_tests::{
    citizen::Citizen,
    pictures::{Odd, small_photo},
    wait::until,
};
use pakn_api::{
    Timestamp,
    id::ReportId,
    ipc::{AppError, AttachFinish, AttachmentState, AttachmentView, DiscardDraft, GetDraft, ListDrafts, RemoveAttachment, Shot},
    model::photo::{MAX_PER_REPORT, PhotoError},
};
use pakn_core::{
    AttachFile, Error,
    ambient::{Ambient, Device},
    remote::HttpRemote,
};

const LIMIT: Duration = Duration::from_secs(20);

/// A device that dies at a step, or is full from there on.
struct Mortal {
    steps: AtomicU32,
    dies_at: u32,
    /// Whether the step it dies at is still taken.
    after: bool,
    full: bool,
    dead: AtomicBool,
}

impl Mortal {
    fn new(dies_at: u32, after: bool, full: bool) -> Arc<Self> {
        Arc::new(Self { steps: AtomicU32::new(0), dies_at, after, full, dead: AtomicBool::new(false) })
    }

    fn error(&self) -> io::Result<()> {
        let dead = self.dead.load(Ordering::SeqCst);
        let error = || if self.full { io::ErrorKind::StorageFull.into() } else { io::Error::other("dead") };
        if dead { Err(error()) } else { Ok(()) }
    }
}

impl Ambient for Mortal {
    fn now(&self) -> Timestamp {
        Device.now()
    }

    fn random(&self) -> [u8; 10] {
        Device.random()
    }

    fn roll(&self) -> f64 {
        Device.roll()
    }

    fn before_write(&self) -> io::Result<()> {
        if self.steps.fetch_add(1, Ordering::SeqCst) + 1 == self.dies_at && !self.after {
            self.dead.store(true, Ordering::SeqCst);
        }
        self.error()
    }

    fn after_write(&self) -> io::Result<()> {
        if self.steps.load(Ordering::SeqCst) >= self.dies_at && self.after {
            self.dead.store(true, Ordering::SeqCst);
        }
        self.error()
    }

    fn free_bytes(&self, _: &Path) -> Option<u64> {
        None
    }
}

async fn open(folder: &Path, ambient: Arc<dyn Ambient>) -> anyhow::Result<Citizen> {
    Citizen::open_among(folder, Arc::new(HttpRemote::new("http://127.0.0.1:1")?), ambient).await
}

fn file(report_id: ReportId, path: PathBuf) -> AttachFile {
    let name = path.file_name().unwrap_or_default().display().to_string();
    AttachFile { report_id, source: format!("inbox/{name}"), path, name, poster: None }
}

async fn attached(citizen: &Citizen, report_id: ReportId) -> anyhow::Result<Vec<AttachmentView>> {
    Ok(citizen.client.get_draft(GetDraft { report_id }).await?.attachments)
}

async fn all_ready(citizen: &Citizen, report_id: ReportId, count: usize) -> anyhow::Result<()> {
    let ready = async || {
        let attached = attached(citizen, report_id).await?;
        let ready = attached.iter().filter(|a| matches!(a.state, AttachmentState::Ready { .. })).count();
        Ok((ready == count && attached.len() == count).then_some(()))
    };
    until("all that was taken is ready", LIMIT, ready).await?;
    Ok(())
}

/// The original goes when the picture is there already, or its row is gone.
async fn nothing_but(pictures: usize, device: &Path) -> anyhow::Result<()> {
    let only = async || Ok((kept(device)? == (pictures, 0)).then_some(()));
    until("nothing but the pictures is kept", LIMIT, only).await?;
    Ok(())
}

fn kept(device: &Path) -> anyhow::Result<(usize, usize)> {
    let count = |folder| anyhow::Ok(fs::read_dir(device.join(folder))?.count());
    Ok((count("photos")?, count("incoming")?))
}

#[tokio::test]
async fn a_file_is_copied_before_it_may_go_and_each_becomes_one_attachment() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let device = folder.path().join("device");
    let citizen = Citizen::open(&device, "http://127.0.0.1:1").await?;
    let report_id = citizen.draft("Cây đổ", &[]).await?;
    let path = folder.path().join("a.jpg");
    fs::write(&path, small_photo(1)?)?;
    let first = citizen.client.attach_file(file(report_id, path.clone())).await?;
    assert_eq!(citizen.client.attach_file(file(report_id, path.clone())).await?, first, "handed over twice");
    fs::remove_file(&path)?;
    citizen.client.attach_finish(AttachFinish { attachment_id: first }).await?;
    all_ready(&citizen, report_id, 1).await?;

    // Taken out by the citizen, it does not come back with the next start.
    citizen.client.remove_attachment(RemoveAttachment { attachment_id: first }).await?;
    drop(citizen);
    let citizen = Citizen::open(&device, "http://127.0.0.1:1").await?;
    fs::write(&path, small_photo(1)?)?;
    assert_eq!(citizen.client.attach_file(file(report_id, path.clone())).await?, first);
    assert_eq!(attached(&citizen, report_id).await?, []);
    // Once it is known to be gone, its name means nothing any more.
    citizen.client.gone(citizen.client.known_sources().await?).await?;
    assert_ne!(citizen.client.attach_file(file(report_id, path)).await?, first);
    all_ready(&citizen, report_id, 1).await
}

#[tokio::test]
async fn what_cannot_be_used_is_said_at_once_or_to_whoever_asks() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let citizen = Citizen::open(&folder.path().join("device"), "http://127.0.0.1:1").await?;
    let report_id = citizen.draft("Cây đổ", &[]).await?;
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).map(|()| path)
    };
    let table = [
        (write("heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")?, PhotoError::Heic),
        (write("gif", b"GIF89a and more than sixteen bytes")?, PhotoError::UnsupportedFormat),
        (Odd::Empty.write(folder.path())?, PhotoError::Empty),
        (Odd::Text.write(folder.path())?, PhotoError::NotAPicture),
        (Odd::Huge.write(folder.path())?, PhotoError::TooManyBytes),
        (Odd::Truncated.write(folder.path())?, PhotoError::Truncated),
    ];
    for (path, expected) in table {
        let refused = citizen.client.attach_file(file(report_id, path.clone())).await;
        assert!(matches!(refused, Err(Error::Photo(reason)) if reason == expected), "{}: {refused:?}", path.display());
    }
    // That it is there already is seen only when it is prepared; whoever asks is told, however late.
    let twice = small_photo(7)?;
    citizen.client.attach_file(file(report_id, write("once.jpg", &twice)?)).await?;
    all_ready(&citizen, report_id, 1).await?;
    let attachment_id = citizen.client.attach_file(file(report_id, write("again.jpg", &twice)?)).await?;
    for _ in 0..2 {
        let finished = citizen.client.attach_finish(AttachFinish { attachment_id }).await;
        assert!(matches!(finished, Err(Error::Photo(PhotoError::AlreadyAttached))), "{finished:?}");
    }
    all_ready(&citizen, report_id, 1).await?;
    nothing_but(1, &folder.path().join("device")).await?;

    for n in 1..MAX_PER_REPORT {
        assert_eq!(citizen.client.places_left(report_id, None).await?, MAX_PER_REPORT - n);
        let path = write(&format!("{n}.jpg"), &small_photo(100 + u32::try_from(n)?)?)?;
        citizen.client.attach_file(file(report_id, path)).await?;
    }
    let surplus = write("surplus.jpg", &small_photo(99)?)?;
    let refused = citizen.client.attach_file(file(report_id, surplus.clone())).await;
    assert!(matches!(refused, Err(Error::Photo(PhotoError::TooManyPictures))));
    for shot in [None, Some(Shot::Photo), Some(Shot::Video)] {
        let none = citizen.client.places_left(report_id, shot).await;
        assert!(matches!(none, Err(Error::Photo(PhotoError::TooManyPictures))), "{shot:?}");
    }
    all_ready(&citizen, report_id, MAX_PER_REPORT).await?;

    let nobody = ReportId::new(1, [1; 10]);
    assert!(matches!(citizen.client.places_left(nobody, None).await, Err(Error::NotFound)));
    Ok(())
}

/// What was taken may be the only copy: it takes its draft back, or begins another.
#[tokio::test]
async fn a_file_whose_draft_went_meanwhile_is_not_lost() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let citizen = Citizen::open(&folder.path().join("device"), "http://127.0.0.1:1").await?;
    let path = folder.path().join("a.jpg");
    fs::write(&path, small_photo(1)?)?;
    let aside = citizen.draft("Bỏ đi", &[]).await?;
    citizen.client.discard_draft(DiscardDraft { report_id: aside }).await?;
    citizen.client.attach_file(file(aside, path.clone())).await?;
    all_ready(&citizen, aside, 1).await?;

    let other = folder.path().join("b.jpg");
    fs::write(&other, small_photo(2)?)?;
    let nobody = ReportId::new(1, [1; 10]);
    let attachment_id = citizen.client.attach_file(file(nobody, other.clone())).await?;
    assert_eq!(citizen.client.attach_file(file(nobody, other)).await?, attachment_id, "handed over twice");
    let drafts = citizen.client.list_drafts(ListDrafts {}).await?;
    let own: Vec<_> = drafts.iter().map(|draft| draft.report_id).filter(|id| *id != aside).collect();
    let [own] = own.as_slice() else { anyhow::bail!("{drafts:?}") };
    all_ready(&citizen, *own, 1).await
}

/// Killed before or after each step that changes the disk, and handed over again at the next start, a file is attached once.
#[tokio::test]
async fn killed_at_any_step_a_file_is_attached_once() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let source = folder.path().join("a.jpg");
    fs::write(&source, small_photo(1)?)?;
    let (mut deaths, mut lives) = (0, 0);
    for (step, after) in (1..).flat_map(|step| [(step, false), (step, true)]) {
        let device = folder.path().join(format!("{step}-{after}"));
        let citizen = open(&device, Arc::new(Device)).await?;
        let report_id = citizen.draft("Cây đổ", &[]).await?;
        drop(citizen);

        let mortal = Mortal::new(step, after, false);
        // Opening takes steps of its own; a device that dies there is opened again below.
        if let Ok(citizen) = open(&device, Arc::<Mortal>::clone(&mortal)).await
            && let Ok(attachment_id) = citizen.client.attach_file(file(report_id, source.clone())).await
        {
            let _ = citizen.client.attach_finish(AttachFinish { attachment_id }).await;
        }
        let died = mortal.dead.load(Ordering::SeqCst);
        deaths += u32::from(died);
        lives += u32::from(!died);

        let citizen = open(&device, Arc::new(Device)).await?;
        citizen.client.attach_file(file(report_id, source.clone())).await?;
        citizen.client.gone(citizen.client.known_sources().await?).await?;
        all_ready(&citizen, report_id, 1).await?;
        nothing_but(1, &device).await.with_context(|| format!("step {step}, after it: {after}"))?;
        if lives > 1 {
            break;
        }
    }
    assert!(deaths >= 16, "{deaths}: copying, its row, preparing and removing are more steps");
    Ok(())
}

/// On a full device the file stays where it is, and can be handed over again when there is room.
#[tokio::test]
async fn without_room_a_file_waits_where_it_is() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let device = folder.path().join("device");
    let source = folder.path().join("a.jpg");
    fs::write(&source, small_photo(1)?)?;
    let citizen = open(&device, Arc::new(Device)).await?;
    let report_id = citizen.draft("Cây đổ", &[]).await?;
    drop(citizen);
    let full = Mortal::new(u32::MAX, false, true);
    let citizen = open(&device, Arc::<Mortal>::clone(&full)).await?;
    full.dead.store(true, Ordering::SeqCst);
    let refused = citizen.client.attach_file(file(report_id, source.clone())).await.map_err(AppError::from);
    assert_eq!(refused, Err(AppError::StorageFull));
    full.dead.store(false, Ordering::SeqCst);
    citizen.client.attach_file(file(report_id, source)).await?;
    all_ready(&citizen, report_id, 1).await?;
    nothing_but(1, &device).await
}

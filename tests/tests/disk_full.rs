//! Full disks. On real small file systems, the device's and the server's; and at every single step with which
//! the device changes its disk. Each is told apart, nothing kept before is lost, and it goes on where there
//! is room again: the server's by itself, the device's at the next tap.
#![cfg(target_os = "linux")]

use std::{
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, bail, ensure};
use base64::{Engine, engine::general_purpose::STANDARD};
use kontums_tests::{
    aftermath::{device_has_nothing_left, expected, listed_once},
    citizen::{Citizen, form},
    device_process::DeviceProcess,
    errand::{make_photos, photo_name, title},
    http,
    local_server::LocalServer,
    scripted::{Scripted, What},
    server::{DEMO_PASSWORD, DEMO_PHONE, ServerProcess, beside},
    small_disk::SmallDisk,
    wait::until,
};
use pakn_api::{
    Timestamp,
    ipc::{
        AppError, AttachBegin, AttachChunk, AttachFinish, Connection, CreateDraft, GetSync, ListReports, SaveDraft, Submit,
        SyncNow, Whereabouts,
    },
    model::phone::PhoneNumber,
    wire::{self, path},
};
use pakn_core::{
    Error,
    ambient::{Ambient, Device},
    remote::{Class, HttpRemote, Remote},
};
use pakn_server::ListedReport;
use reqwest::StatusCode;

const LIMIT: Duration = Duration::from_secs(60);
const MIB: u64 = 1024 * 1024;
/// Room for the server's database with its journal and some photos.
const SMALL: u64 = 16 * MIB;
/// The app takes no photo where there is not enough left for others too.
const PHONE: u64 = 128 * MIB;

fn device_program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_device"))
}

/// A device on a small disk that takes each step only when it is asked.
struct Phone {
    disk: SmallDisk,
    data: PathBuf,
    photos: PathBuf,
    url: String,
    reports: u32,
    photos_each: u32,
}

impl Phone {
    fn start(&self) -> anyhow::Result<DeviceProcess> {
        let mut command = self.disk.command(&device_program());
        command.arg("--data").arg(&self.data).arg("--photos").arg(&self.photos).args(["--server", &self.url, "--asked"]);
        command.args(["--reports", &self.reports.to_string(), "--photos-each", &self.photos_each.to_string()]);
        DeviceProcess::start(&mut command)
    }
}

/// The next line that is about a step, or about the end.
fn step(process: &mut DeviceProcess) -> anyhow::Result<String> {
    loop {
        let line = process.line(LIMIT)?.context("no line")?;
        if !["upload", "sending", "sign-in", "done"].iter().any(|word| line.starts_with(word)) {
            return Ok(line);
        }
    }
}

/// Lets it try its step on a full disk, and then with room again.
fn full_then_free(phone: &Phone, process: &mut DeviceProcess, what: &str) -> anyhow::Result<()> {
    phone.disk.fill(0)?;
    process.go_on()?;
    let answer = step(process)?;
    ensure!(answer == format!("full {what}"), "{what} on a full disk: {answer}");
    phone.disk.free()?;
    process.go_on()
}

/// Whoever is killed before the first photo, where there is no room, finds everything again, room or not.
fn killed_where_it_is_full(phone: &Phone, process: &mut DeviceProcess) -> anyhow::Result<()> {
    phone.disk.fill(0)?;
    process.kill()?;
    *process = phone.start()?;
    ensure!(step(process)? == "open", "a start");
    process.go_on()?;
    ensure!(step(process)? == "attach 1.1 begin", "what was kept is there");
    process.kill()?;
    // Ended well, it leaves no index of its journal behind, and has to make a new one.
    phone.disk.free()?;
    std::fs::remove_file(phone.disk.seen_from_outside(&phone.data.join("kontums.db-shm")))?;
    phone.disk.fill(0)?;
    *process = phone.start()?;
    ensure!(step(process)? == "open", "a start");
    process.go_on()?;
    let answer = step(process)?;
    ensure!(answer == "full open", "opened without room for an index: {answer}");
    phone.disk.free()?;
    process.go_on()?;
    ensure!(step(process)? == "attach 1.1 begin", "what was kept is there");
    process.go_on()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_step_on_a_full_device_is_told_and_then_taken() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = LocalServer::start(&folder.path().join("server")).await?;
    let (photos, data) = (folder.path().join("gallery"), folder.path().join("device"));
    let (reports, photos_each) = (2, 2);
    make_photos(&photos, reports, photos_each)?;
    let expected = expected(&photos, reports, photos_each)?;
    let phone = Phone { disk: SmallDisk::mount(&data, PHONE)?, data, photos, url: server.url(), reports, photos_each };
    let steps = tokio::task::block_in_place(|| {
        let (mut process, mut steps) = (phone.start()?, 0);
        loop {
            let what = step(&mut process)?;
            if what == "all sent" {
                break;
            }
            full_then_free(&phone, &mut process, &what)?;
            steps += 1;
            if what == "draft 1 save" {
                assert_eq!(step(&mut process)?, "attach 1.1 begin");
                killed_where_it_is_full(&phone, &mut process)?;
            }
        }
        ensure!(process.end(LIMIT)?.success(), "its end");
        anyhow::Ok(steps)
    });
    assert!(steps? >= 16, "opening, then beginning, keeping, two pictures and handing over, twice");
    listed_once(&server.desk().await?.list_reports().await?, &expected)
}

async fn health(server: &ServerProcess) -> anyhow::Result<StatusCode> {
    Ok(http::client()?.get(format!("{}{}", server.url(), path::HEALTH)).send().await?.status())
}

/// Waits until a full server says so. What a transaction that failed had room for, a smaller one may still take:
/// somebody signs in until nothing goes any more.
async fn until_unwell(server: &ServerProcess) -> anyhow::Result<()> {
    let remote = HttpRemote::new(&server.url())?;
    let who = wire::SignIn { phone: PhoneNumber::parse(DEMO_PHONE)?, password: DEMO_PASSWORD.to_owned(), device: None };
    let unwell = async || {
        if let Err(error) = remote.sign_in(&who).await {
            ensure!(matches!(error.classify(), Class::Transient { .. }), "a full server says {error}");
        }
        Ok((health(server).await? == StatusCode::SERVICE_UNAVAILABLE).then_some(()))
    };
    until("a server that says it is unwell", LIMIT, unwell).await.map(drop)
}

/// Waits until the citizen's screen says that the server is in trouble; the report waits.
async fn until_in_trouble(citizen: &Citizen) -> anyhow::Result<()> {
    let trouble = async || {
        let sync = citizen.client.get_sync(GetSync {}).await?;
        ensure!(sync.parked == 0, "parked: {:?}", citizen.client.list_reports(ListReports {}).await?);
        Ok((sync.connection == Connection::ServerTrouble && sync.waiting == 1 && sync.sending == 0).then_some(()))
    };
    until("a server in trouble", LIMIT, trouble).await.map(drop)
}

/// A server on a small disk, and photos for one report.
fn small_server(folder: &Path) -> anyhow::Result<(ServerProcess, Vec<Vec<u8>>)> {
    let mut server = ServerProcess::on_small_disk(&beside(&device_program())?, &folder.join("server"), SMALL)?;
    server.seed()?;
    server.start()?;
    let gallery = folder.join("gallery");
    make_photos(&gallery, 1, 3)?;
    let photos: io::Result<_> = (1..=3).map(|k| std::fs::read(gallery.join(photo_name(1, k)))).collect();
    Ok((server, photos?))
}

/// The report is there once, though the citizen did nothing but wait.
async fn arrives_by_itself(citizen: &Citizen, server: &ServerProcess, folder: &Path) -> anyhow::Result<()> {
    server.disk()?.free()?;
    citizen.until_all_sent(LIMIT).await?;
    let well = async || Ok((health(server).await? == StatusCode::NO_CONTENT).then_some(()));
    until("a server that is well again", LIMIT, well).await?;
    let listed: Vec<ListedReport> = server.staff_json(&["reports", "--json"])?;
    listed_once(&listed, &expected(&folder.join("gallery"), 1, 3)?)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_full_in_the_middle_of_a_file_is_tried_again() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let (server, photos) = small_server(folder.path())?;
    let citizen = Citizen::open(&folder.path().join("device"), &server.url()).await?;
    citizen.sign_in().await?;
    let report_id = citizen.draft(&title(1), &photos).await?;
    server.disk()?.fill(100 * 1024)?;
    citizen.client.submit(Submit { report_id }).await?;
    until_in_trouble(&citizen).await?;
    until_unwell(&server).await?;
    assert_eq!(citizen.whereabouts(report_id).await?, Whereabouts::Waiting { needs_sign_in: false });
    arrives_by_itself(&citizen, &server, folder.path()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_full_when_the_report_comes_is_tried_again() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let (server, photos) = small_server(folder.path())?;
    let server = Arc::new(server);
    let (there, first) = (Arc::clone(&server), AtomicBool::new(true));
    let link = Scripted::new(
        &server.url(),
        Box::new(move |ask| {
            let now = matches!(ask.what, What::CreateReport(_)) && !ask.done && first.swap(false, Ordering::Relaxed);
            if now && let Err(error) = there.disk().and_then(|disk| disk.fill(0)) {
                panic!("{error:#}");
            }
            Box::pin(async { Ok(()) })
        }),
    )?;
    let citizen = Citizen::open_through(&folder.path().join("device"), Arc::new(link)).await?;
    citizen.sign_in().await?;
    citizen.report(&title(1), &photos).await?;
    until_in_trouble(&citizen).await?;
    until_unwell(&server).await?;
    arrives_by_itself(&citizen, &server, folder.path()).await
}

/// A device whose disk is full from its `at`th step on, until there is room.
struct FullFrom {
    at: u64,
    steps: AtomicU64,
    refused: AtomicU64,
    room: AtomicBool,
}

impl FullFrom {
    fn new(at: u64) -> Arc<Self> {
        Arc::new(Self { at, steps: AtomicU64::new(0), refused: AtomicU64::new(0), room: AtomicBool::new(false) })
    }

    fn has_refused(&self) -> bool {
        self.refused.load(Ordering::Relaxed) > 0
    }

    fn make_room(&self) {
        self.room.store(true, Ordering::Relaxed);
    }

    /// Does something as somebody who makes room and taps again when they are told to.
    async fn tap<T>(&self, what: &str, act: impl AsyncFn() -> Result<T, Error>) -> anyhow::Result<T> {
        loop {
            match act().await {
                Ok(done) => return Ok(done),
                Err(error) => {
                    let words = error.to_string();
                    let told = AppError::from(error);
                    ensure!(told == AppError::StorageFull && self.has_refused(), "{what}, step {}: {told:?} ({words})", self.at);
                    ensure!(!self.room.load(Ordering::Relaxed), "{what}, step {}: full where there is room", self.at);
                    self.make_room();
                }
            }
        }
    }
}

impl Ambient for FullFrom {
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
        let step = self.steps.fetch_add(1, Ordering::Relaxed) + 1;
        if step < self.at || self.room.load(Ordering::Relaxed) {
            return Ok(());
        }
        self.refused.fetch_add(1, Ordering::Relaxed);
        Err(io::ErrorKind::StorageFull.into())
    }

    fn free_bytes(&self, _: &Path) -> Option<u64> {
        None
    }
}

/// One report from the first tap to the receipt, the disk full from the given step on until somebody is told.
async fn write_and_send(disk: &Arc<FullFrom>, data: &Path, url: &str, title: &str, photos: &[Vec<u8>]) -> anyhow::Result<()> {
    let remote = Arc::new(HttpRemote::new(url)?);
    let open = async || match Citizen::open_among(data, remote.clone(), disk.clone()).await {
        Ok(citizen) => Ok(citizen),
        Err(error) => Err(error.downcast::<Error>().unwrap_or(Error::Bug("opening failed otherwise"))),
    };
    let citizen = disk.tap("open", open).await?;
    let client = &citizen.client;
    let sign_in = async || match citizen.sign_in().await {
        Ok(()) => Ok(()),
        Err(error) => Err(error.downcast::<Error>().unwrap_or(Error::Bug("signing in failed otherwise"))),
    };
    disk.tap("sign in", sign_in).await?;
    let report_id = disk.tap("begin", async || client.create_draft(CreateDraft { field: None }).await).await?.report_id;
    let form = form(title)?;
    disk.tap("keep", async || client.save_draft(SaveDraft { report_id, form: form.clone() }).await).await?;
    for photo in photos {
        let begin = AttachBegin { report_id, name: "ảnh.jpg".to_owned(), bytes: photo.len() as u64 };
        let attachment_id = disk.tap("announce", async || client.attach_begin(begin.clone()).await).await?;
        let mut offset = 0;
        for piece in photo.chunks(48 * 1024) {
            let chunk = AttachChunk { attachment_id, offset, base64: STANDARD.encode(piece) };
            disk.tap("hand over", async || client.attach_chunk(chunk.clone()).await).await?;
            offset += piece.len() as u64;
        }
        disk.tap("prepare", async || client.attach_finish(AttachFinish { attachment_id }).await).await?;
    }
    disk.tap("submit", async || client.submit(Submit { report_id }).await).await?;
    let sent = async || {
        if disk.has_refused() {
            disk.make_room();
            client.sync_now(SyncNow {}).await?;
        }
        match citizen.whereabouts(report_id).await? {
            Whereabouts::Sent { .. } => Ok(Some(())),
            Whereabouts::Waiting { .. } | Whereabouts::Sending { .. } => Ok(None),
            Whereabouts::Parked { reason } => bail!("step {}: parked: {reason:?}", disk.at),
        }
    };
    until(&format!("{title}, full from step {}, sent", disk.at), LIMIT, sent).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn full_from_any_step_on_a_report_still_arrives_once() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = LocalServer::start(&folder.path().join("server")).await?;
    let gallery = folder.path().join("gallery");
    let mut steps = 1;
    let mut n = 0;
    // How many steps there are shows when one more than there are is never refused.
    loop {
        n += 1;
        make_photos(&gallery, n, 2)?;
        let photos: io::Result<Vec<_>> = (1..=2).map(|k| std::fs::read(gallery.join(photo_name(n, k)))).collect();
        let (disk, data) = (FullFrom::new(steps), folder.path().join(format!("device-{n}")));
        write_and_send(&disk, &data, &server.url(), &title(n), &photos?).await?;
        device_has_nothing_left(&data, 2).await.with_context(|| format!("full from step {steps}"))?;
        if !disk.has_refused() {
            break;
        }
        steps += 1;
    }
    assert!(steps > 30, "only {steps} steps were asked for");
    listed_once(&server.desk().await?.list_reports().await?, &expected(&gallery, n, 2)?)
}

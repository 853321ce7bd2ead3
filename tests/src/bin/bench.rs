//! Speed as ratios: each figure against a named baseline that does the least the job could cost, in the
//! same run, on the same disk, in turns. Times and ratios are medians over the rounds, a ratio being that
//! of one round. Nothing is deleted on the way and every round starts with a clean page cache: a file
//! system is slow where files have just gone, and writes late what nobody waited for.
#![expect(clippy::print_stdout, reason = "a command's output")]

use std::{
    fs,
    io::Write,
    path::Path,
    time::{Duration, Instant},
};

use axum::{Router, body::Bytes, extract::Path as RoutePath, routing::put};
use kontums_tests::{
    citizen::{Citizen, form},
    http,
    local_server::LocalServer,
};
use pakn_api::{
    id::{AttachmentId, MediaHash, ReportId},
    ipc::{ListReports, Submit, SyncNow},
};
use pakn_core::{PreparedPhoto, media::Prepared};
use rand::{Rng, RngCore};
use rusqlite::Connection;
use sha2::{Digest, Sha256};

const PHOTO_BYTES: usize = 300 * 1024;
const PHOTOS_PER_REPORT: usize = 3;
const REPORTS: usize = 200;
const DRAFT_ROUNDS: usize = 60;
const SYNC_ROUNDS: usize = 5;

/// Bytes that begin like a JPEG and are like nothing before them.
fn photo() -> Vec<u8> {
    let mut bytes = vec![0; PHOTO_BYTES];
    rand::rng().fill_bytes(&mut bytes);
    for (byte, head) in bytes.iter_mut().zip([0xff, 0xd8, 0xff, 0xe0]) {
        *byte = head;
    }
    bytes
}

fn prepared(jpeg: Vec<u8>) -> PreparedPhoto {
    let sha256 = MediaHash::from_digest(Sha256::digest(&jpeg).into());
    let id = AttachmentId::new(1_764_000_000_000, rand::rng().random());
    PreparedPhoto { id, name: "ảnh.jpg".to_owned(), photo: Prepared { jpeg, sha256, width: 960, height: 1_280, notice: None } }
}

/// How long a job took, and how long its baseline did.
#[derive(Clone, Copy, Debug)]
struct Round {
    ours: Duration,
    baseline: Duration,
}

fn median(rounds: &[Round], of: impl Fn(&Round) -> f64) -> f64 {
    let mut values: Vec<_> = rounds.iter().map(of).collect();
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn show(what: &str, rounds: &[Round], aim: f64) {
    let ours = median(rounds, |r| r.ours.as_secs_f64() * 1e3);
    let baseline = median(rounds, |r| r.baseline.as_secs_f64() * 1e3);
    let ratio = median(rounds, |r| r.ours.as_secs_f64() / r.baseline.as_secs_f64());
    println!("{what}: {ours:.1} ms against {baseline:.1} ms = {ratio:.2} (aim: at most {aim})");
}

/// Waits until what was written is on the disk.
fn settle(folder: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        fs::File::open(entry?.path())?.sync_all()?;
    }
    Ok(())
}

/// The least that keeping a draft can cost: its files written and synced, and one commit.
fn plain_draft(folder: &Path, db: &Connection, photos: &[Vec<u8>]) -> anyhow::Result<()> {
    for photo in photos {
        let mut file = fs::File::create(folder.join(rand::rng().random::<u64>().to_string()))?;
        file.write_all(photo)?;
        file.sync_all()?;
    }
    db.execute("INSERT INTO draft (form) VALUES (?1)", ["a draft"])?;
    Ok(())
}

async fn drafts(folder: &Path) -> anyhow::Result<()> {
    let citizen = Citizen::open(&folder.join("device"), "http://127.0.0.1:1").await?;
    let plain = folder.join("plain");
    fs::create_dir_all(&plain)?;
    let db = Connection::open(plain.join("plain.db"))?;
    db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE draft (form TEXT NOT NULL) STRICT;")?;
    let mut rounds = Vec::new();
    for _ in 0..DRAFT_ROUNDS {
        let photos: Vec<_> = (0..PHOTOS_PER_REPORT).map(|_| photo()).collect();
        let start = Instant::now();
        plain_draft(&plain, &db, &photos)?;
        let baseline = start.elapsed();
        let photos: Vec<_> = photos.into_iter().map(prepared).collect();
        let report_id = ReportId::new(1_764_000_000_000, rand::rng().random());
        let form = form("Đèn đường hỏng")?;
        let start = Instant::now();
        citizen.client.keep_draft(report_id, form, photos).await?;
        rounds.push(Round { ours: start.elapsed(), baseline });
    }
    show("draft with three photos of 300 KB, against write + fsync + one commit", &rounds, 1.3);
    Ok(())
}

/// The least that bringing the files over can cost: a bare server that writes what it is sent, one
/// connection kept alive, one PUT after the other.
async fn plain_puts(folder: &Path, photos: &[Vec<u8>]) -> anyhow::Result<Duration> {
    fs::create_dir_all(folder)?;
    let into = folder.to_owned();
    let keep = move |RoutePath(name): RoutePath<String>, body: Bytes| async move {
        tokio::fs::write(into.join(name), body).await.map_err(|_| axum::http::StatusCode::INTERNAL_SERVER_ERROR)
    };
    let router = Router::new().route("/{name}", put(keep));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let server = tokio::spawn(axum::serve(listener, router).into_future());
    let client = http::client()?;
    let bodies: Vec<_> = photos.iter().map(|p| Bytes::copy_from_slice(p)).collect();
    let start = Instant::now();
    for (n, body) in bodies.into_iter().enumerate() {
        client.put(format!("http://{address}/{n}")).body(body).send().await?.error_for_status()?;
    }
    let took = start.elapsed();
    server.abort();
    Ok(took)
}

async fn our_sync(folder: &Path, photos: Vec<Vec<u8>>) -> anyhow::Result<Duration> {
    let mut server = LocalServer::start(&folder.join("server")).await?;
    let citizen = Citizen::open(&folder.join("device"), &server.url()).await?;
    citizen.sign_in().await?;
    server.stop().await?;
    let mut photos = photos.into_iter().map(prepared);
    for n in 0..REPORTS {
        let report_id = ReportId::new(1_764_000_000_000, rand::rng().random());
        let own: Vec<_> = photos.by_ref().take(PHOTOS_PER_REPORT).collect();
        citizen.client.keep_draft(report_id, form(&format!("Phản ánh {n}"))?, own).await?;
        citizen.client.submit(Submit { report_id }).await?;
    }
    server.resume().await?;
    let mut changes = citizen.client.changes();
    let start = Instant::now();
    citizen.client.sync_now(SyncNow {}).await?;
    loop {
        if let Ok(pakn_api::ipc::Change::Sync { sync }) = changes.recv().await
            && sync.waiting == 0
        {
            break;
        }
    }
    let took = start.elapsed();
    let sent = citizen.client.list_reports(ListReports {}).await?.len();
    let held = server.desk().await?.list_reports().await?;
    anyhow::ensure!(sent == REPORTS && held.len() == REPORTS, "{sent} sent, {} held", held.len());
    anyhow::ensure!(held.iter().all(|r| r.media.len() == PHOTOS_PER_REPORT && r.media.iter().all(|m| m.stored)), "all files");
    server.stop().await?;
    Ok(took)
}

async fn sync(folder: &Path) -> anyhow::Result<()> {
    let mut rounds = Vec::new();
    for round in 0..SYNC_ROUNDS {
        let photos: Vec<_> = (0..REPORTS * PHOTOS_PER_REPORT).map(|_| photo()).collect();
        let folder = folder.join(format!("sync-{round}"));
        let baseline = plain_puts(&folder.join("plain"), &photos).await?;
        settle(&folder.join("plain"))?;
        let ours = our_sync(&folder, photos).await?;
        rounds.push(Round { ours, baseline });
    }
    show("sync of 200 such reports, against 600 keep-alive PUTs to a bare server", &rounds, 1.5);
    Ok(())
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir_in(".")?;
    drafts(folder.path()).await?;
    sync(folder.path()).await
}

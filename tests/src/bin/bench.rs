//! Speed as ratios: each figure against a named baseline that does the least the job could cost, in the
//! same run, on the same disk, in turns. Medians.
#![expect(clippy::print_stdout, reason = "a command's output")]

use std::{
    fs,
    io::Write,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Context;
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

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn show(what: &str, ours: Duration, baseline: Duration, aim: f64) {
    let ratio = ours.as_secs_f64() / baseline.as_secs_f64();
    println!(
        "{what}: {:.1} ms against {:.1} ms = {ratio:.2} (aim: at most {aim})",
        ours.as_secs_f64() * 1e3,
        baseline.as_secs_f64() * 1e3
    );
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
    let (mut ours, mut baseline) = (Vec::new(), Vec::new());
    for _ in 0..DRAFT_ROUNDS {
        let photos: Vec<_> = (0..PHOTOS_PER_REPORT).map(|_| photo()).collect();
        let start = Instant::now();
        plain_draft(&plain, &db, &photos)?;
        baseline.push(start.elapsed());
        let photos: Vec<_> = photos.into_iter().map(prepared).collect();
        let report_id = ReportId::new(1_764_000_000_000, rand::rng().random());
        let form = form("Đèn đường hỏng")?;
        let start = Instant::now();
        citizen.client.keep_draft(report_id, form, photos).await?;
        ours.push(start.elapsed());
    }
    show("draft with three photos of 300 KB, against write + fsync + one commit", median(&mut ours), median(&mut baseline), 1.3);
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
    let (mut ours, mut baseline) = (Vec::new(), Vec::new());
    for round in 0..SYNC_ROUNDS {
        let photos: Vec<_> = (0..REPORTS * PHOTOS_PER_REPORT).map(|_| photo()).collect();
        let folder = folder.join(format!("sync-{round}"));
        baseline.push(plain_puts(&folder.join("plain"), &photos).await?);
        ours.push(our_sync(&folder, photos).await?);
        fs::remove_dir_all(&folder).context("clearing up")?;
    }
    show("sync of 200 such reports, against 600 keep-alive PUTs to a bare server", median(&mut ours), median(&mut baseline), 1.5);
    Ok(())
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir_in(".")?;
    drafts(folder.path()).await?;
    sync(folder.path()).await
}

//! What bringing reports over costs where the link is none, against bare PUTs.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use axum::{Router, body::Bytes, extract::Path as RoutePath, routing::put};
use kontums_tests::{
    batch::{photo, prepared},
    citizen::{Citizen, form},
    http,
    local_server::LocalServer,
};
use pakn_api::{
    id::ReportId,
    ipc::{ListReports, Submit, SyncNow},
};
use rand::Rng;

use crate::{PHOTO_BYTES, PHOTOS_PER_REPORT, Round, show};

const REPORTS: usize = 200;
const ROUNDS: usize = 5;

/// Waits until what was written is on the disk.
fn settle(folder: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        fs::File::open(entry?.path())?.sync_all()?;
    }
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

pub(crate) async fn measure(folder: &Path) -> anyhow::Result<()> {
    let mut rounds = Vec::new();
    for round in 0..ROUNDS {
        let photos: Vec<_> = (0..REPORTS * PHOTOS_PER_REPORT).map(|_| photo(PHOTO_BYTES)).collect();
        let folder = folder.join(format!("sync-{round}"));
        let baseline = plain_puts(&folder.join("plain"), &photos).await?;
        settle(&folder.join("plain"))?;
        let ours = our_sync(&folder, photos).await?;
        rounds.push(Round { ours, baseline });
    }
    show("sync of 200 such reports, against 600 keep-alive PUTs to a bare server", &rounds, 1.5);
    Ok(())
}

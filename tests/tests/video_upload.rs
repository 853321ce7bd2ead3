//! A video on a bad link: larger than one request may be, it goes on where it was, whatever ends the connection or the app.

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::Context as _;
use kontums_tests::{
    citizen::{Citizen, until_let_go},
    films::Film,
    link::{Access, Conditions, Link},
    local_server::LocalServer,
    wait::until,
};
use pakn_api::{ipc::Submit, model::photo::MAX_UPLOAD_BYTES};
use pakn_core::remote::HttpRemote;
use pakn_server::ListedMedium;

const LIMIT: Duration = Duration::from_secs(120);

async fn open(device: &Path, link: &Link) -> anyhow::Result<Citizen> {
    Citizen::open_through(device, Arc::new(HttpRemote::new(&link.url())?)).await
}

async fn until_sent(link: &Link, bytes: u64) -> anyhow::Result<()> {
    let sent = async || Ok((link.counts().up.sent >= bytes).then_some(()));
    until("some of it has crossed", LIMIT, sent).await.map(drop)
}

/// What the server holds of the one report there is.
async fn held(server: &LocalServer) -> anyhow::Result<ListedMedium> {
    let reports = server.desk().await?.list_reports().await?;
    let [report] = reports.as_slice() else { anyhow::bail!("{} reports", reports.len()) };
    let [medium] = report.media.as_slice() else { anyhow::bail!("{} files", report.media.len()) };
    Ok(medium.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_video_goes_on_where_it_was() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let device = folder.path().join("device");
    let server = LocalServer::start(&folder.path().join("server")).await?;
    // Every connection carries about a tenth of it, and each tenth answer is lost.
    let conditions = Conditions {
        cut_after: Some(Duration::from_secs(1)),
        replies_dropped: 0.1,
        seed: 3,
        ..Conditions::new(16_000_000, 32_000_000, Duration::from_millis(40))
    };
    let link = Link::open(server.address(), conditions).await?;
    let citizen = open(&device, &link).await?;
    until("signed in", LIMIT, async || Ok(citizen.sign_in().await.ok())).await?;

    link.let_in(Access::Refused);
    let film = Film { frames: 50, filler: 400_000, ..Film::default() }.bytes();
    let report_id = citizen.draft("Nước chảy tràn ra đường", &[]).await?;
    citizen.attach(report_id, "video.mp4", &film).await.context("the film")?;
    citizen.client.submit(Submit { report_id }).await?;
    let before = link.counts();
    link.let_in(Access::Open);
    until_sent(&link, before.up.sent + film.len() as u64 / 2).await?;
    drop(citizen);
    until_let_go(&device).await?;

    let citizen = open(&device, &link).await?;
    citizen.until_all_sent(LIMIT).await?;
    let (medium, now) = (held(&server).await?, link.counts());
    assert!(medium.bytes > 2 * MAX_UPLOAD_BYTES, "{medium:?}");
    assert!(now.cuts - before.cuts >= 4, "{now:?}");
    let sent = now.up.sent - before.up.sent;
    assert!(sent <= medium.bytes + medium.bytes / 10, "{sent} bytes for {}", medium.bytes);
    Ok(())
}

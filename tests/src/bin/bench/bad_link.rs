//! What a link that breaks costs beyond itself, against plain PUTs over the same link.

use std::time::{Duration, Instant};

use axum::{Router, body::Bytes, http::StatusCode, routing::put};
use kontums_tests::{
    batch::photo,
    http,
    link::{Conditions, Link},
    linked::Linked,
};
use pakn_core::remote::http::Patience;

use crate::{PHOTO_BYTES, PHOTOS_PER_REPORT};

const REPORTS: usize = 8;

/// Bare PUTs, one after the other on one connection, each sent again from its first byte until it is answered.
async fn plain_puts(conditions: Conditions) -> anyhow::Result<(Duration, u64)> {
    let router = Router::new().route("/", put(|body: Bytes| async move { drop(body) }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let link = Link::open(listener.local_addr()?, conditions).await?;
    let server = tokio::spawn(axum::serve(listener, router).into_future());
    let client = http::client()?;
    let photos = (0..REPORTS * PHOTOS_PER_REPORT).map(|_| Bytes::from(photo(PHOTO_BYTES)));
    let start = Instant::now();
    for photo in photos {
        while client.put(link.url()).body(photo.clone()).send().await.map(|answer| answer.status()).ok() != Some(StatusCode::OK) {
        }
    }
    let took = start.elapsed();
    server.abort();
    Ok((took, link.counts().up.sent))
}

async fn over(what: &str, conditions: Conditions) -> anyhow::Result<()> {
    let (baseline, baseline_sent) = plain_puts(conditions).await?;
    let mut linked = Linked::new(conditions, Patience::default()).await?;
    linked.write_offline(REPORTS, PHOTOS_PER_REPORT, PHOTO_BYTES).await?;
    let ours = linked.cross().await?;
    let (took, needed) = (ours.took.as_secs_f64(), ours.needed.as_secs_f64());
    println!("{REPORTS} such reports over {what}:");
    let ratio = took / baseline.as_secs_f64();
    println!("  {took:.1} s against {:.1} s of plain PUTs, each sent again when it breaks = {ratio:.2}", baseline.as_secs_f64());
    println!("  {took:.1} s against {needed:.1} s that the link needs = {:.2}", ours.time_ratio());
    println!("  {} bytes against {} of use = {:.3}; plain PUTs {}", ours.sent, ours.useful, ours.bytes_ratio(), baseline_sent);
    Ok(())
}

pub(crate) async fn measure() -> anyhow::Result<()> {
    let link = Conditions::on_the_move();
    over("4 Mbit/s, 200 ms, down for one second of six", link).await?;
    let cut = Conditions { cut_after: Some(Duration::from_secs(5)), replies_dropped: 0.1, ..link };
    over("the same, every connection cut after five seconds, one answer of ten lost", cut).await
}

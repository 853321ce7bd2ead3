//! Whatever the link does, a report and each of its files reach the server once.

use std::{sync::Arc, time::Duration};

use kontums_tests::{citizen::Citizen, flaky::Flaky, local_server::LocalServer, pictures::small_photo};
use pakn_api::ipc::{SyncNow, Whereabouts};
use pakn_core::{media::prepare, remote::HttpRemote};

const LIMIT: Duration = Duration::from_secs(60);

/// Reports over a link where six of ten requests come to grief, the app dying again and again.
#[tokio::test(flavor = "multi_thread")]
async fn over_a_link_that_loses_and_doubles_and_an_app_that_dies() -> anyhow::Result<()> {
    for seed in 0..8 {
        let folder = tempfile::tempdir()?;
        let server = LocalServer::start(&folder.path().join("server")).await?;
        let open = async |failing| {
            let remote = Arc::new(Flaky::new(HttpRemote::new(&server.url())?, seed, failing));
            let citizen = Citizen::open_through(&folder.path().join("device"), remote.clone()).await?;
            anyhow::Ok((citizen, remote))
        };
        let (mut citizen, _) = open(60).await?;
        citizen.sign_in().await?;
        let mut reports = Vec::new();
        let mut hashes = Vec::new();
        for n in 0..4 {
            let photos = [small_photo(100 + 2 * n)?, small_photo(101 + 2 * n)?];
            reports.push(citizen.report(&format!("Phản ánh {n}"), &photos).await?);
            let prepared: Result<Vec<_>, _> = photos.iter().map(|p| prepare(p, "").map(|p| p.sha256)).collect();
            hashes.push(prepared?);
        }
        // Each life of the app ends after another number of changes; each tap makes it try at once.
        for life in 0..6 {
            let mut changes = citizen.client.changes();
            citizen.client.sync_now(SyncNow {}).await?;
            let some_changes = async {
                for _ in 0..=(seed + 3 * life) % 8 {
                    drop(changes.recv().await);
                }
            };
            // While it waits for its next try nothing changes.
            drop(tokio::time::timeout(Duration::from_millis(500), some_changes).await);
            drop(citizen);
            citizen = open(60).await?.0;
        }
        drop(citizen);
        let (citizen, _) = open(0).await?;
        citizen.until_all_sent(LIMIT).await?;

        let held = server.desk().await?.list_reports().await?;
        assert_eq!(held.len(), reports.len(), "seed {seed}: each report once");
        for (report, hashes) in reports.iter().zip(&hashes) {
            let found = held.iter().find(|h| h.report_id == *report);
            let media: Vec<_> = found.map(|h| h.media.iter().map(|m| m.sha256).collect()).unwrap_or_default();
            assert_eq!(&media, hashes, "seed {seed}: its files, each once and in order");
            assert!(matches!(citizen.whereabouts(*report).await?, Whereabouts::Sent { .. }));
        }
    }
    Ok(())
}

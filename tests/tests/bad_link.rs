//! What bad networks do to the real app and the real server, byte by byte: everything arrives, once, by itself,
//! for little more than its own bytes and its own time.

use std::time::Duration;

use kontums_tests::{
    link::{Access, Conditions, Page},
    linked::Linked,
    wait::until,
};
use pakn_api::ipc::{Connection, GetSync, ListReports, SyncNow, Whereabouts};
use pakn_core::remote::http::Patience;

const LIMIT: Duration = Duration::from_secs(120);

/// Nothing is parked, and nothing passes for sent.
async fn all_wait(linked: &Linked) -> anyhow::Result<()> {
    for report in linked.citizen.client.list_reports(ListReports {}).await? {
        let waits = matches!(report.whereabouts, Whereabouts::Waiting { .. } | Whereabouts::Sending { .. });
        anyhow::ensure!(waits, "{:?}", report.whereabouts);
    }
    Ok(())
}

async fn until_sent(linked: &Linked, bytes: u64) -> anyhow::Result<()> {
    let sent = async || Ok((linked.link.counts().up.sent >= bytes).then_some(()));
    until("some of it has crossed", LIMIT, sent).await?;
    Ok(())
}

async fn until_pages(linked: &Linked, pages: u64) -> anyhow::Result<()> {
    let answered = async || {
        linked.citizen.client.sync_now(SyncNow {}).await?;
        Ok((linked.link.counts().pages >= pages).then_some(()))
    };
    until("a portal has answered", LIMIT, answered).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_on_the_move_costs_no_more_than_its_bytes() -> anyhow::Result<()> {
    let mut linked = Linked::new(Conditions::on_the_move(), Patience::default()).await?;
    linked.write_offline(20, 3, 300 * 1024).await?;
    let crossing = linked.cross().await?;
    eprintln!("bytes {:.3}, time {:.3}: {crossing:?}", crossing.bytes_ratio(), crossing.time_ratio());
    assert!(crossing.bytes_ratio() <= 1.05, "{crossing:?}");
    assert!(crossing.time_ratio() <= 1.2, "{crossing:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_of_connections_cut_and_answers_lost_doubles_nothing() -> anyhow::Result<()> {
    let conditions =
        Conditions { cut_after: Some(Duration::from_secs(5)), replies_dropped: 0.1, seed: 5, ..Conditions::on_the_move() };
    let mut linked = Linked::new(conditions, Patience::default()).await?;
    linked.write_offline(20, 3, 300 * 1024).await?;
    let crossing = linked.cross().await?;
    eprintln!("bytes {:.3}, time {:.3}: {crossing:?}", crossing.bytes_ratio(), crossing.time_ratio());
    assert!(crossing.counts.cuts >= 5 && crossing.counts.replies_dropped >= 3, "{crossing:?}");
    assert!(crossing.bytes_ratio() <= 1.05, "{crossing:?}");
    assert!(crossing.time_ratio() <= 1.3, "{crossing:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_fall_silent_are_given_up_and_what_they_brought_is_not_sent_again() -> anyhow::Result<()> {
    let second = Duration::from_secs(1);
    let patience = Patience { connect: second, small: 2 * second, stall: second, bytes_per_second: 200_000 };
    let link = Conditions::new(2_000_000, 8_000_000, Duration::from_millis(50));
    let mut linked = Linked::new(link, patience).await?;
    linked.write_offline(2, 3, 300 * 1024).await?;
    linked.link.let_in(Access::Open);
    let before = linked.link.counts().up.sent;
    for third in [1, 2] {
        until_sent(&linked, before + linked.batch.file_bytes() * third / 3).await?;
        linked.link.go_half_open();
    }
    linked.citizen.until_all_sent(LIMIT).await?;
    let useful = linked.batch.held_once_by(&linked.server).await?;
    let sent = linked.link.counts().up.sent - before;
    assert!(sent <= useful + useful / 10, "{sent} bytes for {useful}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portals_page_is_never_a_receipt() -> anyhow::Result<()> {
    let link = Conditions { replies_replaced: 0.2, ..Conditions::new(2_000_000, 8_000_000, Duration::from_millis(50)) };
    let mut linked = Linked::new(link, Patience::default()).await?;
    linked.write_offline(4, 2, 100 * 1024).await?;
    for page in [Page::SignIn, Page::Redirect] {
        let so_far = linked.link.counts().pages;
        linked.link.let_in(Access::Portal(page));
        until_pages(&linked, so_far + 3).await?;
        all_wait(&linked).await?;
        assert_eq!(linked.citizen.client.get_sync(GetSync {}).await?.connection, Connection::Offline);
    }
    let before = linked.link.counts();
    linked.link.let_in(Access::Open);
    linked.citizen.client.sync_now(SyncNow {}).await?;
    until_sent(&linked, before.up.sent + linked.batch.file_bytes() / 3).await?;
    linked.link.let_in(Access::Portal(Page::SignIn));
    until_pages(&linked, linked.link.counts().pages + 2).await?;
    linked.link.let_in(Access::Open);
    linked.citizen.until_all_sent(LIMIT).await?;
    linked.batch.held_once_by(&linked.server).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trickle_is_enough() -> anyhow::Result<()> {
    let mut linked = Linked::new(Conditions::new(40_000, 100_000, Duration::from_millis(600)), Patience::default()).await?;
    linked.write_offline(1, 3, 30 * 1024).await?;
    let crossing = linked.cross().await?;
    eprintln!("bytes {:.3}, time {:.3}: {crossing:?}", crossing.bytes_ratio(), crossing.time_ratio());
    assert!(crossing.bytes_ratio() <= 1.05, "{crossing:?}");
    // The news may be asked for first: some round trips, which count where there is so little to send.
    assert!(crossing.time_ratio() <= 1.5, "{crossing:?}");
    Ok(())
}

//! The change feed and what staff does to a report.

use pakn_api::{
    id::ReportId,
    model::{
        status::{RefusalReason, ReportStatus},
        words::AgencyName,
    },
    wire::{Actor, ChangePage, ReportView, path},
};
use pakn_server::{DeskError, StatusChange};

use crate::common::{ALICE, BOB, Server, jpeg, report};

fn to(status: ReportStatus) -> StatusChange {
    StatusChange { status, refusal: None, agency: None, note: None }
}

async fn page(server: &Server, token: &str, after: u64, limit: u32) -> ChangePage {
    server.get(token, &format!("{}?after={after}&limit={limit}", path::CHANGES)).await.must_be_ok().json()
}

fn ids(page: &ChangePage) -> Vec<ReportId> {
    page.reports.iter().map(|r| r.report_id).collect()
}

#[tokio::test]
async fn each_report_once_at_its_latest_change() {
    let server = Server::start().await;
    let (alice, bob) = (server.sign_in(ALICE).await, server.sign_in(BOB).await);
    let mut sent = Vec::new();
    for _ in 0..5 {
        let body = report(&[]);
        server.post(&alice, &body).await.must_be_ok();
        sent.push(body.report_id);
    }
    server.post(&bob, &report(&[])).await.must_be_ok();
    // Waits for a file: not in the feed.
    server.post(&alice, &report(&[&jpeg(1, 10)])).await.must_be_ok();

    let mut walked = Vec::new();
    let mut cursor = 0;
    loop {
        let page = page(&server, &alice, cursor, 2).await;
        assert_eq!(page.reports.len(), if page.more { 2 } else { 1 });
        walked.extend(ids(&page));
        cursor = page.cursor;
        if !page.more {
            break;
        }
    }
    assert_eq!(walked, sent);
    let end = page(&server, &alice, cursor, 2).await;
    assert_eq!((end.reports.len(), end.cursor, end.more), (0, cursor, false));

    server.app.desk().set_status(sent[1], to(ReportStatus::Accepted)).await.unwrap();
    server.app.desk().set_status(sent[0], to(ReportStatus::Accepted)).await.unwrap();
    server.app.desk().set_status(sent[1], to(ReportStatus::InProgress)).await.unwrap();
    let changed = page(&server, &alice, cursor, 50).await;
    assert_eq!(ids(&changed), [sent[0], sent[1]], "in the order of their last change");
    assert_eq!(changed.reports.iter().map(|r| r.timeline.len()).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(ids(&page(&server, &alice, 0, 50).await), [sent[2], sent[3], sent[4], sent[0], sent[1]]);
    for view in changed.reports {
        let alone: ReportView = server.get(&alice, &path::report(view.report_id)).await.json();
        assert_eq!(alone, view);
    }
}

#[tokio::test]
async fn exactly_full_pages_say_that_there_is_no_more() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    for _ in 0..2 {
        server.post(&token, &report(&[])).await.must_be_ok();
    }
    assert!(!page(&server, &token, 0, 2).await.more);
    assert!(page(&server, &token, 0, 1).await.more);
}

#[tokio::test]
async fn a_cursor_from_before_a_restored_backup_begins_anew() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    assert_eq!(page(&server, &token, 1, 2).await.cursor, 0);
    for _ in 0..3 {
        server.post(&token, &report(&[])).await.must_be_ok();
    }
    let all = page(&server, &token, 0, 2).await;
    assert!(all.more);
    for beyond in [4, u64::MAX] {
        assert_eq!(page(&server, &token, beyond, 2).await, all, "{beyond}");
    }
    assert_eq!(page(&server, &token, 3, 2).await, ChangePage { reports: Vec::new(), cursor: 3, more: false });
}

#[tokio::test]
async fn staff_moves_a_report_only_along_the_machine() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let body = report(&[]);
    server.post(&token, &body).await.must_be_ok();
    let id = body.report_id;
    let set = |change| server.app.desk().set_status(id, change);
    let refusal = Some(RefusalReason::Duplicate);
    let refused = to(ReportStatus::Refused);

    assert!(matches!(
        set(to(ReportStatus::Closed)).await,
        Err(DeskError::NotAllowed { from: ReportStatus::Received, to: ReportStatus::Closed })
    ));
    assert!(matches!(set(refused.clone()).await, Err(DeskError::ReasonMissing)));
    assert!(matches!(set(StatusChange { refusal, ..to(ReportStatus::Accepted) }).await, Err(DeskError::ReasonUnexpected)));
    let nowhere = report(&[]).report_id;
    assert!(matches!(server.app.desk().set_status(nowhere, to(ReportStatus::Accepted)).await, Err(DeskError::NoSuchReport)));
    let waiting = report(&[&jpeg(1, 10)]);
    server.post(&token, &waiting).await.must_be_ok();
    assert!(matches!(
        server.app.desk().set_status(waiting.report_id, to(ReportStatus::Accepted)).await,
        Err(DeskError::NotReceived)
    ));

    let assigned = StatusChange {
        agency: Some(AgencyName::parse(" UBND phường Kon Tum ").unwrap()),
        note: Some("Đã chuyển đơn vị xử lý.".to_owned().try_into().unwrap()),
        ..to(ReportStatus::Assigned)
    };
    set(assigned.clone()).await.unwrap();
    set(StatusChange { refusal, ..refused }).await.unwrap();
    assert!(matches!(set(to(ReportStatus::Accepted)).await, Err(DeskError::NotAllowed { .. })), "a refused report stays so");

    let view: ReportView = server.get(&token, &path::report(id)).await.must_be_ok().json();
    assert_eq!((view.status, view.revision), (ReportStatus::Refused, 3));
    let steps: Vec<_> = view.timeline.iter().map(|e| (e.status, e.refusal, e.by.clone(), e.note.clone())).collect();
    let agency = Actor::Agency { name: "UBND phường Kon Tum".into() };
    assert_eq!(
        steps,
        [
            (ReportStatus::Received, None, Actor::System, None),
            (ReportStatus::Assigned, None, agency, assigned.note),
            (ReportStatus::Refused, refusal, Actor::System, None),
        ]
    );
}

#[tokio::test]
async fn a_second_process_may_write_at_the_same_time() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let body = report(&[]);
    server.post(&token, &body).await.must_be_ok();
    // Another pool on the same file is to SQLite what another process is.
    let desk = pakn_server::Desk::open(&server.data()).await.unwrap();
    let notes = futures::future::join_all((0..20).map(|_| desk.set_status(body.report_id, to(ReportStatus::Received))));
    let posts = futures::future::join_all((0..20).map(|_| async { server.post(&token, &report(&[])).await.must_be_ok() }));
    let (notes, posts) = futures::join!(notes, posts);
    assert!(notes.iter().all(Result::is_ok), "{notes:?}");
    assert_eq!(posts.len(), 20);
    let view: ReportView = server.get(&token, &path::report(body.report_id)).await.json();
    assert_eq!(view.revision, 21);
    assert_eq!(ids(&page(&server, &token, 0, 200).await).len(), 21);
}

#[tokio::test]
async fn opening_the_folder_again_finds_everything() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let file = jpeg(1, 3_000);
    let (whole, waiting) = (report(&[&file]), report(&[&file, &jpeg(2, 10)]));
    server.put(&token, &file).await.must_be_ok();
    let first = server.post(&token, &whole).await.must_be_ok();
    server.post(&token, &waiting).await.must_be_ok();
    let before = page(&server, &token, 0, 50).await;

    let server = server.restart().await;
    assert_eq!(page(&server, &token, 0, 50).await, before);
    assert_eq!(server.post(&token, &whole).await.body, first.body);
    assert_eq!(server.get(&token, &path::medium(crate::common::hash(&file))).await.must_be_ok().body, file);
    server.put(&token, &jpeg(2, 10)).await.must_be_ok();
    assert_eq!(page(&server, &token, before.cursor, 50).await.reports[0].report_id, waiting.report_id);
}

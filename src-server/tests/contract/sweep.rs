//! What outlives its time goes, and nothing that a report needs; the clock is in the test's hand.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::http::StatusCode;
use pakn_api::{
    ErrorCode, Timestamp,
    id::{OpId, ReportId},
    wire::{CreateReport, Receipt, path},
};
use pakn_server::Swept;

use crate::common::{ALICE, BOB, Server, announce, hash, jpeg, report};

const DAY_MS: i64 = 86_400_000;

fn in_days(days: i64) -> Timestamp {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp(i64::try_from(now.as_millis()).unwrap() + days * DAY_MS)
}

fn place(server: &Server, file: &[u8]) -> std::path::PathBuf {
    let name = hash(file).to_string();
    server.data().join("media").join(&name[..2]).join(name)
}

#[tokio::test]
async fn a_repetition_after_its_answer_is_forgotten_makes_no_second_report() {
    let server = Server::start().await;
    let (alice, bob) = (server.sign_in(ALICE).await, server.sign_in(BOB).await);
    let file = jpeg(1, 1_000);
    let body = report(&[&file]);
    let first = server.post(&alice, &body).await.must_be_ok();
    server.put(&alice, &file).await.must_be_ok();
    let swept = server.app.sweep(in_days(89)).await.unwrap();
    assert_eq!(swept.operations, 0);
    assert_eq!(server.post(&alice, &body).await.body, first.body);

    assert_eq!(server.app.sweep(in_days(91)).await.unwrap(), Swept { operations: 1, ..Swept::default() });
    let now = server.get(&alice, &path::receipt(body.report_id)).await.must_be_ok();
    for _ in 0..2 {
        let again = server.post(&alice, &body).await;
        assert_eq!((again.status, &again.body), (StatusCode::CREATED, &now.body));
    }
    assert!(now.json::<Receipt>().signed.is_some());
    let mut changed = body.clone();
    changed.submission.anonymous = !changed.submission.anonymous;
    server.post(&alice, &changed).await.must_be(ErrorCode::OpIdReused);
    server.post(&bob, &body).await.must_be(ErrorCode::OpIdReused);
    let elsewhere = CreateReport { report_id: ReportId::new(9, [9; 10]), ..body.clone() };
    server.post(&alice, &elsewhere).await.must_be(ErrorCode::OpIdReused);
    let another = CreateReport { op_id: OpId::new(9, [9; 10]), ..body.clone() };
    server.post(&alice, &another).await.must_be(ErrorCode::ReportExists);
    assert_eq!(server.app.desk().list_reports().await.unwrap().len(), 1);
}

#[tokio::test]
async fn more_answers_than_one_job_forgets() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let bodies: Vec<_> = (0..405).map(|_| report(&[])).collect();
    futures::future::join_all(bodies.iter().map(|body| server.post(&token, body))).await;
    assert_eq!(server.app.sweep(in_days(91)).await.unwrap().operations, 405);
}

#[tokio::test]
async fn files_that_no_report_names_go_and_all_others_stay() {
    let server = Server::start().await;
    let (alice, bob) = (server.sign_in(ALICE).await, server.sign_in(BOB).await);
    let [shared, received, waiting, missing, orphan] = [1, 2, 3, 4, 5].map(|seed| jpeg(seed, 2_000));
    for file in [&shared, &received, &waiting, &orphan] {
        server.put(&alice, file).await.must_be_ok();
    }
    server.put(&bob, &shared).await.must_be_ok();
    server.put(&bob, &orphan).await.must_be_ok();
    server.post(&alice, &report(&[&received])).await.must_be_ok();
    server.post(&bob, &report(&[&shared])).await.must_be_ok();
    let waits = report(&[&waiting, &missing]);
    server.post(&alice, &waits).await.must_be_ok();
    // Announced with another length than it has: no report will ever count by it, and yet one names it.
    let mut wrong = report(&[]);
    let odd = jpeg(6, 2_000);
    wrong.submission.media = vec![pakn_api::model::report::MediaRef { bytes: 1_999, ..announce(&odd) }];
    server.post(&alice, &wrong).await.must_be_ok();
    server.put(&alice, &odd).await.must_be_ok();

    assert_eq!(server.app.sweep(in_days(29)).await.unwrap(), Swept::default());
    // Alice's row of the shared file, both rows of the orphan; its file, once.
    assert_eq!(server.app.sweep(in_days(31)).await.unwrap(), Swept { media: 3, files: 1, ..Swept::default() });
    assert_eq!(server.app.sweep(in_days(31)).await.unwrap(), Swept::default());
    for (token, file) in [(&bob, &shared), (&alice, &received), (&alice, &waiting), (&alice, &odd)] {
        assert_eq!(&server.get(token, &path::medium(hash(file))).await.must_be_ok().body, file);
    }
    for (token, file) in [(&alice, &shared), (&alice, &orphan), (&bob, &orphan)] {
        server.get(token, &path::medium(hash(file))).await.must_be(ErrorCode::NotFound);
    }
    assert!(!place(&server, &orphan).exists());
    server.put(&alice, &missing).await.must_be_ok();
    server.get(&alice, &path::report(waits.report_id)).await.must_be_ok();
    server.put(&alice, &orphan).await.must_be_ok();
    server.get(&alice, &path::medium(hash(&orphan))).await.must_be_ok();
}

#[tokio::test]
async fn files_without_a_row_go_after_a_day_and_strangers_never() {
    let server = Server::start().await;
    let stray = jpeg(1, 500);
    let others =
        [server.data().join("media/00/notes.txt"), server.data().join("media").join("ff").join(hash(&stray).to_string())];
    assert_ne!(others[1], place(&server, &stray));
    for file in others.iter().chain([&place(&server, &stray)]) {
        std::fs::write(file, &stray).unwrap();
    }
    assert_eq!(server.app.sweep(in_days(0)).await.unwrap(), Swept::default());
    assert_eq!(server.app.sweep(in_days(2)).await.unwrap(), Swept { files: 1, ..Swept::default() });
    assert!(!place(&server, &stray).exists() && others.iter().all(|file| file.exists()));
}

/// The two are moved about each other until each has come first often enough. Whatever comes between, a receipt that says a file is stored is true, and one that says it isn't can be mended.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_sweep_and_a_report_at_once_lose_no_file() {
    let server = Server::start().await;
    let (alice, bob) = (server.sign_in(ALICE).await, server.sign_in(BOB).await);
    let (mut kept, mut collected, mut turns) = (0_u32, 0_u32, 0_u32);
    for round in 0..1_000 {
        if kept.min(collected) >= 20 {
            return;
        }
        let file = jpeg(round, 1_000);
        server.put(&alice, &file).await.must_be_ok();
        let body = report(&[&file]);
        let created = async {
            for _ in 0..turns {
                tokio::task::yield_now().await;
            }
            server.post(&alice, &body).await.must_be_ok().json::<Receipt>()
        };
        // Another's upload of the same bytes goes on meanwhile: its file must not go between its place and its row.
        let (created, swept, sent) =
            futures::join!(created, server.app.sweep(in_days(31)), async { server.put(&bob, &file).await });
        swept.unwrap();
        sent.must_be_ok();
        if created.media[0].stored {
            kept += 1;
            turns += turns / 8 + 1;
        } else {
            collected += 1;
            turns -= turns / 4;
            server.put(&alice, &file).await.must_be_ok();
        }
        server.get(&alice, &path::report(body.report_id)).await.must_be_ok();
        assert_eq!(server.get(&alice, &path::medium(hash(&file))).await.must_be_ok().body, file, "{round}");
        let theirs = server.get(&bob, &path::medium(hash(&file))).await;
        assert!(theirs.status == StatusCode::NOT_FOUND || theirs.body == file, "{round}: {}", theirs.text());
    }
    panic!("{kept} kept, {collected} collected: the race was hardly run both ways");
}

#[tokio::test]
async fn a_server_sweeps_by_itself_and_stops_doing_so_when_it_is_told_to() {
    let server = Server::start_with(|config| config.limits.operation_days = 0).await;
    let token = server.sign_in(ALICE).await;
    let file = jpeg(1, 1_000);
    let body = report(&[&file]);
    let first = server.post(&token, &body).await.must_be_ok();
    server.put(&token, &file).await.must_be_ok();
    assert_eq!(server.post(&token, &body).await.body, first.body);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let serving = tokio::spawn(pakn_server::serve(server.app.clone(), listener, async {
        let _ = stopped.await;
    }));
    while server.post(&token, &body).await.body == first.body {
        tokio::task::yield_now().await;
    }
    stop.send(()).unwrap();
    let ending = tokio::time::timeout(std::time::Duration::from_secs(30), serving);
    ending.await.unwrap().unwrap().unwrap();
    let Server { app, router, folder } = server;
    drop((app, router));
    let mut config = pakn_server::Config::new(folder.path().join("dữ liệu & %20"));
    config.limits.start_seconds = 5;
    pakn_server::App::open(config).await.unwrap();
}

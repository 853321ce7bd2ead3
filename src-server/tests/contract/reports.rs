//! A report reaches the server once, whatever is repeated and in whatever order things come.

use crate::common::{ALICE, BOB, Server, bare, jpeg, json, report};
use axum::http::{Method, StatusCode};
use pakn_api::{
    ErrorCode,
    id::{OpId, ReportId},
    model::{
        catalogue::{Catalogue, FieldCode},
        photo::MAX_UPLOAD_BYTES,
        report::FormProblem,
        status::ReportStatus,
    },
    wire::{Actor, CreateReport, Receipt, ReportView, path},
};

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_at_once_make_one_report_and_get_one_answer() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let body = report(&[&jpeg(1, 100)]);
    let answers = futures::future::join_all((0..16).map(|_| server.post(&token, &body))).await;
    for answer in &answers {
        assert_eq!((answer.status, &answer.body), (StatusCode::CREATED, &answers[0].body));
    }
    assert_eq!(server.app.desk().list_reports().await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_first_answer_stays_though_the_receipt_moves_on() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let file = jpeg(1, 5_000);
    let body = report(&[&file]);
    let first = server.post(&token, &body).await.must_be_ok();
    assert_eq!(first.json::<Receipt>().received_at, None);
    server.put(&token, &file).await.must_be_ok();
    let again = server.post(&token, &body).await;
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    let receipt: Receipt = server.get(&token, &path::receipt(body.report_id)).await.must_be_ok().json();
    assert!(receipt.received_at.is_some() && receipt.media.iter().all(|m| m.stored), "{receipt:?}");
    assert_eq!(receipt.op_id, body.op_id);
}

#[tokio::test]
async fn an_op_id_belongs_to_one_body_and_one_user() {
    let server = Server::start().await;
    let (alice, bob) = (server.sign_in(ALICE).await, server.sign_in(BOB).await);
    let body = report(&[]);
    server.post(&alice, &body).await.must_be_ok();
    let mut other = body.clone();
    other.submission.anonymous = !other.submission.anonymous;
    server.post(&alice, &other).await.must_be(ErrorCode::OpIdReused);
    server.post(&bob, &body).await.must_be(ErrorCode::OpIdReused);
    let new_op = CreateReport { op_id: OpId::new(2, [7; 10]), ..body.clone() };
    server.post(&alice, &new_op).await.must_be(ErrorCode::ReportExists);
    server.post(&bob, &new_op).await.must_be(ErrorCode::ReportExists);
    // Spelt otherwise, it is the same body.
    let mut value = serde_json::to_value(&body).unwrap();
    value["a_member_of_the_future"] = 1.into();
    server.send(json(Method::POST, path::REPORTS, Some(&alice), &value)).await.must_be_ok();
    assert_eq!(server.app.desk().list_reports().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_report_counts_when_the_last_file_is_there_whatever_came_first() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let (one, two) = (jpeg(1, 70_000), jpeg(2, 50_000));
    for files_before in 0..=2 {
        let (one, two) = ([&one[..], &[files_before]].concat(), [&two[..], &[files_before]].concat());
        let body = report(&[&one, &two]);
        let files = [&one, &two];
        for file in &files[..files_before.into()] {
            server.put(&token, file).await.must_be_ok();
        }
        let mut receipt: Receipt = server.post(&token, &body).await.must_be_ok().json();
        for file in &files[files_before.into()..] {
            assert_eq!(receipt.received_at, None, "{files_before}");
            server.get(&token, &path::report(body.report_id)).await.must_be(ErrorCode::NotFound);
            server.put(&token, file).await.must_be_ok();
            receipt = server.get(&token, &path::receipt(body.report_id)).await.json();
        }
        let view: ReportView = server.get(&token, &path::report(body.report_id)).await.must_be_ok().json();
        assert_eq!(Some(view.received_at), receipt.received_at);
        assert_eq!((view.revision, view.status, &view.submission), (1, ReportStatus::Received, &body.submission));
        assert_eq!(
            view.timeline.iter().map(|e| (&e.by, e.status)).collect::<Vec<_>>(),
            [(&Actor::System, ReportStatus::Received)]
        );
    }
}

#[tokio::test]
async fn somebody_elses_file_does_not_complete_my_report() {
    let server = Server::start().await;
    let (alice, bob) = (server.sign_in(ALICE).await, server.sign_in(BOB).await);
    let file = jpeg(1, 1_000);
    server.put(&bob, &file).await.must_be_ok();
    let body = report(&[&file]);
    let receipt: Receipt = server.post(&alice, &body).await.must_be_ok().json();
    assert_eq!((receipt.received_at, receipt.media[0].stored), (None, false));
    server.put(&alice, &file).await.must_be_ok();
    server.get(&alice, &path::report(body.report_id)).await.must_be_ok();
}

#[tokio::test]
async fn a_wrong_length_keeps_its_own_report_back_and_no_other() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let file = jpeg(1, 1_000);
    let [mut early, mut late, right] = [(); 3].map(|()| report(&[&file]));
    for wrong in [&mut early, &mut late] {
        wrong.submission.media[0].bytes += 1;
    }
    server.post(&token, &early).await.must_be_ok();
    server.put(&token, &file).await.must_be_ok();
    server.post(&token, &late).await.must_be(ErrorCode::HashMismatch);
    server.post(&token, &right).await.must_be_ok();
    server.get(&token, &path::report(right.report_id)).await.must_be_ok();
    let receipt: Receipt = server.get(&token, &path::receipt(early.report_id)).await.must_be_ok().json();
    assert_eq!((receipt.received_at, receipt.media[0].stored), (None, false));
}

#[tokio::test]
async fn a_length_that_no_file_has_is_refused() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    for bytes in [0, MAX_UPLOAD_BYTES + 1, u64::MAX] {
        let mut body = report(&[&jpeg(1, 10)]);
        body.submission.media[0].bytes = bytes;
        let problem = server.post(&token, &body).await.must_be(ErrorCode::InvalidReport).problem();
        assert_eq!(problem.problems, [FormProblem::MediaNotReady], "{bytes}");
    }
    assert!(server.app.desk().list_reports().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_report_that_breaks_a_rule_is_refused_and_can_be_mended() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let mut body = report(&[]);
    let right = body.submission.field.clone();
    body.submission.field = FieldCode::parse("khong-co").unwrap();
    body.submission.happened_at = body.submission.submitted_at.plus_ms(1);
    let problem = server.post(&token, &body).await.must_be(ErrorCode::InvalidReport).problem();
    assert_eq!(problem.problems, [FormProblem::FieldUnknown, FormProblem::TimeInFuture]);
    assert!(server.app.desk().list_reports().await.unwrap().is_empty());
    // Nothing was kept under the operation: mended, it may even come again under the same id.
    body.submission.field = right;
    body.submission.happened_at = body.submission.submitted_at;
    server.post(&token, &body).await.must_be_ok();
}

#[tokio::test]
async fn rules_follow_the_published_catalogue() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let mut catalogue = Catalogue { version: 2, ..Catalogue::builtin() };
    catalogue.fields.retain(|field| field.code.as_str() == "moi-truong");
    server.app.desk().publish(catalogue).await.unwrap();
    let mut body = report(&[]);
    body.submission.catalogue_version = 2;
    let problem = server.post(&token, &body).await.must_be(ErrorCode::InvalidReport).problem();
    assert_eq!(problem.problems, [FormProblem::FieldUnknown]);
    assert!(server.app.desk().publish(Catalogue::builtin()).await.is_err(), "an older version");
}

#[tokio::test]
async fn bodies_that_cannot_be_a_report() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let good = serde_json::to_value(report(&[])).unwrap();
    let spoil = |pointer: &str, value: serde_json::Value| {
        let mut body = good.clone();
        *body.pointer_mut(pointer).unwrap() = value;
        body.to_string()
    };
    let table = [
        (String::new(), ErrorCode::BadRequest),
        ("{".to_owned(), ErrorCode::BadRequest),
        ("[]".to_owned(), ErrorCode::BadRequest),
        (spoil("/op_id", "no".into()), ErrorCode::BadRequest),
        (spoil("/submission/title", " ".into()), ErrorCode::BadRequest),
        (spoil("/submission/title", "ư".repeat(201).into()), ErrorCode::BadRequest),
        (spoil("/submission/place/position/lat", 91.into()), ErrorCode::BadRequest),
        (spoil("/submission/content", "x".repeat(66_000).into()), ErrorCode::TooLarge),
    ];
    for (body, code) in table {
        let mut request = json(Method::POST, path::REPORTS, Some(&token), &());
        let shown: String = body.chars().take(60).collect();
        *request.body_mut() = body.into();
        assert_eq!(server.send(request).await.problem().code, code, "{shown}");
    }
    let mut plain = json(Method::POST, path::REPORTS, Some(&token), &good);
    plain.headers_mut().remove("content-type");
    server.send(plain).await.must_be(ErrorCode::BadRequest);
    let ok: ReportId = serde_json::from_value(good["report_id"].clone()).unwrap();
    server.send(json(Method::POST, path::REPORTS, Some(&token), &good)).await.must_be_ok();
    server.send(bare(Method::GET, &path::report(ok), Some(&token))).await.must_be_ok();
}

#[tokio::test]
async fn who_sends_too_many_at_once_sends_the_rest_later() {
    let server = Server::start_with(|config| config.limits.report_burst = 2).await;
    server.app.clock().stop();
    let (alice, bob) = (server.sign_in(ALICE).await, server.sign_in(BOB).await);
    let [first, second, third] = [(); 3].map(|()| report(&[]));
    for body in [&first, &second] {
        server.post(&alice, body).await.must_be_ok();
    }
    let refused = server.post(&alice, &third).await.must_be(ErrorCode::RateLimited);
    assert_eq!(refused.headers[axum::http::header::RETRY_AFTER], "12");
    // What is there already is answered as ever, and others are not in it.
    server.post(&alice, &first).await.must_be_ok();
    server.post(&bob, &report(&[])).await.must_be_ok();
    server.app.clock().advance(std::time::Duration::from_secs(12));
    server.post(&alice, &third).await.must_be_ok();
    server.post(&alice, &report(&[])).await.must_be(ErrorCode::RateLimited);
}

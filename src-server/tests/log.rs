//! The log tells what happened and nothing about people.
//!
//! A test binary of its own: the log that is listened to is the whole process's.
#![expect(clippy::unwrap_used, reason = "fixed test data")]
#![expect(clippy::indexing_slicing, reason = "an index out of bounds is a failed test")]

#[expect(dead_code, reason = "only a part is needed here")]
#[path = "contract/common.rs"]
mod common;

use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use axum::http::Method;
use common::{ALICE, LAT, LON, PASSWORD, Server, TITLE, bare, hash, jpeg, json, put, report};
use pakn_api::{ErrorCode, model::status::ReportStatus, wire::path};

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_whole_flow_leaves_no_personal_data_in_the_log() {
    let captured = Captured::default();
    let writer = captured.clone();
    tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false).with_writer(move || writer.clone()).init();
    let (body, file) = (report(&[&jpeg(1, 3_000)]), jpeg(1, 3_000));
    let server = Server::start().await;
    server.try_sign_in(ALICE, "đoán sai").await.must_be(ErrorCode::BadCredentials);
    let token = server.sign_in(ALICE).await;
    server.post(&token, &body).await.must_be_ok();
    server.send(put(&token, hash(b"other"), file.clone())).await.must_be(ErrorCode::HashMismatch);
    server.put(&token, &file).await.must_be_ok();
    server.get(&token, &path::report(body.report_id)).await.must_be_ok();
    server.get(&token, &path::medium(hash(&file))).await.must_be_ok();
    let mut spoilt = serde_json::to_value(&body).unwrap();
    spoilt["submission"]["title"] = serde_json::json!({ "no": TITLE });
    server.send(json(Method::POST, path::REPORTS, Some(&token), &spoilt)).await.must_be(ErrorCode::BadRequest);
    server.get(&token, "/v1/nowhere?title=secret-query").await.must_be(ErrorCode::NotFound);
    let note = "Ghi chú riêng".to_owned().try_into().ok();
    let change = pakn_server::StatusChange { status: ReportStatus::Accepted, refusal: None, agency: None, note };
    server.app.desk().set_status(body.report_id, change).await.unwrap();
    server.get(&token, path::CHANGES).await.must_be_ok();
    server.send(bare(Method::DELETE, path::SESSION, Some(&token))).await.must_be_ok();

    let log = String::from_utf8(captured.0.lock().unwrap().clone()).unwrap();
    for expected in [path::REPORT, path::MEDIUM, path::UPLOADS, "status=201", "status=422", "method=POST", "id="] {
        assert!(log.contains(expected), "the log lacks {expected}:\n{log}");
    }
    let secrets = [
        ALICE.trim_start_matches('0').to_owned(),
        token.clone(),
        PASSWORD.to_owned(),
        "đoán sai".to_owned(),
        TITLE.to_owned(),
        "Đặng Trần Côn".to_owned(),
        "nguy hiểm".to_owned(),
        LAT.to_string(),
        LON.to_string(),
        body.report_id.to_string(),
        hash(&file).to_string(),
        "Nguyễn Thị An".to_owned(),
        "Ghi chú riêng".to_owned(),
        "secret-query".to_owned(),
    ];
    for secret in secrets {
        assert!(!log.contains(&secret), "the log tells {secret}:\n{log}");
    }
}

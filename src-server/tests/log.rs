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

use axum::http::{Method, Request};
use common::{ALICE, BOB, LAT, LON, PASSWORD, Server, TITLE, bare, consent, hash, jpeg, json, profile, put, put_profile, report};
use pakn_api::{
    ErrorCode,
    model::{code::OneTimeCode, consent::ConsentPurpose, person::Gender, status::ReportStatus, words::DeviceName},
    wire::{AccountExport, CreateAccount, SignedIn, path},
};

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

    let token_of_deleted = server.sign_in(ALICE).await;
    let token = &token_of_deleted;
    server.put_profile(token, &put_profile(1, profile())).await.must_be_ok();
    server.put_profile(token, &put_profile(1, profile())).await.must_be(ErrorCode::ProfileConflict);
    let mut spoilt = serde_json::to_value(put_profile(2, profile())).unwrap();
    spoilt["profile"]["identity"]["number"] = "06219000432".into();
    server.send(json(Method::PUT, path::PROFILE, Some(token), &spoilt)).await.must_be(ErrorCode::BadRequest);
    let mut unfit = profile();
    unfit.gender = Gender::Male;
    server.put_profile(token, &put_profile(2, unfit)).await.must_be(ErrorCode::InvalidProfile);
    server.consent(token, &consent(ConsentPurpose::Location, true)).await.must_be_ok();
    let export: AccountExport = server.get(token, path::EXPORT).await.must_be_ok().json();
    server.delete_account(token, "đoán bừa").await.must_be(ErrorCode::BadCredentials);
    server.delete_account(token, PASSWORD).await.must_be_ok();
    server.app.sweep(pakn_api::Timestamp(1)).await.unwrap();

    let (code_id, code) = server.code(ALICE).await;
    server.check_code(code_id, &OneTimeCode::of(code.as_str().parse::<u32>().unwrap() + 1)).await.must_be(ErrorCode::CodeWrong);
    server.check_code(code_id, &code).await.must_be_ok();
    let device = DeviceName::parse("Máy của An").ok();
    let consents = vec![consent(ConsentPurpose::Terms, true).consent];
    let creation = CreateAccount { code_id, code: code.clone(), password: PASSWORD.into(), consents, device };
    let created: SignedIn = server.send(json(Method::POST, path::ACCOUNTS, None, &creation)).await.must_be_ok().json();
    server.get(&created.token, path::SESSIONS).await.must_be_ok();

    // Bob has no app any more.
    let form = async |fields: &[(&str, &str)]| {
        let body = serde_urlencoded::to_string(fields).unwrap();
        let request = Request::builder().method(Method::POST).uri(path::DELETE_ACCOUNT);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        server.send(request.body(body.into()).unwrap()).await
    };
    let page = form(&[("phone", BOB)]).await.must_be_ok().text();
    let bobs_code_id = page.split("name=\"code_id\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let bobs_code = server.text(BOB, 0).await;
    form(&[("phone", BOB), ("code_id", bobs_code_id), ("code", "x-typed-x")]).await;
    form(&[("phone", BOB), ("code_id", bobs_code_id), ("code", bobs_code.as_str())]).await.must_be_ok();
    server.try_sign_in(BOB, PASSWORD).await.must_be(ErrorCode::BadCredentials);

    let log = String::from_utf8(captured.0.lock().unwrap().clone()).unwrap();
    for expected in [
        path::REPORT,
        path::MEDIUM,
        path::UPLOADS,
        path::PROFILE,
        path::DELETION,
        path::CODE,
        path::ACCOUNTS,
        path::DELETE_ACCOUNT,
        "an account was deleted",
        "status=201",
        "status=422",
        "method=POST",
        "id=",
    ] {
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
        token_of_deleted.clone(),
        created.token.clone(),
        created.session_id.to_string(),
        code_id.to_string(),
        BOB.trim_start_matches('0').to_owned(),
        bobs_code_id.to_owned(),
        "x-typed-x".to_owned(),
        "Máy của An".to_owned(),
        "đoán bừa".to_owned(),
        export.user_id.to_string(),
        "Y Blơ".to_owned(),
        "06219000432".to_owned(),
        "y.blo.thu".to_owned(),
        "Plei Thử".to_owned(),
        "1990-04-07".to_owned(),
        "QLHC".to_owned(),
    ];
    for secret in secrets {
        assert!(!log.contains(&secret), "the log tells {secret}:\n{log}");
    }
    // Six digits are also part of a time or an id: on their own they would be the code.
    let mut words = log.split(|c: char| !c.is_ascii_alphanumeric());
    let codes = [code.as_str(), bobs_code.as_str()];
    assert!(!words.any(|word| codes.contains(&word)), "the log tells a code:\n{log}");
}

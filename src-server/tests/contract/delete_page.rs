//! Deleting an account without the app: a page, a code, done; and nothing told to who has not the number.

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use pakn_api::{
    ErrorCode,
    model::{code::OneTimeCode, status::ReportStatus},
    wire::path,
};
use sha2::{Digest as _, Sha256};

use crate::common::{ALICE, Answer, BOB, PASSWORD, STAFF, Server, bare, report};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

async fn submit(server: &Server, fields: &[(&str, &str)]) -> Answer {
    submit_with(server, &[FORM], fields).await
}

async fn submit_with(server: &Server, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Answer {
    let body = serde_urlencoded::to_string(fields).unwrap();
    let mut request = Request::builder().method(Method::POST).uri(path::DELETE_ACCOUNT);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    server.send(request.body(Body::from(body)).unwrap()).await
}

/// What a hidden field of the page holds.
fn hidden(page: &Answer, name: &str) -> String {
    let text = page.text();
    let after = text.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_else(|| panic!("no {name}: {text}"));
    after.split('"').next().unwrap().to_owned()
}

/// Asks for a code with the form, as it comes by SMS.
async fn ask(server: &Server, phone: &str) -> (Answer, OneTimeCode) {
    let before = server.texts(phone).len();
    let page = submit(server, &[("phone", phone)]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    (page, server.text(phone, before).await)
}

async fn confirm(server: &Server, page: &Answer, code: &str) -> Answer {
    let (phone, code_id) = (hidden(page, "phone"), hidden(page, "code_id"));
    submit(server, &[("phone", &phone), ("code_id", &code_id), ("code", code)]).await
}

fn other_than(code: &OneTimeCode) -> &'static str {
    if code.as_str() == "000000" { "000001" } else { "000000" }
}

#[tokio::test]
async fn who_has_the_number_deletes_its_account() {
    let server = Server::start().await;
    let (alice, bob) = (server.sign_in(ALICE).await, server.sign_in(BOB).await);
    let (goes, stays) = (report(&[]), report(&[]));
    for body in [&goes, &stays] {
        server.post(&alice, body).await.must_be_ok();
    }
    server.set_status(stays.report_id, ReportStatus::Accepted).await;
    let (page, code) = ask(&server, "0912 345 678").await;
    assert!(page.text().contains("0912 345 678") && !page.text().contains(code.as_str()));
    server.get(&alice, path::SESSION).await.must_be_ok();
    let wrong = confirm(&server, &page, other_than(&code)).await;
    assert_eq!((wrong.status, wrong.text().contains("còn 4 lần")), (StatusCode::UNPROCESSABLE_ENTITY, true));
    let done = confirm(&server, &wrong, code.as_str()).await;
    assert_eq!((done.status, done.text().contains("Đã xóa tài khoản")), (StatusCode::OK, true), "{}", done.text());
    server.get(&alice, path::SESSION).await.must_be(ErrorCode::Unauthenticated);
    server.try_sign_in(ALICE, PASSWORD).await.must_be(ErrorCode::BadCredentials);
    let listed: Vec<_> = server.app.desk().list_reports().await.unwrap().into_iter().map(|one| one.report_id).collect();
    assert_eq!(listed, [stays.report_id]);
    server.get(&bob, path::SESSION).await.must_be_ok();
    // The code went with the account.
    assert_eq!(confirm(&server, &page, code.as_str()).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn the_page_tells_nobody_whether_a_number_has_an_account() {
    let server = Server::start().await;
    let (known, _) = ask(&server, ALICE).await;
    let (unknown, code) = ask(&server, "0966666666").await;
    let neutral = |page: &Answer, national: &str| {
        let (phone, code_id) = (hidden(page, "phone"), hidden(page, "code_id"));
        page.text().replace(&phone, "").replace(&code_id, "").replace(national, "")
    };
    assert_eq!(neutral(&known, "0912 345 678"), neutral(&unknown, "0966 666 666"));
    let told = confirm(&server, &unknown, code.as_str()).await;
    assert_eq!(told.status, StatusCode::NOT_FOUND);
    // An agency's account is not a citizen's to delete here.
    let number = pakn_api::model::phone::PhoneNumber::parse(STAFF).unwrap();
    let agency = "UBND phường Kon Tum".to_owned().try_into().unwrap();
    server.app.desk().create_staff_account(number, PASSWORD.into(), agency).await.unwrap();
    let (page, code) = ask(&server, STAFF).await;
    assert_eq!(confirm(&server, &page, code.as_str()).await.status, StatusCode::NOT_FOUND);
    server.try_sign_in(STAFF, PASSWORD).await.must_be_ok();
}

#[tokio::test]
async fn a_code_is_good_for_its_own_number_only_and_not_for_ever_guessed() {
    let server = Server::start().await;
    let (page, code) = ask(&server, BOB).await;
    // With Bob's code for Alice's number.
    let taken = submit(&server, &[("phone", ALICE), ("code_id", &hidden(&page, "code_id")), ("code", code.as_str())]).await;
    assert_eq!(taken.status, StatusCode::GONE);
    let (page, code) = ask(&server, ALICE).await;
    for _ in 0..5 {
        let guess = confirm(&server, &page, other_than(&code)).await;
        assert_eq!(guess.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(confirm(&server, &page, code.as_str()).await.status, StatusCode::GONE);
    let soon = submit(&server, &[("phone", ALICE)]).await;
    assert_eq!(soon.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(soon.headers.contains_key(header::RETRY_AFTER));
    for phone in [ALICE, BOB] {
        server.try_sign_in(phone, PASSWORD).await.must_be_ok();
    }
}

#[tokio::test]
async fn another_sites_form_has_no_sms_sent() {
    let server = Server::start().await;
    let site = |site: &'static str| [FORM, ("sec-fetch-site", site)];
    let others = [&site("cross-site")[..], &site("same-site"), &[("content-type", "text/plain")], &[]];
    for headers in others {
        let page = submit_with(&server, headers, &[("phone", ALICE)]).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{headers:?}");
    }
    let page = submit_with(&server, &site("same-origin"), &[("phone", ALICE)]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    server.text(ALICE, 0).await;
    assert_eq!(server.texts(ALICE).len(), 1);
}

#[tokio::test]
async fn what_no_form_sends_is_refused_kindly_and_nothing_typed_becomes_a_tag() {
    let server = Server::start().await;
    let table = [
        (vec![("phone", "\"><script>x</script>")], StatusCode::UNPROCESSABLE_ENTITY),
        (vec![("phone", "")], StatusCode::UNPROCESSABLE_ENTITY),
        (vec![], StatusCode::BAD_REQUEST),
        (vec![("phone", ALICE), ("code_id", "x"), ("code", "1")], StatusCode::BAD_REQUEST),
        (
            vec![("phone", ALICE), ("code_id", "0190b1b0-0000-7000-8000-000000000001"), ("code", "12")],
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (vec![("phone", ALICE), ("code_id", "0190b1b0-0000-7000-8000-000000000001"), ("code", "123456")], StatusCode::GONE),
    ];
    for (fields, status) in table {
        let page = submit(&server, &fields).await;
        assert_eq!(page.status, status, "{fields:?}: {}", page.text());
        assert!(page.text().contains("role=\"alert\"") && !page.text().contains("<script"), "{}", page.text());
    }
}

#[tokio::test]
async fn the_page_runs_nothing_loads_nothing_and_says_what_happens() {
    let server = Server::start().await;
    let page = server.send(bare(Method::GET, path::DELETE_ACCOUNT, None)).await.must_be_ok();
    let (policy, text) = (page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap(), page.text());
    let style = text.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
    let expected = format!(
        "default-src 'none'; style-src 'sha256-{}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        STANDARD.encode(Sha256::digest(style))
    );
    assert_eq!(policy, expected);
    for absent in ["<script", "http://", "https://", "style=\"", "onclick", "<img"] {
        assert!(!text.contains(absent), "{absent}");
    }
    for said in ["lang=\"vi\"", "width=device-width", "light dark", "Xóa ngay", "Được giữ lại", "30 ngày", "for=\"phone\""]
    {
        assert!(text.contains(said), "{said}");
    }
    assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(page.headers[header::REFERRER_POLICY], "no-referrer");
}

//! One-time codes: asked for, tried, expired, guessed at. The clock is in the test's hand.

use std::{collections::HashSet, time::Duration};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, Method, Request, header},
};
use pakn_api::{
    ErrorCode,
    id::CodeId,
    model::{code::OneTimeCode, phone::PhoneNumber},
    wire::{CheckCode, CodeSent, RequestCode, path},
};
use pakn_server::{App, SmsGatewayKind};

use crate::common::{ALICE, Answer, BOB, PASSWORD, Server, json, new_code};

const NOBODYS: &str = "0977777777";
const MINUTE: Duration = Duration::from_secs(60);

/// Another code than this.
fn wrong(code: &OneTimeCode) -> OneTimeCode {
    OneTimeCode::of(code.as_str().parse::<u32>().unwrap() + 1)
}

/// From this address, through a proxy.
fn from(address: &str, mut request: Request<Body>) -> Request<Body> {
    request.headers_mut().insert("x-forwarded-for", address.parse().unwrap());
    request
}

fn ask(code_id: CodeId, phone: &str) -> Request<Body> {
    json(Method::POST, path::CODES, None, &RequestCode { code_id, phone: PhoneNumber::parse(phone).unwrap() })
}

fn check(code_id: CodeId, code: &OneTimeCode) -> Request<Body> {
    json(Method::POST, &path::code(code_id), None, &CheckCode { code: code.clone() })
}

fn retry_after(answer: &Answer) -> u64 {
    answer.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_code_comes_by_sms_and_proves_the_number() {
    let server = Server::start().await;
    let code_id = new_code();
    let sent: CodeSent = server.ask_code(code_id, NOBODYS).await.must_be_ok().json();
    assert_eq!(sent, CodeSent { expires_in_s: 300, resend_in_s: 60 });
    let code = server.text(NOBODYS, 0).await;
    server.check_code(code_id, &code).await.must_be_ok();
    server.check_code(code_id, &code).await.must_be_ok();
    server.check_code(new_code(), &code).await.must_be(ErrorCode::CodeExpired);
}

#[cfg(unix)]
#[tokio::test]
async fn what_is_written_for_development_is_closed_to_others_and_a_code_is_nowhere_else() {
    use std::os::unix::fs::PermissionsExt as _;
    let server = Server::start().await;
    let (_, code) = server.code(NOBODYS).await;
    for file in std::fs::read_dir(server.data()).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
        if file.ends_with("sms-development.jsonl") {
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
            let line: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
            assert!(line["at"].as_i64().unwrap() > 0 && line["text"].as_str().unwrap().contains(code.as_str()), "{line}");
        } else if file.ends_with("pakn.sqlite") || file.ends_with("pakn.sqlite-wal") {
            let (bytes, text) = (std::fs::read(&file).unwrap(), code.as_str());
            let alone = |at: usize| {
                let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
                !digit(at.wrapping_sub(1)) && !digit(at + 6)
            };
            let found = bytes.windows(6).enumerate().any(|(at, window)| window == text.as_bytes() && alone(at));
            assert!(!found, "{file:?}");
        }
    }
}

#[tokio::test]
async fn a_number_is_the_same_however_it_is_typed() {
    let server = Server::start_with(|config| config.codes.number_burst = 100).await;
    let spellings = [
        "0912345678",
        "0912 345 678",
        "0912.345.678",
        "+84912345678",
        "+84 (0) 912-345-678",
        "84912345678",
        "0084 912345678",
        " 0912\u{a0}345678 ",
    ];
    for (before, spelling) in spellings.iter().enumerate() {
        let code_id = new_code();
        server.ask_code(code_id, spelling).await.must_be_ok();
        let code = server.text(ALICE, before).await;
        server.check_code(code_id, &code).await.must_be_ok();
        server.ask_code(new_code(), spelling).await.must_be(ErrorCode::RateLimited);
        server.app.clock().advance(MINUTE);
    }
    assert_eq!(server.texts(ALICE).len(), spellings.len());
    for bad in ["", "113", "02603862710", "0912 345 67", "+1 202 555 0100", "abc"] {
        server.ask_code(new_code(), bad).await.must_be(ErrorCode::BadRequest);
    }
}

#[tokio::test]
async fn wrong_ones_are_counted_and_the_sixth_try_comes_too_late() {
    let server = Server::start().await;
    let (code_id, code) = server.code(ALICE).await;
    for left in (0..5).rev() {
        let answer = server.check_code(code_id, &wrong(&code)).await.must_be(ErrorCode::CodeWrong);
        assert_eq!(answer.problem().tries_left, Some(left));
    }
    for last in [&wrong(&code), &code] {
        server.check_code(code_id, last).await.must_be(ErrorCode::CodeExhausted);
    }
    server.app.clock().advance(MINUTE);
    let (code_id, code) = server.code(ALICE).await;
    server.check_code(code_id, &wrong(&code)).await.must_be(ErrorCode::CodeWrong);
    server.check_code(code_id, &code).await.must_be_ok();
    for bad in ["", "12345", "abcdef", "1234567"] {
        let request = json(Method::POST, &path::code(code_id), None, &serde_json::json!({ "code": bad }));
        server.send(request).await.must_be(ErrorCode::BadRequest);
    }
}

#[tokio::test]
async fn codes_have_their_time() {
    let server = Server::start().await;
    server.app.clock().stop();
    let (late, code) = server.code(ALICE).await;
    server.app.clock().advance(MINUTE * 5);
    server.check_code(late, &code).await.must_be(ErrorCode::CodeExpired);
    server.check_code(late, &wrong(&code)).await.must_be(ErrorCode::CodeExpired);
    let told: CodeSent = server.ask_code(late, ALICE).await.must_be_ok().json();
    assert_eq!(told, CodeSent { expires_in_s: 0, resend_in_s: 0 });

    let (just, code) = server.code(ALICE).await;
    server.app.clock().advance(MINUTE * 5 - Duration::from_millis(1));
    server.check_code(just, &code).await.must_be_ok();
    server.app.clock().advance(MINUTE * 15 - Duration::from_millis(1));
    server.check_code(just, &code).await.must_be_ok();
    server.app.clock().advance(Duration::from_millis(1));
    server.check_code(just, &code).await.must_be(ErrorCode::CodeExpired);
}

#[tokio::test]
async fn the_next_one_is_sent_after_a_minute() {
    let server = Server::start().await;
    server.app.clock().stop();
    server.code(ALICE).await;
    server.app.clock().advance(Duration::from_secs(20));
    let early = server.ask_code(new_code(), ALICE).await.must_be(ErrorCode::RateLimited);
    assert_eq!(retry_after(&early), 40);
    server.code(BOB).await;
    server.app.clock().advance(Duration::from_secs(retry_after(&early)));
    server.code(ALICE).await;
    assert_eq!(server.texts(ALICE).len(), 2);
}

#[tokio::test]
async fn asked_for_again_it_is_the_same_code() {
    let server = Server::start().await;
    server.app.clock().stop();
    let code_id = new_code();
    let answers = futures::future::join_all((0..8).map(|_| server.ask_code(code_id, ALICE))).await;
    for answer in answers {
        assert_eq!(answer.must_be_ok().json::<CodeSent>(), CodeSent { expires_in_s: 300, resend_in_s: 60 });
    }
    let code = server.text(ALICE, 0).await;
    server.app.clock().advance(Duration::from_secs(45));
    let again: CodeSent = server.ask_code(code_id, ALICE).await.must_be_ok().json();
    assert_eq!(again, CodeSent { expires_in_s: 255, resend_in_s: 15 });
    server.check_code(code_id, &code).await.must_be_ok();
    server.ask_code(code_id, BOB).await.must_be(ErrorCode::BadRequest);
    server.code(BOB).await;
    assert_eq!(server.texts(ALICE).len(), 1);
}

/// What an answer shows: all but the request's own id.
fn shown(answer: Answer) -> (u16, HeaderMap, String) {
    let text = answer.text();
    let mut headers = answer.headers;
    headers.remove(HeaderName::from_static("x-request-id")).unwrap();
    (answer.status.as_u16(), headers, text)
}

/// Everything that can be done with a number before it is proved, and what it is answered with.
async fn all_answers(server: &Server, phone: &str) -> Vec<(u16, HeaderMap, String)> {
    let code_id = new_code();
    let before = server.texts(phone).len();
    let mut answers = vec![shown(server.ask_code(code_id, phone).await), shown(server.ask_code(code_id, phone).await)];
    let code = server.text(phone, before).await;
    for _ in 0..3 {
        answers.push(shown(server.check_code(code_id, &wrong(&code)).await));
    }
    answers.push(shown(server.check_code(code_id, &code).await));
    for _ in 0..3 {
        answers.push(shown(server.check_code(code_id, &wrong(&code)).await));
    }
    answers.push(shown(server.check_code(new_code(), &code).await));
    answers.push(shown(server.ask_code(new_code(), phone).await));
    answers
}

#[tokio::test]
async fn numbers_with_and_without_an_account_are_answered_alike() {
    let server = Server::start().await;
    server.app.clock().stop();
    server.sign_in(ALICE).await;
    let (with, without) = (all_answers(&server, ALICE).await, all_answers(&server, NOBODYS).await);
    assert_eq!(with, without);
    assert_eq!(with.iter().map(|(status, ..)| *status).collect::<HashSet<_>>(), [202, 204, 410, 422, 429].into());
}

/// The time they take can't differ either: nothing they do looks at an account. Without the table of accounts, and all
/// that hangs on it, they answer as before.
#[tokio::test]
async fn codes_know_nothing_of_accounts() {
    let server = Server::start().await;
    server.app.clock().stop();
    let before = all_answers(&server, NOBODYS).await;
    sqlx::any::install_default_drivers();
    let path = server.data().join("pakn.sqlite").display().to_string().replace('%', "%25").replace(' ', "%20");
    let mut conn = <sqlx::AnyConnection as sqlx::Connection>::connect(&format!("sqlite://{path}?mode=rw")).await.unwrap();
    for table in ["session", "profile", "consent", "operation", "account"] {
        let drop = format!("PRAGMA foreign_keys = OFF; DROP TABLE {table}");
        sqlx::Executor::execute(&mut conn, sqlx::AssertSqlSafe(drop)).await.unwrap();
    }
    server.try_sign_in(ALICE, PASSWORD).await.must_be(ErrorCode::Internal);
    assert_eq!(all_answers(&server, ALICE).await, before);
}

#[tokio::test]
async fn guessing_codes_is_stopped_and_the_owner_gets_in() {
    let server = Server::start_with(|config| config.behind_proxy = true).await;
    let home = "198.51.100.7";
    let (first, before) = (new_code(), server.texts(ALICE).len());
    server.send(from(home, ask(first, ALICE))).await.must_be_ok();
    let code = server.text(ALICE, before).await;
    server.send(from(home, check(first, &code))).await.must_be_ok();
    server.app.clock().advance(MINUTE);

    // One address, for an hour: five codes, five tries of each.
    let mut tries = 0;
    for _ in 0..60 {
        let code_id = new_code();
        if server.send(from("203.0.113.9", ask(code_id, ALICE))).await.status.is_success() {
            let come = server.text(ALICE, 1 + tries / 5).await;
            while !server.send(from("203.0.113.9", check(code_id, &wrong(&come)))).await.text().contains("code_exhausted") {
                tries += 1;
            }
        }
        server.app.clock().advance(MINUTE);
    }
    assert_eq!(tries, 25);
    // Many addresses: what is left of the number's, then one in an hour.
    let mut codes = 0;
    for nth in 0..200 {
        let address = format!("203.0.{nth}.1");
        codes += usize::from(server.send(from(&address, ask(new_code(), ALICE))).await.status.is_success());
    }
    assert!(codes <= 6, "{codes}");
    let slowed = server.send(from("203.0.200.1", ask(new_code(), ALICE))).await.must_be(ErrorCode::RateLimited);
    assert!(retry_after(&slowed) <= 3_600);

    // Of what the others asked for, all has come before she asks.
    server.text(ALICE, 5 + codes).await;
    let mine = new_code();
    server.send(from(home, ask(mine, ALICE))).await.must_be_ok();
    let code = server.text(ALICE, 6 + codes).await;
    server.send(from(home, check(mine, &code))).await.must_be_ok();
    server.sign_in(ALICE).await;
}

#[tokio::test]
async fn a_provider_that_fails_is_told_to_everybody_alike() {
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/", nobody.local_addr().unwrap());
    drop(nobody);
    let server = Server::start_with(|config| {
        config.sms.gateway = SmsGatewayKind::Http;
        config.sms.http.url = address;
        config.sms.http.body = "{text}".into();
        config.sms.http.content_type = "text/plain".into();
        (config.sms.tries, config.sms.breaker_failures) = (1, 1);
    })
    .await;
    let known = new_code();
    let sent = server.ask_code(known, BOB).await.must_be_ok();
    let refused = async {
        while server.ask_code(new_code(), NOBODYS).await.status != 503 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), refused).await.unwrap();
    let answers = [ALICE, "0966666666"].map(|phone| server.ask_code(new_code(), phone));
    let [with, without] = futures::future::join_all(answers).await.try_into().unwrap_or_else(|_| panic!("two"));
    assert!((1..=30).contains(&retry_after(&with)));
    assert_eq!(shown(with.must_be(ErrorCode::Unavailable)), shown(without));
    assert_eq!(server.ask_code(known, BOB).await.must_be_ok().body, sent.body, "what was taken stays so");
}

#[tokio::test]
async fn the_reviewers_code_is_fixed_and_no_sms_is_sent() {
    let server = Server::start_with(|config| {
        config.reviewer.phone = "0900 000 009".into();
        config.reviewer.code = "135790".into();
    })
    .await;
    for _ in 0..2 {
        let code_id = new_code();
        server.ask_code(code_id, "0900000009").await.must_be_ok();
        server.check_code(code_id, &OneTimeCode::parse("024680").unwrap()).await.must_be(ErrorCode::CodeWrong);
        server.check_code(code_id, &OneTimeCode::parse("135790").unwrap()).await.must_be_ok();
        server.app.clock().advance(MINUTE);
    }
    server.code(ALICE).await;
    assert!(server.texts("0900000009").is_empty());
}

#[tokio::test]
async fn codes_go_after_a_day() {
    let server = Server::start().await;
    let (code_id, code) = server.code(ALICE).await;
    let in_hours = |hours: i64| server.app.clock().now().plus_ms(hours * 3_600_000);
    assert_eq!(server.app.sweep(in_hours(23)).await.unwrap().codes, 0);
    server.check_code(code_id, &code).await.must_be_ok();
    assert_eq!(server.app.sweep(in_hours(25)).await.unwrap().codes, 1);
    server.check_code(code_id, &code).await.must_be(ErrorCode::CodeExpired);
}

#[tokio::test]
async fn a_server_that_others_reach_doesnt_write_codes_to_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = pakn_server::Config::new(folder.path().join("data"));
    config.listen = "0.0.0.0:0".parse().unwrap();
    let Err(error) = App::open(config.clone()).await else { panic!("opened") };
    assert!(error.to_string().contains("sms.gateway"), "{error}");
    assert!(!config.data_dir.exists());
    config.sms.development_anywhere = true;
    App::open(config).await.unwrap();
}

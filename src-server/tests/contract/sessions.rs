//! Sessions listed and ended, one by one, all others, idle ones; and changing the password.

use std::time::Duration;

use axum::http::{Method, header};
use pakn_api::{
    ErrorCode,
    id::SessionId,
    wire::{SessionList, SignedIn, path},
};

use crate::common::{ALICE, Answer, BOB, PASSWORD, Server, bare, json};

const ANOTHER: &str = "một mật khẩu khác";
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

async fn sign_in_on(server: &Server, device: &str) -> SignedIn {
    let body = serde_json::json!({ "phone": ALICE, "password": PASSWORD, "device": device });
    server.send(json(Method::POST, path::SESSION, None, &body)).await.must_be_ok().json()
}

async fn listed(server: &Server, token: &str) -> SessionList {
    server.get(token, path::SESSIONS).await.must_be_ok().json()
}

async fn change(server: &Server, token: &str, old: &str, new: &str) -> Answer {
    let body = serde_json::json!({ "old": old, "new": new });
    server.send(json(Method::PUT, path::PASSWORD, Some(token), &body)).await
}

async fn is_signed_in(server: &Server, token: &str) -> bool {
    server.get(token, path::SESSION).await.status.is_success()
}

#[tokio::test]
async fn devices_are_listed_and_ended_one_by_one() {
    let server = Server::start().await;
    let (phone, tablet) = (sign_in_on(&server, "Điện thoại").await, sign_in_on(&server, "Máy tính bảng").await);
    let bob = server.sign_in(BOB).await;
    let list = listed(&server, &phone.token).await.sessions;
    let shown: Vec<_> = list.iter().map(|one| (one.session_id, one.device.as_ref().unwrap().as_str(), one.current)).collect();
    assert_eq!(shown.len(), 2);
    assert!(shown.contains(&(phone.session_id, "Điện thoại", true)), "{shown:?}");
    assert!(shown.contains(&(tablet.session_id, "Máy tính bảng", false)), "{shown:?}");

    let end =
        async |token: &str, session: SessionId| server.send(bare(Method::DELETE, &path::session(session), Some(token))).await;
    end(&bob, tablet.session_id).await.must_be(ErrorCode::NotFound);
    assert!(is_signed_in(&server, &tablet.token).await);
    end(&phone.token, tablet.session_id).await.must_be_ok();
    assert!(!is_signed_in(&server, &tablet.token).await);
    end(&phone.token, tablet.session_id).await.must_be(ErrorCode::NotFound);
    end(&phone.token, phone.session_id).await.must_be_ok();
    assert!(!is_signed_in(&server, &phone.token).await && is_signed_in(&server, &bob).await);
}

#[tokio::test]
async fn all_others_are_ended_at_once() {
    let server = Server::start().await;
    let (mine, others) = (server.sign_in(ALICE).await, [server.sign_in(ALICE).await, server.sign_in(ALICE).await]);
    let bob = server.sign_in(BOB).await;
    for _ in 0..2 {
        server.send(bare(Method::DELETE, path::SESSIONS, Some(&mine))).await.must_be_ok();
    }
    for other in &others {
        assert!(!is_signed_in(&server, other).await);
    }
    assert!(is_signed_in(&server, &bob).await);
    assert_eq!(listed(&server, &mine).await.sessions.len(), 1);
}

#[tokio::test]
async fn when_a_session_was_last_seen_is_known_to_the_hour() {
    let server = Server::start().await;
    let (phone, tablet) = (sign_in_on(&server, "Điện thoại").await, sign_in_on(&server, "Máy tính bảng").await);
    server.app.clock().advance(HOUR * 3);
    let list = listed(&server, &phone.token).await.sessions;
    let [first, second] = list.as_slice() else { panic!("{list:?}") };
    assert_eq!((first.session_id, second.session_id), (phone.session_id, tablet.session_id), "the last seen first");
    assert_eq!(first.last_seen_at.since(second.last_seen_at), 3 * 3_600_000);
    for one in [first, second] {
        assert_eq!(one.last_seen_at.0 % 3_600_000, 0);
    }
}

#[tokio::test]
async fn idle_sessions_end_and_used_ones_dont() {
    let server = Server::start().await;
    let (used, idle) = (server.sign_in(ALICE).await, server.sign_in(ALICE).await);
    for _ in 0..18 {
        server.app.clock().advance(DAY * 10);
        assert!(is_signed_in(&server, &used).await);
    }
    server.app.clock().advance(HOUR * 2);
    assert!(!is_signed_in(&server, &idle).await);
    assert_eq!(listed(&server, &used).await.sessions.len(), 1);
    let now = server.app.clock().now();
    assert_eq!(server.app.sweep(now).await.unwrap().sessions, 1);
    assert_eq!(server.app.sweep(now).await.unwrap().sessions, 0);
    assert!(is_signed_in(&server, &used).await);
}

#[tokio::test]
async fn another_password_ends_the_other_sessions() {
    let server = Server::start().await;
    let (mine, other) = (server.sign_in(ALICE).await, server.sign_in(ALICE).await);
    change(&server, &mine, "sai mất rồi", ANOTHER).await.must_be(ErrorCode::BadCredentials);
    assert!(is_signed_in(&server, &other).await);
    change(&server, &mine, PASSWORD, ANOTHER).await.must_be_ok();
    assert!(is_signed_in(&server, &mine).await && !is_signed_in(&server, &other).await);
    change(&server, &mine, PASSWORD, ANOTHER).await.must_be_ok();
    server.try_sign_in(ALICE, PASSWORD).await.must_be(ErrorCode::BadCredentials);
    server.try_sign_in(ALICE, ANOTHER).await.must_be_ok();
}

#[tokio::test]
async fn guessing_the_old_password_is_slowed_down_like_signing_in() {
    let server = Server::start_with(|config| config.limits.sign_in_burst = 3).await;
    let token = server.sign_in(ALICE).await;
    for guess in ["đoán một", "đoán hai", "đoán ba"] {
        change(&server, &token, guess, ANOTHER).await.must_be(ErrorCode::BadCredentials);
    }
    let slowed = change(&server, &token, PASSWORD, ANOTHER).await.must_be(ErrorCode::RateLimited);
    let wait: u64 = slowed.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
    server.app.clock().advance(Duration::from_secs(wait));
    change(&server, &token, PASSWORD, ANOTHER).await.must_be_ok();
}

#[tokio::test]
async fn who_is_signed_in_is_not_held_up_by_strangers() {
    let server = Server::start_with(|config| config.limits.sign_in_burst = 1).await;
    let (mine, other) = (server.sign_in(ALICE).await, server.sign_in(ALICE).await);
    server.try_sign_in(ALICE, "đoán một").await.must_be(ErrorCode::BadCredentials);
    server.try_sign_in(ALICE, PASSWORD).await.must_be(ErrorCode::RateLimited);
    // Nor by who has the token of another of her sessions.
    change(&server, &other, "đoán hai", ANOTHER).await.must_be(ErrorCode::BadCredentials);
    change(&server, &other, PASSWORD, ANOTHER).await.must_be(ErrorCode::RateLimited);
    change(&server, &mine, PASSWORD, ANOTHER).await.must_be_ok();
    server.delete_account(&mine, ANOTHER).await.must_be_ok();
}

#[tokio::test]
async fn a_change_that_comes_twice_at_once_is_made_once() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let twins = tokio::join!(change(&server, &token, PASSWORD, ANOTHER), change(&server, &token, PASSWORD, ANOTHER));
    for answer in [twins.0, twins.1] {
        answer.must_be_ok();
    }
    server.try_sign_in(ALICE, ANOTHER).await.must_be_ok();
}

#[tokio::test]
async fn guessing_passwords_from_many_addresses_is_stopped_and_the_owner_gets_in() {
    let server = Server::start_with(|config| {
        config.behind_proxy = true;
        (config.limits.sign_in_burst, config.limits.password_checks) = (2, 8);
    })
    .await;
    let try_from = async |address: &str, password: &str| {
        let mut request = json(Method::POST, path::SESSION, None, &serde_json::json!({ "phone": ALICE, "password": password }));
        request.headers_mut().insert("x-forwarded-for", address.parse().unwrap());
        server.send(request).await
    };
    try_from("198.51.100.7", PASSWORD).await.must_be_ok();
    let mut guesses = 0;
    for nth in 0..60 {
        guesses += usize::from(try_from(&format!("203.0.113.{nth}"), "đoán thử").await.status != 429);
    }
    assert!(guesses <= 21, "{guesses}");
    try_from("203.0.113.200", PASSWORD).await.must_be(ErrorCode::RateLimited);
    try_from("198.51.100.7", PASSWORD).await.must_be_ok();
}

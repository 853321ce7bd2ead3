//! Signing in and out, and how often one may try.

use axum::http::{Method, StatusCode, header};
use pakn_api::{
    ErrorCode,
    model::phone::PhoneNumber,
    wire::{Account, SignedIn, path},
};

use crate::common::{ALICE, BOB, PASSWORD, Server, bare, json};

#[tokio::test]
async fn in_and_out_on_two_devices() {
    let server = Server::start().await;
    let phone: SignedIn = server.try_sign_in("+84 912 345 678", PASSWORD).await.must_be_ok().json();
    let tablet: SignedIn = server.try_sign_in(ALICE, PASSWORD).await.must_be_ok().json();
    assert_eq!(phone.account, tablet.account);
    assert_ne!((&phone.token, phone.session_id), (&tablet.token, tablet.session_id));
    assert_eq!(server.get(&phone.token, path::SESSION).await.must_be_ok().json::<Account>(), phone.account);
    server.send(bare(Method::DELETE, path::SESSION, Some(&phone.token))).await.must_be_ok();
    let out = server.get(&phone.token, path::SESSION).await.must_be(ErrorCode::Unauthenticated);
    assert_eq!(out.headers[header::WWW_AUTHENTICATE], "Bearer");
    server.get(&tablet.token, path::SESSION).await.must_be_ok();
}

#[tokio::test]
async fn a_token_is_nowhere_on_disk() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    for file in std::fs::read_dir(server.data()).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
        let bytes = std::fs::read(&file).unwrap();
        for secret in [token.as_bytes(), PASSWORD.as_bytes()] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret), "{file:?}");
        }
    }
}

#[tokio::test]
async fn unknown_number_and_wrong_password_are_told_the_same() {
    let server = Server::start().await;
    let wrong = server.try_sign_in(ALICE, "sai").await.must_be(ErrorCode::BadCredentials);
    let unknown = server.try_sign_in("0999999999", PASSWORD).await.must_be(ErrorCode::BadCredentials);
    assert_eq!(wrong.body, unknown.body);
    for body in [serde_json::json!({"phone": "113", "password": "x"}), serde_json::json!({"phone": ALICE, "password": ""})] {
        server.send(json(Method::POST, path::SESSION, None, &body)).await.must_be(ErrorCode::BadRequest);
    }
}

#[tokio::test]
async fn guessing_is_slowed_down_without_shutting_the_owner_out() {
    let server = Server::start_with(|config| {
        config.behind_proxy = true;
        config.limits.sign_in_burst = 3;
    })
    .await;
    let try_from = async |address: &str, phone: &str, password: &str| {
        let body = serde_json::json!({ "phone": phone, "password": password });
        let mut request = json(Method::POST, path::SESSION, None, &body);
        request.headers_mut().insert("x-forwarded-for", format!("1.1.1.1, {address}").parse().unwrap());
        server.send(request).await
    };
    for _ in 0..3 {
        try_from("203.0.113.9", ALICE, "đoán").await.must_be(ErrorCode::BadCredentials);
    }
    let slowed = try_from("203.0.113.9", ALICE, PASSWORD).await.must_be(ErrorCode::RateLimited);
    let wait: u64 = slowed.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(slowed.status, StatusCode::TOO_MANY_REQUESTS);
    // The owner, from elsewhere, and however often; the guesser's neighbour on another number, too.
    for _ in 0..5 {
        try_from("198.51.100.7", ALICE, PASSWORD).await.must_be_ok();
    }
    try_from("203.0.113.9", BOB, PASSWORD).await.must_be_ok();
}

#[tokio::test]
async fn another_password_ends_the_sessions_and_keeps_the_id() {
    let server = Server::start().await;
    let before: SignedIn = server.try_sign_in(ALICE, PASSWORD).await.json();
    let bob = server.sign_in(BOB).await;
    let make =
        |password: &str| server.app.desk().create_account(PhoneNumber::parse(ALICE).unwrap(), password.into(), "Tên Mới".into());
    make(PASSWORD).await.unwrap();
    server.get(&before.token, path::SESSION).await.must_be_ok();
    let again = make("khác").await.unwrap();
    assert_eq!(again.user_id, before.account.user_id);
    server.get(&before.token, path::SESSION).await.must_be(ErrorCode::Unauthenticated);
    server.get(&bob, path::SESSION).await.must_be_ok();
    server.try_sign_in(ALICE, PASSWORD).await.must_be(ErrorCode::BadCredentials);
    server.try_sign_in(ALICE, "khác").await.must_be_ok();
}

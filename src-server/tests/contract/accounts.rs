//! What a code opens: accounts, forgotten passwords; and answers that got lost.

use std::time::Duration;

use axum::http::Method;
use pakn_api::{
    ErrorCode, Timestamp,
    id::CodeId,
    model::{
        code::OneTimeCode,
        consent::{Consent, ConsentPurpose},
        password::PasswordProblem,
        words::DeviceName,
    },
    wire::{Account, CreateAccount, ResetPassword, SessionList, SignedIn, path},
};

use crate::common::{ALICE, Answer, BOB, PASSWORD, Server, json};

const NEW: &str = "0977777777";
const ANOTHER: &str = "một mật khẩu khác";
const MINUTE: Duration = Duration::from_secs(60);

fn consent(purpose: ConsentPurpose, given: bool) -> Consent {
    Consent { purpose, given, text_version: 1, at: Timestamp(1_764_000_000_000) }
}

fn creation((code_id, code): &(CodeId, OneTimeCode), password: &str) -> CreateAccount {
    CreateAccount {
        code_id: *code_id,
        code: code.clone(),
        password: password.into(),
        consents: vec![consent(ConsentPurpose::Terms, true)],
        device: DeviceName::parse("Điện thoại của An").ok(),
    }
}

async fn create(server: &Server, body: &CreateAccount) -> Answer {
    server.send(json(Method::POST, path::ACCOUNTS, None, body)).await
}

async fn reset(server: &Server, (code_id, code): &(CodeId, OneTimeCode), password: &str) -> Answer {
    let body = ResetPassword { code_id: *code_id, code: code.clone(), password: password.into(), device: None };
    server.send(json(Method::POST, path::PASSWORD_RESETS, None, &body)).await
}

#[tokio::test]
async fn from_a_number_to_an_account() {
    let server = Server::start().await;
    let code = server.code(NEW).await;
    server.check_code(code.0, &code.1).await.must_be_ok();
    server.try_sign_in(NEW, PASSWORD).await.must_be(ErrorCode::BadCredentials);
    let body = CreateAccount {
        consents: vec![consent(ConsentPurpose::Terms, true), consent(ConsentPurpose::Notifications, false)],
        ..creation(&code, PASSWORD)
    };
    let signed_in: SignedIn = create(&server, &body).await.must_be_ok().json();
    assert_eq!((signed_in.account.phone.as_e164(), signed_in.account.name.as_str()), ("+84977777777", ""));
    assert_eq!((signed_in.profile.revision, signed_in.profile.profile), (0, None));
    assert_eq!(signed_in.consents, body.consents);
    assert_eq!(server.get(&signed_in.token, path::SESSION).await.must_be_ok().json::<Account>(), signed_in.account);
    let again: SignedIn = server.try_sign_in(NEW, PASSWORD).await.must_be_ok().json();
    assert_eq!((again.account, again.consents), (signed_in.account, body.consents));
    server.check_code(code.0, &code.1).await.must_be(ErrorCode::CodeUsed);
}

#[tokio::test]
async fn without_the_terms_or_the_code_there_is_no_account() {
    let server = Server::start().await;
    let code = server.code(NEW).await;
    let with = |consents| CreateAccount { consents, ..creation(&code, PASSWORD) };
    for consents in [vec![], vec![consent(ConsentPurpose::Reports, true)], vec![consent(ConsentPurpose::Terms, false)]] {
        create(&server, &with(consents)).await.must_be(ErrorCode::ConsentMissing);
    }
    let both = [true, false].map(|given| consent(ConsentPurpose::Terms, given));
    create(&server, &with(both.to_vec())).await.must_be(ErrorCode::BadRequest);
    let other = OneTimeCode::of(code.1.as_str().parse::<u32>().unwrap() + 1);
    for left in (0..4).rev() {
        let wrong = create(&server, &creation(&(code.0, other.clone()), PASSWORD)).await.must_be(ErrorCode::CodeWrong);
        assert_eq!(wrong.problem().tries_left, Some(left + 1));
    }
    server.check_code(code.0, &other).await.must_be(ErrorCode::CodeWrong);
    create(&server, &creation(&code, PASSWORD)).await.must_be(ErrorCode::CodeExhausted);
    reset(&server, &code, PASSWORD).await.must_be(ErrorCode::CodeExhausted);

    server.app.clock().advance(MINUTE);
    let code = server.code(NEW).await;
    server.check_code(code.0, &code.1).await.must_be_ok();
    server.app.clock().advance(MINUTE * 15);
    create(&server, &creation(&code, PASSWORD)).await.must_be(ErrorCode::CodeExpired);
    server.try_sign_in(NEW, PASSWORD).await.must_be(ErrorCode::BadCredentials);
}

#[tokio::test]
async fn weak_passwords_are_told_and_cost_nothing() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let (new, known) = (server.code(NEW).await, server.code(BOB).await);
    let table = [
        ("", PasswordProblem::TooShort),
        ("ngắn", PasswordProblem::TooShort),
        (&"ẵ".repeat(201), PasswordProblem::TooLong),
        ("0977777777", PasswordProblem::LikeTheNumber),
        ("password", PasswordProblem::TooCommon),
        ("12345678", PasswordProblem::TooCommon),
    ];
    for (password, problem) in table {
        let answer = create(&server, &creation(&new, password)).await.must_be(ErrorCode::WeakPassword);
        assert_eq!(answer.problem().password, Some(problem), "{password}");
        if problem != PasswordProblem::LikeTheNumber {
            reset(&server, &known, password).await.must_be(ErrorCode::WeakPassword);
            let body = serde_json::json!({ "old": PASSWORD, "new": password });
            server.send(json(Method::PUT, path::PASSWORD, Some(&token), &body)).await.must_be(ErrorCode::WeakPassword);
        }
    }
    create(&server, &creation(&new, PASSWORD)).await.must_be_ok();
    server.sign_in(BOB).await;
}

#[tokio::test]
async fn who_has_the_code_is_told_whether_there_is_an_account_and_goes_the_other_way() {
    let server = Server::start().await;
    let before = server.sign_in(ALICE).await;
    let code = server.code(ALICE).await;
    create(&server, &creation(&code, ANOTHER)).await.must_be(ErrorCode::AccountExists);
    server.get(&before, path::SESSION).await.must_be_ok();
    reset(&server, &code, ANOTHER).await.must_be_ok();

    let code = server.code(NEW).await;
    reset(&server, &code, ANOTHER).await.must_be(ErrorCode::NoAccount);
    create(&server, &creation(&code, ANOTHER)).await.must_be_ok();
}

#[tokio::test]
async fn another_password_makes_other_codes_worthless() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let somebodys = server.code(ALICE).await;
    server.check_code(somebodys.0, &somebodys.1).await.must_be_ok();
    server.app.clock().advance(MINUTE);
    reset(&server, &server.code(ALICE).await, ANOTHER).await.must_be_ok();
    reset(&server, &somebodys, "một mật khẩu của kẻ lạ").await.must_be(ErrorCode::CodeExpired);
    server.get(&token, path::SESSION).await.must_be(ErrorCode::Unauthenticated);

    let token = server.try_sign_in(ALICE, ANOTHER).await.must_be_ok().json::<SignedIn>().token;
    server.app.clock().advance(MINUTE);
    let somebodys = server.code(ALICE).await;
    server.check_code(somebodys.0, &somebodys.1).await.must_be_ok();
    let body = serde_json::json!({ "old": ANOTHER, "new": PASSWORD });
    server.send(json(Method::PUT, path::PASSWORD, Some(&token), &body)).await.must_be_ok();
    reset(&server, &somebodys, "một mật khẩu của kẻ lạ").await.must_be(ErrorCode::CodeExpired);
    server.get(&token, path::SESSION).await.must_be_ok();
}

#[tokio::test]
async fn a_forgotten_password_ends_all_sessions() {
    let server = Server::start().await;
    let (one, two) = (server.sign_in(ALICE).await, server.sign_in(ALICE).await);
    let bob = server.sign_in(BOB).await;
    let code = server.code(ALICE).await;
    let signed_in: SignedIn = reset(&server, &code, ANOTHER).await.must_be_ok().json();
    assert_eq!(signed_in.account.name, "Nguyễn Thị An");
    for token in [one, two] {
        server.get(&token, path::SESSION).await.must_be(ErrorCode::Unauthenticated);
    }
    for token in [&signed_in.token, &bob] {
        server.get(token, path::SESSION).await.must_be_ok();
    }
    server.try_sign_in(ALICE, PASSWORD).await.must_be(ErrorCode::BadCredentials);
    server.try_sign_in(ALICE, ANOTHER).await.must_be_ok();
    reset(&server, &code, "thêm một mật khẩu").await.must_be(ErrorCode::CodeUsed);
    create(&server, &creation(&code, ANOTHER)).await.must_be(ErrorCode::CodeUsed);
    server.try_sign_in(ALICE, ANOTHER).await.must_be_ok();
}

#[tokio::test]
async fn a_lost_answer_is_given_again() {
    let server = Server::start().await;
    let code = server.code(NEW).await;
    let body = creation(&code, PASSWORD);
    let both = futures::future::join(create(&server, &body), create(&server, &body)).await;
    let both: [SignedIn; 2] = [both.0, both.1].map(|answer| answer.must_be_ok().json());
    let later: SignedIn = create(&server, &body).await.must_be_ok().json();
    for one in &both {
        assert_eq!(one.account, later.account);
        assert_eq!(one.consents, later.consents);
        server.get(&one.token, path::SESSION).await.must_be_ok();
    }
    create(&server, &creation(&code, ANOTHER)).await.must_be(ErrorCode::CodeUsed);
    reset(&server, &code, PASSWORD).await.must_be(ErrorCode::CodeUsed);

    let code = server.code(ALICE).await;
    let first: SignedIn = reset(&server, &code, ANOTHER).await.must_be_ok().json();
    let again: SignedIn = reset(&server, &code, ANOTHER).await.must_be_ok().json();
    let listed: SessionList = server.get(&again.token, path::SESSIONS).await.must_be_ok().json();
    assert_eq!(listed.sessions.len(), 2, "a repetition ends nothing");
    server.get(&first.token, path::SESSION).await.must_be_ok();
}

#[tokio::test]
async fn a_used_code_is_no_way_to_guess_the_password() {
    let server = Server::start().await;
    let code = server.code(ALICE).await;
    reset(&server, &code, ANOTHER).await.must_be_ok();
    for _ in 0..5 {
        reset(&server, &code, "đoán thử mật khẩu").await.must_be(ErrorCode::CodeUsed);
    }
    reset(&server, &code, "đoán thử mật khẩu").await.must_be(ErrorCode::RateLimited);
}

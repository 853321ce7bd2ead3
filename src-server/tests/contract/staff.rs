//! Agencies' accounts: made at the desk, and good for their own session only.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use axum::http::Method;
use pakn_api::{
    ErrorCode,
    model::{phone::PhoneNumber, words::AgencyName},
    wire::{Account, SignedIn, path},
};
use pakn_server::DeskError;

use crate::common::{ALICE, PASSWORD, STAFF, Server, bare, report};

fn agency() -> AgencyName {
    AgencyName::parse("UBND phường Kon Tum").unwrap()
}

#[tokio::test]
async fn an_agency_signs_in_and_out_and_does_nothing_as_a_citizen() {
    let server = Server::start().await;
    let number = PhoneNumber::parse(STAFF).unwrap();
    server.app.desk().create_staff_account(number, PASSWORD.into(), agency()).await.unwrap();
    let signed_in: SignedIn = server.try_sign_in(STAFF, PASSWORD).await.must_be_ok().json();
    assert_eq!(signed_in.account.name, agency().as_str());
    let token = signed_in.token;
    assert_eq!(server.get(&token, path::SESSION).await.must_be_ok().json::<Account>(), signed_in.account);
    server.post(&token, &report(&[])).await.must_be(ErrorCode::Forbidden);
    server.get(&token, path::EXPORT).await.must_be(ErrorCode::Forbidden);
    server.delete_account(&token, PASSWORD).await.must_be(ErrorCode::Forbidden);
    server.send(bare(Method::DELETE, path::SESSION, Some(&token))).await.must_be_ok();
    server.get(&token, path::SESSION).await.must_be(ErrorCode::Unauthenticated);
}

#[tokio::test]
async fn a_citizens_account_never_becomes_an_agencys_nor_the_other_way_round() {
    let server = Server::start().await;
    let (desk, [citizen, staff]) = (server.app.desk(), [ALICE, STAFF].map(|phone| PhoneNumber::parse(phone).unwrap()));
    let refused = desk.create_staff_account(citizen.clone(), "another password".into(), agency()).await;
    assert!(matches!(refused, Err(DeskError::OtherKind)), "{refused:?}");
    server.try_sign_in(ALICE, PASSWORD).await.must_be_ok();
    desk.create_staff_account(staff.clone(), PASSWORD.into(), agency()).await.unwrap();
    let refused = desk.create_account(staff, "another password".into(), "Nguyễn Thị An".into()).await;
    assert!(matches!(refused, Err(DeskError::OtherKind)), "{refused:?}");
    server.try_sign_in(STAFF, PASSWORD).await.must_be_ok();
}

#[tokio::test]
async fn an_agencys_account_is_made_from_the_terminal() {
    let server = Server::start().await;
    let add = |variable: Option<&str>, typed: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pakn-server"));
        command.arg("staff").arg("--data").arg(server.data()).args(["add-account", "--phone", STAFF, "--agency", "Sở Xây dựng"]);
        command.env_remove("PAKN_STAFF_PASSWORD").envs(variable.map(|password| ("PAKN_STAFF_PASSWORD", password)));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    let short = add(None, "ngắn\n");
    let complaint = String::from_utf8(short.stderr).unwrap();
    assert!(!short.status.success() && complaint.contains("8 to 200") && !complaint.contains("ngắn"), "{complaint}");
    let made = add(None, "một mật khẩu dài\n");
    assert!(made.status.success(), "{made:?}");
    let account: SignedIn = server.try_sign_in(STAFF, "một mật khẩu dài").await.must_be_ok().json();
    assert_eq!(String::from_utf8(made.stdout).unwrap().trim(), account.account.user_id.to_string());
    assert!(add(Some("mật khẩu từ biến"), "").status.success());
    server.get(&account.token, path::SESSION).await.must_be(ErrorCode::Unauthenticated);
    server.try_sign_in(STAFF, "mật khẩu từ biến").await.must_be_ok();
}

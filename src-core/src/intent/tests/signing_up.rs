//! Making an account, and another password for a forgotten one.

use std::{fs, path::Path};

use pakn_api::{
    ErrorCode,
    ipc::{AppError, CodePurpose, Register, ResetPassword, SessionView},
    model::{consent::ConsentPurpose, password::PasswordProblem},
};

use super::{PASSWORD, Phone, RIGHT, server::Fate, signed_in, told};

/// The files that hold any of these bytes, by name.
pub(super) fn holding(folder: &Path, secrets: &[&[u8]]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path, secrets));
        } else if let Ok(bytes) = fs::read(&path)
            && secrets.iter().any(|secret| memchr::memmem::find(&bytes, secret).is_some())
        {
            found.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    found
}

#[tokio::test]
async fn what_the_device_knows_is_told_without_a_network() {
    let phone = Phone::new().await;
    assert_eq!(phone.register(PASSWORD).await, Err(AppError::NoCode));
    phone.request(CodePurpose::Register).await.unwrap();
    assert_eq!(phone.register(PASSWORD).await, Err(AppError::NoCode), "not checked yet");
    phone.check(RIGHT).await.unwrap();
    phone.server.calls();
    for (weak, reason) in [("ngắn", PasswordProblem::TooShort), ("0912345678", PasswordProblem::LikeTheNumber)] {
        assert_eq!(phone.register(weak).await, Err(AppError::WeakPassword { reason }));
    }
    let without = Register { password: PASSWORD.to_owned(), consents: vec![ConsentPurpose::Reports] };
    let refused = AppError::ConsentNeeded { purpose: ConsentPurpose::Terms };
    assert_eq!(told(phone.client().register(without).await), Err(refused));
    assert_eq!(phone.server.calls(), 0);
    assert_eq!(phone.register(PASSWORD).await, Ok(signed_in()));
    assert_eq!(phone.register(PASSWORD).await, Err(AppError::NoCode), "it is used");
}

/// Every step comes to grief in every way, with and without a restart before it is tried again.
#[tokio::test]
async fn it_goes_on_where_it_was_whatever_is_lost() {
    let griefs: [&[Fate]; 4] = [
        &[Fate::NeverLeaves],
        &[Fate::AnswerLost],
        &[Fate::AnswerLost, Fate::NeverLeaves],
        &[Fate::AnswerLost, Fate::AnswerLost],
    ];
    for purpose in [CodePurpose::Register, CodePurpose::ResetPassword] {
        for (grief, restarted) in griefs.into_iter().flat_map(|grief| [(grief, false), (grief, true)]) {
            let phone = if purpose == CodePurpose::Register { Phone::new().await } else { Phone::registered().await };
            let step = async |what: &str| {
                phone.server.next(grief);
                for _ in grief {
                    assert_eq!(once(&phone, purpose, what).await, Err(AppError::Offline), "{what} {grief:?} {restarted}");
                    if restarted {
                        phone.restart().await;
                        if what == "password" {
                            // The right code was in memory alone.
                            phone.server.next(&[]);
                            phone.check(RIGHT).await.unwrap();
                            phone.server.next(grief.get(1..).unwrap());
                        }
                    }
                }
                phone.server.next(&[]);
                once(&phone, purpose, what).await.unwrap_or_else(|error| panic!("{what} {grief:?} {restarted}: {error:?}"));
            };
            let before = phone.server.sms().len();
            step("request").await;
            step("check").await;
            step("password").await;
            assert_eq!(phone.session().await, signed_in());
            assert_eq!((phone.server.accounts(), phone.server.sms().len() - before), (1, 1), "{grief:?} {restarted}");
        }
    }
}

async fn once(phone: &Phone, purpose: CodePurpose, what: &str) -> Result<(), AppError> {
    match what {
        "request" => phone.request(purpose).await.map(drop),
        "check" => phone.check(RIGHT).await.map(drop),
        _ if purpose == CodePurpose::Register => phone.register(PASSWORD).await.map(drop),
        _ => reset(phone).await.map(drop),
    }
}

async fn reset(phone: &Phone) -> Result<SessionView, AppError> {
    told(phone.client().reset_password(ResetPassword { password: "một mật khẩu khác".to_owned() }).await)
}

#[tokio::test]
async fn whoever_has_an_account_already_goes_on_with_the_same_code() {
    let phone = Phone::registered().await;
    phone.wait(super::MINUTE);
    phone.request(CodePurpose::Register).await.unwrap();
    phone.check(RIGHT).await.unwrap();
    assert_eq!(phone.register("một mật khẩu khác").await, Err(AppError::Refused { error: ErrorCode::AccountExists }));
    phone.wait(2 * super::MINUTE);
    let pending = phone.request(CodePurpose::ResetPassword).await.unwrap();
    assert!(pending.checked && pending.purpose == CodePurpose::ResetPassword);
    assert_eq!(reset(&phone).await, Ok(signed_in()));
    assert_eq!((phone.server.sms().len(), phone.server.sessions()), (2, 1), "all earlier sessions have ended");
}

#[tokio::test]
async fn whoever_has_none_goes_on_with_the_same_code() {
    let phone = Phone::new().await;
    phone.request(CodePurpose::ResetPassword).await.unwrap();
    phone.check(RIGHT).await.unwrap();
    assert_eq!(reset(&phone).await, Err(AppError::Refused { error: ErrorCode::NoAccount }));
    assert!(phone.request(CodePurpose::Register).await.unwrap().checked);
    assert_eq!(phone.register(PASSWORD).await, Ok(signed_in()));
    assert_eq!(phone.server.sms().len(), 1);
}

#[tokio::test]
async fn a_right_code_that_is_over_before_the_password_is_asked_for_anew() {
    let phone = Phone::new().await;
    phone.request(CodePurpose::Register).await.unwrap();
    phone.check(RIGHT).await.unwrap();
    phone.server.end_code(ErrorCode::CodeExpired);
    assert_eq!(phone.register(PASSWORD).await, Err(AppError::Refused { error: ErrorCode::CodeExpired }));
    assert!(!phone.request(CodePurpose::Register).await.unwrap().checked);
    phone.check(RIGHT).await.unwrap();
    assert_eq!(phone.register(PASSWORD).await, Ok(signed_in()));
}

#[tokio::test]
async fn token_and_password_are_in_no_file_but_the_tokens() {
    let phone = Phone::registered().await;
    let secrets: [&[u8]; 2] = [b"-of-a-session", PASSWORD.as_bytes()];
    assert_eq!(holding(phone.folder.path(), &secrets), ["token"]);
    phone.restart().await;
    assert_eq!(phone.session().await, signed_in());
    assert_eq!(holding(phone.folder.path(), &secrets), ["token"]);
    phone.client().sign_out(pakn_api::ipc::SignOut {}).await.unwrap();
    assert_eq!(holding(phone.folder.path(), &secrets), [] as [String; 0]);
}

#[tokio::test]
async fn the_first_start_is_gone_through_once() {
    let phone = Phone::new().await;
    let welcomed = async || phone.client().get_welcomed(pakn_api::ipc::GetWelcomed {}).await.unwrap();
    assert!(!welcomed().await);
    phone.client().finish_welcome(pakn_api::ipc::FinishWelcome {}).await.unwrap();
    phone.restart().await;
    assert!(welcomed().await);
}

//! Another password while signed in, and the account's other sessions.

use pakn_api::{
    id::SessionId,
    ipc::{AppError, ChangePassword, EndOtherSessions, EndSession, ListSessions, SessionView, SignIn},
    model::password::PasswordProblem,
};

use super::{PASSWORD, PHONE, Phone, server::Fate, told};

const NEW: &str = "con chó giữ nhà";

async fn change(phone: &Phone, old: &str) -> Result<(), AppError> {
    told(phone.client().change_password(ChangePassword { old: old.to_owned(), new: NEW.to_owned() }).await)
}

fn expired() -> SessionView {
    SessionView::Expired { name: String::new(), phone: PHONE.to_owned() }
}

#[tokio::test]
async fn a_change_whose_answer_was_lost_can_be_asked_for_again() {
    let phone = Phone::registered().await;
    phone.server.next(&[Fate::AnswerLost, Fate::NeverLeaves]);
    assert_eq!(change(&phone, PASSWORD).await, Err(AppError::Offline));
    assert_eq!(change(&phone, PASSWORD).await, Err(AppError::Offline));
    assert_eq!(change(&phone, PASSWORD).await, Ok(()));
    let wrong = ChangePassword { old: PASSWORD.to_owned(), new: "một mật khẩu khác".to_owned() };
    assert_eq!(told(phone.client().change_password(wrong).await), Err(AppError::BadCredentials));
    assert_eq!(phone.session().await, super::signed_in(), "a wrong password ends no session");
}

#[tokio::test]
async fn a_weak_one_is_told_without_a_network() {
    let phone = Phone::registered().await;
    phone.server.calls();
    let args = ChangePassword { old: PASSWORD.to_owned(), new: "+84 912 345 678".to_owned() };
    let reason = PasswordProblem::LikeTheNumber;
    assert_eq!(told(phone.client().change_password(args).await), Err(AppError::WeakPassword { reason }));
    assert_eq!(phone.server.calls(), 0);
}

#[tokio::test]
async fn other_sessions_end_and_one_that_has_ended_is_no_error() {
    let phone = Phone::registered().await;
    let args = || SignIn { phone: PHONE.to_owned(), password: PASSWORD.to_owned() };
    phone.client().sign_in(args()).await.unwrap();
    assert_eq!(phone.client().list_sessions(ListSessions {}).await.unwrap().len(), 2);
    let session_id = SessionId::from_uuid(uuid::Uuid::nil());
    for _ in 0..2 {
        let left = phone.client().end_session(EndSession { session_id }).await.unwrap();
        assert_eq!(left.iter().map(|session| session.current).collect::<Vec<_>>(), [true]);
    }
    phone.client().sign_in(args()).await.unwrap();
    assert_eq!(phone.client().end_other_sessions(EndOtherSessions {}).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_session_that_was_ended_elsewhere_ends_here_with_the_next_question() {
    for ask in [0, 1, 2, 3] {
        let phone = Phone::registered().await;
        phone.server.end_sessions();
        let client = phone.client();
        let answer = match ask {
            0 => told(client.list_sessions(ListSessions {}).await).map(drop),
            1 => change(&phone, PASSWORD).await,
            2 => told(client.export().await).map(drop),
            _ => told(client.end_other_sessions(EndOtherSessions {}).await).map(drop),
        };
        assert_eq!(answer, Err(AppError::SignedOut), "{ask}");
        assert_eq!(phone.session().await, expired(), "{ask}");
        assert!(!phone.folder.path().join("token").exists(), "{ask}");
    }
}

//! Having a code sent and entering it.

use pakn_api::{
    ErrorCode, Timestamp,
    ipc::{AppError, CodePurpose, ForgetCode, GetPendingCode, PendingCode, RequestCode},
};

use super::{
    MINUTE, PHONE, Phone, RIGHT, START, YEAR,
    server::{During, Fate},
};
use crate::store::setting::{self, AskedCodeKey};

async fn pending(phone: &Phone) -> Option<PendingCode> {
    phone.client().get_pending_code(GetPendingCode {}).await.unwrap()
}

#[tokio::test]
async fn a_code_is_pending_until_it_is_forgotten_and_over_a_restart() {
    let phone = Phone::new().await;
    assert_eq!(pending(&phone).await, None);
    let asked = phone.request(CodePurpose::Register).await.unwrap();
    let expected = PendingCode {
        purpose: CodePurpose::Register,
        phone: PHONE.to_owned(),
        expires_at: Timestamp(START + 5 * MINUTE),
        resend_at: Timestamp(START + MINUTE),
        checked: false,
    };
    assert_eq!(asked, expected);
    phone.restart().await;
    assert_eq!(pending(&phone).await, Some(expected));
    phone.client().forget_code(ForgetCode {}).await.unwrap();
    assert_eq!(pending(&phone).await, None);
    phone.request(CodePurpose::Register).await.unwrap();
    phone.wait(5 * MINUTE + 61 * MINUTE);
    assert_eq!(pending(&phone).await, None, "who comes back an hour later begins anew");
}

#[tokio::test]
async fn a_request_whose_answer_was_lost_is_made_again_and_sends_nothing_twice() {
    for restarted in [false, true] {
        let phone = Phone::new().await;
        phone.server.next(&[Fate::AnswerLost, Fate::NeverLeaves]);
        for _ in 0..2 {
            assert_eq!(phone.request(CodePurpose::Register).await, Err(AppError::Offline));
            assert_eq!(pending(&phone).await, None);
            if restarted {
                phone.restart().await;
            }
        }
        phone.request(CodePurpose::Register).await.unwrap();
        assert_eq!(phone.server.sms().len(), 1);
        phone.check(RIGHT).await.unwrap();
    }
}

#[tokio::test]
async fn another_code_is_another_name_and_only_when_it_may_be_asked_for() {
    let phone = Phone::new().await;
    let first = phone.request(CodePurpose::Register).await.unwrap();
    phone.server.calls();
    phone.wait(MINUTE - 1);
    assert_eq!(phone.request(CodePurpose::Register).await, Ok(first.clone()), "it is on its way");
    assert_eq!(phone.server.calls(), 0);
    phone.wait(1);
    phone.server.next(&[Fate::NeverLeaves]);
    assert_eq!(phone.request(CodePurpose::Register).await, Err(AppError::Offline));
    assert_eq!(pending(&phone).await, Some(first), "the first one can still be entered");
    phone.request(CodePurpose::Register).await.unwrap();
    let sms = phone.server.sms();
    assert_eq!(sms.len(), 2);
    assert_ne!(sms.first(), sms.last());
}

#[tokio::test]
async fn another_number_is_asked_for_at_once() {
    let phone = Phone::new().await;
    phone.request(CodePurpose::Register).await.unwrap();
    let other = RequestCode { purpose: CodePurpose::Register, phone: "+84 987 654 321".to_owned() };
    assert_eq!(phone.client().request_code(other).await.unwrap().phone, "0987 654 321");
    assert_eq!(phone.server.sms().len(), 2);
    let bad = RequestCode { purpose: CodePurpose::Register, phone: "0123".to_owned() };
    assert_eq!(super::told(phone.client().request_code(bad).await), Err(AppError::BadPhone));
}

#[tokio::test]
async fn a_clock_that_jumps_keeps_nobody_waiting() {
    for jump in [-YEAR, -1, 5 * MINUTE, 50 * MINUTE, YEAR] {
        let phone = Phone::new().await;
        phone.request(CodePurpose::Register).await.unwrap();
        phone.wait(jump);
        let now = Timestamp(START + jump);
        if let Some(seen) = pending(&phone).await {
            assert!(seen.resend_at <= now, "{jump}: another one may be asked for");
            assert!(seen.expires_at.since(now) <= 5 * MINUTE, "{jump}");
            phone.check(RIGHT).await.unwrap();
        } else {
            assert_eq!(jump, YEAR, "begun anew");
        }
        let phone = Phone::new().await;
        phone.request(CodePurpose::Register).await.unwrap();
        phone.wait(jump);
        phone.request(CodePurpose::Register).await.unwrap();
        assert_eq!(phone.server.sms().len(), 2, "{jump}");
    }
}

#[tokio::test]
async fn what_is_typed_is_told_apart() {
    let phone = Phone::new().await;
    assert_eq!(phone.check(RIGHT).await, Err(AppError::NoCode));
    phone.request(CodePurpose::Register).await.unwrap();
    phone.server.calls();
    assert_eq!(phone.check("12345").await, Err(AppError::BadCode));
    assert_eq!(phone.server.calls(), 0, "nothing was sent");
    for left in (0..5).rev() {
        assert_eq!(phone.check("000000").await, Err(AppError::CodeWrong { tries_left: Some(left) }));
    }
    assert_eq!(phone.check(RIGHT).await, Err(AppError::Refused { error: ErrorCode::CodeExhausted }));
    assert_eq!(phone.register("một mật khẩu dài").await, Err(AppError::NoCode));
}

#[tokio::test]
async fn a_code_that_is_over_keeps_its_number_and_makes_room_for_another() {
    for over in [ErrorCode::CodeExpired, ErrorCode::CodeExhausted] {
        let phone = Phone::new().await;
        phone.request(CodePurpose::Register).await.unwrap();
        phone.server.end_code(over);
        assert_eq!(phone.check(RIGHT).await, Err(AppError::Refused { error: over }));
        let seen = pending(&phone).await.unwrap();
        assert_eq!((seen.phone.as_str(), seen.expires_at), (PHONE, Timestamp(START)));
        phone.request(CodePurpose::Register).await.unwrap();
        assert_eq!(phone.server.sms().len(), 2);
        phone.check(RIGHT).await.unwrap();
    }
}

#[tokio::test]
async fn a_name_that_the_server_has_done_with_is_followed_by_another() {
    let phone = Phone::new().await;
    phone.server.next(&[Fate::AnswerLost]);
    phone.request(CodePurpose::Register).await.unwrap_err();
    phone.server.end_code(ErrorCode::CodeExpired);
    phone.request(CodePurpose::Register).await.unwrap();
    assert_eq!(phone.server.sms().len(), 2);
    phone.check(RIGHT).await.unwrap();
}

const OTHER: &str = "555 000";

/// A code was sent; then another one, of which the device was not told.
async fn asked_again_unheard() -> Phone {
    let phone = Phone::new().await;
    phone.request(CodePurpose::Register).await.unwrap();
    phone.wait(MINUTE);
    phone.server.send_other_codes(OTHER);
    phone.server.next(&[Fate::AnswerLost]);
    assert_eq!(phone.request(CodePurpose::Register).await, Err(AppError::Offline));
    assert_eq!(phone.server.sms().len(), 2);
    phone
}

#[tokio::test]
async fn whichever_sms_is_read_its_code_is_right() {
    for code in [RIGHT, OTHER] {
        let phone = asked_again_unheard().await;
        assert!(phone.check(code).await.unwrap().checked, "{code}");
        phone.register(super::PASSWORD).await.unwrap();
        assert_eq!(phone.server.sms().len(), 2, "{code}");
    }
    for over in [ErrorCode::CodeExpired, ErrorCode::CodeExhausted] {
        let phone = asked_again_unheard().await;
        phone.server.end_first_code(over);
        assert!(phone.check(OTHER).await.unwrap().checked, "{over:?}");
    }
}

#[tokio::test]
async fn a_code_that_is_neither_is_wrong_and_the_newest_is_the_one_from_then_on() {
    let phone = asked_again_unheard().await;
    assert_eq!(phone.check("000000").await, Err(AppError::CodeWrong { tries_left: Some(4) }));
    phone.server.calls();
    phone.check(OTHER).await.unwrap();
    assert_eq!((phone.server.calls(), phone.server.sms().len()), (1, 2));
    // Not known which it is: nothing is told that may be untrue.
    let phone = asked_again_unheard().await;
    phone.server.next(&[Fate::Arrives, Fate::NeverLeaves]);
    assert_eq!(phone.check(OTHER).await, Err(AppError::Offline));
    phone.check(OTHER).await.unwrap();
}

#[tokio::test]
async fn a_number_that_no_code_came_to_is_not_kept_for_longer_than_one_that_it_did() {
    for jump in [59 * MINUTE, -59 * MINUTE, 61 * MINUTE, YEAR, -YEAR] {
        let phone = Phone::new().await;
        phone.server.next(&[Fate::AnswerLost]);
        phone.request(CodePurpose::Register).await.unwrap_err();
        phone.wait(jump);
        assert_eq!(pending(&phone).await, None);
        let kept = phone.client().inner.store.read(setting::get::<AskedCodeKey>).await.unwrap();
        assert_eq!(kept.is_some(), jump.abs() < 60 * MINUTE, "{jump}");
    }
}

#[tokio::test]
async fn an_answer_to_a_code_that_was_forgotten_meanwhile_brings_nothing_back() {
    let phone = Phone::new().await;
    let client = phone.client();
    phone.server.meanwhile(During::RequestCode, async move { client.forget_code(ForgetCode {}).await.unwrap() });
    assert_eq!(phone.request(CodePurpose::Register).await, Err(AppError::NoCode));
    assert_eq!(pending(&phone).await, None);
}

#[tokio::test]
async fn asked_twice_at_once_it_is_sent_once() {
    let phone = Phone::new().await;
    let client = phone.client();
    phone.server.meanwhile(During::RequestCode, async move {
        let args = RequestCode { purpose: CodePurpose::Register, phone: "+84912345678".to_owned() };
        client.request_code(args).await.unwrap();
    });
    let asked = phone.request(CodePurpose::Register).await;
    assert_eq!(asked.ok(), pending(&phone).await);
    assert_eq!((phone.server.sms().len(), phone.server.calls()), (1, 2));
}

#[tokio::test]
async fn the_code_is_nowhere_on_disk() {
    let phone = Phone::new().await;
    phone.request(CodePurpose::Register).await.unwrap();
    phone.check(RIGHT).await.unwrap();
    assert!(pending(&phone).await.unwrap().checked);
    assert_eq!(super::signing_up::holding(phone.folder.path(), &[b"042137", b"042 137"]), [] as [String; 0]);
    phone.restart().await;
    assert!(!pending(&phone).await.unwrap().checked, "it is entered again");
    phone.check(RIGHT).await.unwrap();
}

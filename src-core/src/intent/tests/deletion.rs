//! Deleting the account, and taking one's data along.

use pakn_api::{
    Timestamp,
    id::{AttachmentId, MediaHash, OpId, ReportId, UserId},
    ipc::{AppError, DeleteAccount, KeepProfileForm, ListDrafts, ListReports, ListSessions, SessionView, SetConsent},
    model::{
        catalogue::{Catalogue, FieldCode, SubjectCode},
        consent::{Consent, ConsentPurpose},
        place::{Place, PlaceSource, Position},
        profile::ProfileForm,
        report::{MediaKind, MediaRef, ReportForm},
        status::ReportStatus,
    },
    wire::ReportView,
};

use super::{PASSWORD, PHONE, Phone, START, server::Fate, signed_in, told};
use crate::pull::pull;
use crate::store::{
    account_outbox::{self, AccountOperation, tests::a_profile},
    attachment,
    outbox::{self, Operation},
    profile, receipt, report,
    setting::{self, AccountKey, DeletionKey},
};

const NOW: Timestamp = Timestamp(START);

fn uuid(n: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(n)
}

pub(super) fn submission(title: &str) -> pakn_api::model::report::Submission {
    let position = Position::new(14.35, 108.0, 9.0).unwrap();
    let form = ReportForm {
        field: FieldCode::parse("moi-truong").ok(),
        subject: SubjectCode::parse("xa-rac").ok(),
        title: title.to_owned(),
        content: "Đổ rác bên đường.".to_owned(),
        happened_at: Some(NOW),
        place: Some(Place { position, source: PlaceSource::Device, taken_at: NOW }),
        anonymous: true,
        truth_confirmed: true,
        ..ReportForm::default()
    };
    form.check(&Catalogue::builtin(), &[], NOW).unwrap()
}

fn picture(tx: &rusqlite::Transaction<'_>, n: u128, of: ReportId) -> crate::store::Result<()> {
    let id = AttachmentId::from_uuid(uuid(n));
    let medium = MediaRef {
        sha256: MediaHash::from_digest([7; 32]),
        bytes: 9,
        kind: MediaKind::Jpeg,
        width: 3,
        height: 2,
        duration_ms: None,
    };
    attachment::insert(tx, id, of, "ảnh.jpg", 9)?;
    attachment::mark_ready(tx, id, &medium, None).map(drop)
}

/// Beside the account: a waiting report with a picture, one that may have arrived, one of somebody else's, and a sent
/// one with its receipt and picture.
async fn with_reports() -> (Phone, UserId) {
    let phone = Phone::registered().await;
    let user_id = phone.client().inner.store.read(setting::get::<AccountKey>).await.unwrap().unwrap().user_id;
    let other = UserId::from_uuid(uuid(900));
    let fill = move |tx: &rusqlite::Transaction<'_>| {
        for (n, title, whose) in
            [(101_u128, "Chưa gửi", user_id), (102, "Có thể đã đến", user_id), (103, "Của người khác", other)]
        {
            let report_id = ReportId::from_uuid(uuid(n));
            let operation = Operation::CreateReport { submission: submission(title) };
            let seq = outbox::insert(tx, OpId::from_uuid(uuid(n)), report_id, Some(whose), &operation, NOW)?;
            picture(tx, n, report_id)?;
            if n == 102 {
                outbox::count_attempt(tx, seq)?;
            }
        }
        for (n, whose) in [(104, user_id), (105, other)] {
            let report_id = ReportId::from_uuid(uuid(n));
            let view = ReportView {
                report_id,
                revision: 1,
                status: ReportStatus::Received,
                received_at: NOW,
                due_at: None,
                submission: submission("Đã gửi"),
                timeline: Vec::new(),
            };
            report::put(tx, whose, &view)?;
            receipt::put(tx, whose, report_id, &receipt::Kept { received_at: NOW, files: 1, signed: "e30.e30.AA".to_owned() })?;
            picture(tx, n, report_id)?;
        }
        Ok(())
    };
    phone.client().inner.store.write(fill).await.unwrap();
    phone.client().set_consent(SetConsent { purpose: ConsentPurpose::Location, given: true }).await.unwrap();
    let form = ProfileForm { full_name: "Y Thử".to_owned(), ..ProfileForm::default() };
    phone.client().keep_profile_form(KeepProfileForm { form }).await.unwrap();
    (phone, user_id)
}

async fn delete(phone: &Phone, password: &str) -> Result<SessionView, AppError> {
    told(phone.client().delete_account(DeleteAccount { password: password.to_owned() }).await)
}

/// Rows of each table, without the settings.
async fn rows(phone: &Phone) -> Vec<(&'static str, i64)> {
    let count = |db: &rusqlite::Connection| {
        ["draft", "outbox", "attachment", "report", "receipt"]
            .into_iter()
            .map(|table| Ok((table, db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))?)))
            .collect()
    };
    phone.client().inner.store.read(count).await.unwrap()
}

const BEFORE: [(&str, i64); 5] = [("draft", 0), ("outbox", 4), ("attachment", 5), ("report", 2), ("receipt", 2)];
const AFTER: [(&str, i64); 5] = [("draft", 2), ("outbox", 1), ("attachment", 4), ("report", 1), ("receipt", 1)];

async fn gone(phone: &Phone, user_id: UserId) {
    let kept = move |db: &rusqlite::Connection| {
        let sql = "SELECT count(*) FROM setting WHERE name LIKE '%' || ?1 || '%' OR value LIKE '%' || ?1 || '%'";
        Ok(db.query_row(sql, [user_id.to_string()], |row| row.get::<_, i64>(0))?)
    };
    assert_eq!(phone.client().inner.store.read(kept).await.unwrap(), 0, "settings of the account");
    assert_eq!(rows(phone).await, AFTER);
    assert_eq!(phone.session().await, SessionView::SignedOut);
    assert!(!phone.folder.path().join("token").exists());
    assert!(phone.client().list_reports(ListReports {}).await.unwrap().is_empty());
    phone.restart().await;
    assert_eq!(phone.session().await, SessionView::SignedOut);
}

#[tokio::test]
async fn what_is_the_accounts_goes_and_what_was_not_sent_is_a_draft_again() {
    let (phone, user_id) = with_reports().await;
    assert_eq!(rows(&phone).await, BEFORE);
    assert_eq!(delete(&phone, PASSWORD).await, Ok(SessionView::SignedOut));
    assert_eq!(phone.server.accounts(), 0);
    let drafts = phone.client().list_drafts(ListDrafts {}).await.unwrap();
    let mut seen: Vec<_> = drafts.iter().map(|d| (d.title.as_str(), d.photos, d.cover)).collect();
    seen.sort_unstable();
    let cover = |n| Some(AttachmentId::from_uuid(uuid(n)));
    assert_eq!(seen, [("Chưa gửi", 1, cover(101)), ("Có thể đã đến", 1, cover(102))]);
    let id = |title: &str| drafts.iter().find(|d| d.title == title).unwrap().report_id;
    assert_eq!(id("Chưa gửi"), ReportId::from_uuid(uuid(101)));
    assert_ne!(id("Có thể đã đến"), ReportId::from_uuid(uuid(102)), "that one may be an agency's");
    gone(&phone, user_id).await;
    assert_eq!(delete(&phone, PASSWORD).await, Err(AppError::SignedOut), "there is none");
}

#[tokio::test]
async fn without_an_answer_or_with_a_wrong_password_nothing_changes() {
    let (phone, _) = with_reports().await;
    phone.server.next(&[Fate::NeverLeaves]);
    assert_eq!(delete(&phone, PASSWORD).await, Err(AppError::Offline));
    assert_eq!(delete(&phone, "sai mật khẩu").await, Err(AppError::BadCredentials));
    assert_eq!((rows(&phone).await, phone.session().await), (BEFORE.to_vec(), signed_in()));
    // That it was asked for is no reason to believe it done.
    phone.server.end_sessions();
    assert_eq!(delete(&phone, "sai mật khẩu").await, Err(AppError::BadCredentials));
    assert_eq!((rows(&phone).await, phone.server.accounts()), (BEFORE.to_vec(), 1));
}

#[tokio::test]
async fn a_deletion_whose_answer_was_lost_is_found_out() {
    for restarted in [false, true] {
        let (phone, user_id) = with_reports().await;
        phone.server.next(&[Fate::AnswerLost, Fate::NeverLeaves]);
        assert_eq!(delete(&phone, PASSWORD).await, Err(AppError::Offline), "asked again at once, nothing was heard");
        assert_eq!((phone.server.accounts(), rows(&phone).await), (0, BEFORE.to_vec()));
        if restarted {
            phone.restart().await;
        }
        // Whatever else is asked meanwhile learns that the session is over.
        phone.client().list_sessions(ListSessions {}).await.unwrap_err();
        phone.server.next(&[Fate::NeverLeaves]);
        assert_eq!(delete(&phone, PASSWORD).await, Err(AppError::Offline));
        assert_eq!(delete(&phone, PASSWORD).await, Ok(SessionView::SignedOut), "{restarted}");
        gone(&phone, user_id).await;
    }
}

#[tokio::test]
async fn a_lost_answer_is_mostly_found_out_at_once() {
    let (phone, user_id) = with_reports().await;
    phone.server.next(&[Fate::AnswerLost]);
    assert_eq!(delete(&phone, PASSWORD).await, Ok(SessionView::SignedOut));
    gone(&phone, user_id).await;
}

#[tokio::test]
async fn a_session_ended_elsewhere_is_not_taken_for_a_deletion() {
    let (phone, user_id) = with_reports().await;
    phone.server.end_sessions();
    // Number and password are enough, whatever becomes of the answer.
    phone.server.next(&[Fate::Arrives, Fate::Arrives, Fate::AnswerLost]);
    assert_eq!(delete(&phone, PASSWORD).await, Err(AppError::Offline));
    assert_eq!((phone.server.accounts(), rows(&phone).await), (0, BEFORE.to_vec()));
    assert_eq!(delete(&phone, PASSWORD).await, Ok(SessionView::SignedOut));
    gone(&phone, user_id).await;
}

#[tokio::test]
async fn an_account_that_is_heard_of_again_was_not_deleted() {
    let asked_for = async |phone: &Phone| phone.client().inner.store.read(setting::get::<DeletionKey>).await.unwrap();
    let (phone, user_id) = with_reports().await;
    phone.server.next(&[Fate::NeverArrives, Fate::NeverArrives]);
    assert_eq!(delete(&phone, PASSWORD).await, Err(AppError::Offline));
    pull(&phone.client().inner).await;
    assert_eq!(asked_for(&phone).await, Some(user_id), "it may still arrive");
    // Days later.
    phone.restart().await;
    pull(&phone.client().inner).await;
    assert_eq!(asked_for(&phone).await, None);
    phone.server.end_sessions();
    assert_eq!(delete(&phone, "mật khẩu cũ").await, Err(AppError::BadCredentials));
    assert_eq!((phone.server.accounts(), rows(&phone).await), (1, BEFORE.to_vec()));
    assert_eq!(delete(&phone, PASSWORD).await, Ok(SessionView::SignedOut));
    assert_eq!(phone.server.accounts(), 0);
    // Done, with nothing heard: no answer says that the account is there.
    let (phone, user_id) = with_reports().await;
    phone.server.next(&[Fate::AnswerLost, Fate::NeverLeaves]);
    delete(&phone, PASSWORD).await.unwrap_err();
    phone.restart().await;
    pull(&phone.client().inner).await;
    assert_eq!(asked_for(&phone).await, Some(user_id));
    assert_eq!(delete(&phone, PASSWORD).await, Ok(SessionView::SignedOut));
}

#[tokio::test]
async fn a_newer_account_of_the_number_stays() {
    let (phone, user_id) = with_reports().await;
    phone.server.next(&[Fate::AnswerLost, Fate::NeverLeaves]);
    delete(&phone, PASSWORD).await.unwrap_err();
    phone.server.make_anew(PHONE, PASSWORD);
    assert_eq!(delete(&phone, PASSWORD).await, Ok(SessionView::SignedOut));
    assert_eq!((phone.server.accounts(), phone.server.sessions()), (1, 0));
    gone(&phone, user_id).await;
}

#[tokio::test]
async fn an_export_holds_what_is_here_and_what_is_there_and_no_secret() {
    let (phone, user_id) = with_reports().await;
    let theirs = AccountOperation::RecordConsent {
        consent: Consent { purpose: ConsentPurpose::Notifications, given: true, text_version: 1, at: NOW },
    };
    let mine = a_profile("7 Hẻm 12", "");
    let waiting = move |tx: &rusqlite::Transaction<'_>| {
        account_outbox::insert(tx, OpId::from_uuid(uuid(200)), UserId::from_uuid(uuid(900)), &theirs, NOW)?;
        profile::enqueue(tx, OpId::from_uuid(uuid(201)), user_id, mine, NOW)?;
        let row = account_outbox::profiles(tx, user_id)?.remove(0);
        account_outbox::park(tx, &row, &account_outbox::AccountParked::TooManyAttempts)
    };
    phone.client().inner.store.write(waiting).await.unwrap();
    let (name, bytes) = phone.client().export().await.unwrap();
    assert_eq!(name, "kontums-2025-11-24.json");
    let read: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(read.pointer("/server/user_id").unwrap(), &serde_json::json!(user_id));
    let waiting = read.pointer("/device/waiting").unwrap().as_array().unwrap();
    assert_eq!(waiting.len(), 2, "what is somebody else's is not in it");
    assert_eq!(read.pointer("/device/profile_form/full_name").unwrap(), &serde_json::json!("Y Thử"));
    assert_eq!(read.pointer("/device/consents/0/purpose").unwrap(), &serde_json::json!("location"));
    let said = read.pointer("/device/waiting_of_account").unwrap().as_array().unwrap();
    let of_account = |path: &str| said.iter().filter_map(|row| row.pointer(path)?.as_str()).collect::<Vec<_>>();
    assert_eq!(of_account("/profile/address/street"), ["7 Hẻm 12"]);
    assert_eq!(of_account("/parked/reason"), ["too_many_attempts"]);
    assert!(of_account("/consent/purpose").contains(&"location") && !of_account("/consent/purpose").contains(&"notifications"));
    let hash = MediaHash::from_digest([7; 32]).to_string();
    assert_eq!(waiting.first().unwrap().pointer("/pictures/0/sha256").unwrap(), &serde_json::json!(hash));
    let text = String::from_utf8(bytes).unwrap();
    assert!(!text.contains("of-a-session") && !text.contains("Của người khác"));
}

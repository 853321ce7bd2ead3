//! Answers that come when whoever they are about has left, or has come back since.

use std::sync::Arc;

use pakn_api::{
    Timestamp,
    id::{OpId, ReportId, UserId},
    ipc::{DeleteAccount, KeepProfileForm, SetConsent, SignIn, SignOut},
    model::{
        consent::{Consent, ConsentPurpose},
        profile::{Profile, ProfileForm},
        status::ReportStatus,
    },
    wire::ReportView,
};
use rusqlite::Connection;

use super::{
    PASSWORD, PHONE, Phone, START,
    deletion::submission,
    server::{During, Fate},
    signing_up::holding,
};
use crate::{
    outbox::account,
    pull::pull,
    store::{
        account_outbox::{self, tests::a_profile},
        consent, profile,
        setting::{self, AccountKey},
    },
    sync::state::Outcome,
};

const NOW: Timestamp = Timestamp(START);
const STREET: &str = "Ngõ Nhỏ Cuối Làng";
const NUMBER: &str = "062190000123";

fn uuid(n: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(n)
}

async fn user(phone: &Phone) -> UserId {
    phone.client().inner.store.read(setting::get::<AccountKey>).await.unwrap().unwrap().user_id
}

/// Signed in, with a profile that another device has put and one report that it has sent.
async fn a_phone() -> (Phone, UserId) {
    let phone = Phone::registered().await;
    let user_id = user(&phone).await;
    phone.server.change_profile(PHONE, a_profile(STREET, ""));
    let report = ReportView {
        report_id: ReportId::from_uuid(uuid(100)),
        revision: 1,
        status: ReportStatus::Accepted,
        received_at: NOW,
        due_at: None,
        submission: submission("Gửi từ máy khác"),
        timeline: Vec::new(),
    };
    phone.server.have_report(PHONE, report);
    (phone, user_id)
}

/// What leaving is, each way.
#[derive(Clone, Copy, Debug)]
enum Leaving {
    SigningOut,
    Deleting,
}

async fn leave(client: crate::Client, how: Leaving) {
    match how {
        Leaving::SigningOut => drop(client.sign_out(SignOut {}).await.unwrap()),
        Leaving::Deleting => drop(client.delete_account(DeleteAccount { password: PASSWORD.to_owned() }).await.unwrap()),
    }
}

/// Rows that the mirror has, and whether any setting names the account.
async fn left(phone: &Phone, user_id: UserId) -> (u32, u32) {
    let count = move |db: &Connection| {
        let reports = db.query_row("SELECT count(*) FROM report", [], |row| row.get(0))?;
        let named = "SELECT count(*) FROM setting WHERE name LIKE '%' || ?1 || '%' OR value LIKE '%' || ?1 || '%'";
        Ok((reports, db.query_row(named, [user_id.to_string()], |row| row.get(0))?))
    };
    phone.client().inner.store.read(count).await.unwrap()
}

#[tokio::test]
async fn what_is_answered_after_somebody_has_left_is_not_kept() {
    for how in [Leaving::SigningOut, Leaving::Deleting] {
        for during in [During::Changes, During::Profile] {
            let (phone, user_id) = a_phone().await;
            phone.server.meanwhile(during, leave(phone.client(), how));
            pull(&phone.client().inner).await;
            // The news that came before are the account's, and stay with its reports unless it is gone.
            let stays = u32::from(matches!((how, during), (Leaving::SigningOut, During::Profile)));
            assert_eq!(left(&phone, user_id).await, (stays, stays), "{how:?} {during:?}");
            assert_eq!(holding(phone.folder.path(), &[STREET.as_bytes()]), [] as [String; 0], "{how:?} {during:?}");
        }
    }
}

/// Puts what was saved last.
async fn send(phone: &Phone, user_id: UserId) -> Outcome {
    let (client, session) = (phone.client(), phone.client().inner.session().unwrap());
    let row = client.inner.store.read(move |db| account_outbox::next(db, user_id)).await.unwrap().unwrap();
    account::send(&client.inner, session, row).await
}

async fn save(phone: &Phone, n: u128, profile: Profile) {
    let user_id = user(phone).await;
    let save = move |tx: &rusqlite::Transaction<'_>| profile::enqueue(tx, OpId::from_uuid(uuid(n)), user_id, profile, NOW);
    phone.client().inner.store.write(save).await.unwrap();
}

#[tokio::test]
async fn what_was_under_way_when_somebody_left_goes_once_it_has_arrived() {
    let (phone, user_id) = a_phone().await;
    save(&phone, 1, a_profile(STREET, "")).await;
    phone.server.next(&[Fate::NeverLeaves]);
    assert_eq!(send(&phone, user_id).await, Outcome::Offline);
    phone.server.meanwhile(During::PutProfile, leave(phone.client(), Leaving::SigningOut));
    assert_eq!(send(&phone, user_id).await, Outcome::Answered);
    assert_eq!(left(&phone, user_id).await, (0, 0));
    assert_eq!(holding(phone.folder.path(), &[STREET.as_bytes()]), [] as [String; 0]);
}

async fn type_a_number(phone: &Phone) {
    let form = ProfileForm { identity_number: NUMBER.to_owned(), ..ProfileForm::default() };
    phone.client().keep_profile_form(KeepProfileForm { form }).await.unwrap();
}

#[tokio::test]
async fn of_an_account_that_is_no_more_no_file_tells_who_it_was() {
    let (phone, _) = a_phone().await;
    pull(&phone.client().inner).await;
    type_a_number(&phone).await;
    let secrets = [STREET.as_bytes(), NUMBER.as_bytes()];
    assert!(!holding(phone.folder.path(), &secrets).is_empty());
    leave(phone.client(), Leaving::Deleting).await;
    assert_eq!(holding(phone.folder.path(), &secrets), [] as [String; 0]);
}

#[tokio::test]
async fn what_has_not_left_stays_for_its_owner_and_what_was_only_typed_does_not() {
    let (phone, user_id) = a_phone().await;
    pull(&phone.client().inner).await;
    phone.client().set_consent(SetConsent { purpose: ConsentPurpose::Location, given: false }).await.unwrap();
    type_a_number(&phone).await;
    leave(phone.client(), Leaving::SigningOut).await;
    assert_eq!(holding(phone.folder.path(), &[STREET.as_bytes(), NUMBER.as_bytes()]), [] as [String; 0]);
    let rows = phone.client().inner.store.read(move |db| account_outbox::list(db, user_id)).await.unwrap();
    assert_eq!(rows.len(), 1, "a consent that was taken back is not forgotten");
    sign_in(phone.client()).await;
    let said = move |db: &Connection| consent::said(db, Some(user_id), ConsentPurpose::Location);
    assert!(phone.client().inner.store.read(said).await.unwrap().is_some_and(|consent: Consent| !consent.given));
}

async fn sign_in(client: crate::Client) {
    client.sign_in(SignIn { phone: PHONE.to_owned(), password: PASSWORD.to_owned() }).await.unwrap();
}

#[tokio::test]
async fn an_answer_to_an_earlier_sign_in_does_not_undo_what_the_later_one_brought() {
    let (phone, user_id) = a_phone().await;
    let (client, server) = (phone.client(), Arc::clone(&phone.server));
    phone.server.meanwhile(During::Profile, async move {
        server.change_profile(PHONE, a_profile("5 Lê Lợi", ""));
        sign_in(client).await;
    });
    pull(&phone.client().inner).await;
    let stored = phone.client().inner.store.read(move |db| profile::stored(db, user_id)).await.unwrap();
    assert_eq!((stored.revision, stored.profile), (2, Some(a_profile("5 Lê Lợi", ""))));
    assert_eq!(phone.client().inner.profile_checked(), None, "it is asked for again");
    pull(&phone.client().inner).await;
    assert!(phone.client().inner.profile_checked().is_some());
}

#[tokio::test]
async fn what_became_doubtful_while_it_was_asked_for_is_asked_for_again() {
    let (phone, _) = a_phone().await;
    let client = phone.client();
    phone.server.meanwhile(During::Profile, async move { client.inner.profile_is_stale() });
    pull(&phone.client().inner).await;
    assert_eq!(phone.client().inner.profile_checked(), None);
}

#[tokio::test]
async fn what_was_heard_while_signing_in_again_counts() {
    let (phone, user_id) = a_phone().await;
    let agree = async |given| {
        phone.client().set_consent(SetConsent { purpose: ConsentPurpose::Reports, given }).await.unwrap();
    };
    agree(true).await;
    assert_eq!(send(&phone, user_id).await, Outcome::Answered);
    agree(false).await;
    let row = phone.client().inner.store.read(move |db| account_outbox::next(db, user_id)).await.unwrap().unwrap();
    let (client, session) = (phone.client(), phone.client().inner.session().unwrap());
    phone.server.meanwhile(During::SignIn, async move {
        assert_eq!(account::send(&client.inner, session, row).await, Outcome::Answered);
    });
    sign_in(phone.client()).await;
    let given = move |db: &Connection| consent::is_given(db, Some(user_id), ConsentPurpose::Reports);
    assert!(!phone.client().inner.store.read(given).await.unwrap());
}

#[tokio::test]
async fn what_was_heard_between_signing_out_and_in_again_counts() {
    let (phone, user_id) = a_phone().await;
    pull(&phone.client().inner).await;
    let agree = async |given| {
        phone.client().set_consent(SetConsent { purpose: ConsentPurpose::Reports, given }).await.unwrap();
    };
    agree(true).await;
    assert_eq!(send(&phone, user_id).await, Outcome::Answered);
    save(&phone, 1, a_profile("5 Lê Lợi", "")).await;
    agree(false).await;
    let inner = Arc::clone(&phone.client().inner);
    let session = inner.session().unwrap();
    inner.end_session().await.unwrap();
    phone.server.meanwhile(During::SignIn, async move {
        while let Some(row) = inner.store.read(move |db| account_outbox::next(db, user_id)).await.unwrap() {
            assert_eq!(account::send(&inner, session.clone(), row).await, Outcome::Answered);
        }
    });
    sign_in(phone.client()).await;
    let known = move |db: &Connection| {
        Ok((profile::stored(db, user_id)?.profile, consent::is_given(db, Some(user_id), ConsentPurpose::Reports)?))
    };
    assert_eq!(phone.client().inner.store.read(known).await.unwrap(), (Some(a_profile("5 Lê Lợi", "")), false));
}

#[tokio::test]
async fn what_was_heard_of_somebody_else_while_signing_in_is_forgotten() {
    let (phone, user_id) = a_phone().await;
    save(&phone, 1, a_profile(STREET, "")).await;
    let inner = Arc::clone(&phone.client().inner);
    let session = inner.session().unwrap();
    inner.end_session().await.unwrap();
    let (answering, asked) = (Arc::clone(&inner), inner.ask_for_session());
    let row = inner.store.read(move |db| account_outbox::next(db, user_id)).await.unwrap().unwrap();
    assert_eq!(account::send(&answering, session, row).await, Outcome::Answered);
    drop(asked);
    assert_eq!(inner.ask_for_session().since(user_id).left, None);
    assert_eq!(left(&phone, user_id).await, (0, 0));
    assert_eq!(holding(phone.folder.path(), &[STREET.as_bytes()]), [] as [String; 0]);
}

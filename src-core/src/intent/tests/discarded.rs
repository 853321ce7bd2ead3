//! Drafts put aside: what is still theirs, until when, and who may take them back.

use pakn_api::{
    id::ReportId,
    ipc::{
        AttachBegin, AttachChunk, CreateDraft, DeleteAccount, DiscardDraft, GetDraft, ListDiscarded, ListDrafts, RestoreDraft,
        SaveDraft, SignOut, Submit,
    },
    model::{jurisdiction::Jurisdiction, report::ReportForm},
};

use super::{MINUTE, Phone};
use crate::{
    Client, Error,
    store::setting::{self, JurisdictionKey, Tagged},
};

const HOUR: i64 = 60 * MINUTE;

/// A draft with a title and a picture on its way.
async fn a_draft(client: &Client, title: &str) -> ReportId {
    let draft = client.create_draft(CreateDraft { field: None }).await.unwrap();
    let (report_id, form) = (draft.report_id, ReportForm { title: title.to_owned(), ..draft.form });
    client.save_draft(SaveDraft { report_id, form }).await.unwrap();
    report_id
}

/// A picture that is all there, though it can't be prepared.
async fn a_picture(phone: &Phone, report_id: ReportId) {
    let client = phone.client();
    let begin = AttachBegin { report_id, name: "a.jpg".to_owned(), bytes: 3 };
    let attachment_id = client.attach_begin(begin).await.unwrap();
    client.attach_chunk(AttachChunk { attachment_id, offset: 0, base64: "AAAA".to_owned() }).await.unwrap();
    phone.client().inner.store.write(move |tx| crate::store::attachment::mark_original(tx, attachment_id)).await.unwrap();
}

fn spooled(phone: &Phone) -> usize {
    std::fs::read_dir(phone.folder.path().join("incoming")).unwrap().count()
}

async fn titles(phone: &Phone) -> (Vec<String>, Vec<String>) {
    let client = phone.client();
    let drafts = client.list_drafts(ListDrafts {}).await.unwrap();
    let discarded = client.list_discarded(ListDiscarded {}).await.unwrap();
    let titles = |list: Vec<pakn_api::ipc::DraftSummary>| list.into_iter().map(|draft| draft.title).collect();
    (titles(drafts), titles(discarded))
}

fn of(drafts: &[&str], discarded: &[&str]) -> (Vec<String>, Vec<String>) {
    let owned = |list: &[&str]| list.iter().map(|title| (*title).to_owned()).collect();
    (owned(drafts), owned(discarded))
}

#[tokio::test]
async fn what_is_put_aside_is_no_draft_until_it_is_taken_back() {
    let phone = Phone::new().await;
    let client = phone.client();
    let report_id = a_draft(&client, "Cây đổ").await;
    a_picture(&phone, report_id).await;
    client.discard_draft(DiscardDraft { report_id }).await.unwrap();
    assert_eq!(titles(&phone).await, of(&[], &["Cây đổ"]));
    assert!(matches!(client.get_draft(GetDraft { report_id }).await, Err(Error::NotFound)));
    let form = ReportForm { title: "mới".to_owned(), ..ReportForm::default() };
    assert!(matches!(client.save_draft(SaveDraft { report_id, form }).await, Err(Error::NotFound)));
    assert!(matches!(client.submit(Submit { report_id }).await, Err(Error::NotFound)));
    let another = AttachBegin { report_id, name: "b.jpg".to_owned(), bytes: 3 };
    assert!(matches!(client.attach_begin(another).await, Err(Error::NotFound)));
    assert!(matches!(client.discard_draft(DiscardDraft { report_id }).await, Err(Error::NotFound)));

    client.restore_draft(RestoreDraft { report_id }).await.unwrap();
    client.restore_draft(RestoreDraft { report_id }).await.unwrap();
    assert_eq!(titles(&phone).await, of(&["Cây đổ"], &[]));
    let draft = client.get_draft(GetDraft { report_id }).await.unwrap();
    assert_eq!((draft.form.title.as_str(), draft.attachments.len(), spooled(&phone)), ("Cây đổ", 1, 1));
}

#[tokio::test]
async fn it_outlives_a_restart_and_goes_a_day_later_with_its_files() {
    let phone = Phone::new().await;
    let (older, newer) = (a_draft(&phone.client(), "Cây đổ").await, a_draft(&phone.client(), "Ổ gà").await);
    a_picture(&phone, older).await;
    phone.client().discard_draft(DiscardDraft { report_id: older }).await.unwrap();
    phone.wait(23 * HOUR);
    phone.client().discard_draft(DiscardDraft { report_id: newer }).await.unwrap();
    assert_eq!(titles(&phone).await, of(&[], &["Ổ gà", "Cây đổ"]), "the last first");
    phone.restart().await;
    assert_eq!(titles(&phone).await, of(&[], &["Ổ gà", "Cây đổ"]));

    phone.wait(HOUR);
    phone.restart().await;
    assert_eq!((titles(&phone).await, spooled(&phone)), (of(&[], &["Ổ gà"]), 0), "its day is over");
    assert!(matches!(phone.client().restore_draft(RestoreDraft { report_id: older }).await, Err(Error::NotFound)));

    let last = a_draft(&phone.client(), "Đèn hỏng").await;
    phone.wait(23 * HOUR);
    phone.client().discard_draft(DiscardDraft { report_id: last }).await.unwrap();
    assert_eq!(titles(&phone).await, of(&[], &["Đèn hỏng"]), "without a restart, at the next one put aside");
}

#[tokio::test]
async fn a_clock_that_was_ahead_keeps_it_no_longer_than_a_day() {
    let phone = Phone::new().await;
    phone.wait(1_000 * HOUR);
    let report_id = a_draft(&phone.client(), "Cây đổ").await;
    phone.client().discard_draft(DiscardDraft { report_id }).await.unwrap();
    phone.wait(-1_000 * HOUR);
    phone.restart().await;
    assert_eq!(titles(&phone).await, of(&[], &["Cây đổ"]));
    phone.wait(25 * HOUR);
    phone.restart().await;
    assert_eq!(titles(&phone).await, of(&[], &[]));
}

#[tokio::test]
async fn whoever_comes_after_a_sign_out_finds_drafts_but_nothing_thrown_away() {
    let phone = Phone::registered().await;
    let (kept, thrown) = (a_draft(&phone.client(), "Cây đổ").await, a_draft(&phone.client(), "Ổ gà").await);
    a_picture(&phone, thrown).await;
    phone.client().discard_draft(DiscardDraft { report_id: thrown }).await.unwrap();
    phone.client().sign_out(SignOut {}).await.unwrap();
    assert_eq!((titles(&phone).await, spooled(&phone)), (of(&["Cây đổ"], &[]), 0));
    assert!(phone.client().get_draft(GetDraft { report_id: kept }).await.is_ok());
}

#[tokio::test]
async fn whoever_leaves_leaves_only_drafts_that_anything_may_still_come_for() {
    let phone = Phone::registered().await;
    let (kept, thrown) = (a_draft(&phone.client(), "Cây đổ").await, a_draft(&phone.client(), "Ổ gà").await);
    phone.client().discard_draft(DiscardDraft { report_id: thrown }).await.unwrap();
    assert_eq!(phone.client().left_drafts().await.unwrap(), None, "nobody has left");
    phone.client().sign_out(SignOut {}).await.unwrap();
    for _ in 0..2 {
        assert_eq!(phone.client().left_drafts().await.unwrap(), Some(vec![kept]));
        phone.restart().await;
    }
    phone.client().others_are_gone().await.unwrap();
    assert_eq!(phone.client().left_drafts().await.unwrap(), None);
    phone.client().sign_out(SignOut {}).await.unwrap();
    assert_eq!(phone.client().left_drafts().await.unwrap(), None, "there was nobody");
}

#[tokio::test]
async fn whoever_deletes_their_account_has_left_too() {
    let phone = Phone::registered().await;
    let kept = a_draft(&phone.client(), "Cây đổ").await;
    phone.client().delete_account(DeleteAccount { password: super::PASSWORD.to_owned() }).await.unwrap();
    assert_eq!(phone.client().left_drafts().await.unwrap(), Some(vec![kept]));
}

#[tokio::test]
async fn a_draft_with_nothing_in_it_goes_at_once() {
    let phone = Phone::new().await;
    let draft = phone.client().create_draft(CreateDraft { field: None }).await.unwrap();
    phone.client().discard_draft(DiscardDraft { report_id: draft.report_id }).await.unwrap();
    assert_eq!(titles(&phone).await, of(&[], &[]));
    let draft = phone.client().create_draft(CreateDraft { field: None }).await.unwrap();
    a_picture(&phone, draft.report_id).await;
    phone.client().discard_draft(DiscardDraft { report_id: draft.report_id }).await.unwrap();
    assert_eq!(titles(&phone).await.1.len(), 1, "a picture is something");
}

#[tokio::test]
async fn a_new_draft_hides_its_sender_where_the_jurisdiction_says_so() {
    let phone = Phone::new().await;
    let draft = phone.client().create_draft(CreateDraft { field: None }).await.unwrap();
    assert!(!draft.form.anonymous);
    let value = Jurisdiction { anonymous_by_default: true, ..Jurisdiction::builtin() };
    let keep = move |tx: &rusqlite::Transaction<'_>| setting::set::<JurisdictionKey>(tx, &Tagged { etag: None, value });
    phone.client().inner.store.write(keep).await.unwrap();
    let draft = phone.client().create_draft(CreateDraft { field: None }).await.unwrap();
    assert!(draft.form.anonymous);
    let kept = phone.client().get_draft(GetDraft { report_id: draft.report_id }).await.unwrap();
    assert!(kept.form.anonymous);
}

//! Reports of others: shown from what is here, asked for by the way, followed instead of sending another.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use bytes::Bytes;
use pakn_api::{
    ErrorCode, Timestamp,
    id::{MediaHash, ReportId},
    ipc::{
        AppError, Change, CreateDraft, FollowInstead, GetDraft, ListDiscarded, ListDrafts, ListFollowed, ListSimilar, Missing,
        SaveDraft, SignIn, SignOut, SimilarView, Unfollow,
    },
    model::{
        catalogue::FieldCode,
        place::{Place, PlaceSource},
        report::ReportForm,
        status::ReportStatus,
    },
    wire::{Problem, PublicReport},
};
use sha2::{Digest, Sha256};

use super::{MINUTE, PASSWORD, PHONE, Phone, START, server::During, told};
use crate::{
    media::previews::Of,
    outbox::account,
    pull::{PAGES, pull},
    remote::RemoteError,
    store::{
        account_outbox,
        public_report::{
            self,
            tests::{a_public_report, here, id, moi_truong},
        },
        setting::{self, AccountKey, PublicFeedKey},
    },
    sync::state::Outcome,
};

/// The picture of every public report here.
pub(super) static PICTURE: LazyLock<Bytes> = LazyLock::new(|| {
    let mut jpeg = Vec::new();
    let picture = image::RgbImage::from_pixel(8, 6, image::Rgb([90, 120, 60]));
    picture.write_to(&mut std::io::Cursor::new(&mut jpeg), image::ImageFormat::Jpeg).unwrap();
    jpeg.into()
});

fn with_picture(n: u128, metres: f64) -> PublicReport {
    let mut report = a_public_report(n, metres);
    report.media.iter_mut().for_each(|medium| medium.sha256 = MediaHash::from_digest(Sha256::digest(&*PICTURE).into()));
    report
}

/// A draft of a field at the place of the tests.
async fn draft_of(phone: &Phone, field: &str) -> ReportId {
    let client = phone.client();
    let report_id = client.create_draft(CreateDraft { field: None }).await.unwrap().report_id;
    let place = Place { position: here(), source: PlaceSource::Device, taken_at: Timestamp(START) };
    let form = ReportForm { field: FieldCode::parse(field).ok(), place: Some(place), ..ReportForm::default() };
    client.save_draft(SaveDraft { report_id, form }).await.unwrap();
    report_id
}

async fn draft(phone: &Phone) -> ReportId {
    draft_of(phone, moi_truong().as_str()).await
}

async fn similar(phone: &Phone, report_id: ReportId) -> SimilarView {
    phone.client().list_similar(ListSimilar { report_id }).await.unwrap()
}

fn ids(view: &SimilarView) -> Vec<u128> {
    view.reports.iter().map(|report| report.report_id.uuid().as_u128()).collect()
}

async fn followed(phone: &Phone) -> Vec<u128> {
    let followed = phone.client().list_followed(ListFollowed {}).await.unwrap();
    assert!(followed.iter().all(|report| report.followed && report.distance_m.is_none()));
    followed.iter().map(|report| report.report_id.uuid().as_u128()).collect()
}

/// Waits until the answer about a place has been taken in.
async fn told_of_others(changes: &mut tokio::sync::broadcast::Receiver<Change>) {
    let hear = async { while changes.recv().await.unwrap() != Change::Similar {} };
    tokio::time::timeout(Duration::from_secs(20), hear).await.unwrap();
}

/// Lets the next row of the account leave.
async fn send(phone: &Phone) -> Outcome {
    let (client, session) = (phone.client(), phone.client().inner.session().unwrap());
    let user_id = session.user_id;
    let row = client.inner.store.read(move |db| account_outbox::next(db, user_id)).await.unwrap().unwrap();
    account::send(&client.inner, session, row).await
}

async fn waiting(phone: &Phone) -> usize {
    let count = |db: &rusqlite::Connection| {
        let account = setting::get::<AccountKey>(db)?;
        account.map_or(Ok(0), |account| {
            Ok(account_outbox::list(db, account.user_id)?.iter().filter(|row| row.operation.followed().is_some()).count())
        })
    };
    phone.client().inner.store.read(count).await.unwrap()
}

/// Somebody whose device knows of a report 120 m away.
async fn with_one_near() -> Phone {
    let phone = Phone::registered().await;
    phone.server.show(with_picture(1, 120.0));
    pull(&phone.client().inner).await;
    phone
}

#[tokio::test]
async fn what_is_here_is_shown_at_once_and_the_server_asked_by_the_way() {
    let phone = with_one_near().await;
    let draft = draft(&phone).await;
    phone.server.show(a_public_report(2, 30.0));
    phone.server.show(a_public_report(3, 400.0));
    let mut changes = phone.client().changes();
    let shown = similar(&phone, draft).await;
    assert_eq!((ids(&shown), shown.within_m, shown.fetched_at), (vec![1], 250, Some(Timestamp(START))));
    let one = shown.reports.first().unwrap();
    assert_eq!((one.distance_m.map(f64::round), one.followed), (Some(120.0), false));
    phone.wait(5_000);
    told_of_others(&mut changes).await;
    let shown = similar(&phone, draft).await;
    assert_eq!((ids(&shown), shown.fetched_at), (vec![2, 1], Some(Timestamp(START + 5_000))));
    assert_eq!(phone.server.similar_asked(), 1, "asked again it was not asked again");
}

#[tokio::test]
async fn what_is_withdrawn_while_it_is_asked_about_does_not_come_back() {
    let phone = with_one_near().await;
    let draft = draft(&phone).await;
    let (client, server) = (phone.client(), Arc::clone(&phone.server));
    phone.server.meanwhile(During::Similar, async move {
        server.hide(id(1));
        client.inner.with_public(crate::pull::Public::forget_feed);
        pull(&client.inner).await;
    });
    let mut changes = phone.client().changes();
    assert_eq!(ids(&similar(&phone, draft).await), [1]);
    // By the feed, and once the answer is there.
    told_of_others(&mut changes).await;
    told_of_others(&mut changes).await;
    assert_eq!(public_ids(&phone).await, [] as [u128; 0]);
    assert!(!phone.client().inner.with_public(|public| public.is_asking()), "it is asked again");
}

#[tokio::test]
async fn nothing_is_asked_of_a_field_that_is_nobody_elses_business() {
    let phone = Phone::registered().await;
    let crime = FieldCode::parse("an-ninh-trat-tu").unwrap();
    phone.server.show(PublicReport { field: crime.clone(), ..a_public_report(1, 10.0) });
    pull(&phone.client().inner).await;
    let draft = draft_of(&phone, crime.as_str()).await;
    assert_eq!(similar(&phone, draft).await.reports, []);
    let unplaced = phone.client().create_draft(CreateDraft { field: Some(moi_truong()) }).await.unwrap().report_id;
    assert_eq!(similar(&phone, unplaced).await.reports, []);
    tokio::task::yield_now().await;
    assert_eq!(phone.server.similar_asked(), 0);
    let gone = phone.client().list_similar(ListSimilar { report_id: id(77) }).await;
    assert_eq!(told(gone), Err(AppError::NotFound));
}

#[tokio::test]
async fn without_a_network_what_is_here_stays_and_it_is_asked_again() {
    let phone = with_one_near().await;
    let draft = draft(&phone).await;
    phone.server.fail_public(Some(RemoteError::NotSent));
    for asked in 1..=2 {
        assert_eq!(ids(&similar(&phone, draft).await), [1]);
        let heard = async {
            while phone.client().inner.with_public(|public| public.is_asking()) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), heard).await.unwrap();
        assert_eq!(phone.server.similar_asked(), 1, "{asked}");
    }
    assert_eq!(similar(&phone, draft).await.fetched_at, Some(Timestamp(START)), "as of when it was known");
}

async fn public_ids(phone: &Phone) -> Vec<u128> {
    let read = |db: &rusqlite::Connection| {
        Ok((1..60).filter(|n| public_report::get(db, id(*n)).is_ok_and(|report| report.is_some())).collect())
    };
    phone.client().inner.store.read(read).await.unwrap()
}

/// The feed is looked at again.
fn some_time_passes(phone: &Phone) {
    phone.client().inner.with_public(|public| *public = crate::pull::Public::default());
}

#[tokio::test]
async fn the_feed_is_read_page_by_page_and_on_from_there() {
    let phone = Phone::registered().await;
    (1..=5).for_each(|n| phone.server.show(a_public_report(n, 10.0)));
    pull(&phone.client().inner).await;
    assert_eq!((phone.server.public_asked(), public_ids(&phone).await), (vec![0, 2, 4], vec![1, 2, 3, 4, 5]));
    pull(&phone.client().inner).await;
    assert_eq!(phone.server.public_asked(), [] as [u64; 0], "not at every pull");
    phone.server.show(PublicReport { revision: 2, status: ReportStatus::Closed, ..a_public_report(1, 10.0) });
    phone.server.hide(id(2));
    phone.server.show(a_public_report(6, 10.0));
    some_time_passes(&phone);
    pull(&phone.client().inner).await;
    assert_eq!((phone.server.public_asked(), public_ids(&phone).await), (vec![5], vec![3, 4, 5, 6]));
}

#[tokio::test]
async fn a_long_feed_is_read_in_parts_and_an_unknown_cursor_begins_anew() {
    let phone = Phone::registered().await;
    let long = PAGES * super::server::PUBLIC_PAGE + 3;
    (1..=long).for_each(|n| phone.server.show(a_public_report(n as u128, 10.0)));
    pull(&phone.client().inner).await;
    assert_eq!((phone.server.public_asked().len(), public_ids(&phone).await.len()), (PAGES, PAGES * super::server::PUBLIC_PAGE));
    some_time_passes(&phone);
    pull(&phone.client().inner).await;
    assert_eq!(public_ids(&phone).await.len(), long);
    phone.server.restore_public(vec![a_public_report(50, 10.0)]);
    some_time_passes(&phone);
    pull(&phone.client().inner).await;
    assert_eq!(public_ids(&phone).await, [50]);
    assert_eq!(phone.client().inner.store.read(setting::get::<PublicFeedKey>).await.unwrap().map(|feed| feed.cursor), Some(1));
}

#[tokio::test]
async fn a_server_without_a_feed_is_not_asked_at_every_pull() {
    let phone = Phone::registered().await;
    phone.server.fail_public(Some(RemoteError::Problem { problem: Problem::new(ErrorCode::NotFound, ""), retry_after_ms: None }));
    assert_eq!(pull(&phone.client().inner).await, Outcome::Answered, "the news came all the same");
    pull(&phone.client().inner).await;
    assert_eq!(phone.server.public_asked(), [0]);
    some_time_passes(&phone);
    phone.server.fail_public(Some(RemoteError::Lost));
    pull(&phone.client().inner).await;
    pull(&phone.client().inner).await;
    assert_eq!(phone.server.public_asked(), [0, 0], "one that was not reached is");
}

#[tokio::test]
async fn following_instead_puts_the_draft_away_and_arrives_once_it_can() {
    let phone = with_one_near().await;
    let report_id = draft(&phone).await;
    phone.client().follow_instead(FollowInstead { report_id, follow: id(1) }).await.unwrap();
    assert_eq!(followed(&phone).await, [1]);
    assert_eq!(phone.client().list_drafts(ListDrafts {}).await.unwrap(), []);
    let aside = phone.client().list_discarded(ListDiscarded {}).await.unwrap();
    assert_eq!(aside.iter().map(|draft| draft.report_id).collect::<Vec<_>>(), [report_id], "it can be taken back");
    let next = draft(&phone).await;
    assert_eq!(similar(&phone, next).await.reports.iter().map(|report| report.followed).collect::<Vec<_>>(), [true]);
    phone.server.next(&[super::server::Fate::NeverLeaves, super::server::Fate::AnswerLost]);
    assert_eq!((send(&phone).await, send(&phone).await), (Outcome::Offline, Outcome::Offline));
    assert_eq!((send(&phone).await, waiting(&phone).await), (Outcome::Answered, 0));
    assert_eq!(phone.server.followed(PHONE), [id(1)]);
    some_time_passes(&phone);
    pull(&phone.client().inner).await;
    assert_eq!(followed(&phone).await, [1]);

    phone.client().follow_instead(FollowInstead { report_id: next, follow: id(1) }).await.unwrap();
    assert_eq!(waiting(&phone).await, 0, "it is followed already");
    phone.client().unfollow(Unfollow { report_id: id(1) }).await.unwrap();
    assert_eq!(followed(&phone).await, []);
    assert_eq!(told(phone.client().unfollow(Unfollow { report_id: id(1) }).await), Err(AppError::NotFound));
    some_time_passes(&phone);
    pull(&phone.client().inner).await;
    assert_eq!(followed(&phone).await, [], "the server has not been told yet");
    assert_eq!(send(&phone).await, Outcome::Answered);
    assert_eq!(phone.server.followed(PHONE), []);
}

#[tokio::test]
async fn what_cannot_be_followed_keeps_the_draft() {
    let phone = Phone::new().await;
    phone.server.have_static_data();
    phone.server.show(a_public_report(1, 120.0));
    pull(&phone.client().inner).await;
    let report_id = draft(&phone).await;
    assert_eq!(ids(&similar(&phone, report_id).await), [1], "nobody has to be signed in to see it");
    let instead = async |follow| told(phone.client().follow_instead(FollowInstead { report_id, follow }).await);
    assert_eq!(instead(id(1)).await, Err(AppError::NotAllowedYet { missing: vec![Missing::Account] }));

    let phone = with_one_near().await;
    let report_id = draft(&phone).await;
    let instead = async |follow| told(phone.client().follow_instead(FollowInstead { report_id, follow }).await);
    assert_eq!(instead(id(9)).await, Err(AppError::NotFound));
    assert!(phone.client().get_draft(GetDraft { report_id }).await.is_ok());
    phone.client().follow_instead(FollowInstead { report_id: id(9), follow: id(1) }).await.unwrap_err();
    assert_eq!((followed(&phone).await, waiting(&phone).await), (Vec::new(), 0));
}

#[tokio::test]
async fn a_refused_follow_is_none() {
    let phone = with_one_near().await;
    let report_id = draft(&phone).await;
    phone.client().follow_instead(FollowInstead { report_id, follow: id(1) }).await.unwrap();
    phone.server.hide(id(1));
    phone.wait(48 * 60 * MINUTE);
    crate::intent::discard::sweep_old(&phone.client().inner).await.unwrap();
    assert_eq!(phone.client().list_discarded(ListDiscarded {}).await.unwrap().len(), 1, "the follow has not arrived");
    let mut changes = phone.client().changes();
    assert_eq!(send(&phone).await, Outcome::Answered);
    told_of_others(&mut changes).await;
    assert!(phone.client().get_draft(GetDraft { report_id }).await.is_ok(), "it is a draft again");
    assert_eq!((followed(&phone).await, waiting(&phone).await), (Vec::new(), 0));
}

#[tokio::test]
async fn what_is_followed_goes_with_its_account_and_comes_back_with_it() {
    let phone = with_one_near().await;
    let report_id = draft(&phone).await;
    phone.client().follow_instead(FollowInstead { report_id, follow: id(1) }).await.unwrap();
    assert_eq!(send(&phone).await, Outcome::Answered);
    phone.client().sign_out(SignOut {}).await.unwrap();
    assert_eq!(followed(&phone).await, []);
    let rows = |db: &rusqlite::Connection| Ok(db.query_row("SELECT count(*) FROM follow", [], |row| row.get::<_, u32>(0))?);
    assert_eq!(phone.client().inner.store.read(rows).await.unwrap(), 0);
    phone.client().sign_in(SignIn { phone: PHONE.to_owned(), password: PASSWORD.to_owned() }).await.unwrap();
    pull(&phone.client().inner).await;
    assert_eq!(followed(&phone).await, [1]);
}

#[tokio::test]
async fn a_public_picture_needs_nobody_signed_in_and_goes_when_it_is_public_no_longer() {
    let phone = Phone::new().await;
    phone.server.have_static_data();
    let path = MediaHash::from_digest(Sha256::digest(&*PICTURE).into()).to_string();
    assert_eq!(told(phone.client().preview(&path).await), Err(AppError::SignedOut), "not known as public");
    phone.server.show(with_picture(1, 120.0));
    pull(&phone.client().inner).await;
    assert_eq!(phone.client().photo(&path).await.unwrap(), *PICTURE);
    let small = phone.client().preview(&path).await.unwrap();
    phone.server.fail_public(Some(RemoteError::NotSent));
    assert_eq!(phone.client().preview(&path).await.unwrap(), small, "kept for when there is no network");
    phone.server.fail_public(None);
    phone.server.hide(id(1));
    some_time_passes(&phone);
    pull(&phone.client().inner).await;
    assert_eq!(told(phone.client().preview(&path).await), Err(AppError::SignedOut));
}

#[tokio::test]
async fn a_small_copy_goes_with_the_last_report_that_shows_it() {
    let phone = Phone::new().await;
    phone.server.have_static_data();
    let hash = MediaHash::from_digest(Sha256::digest(&*PICTURE).into());
    let is_kept = || phone.client().inner.previews.read(Of::Medium(hash)).is_some();
    let pulled = async || {
        some_time_passes(&phone);
        pull(&phone.client().inner).await;
    };
    phone.server.show(with_picture(1, 120.0));
    phone.server.show(with_picture(2, 120.0));
    pulled().await;
    phone.client().preview(&hash.to_string()).await.unwrap();
    phone.server.show(PublicReport { revision: 2, status: ReportStatus::Closed, ..with_picture(1, 120.0) });
    pulled().await;
    assert_eq!((public_ids(&phone).await, is_kept()), (vec![2], true), "another shows it");
    phone.server.show(PublicReport { revision: 2, media: vec![], ..with_picture(2, 120.0) });
    pulled().await;
    assert_eq!((public_ids(&phone).await, is_kept()), (vec![2], false), "it was taken out");

    phone.server.show(with_picture(3, 120.0));
    pulled().await;
    phone.client().preview(&hash.to_string()).await.unwrap();
    phone.server.restore_public(vec![a_public_report(4, 120.0)]);
    pulled().await;
    assert_eq!((public_ids(&phone).await, is_kept()), (vec![4], false), "the feed began anew");
}

//! Somebody has reported it already: what another citizen's device knows of it, and how it is followed instead.

use std::{path::Path, time::Duration};

use kontums_tests::{
    citizen::{Citizen, form},
    local_server::LocalServer,
    pictures::small_photo,
    server::DEMO_PASSWORD,
    wait::until,
};
use pakn_api::{
    id::ReportId,
    ipc::{
        Connection, FollowInstead, GetSync, ListDrafts, ListFollowed, ListSimilar, RestoreDraft, SaveDraft, SignOut,
        SimilarReport, Submit, SyncNow, Unfollow,
    },
    model::{
        place::{Place, Position},
        report::ReportForm,
        status::{RefusalReason, ReportStatus},
    },
};
use pakn_server::StatusChange;

const OTHER_PHONE: &str = "0900000002";
const LIMIT: Duration = Duration::from_secs(30);
/// Degrees of latitude in a metre.
const METRE: f64 = 1.0 / 111_195.0;

/// The form of a report so many metres north of where the others are.
fn form_at(title: &str, metres: f64) -> anyhow::Result<ReportForm> {
    let form = form(title)?;
    let moved = |place: Place| {
        let position = Position::new(metres.mul_add(METRE, place.position.lat()), place.position.lon(), 12.0)?;
        anyhow::Ok(Place { position, ..place })
    };
    Ok(ReportForm { place: form.place.map(moved).transpose()?, ..form })
}

async fn set_status(server: &LocalServer, report_id: ReportId, status: ReportStatus) -> anyhow::Result<()> {
    let refusal = (status == ReportStatus::Refused).then_some(RefusalReason::Unclear);
    let change = StatusChange { status, refusal, agency: None, note: None };
    Ok(server.desk().await?.set_status(report_id, change).await?)
}

/// Somebody else's report with a picture, so many metres from the others, accepted.
async fn anothers(server: &LocalServer, folder: &Path, metres: f64) -> anyhow::Result<ReportId> {
    let other = Citizen::open(&folder.join("other"), &server.url()).await?;
    other.sign_in_as(OTHER_PHONE, DEMO_PASSWORD).await?;
    let report_id = other.draft("Bãi rác bên sông", &[small_photo(3)?]).await?;
    other.client.save_draft(SaveDraft { report_id, form: form_at("Bãi rác bên sông", metres)? }).await?;
    other.client.submit(Submit { report_id }).await?;
    other.until_all_sent(LIMIT).await?;
    set_status(server, report_id, ReportStatus::Accepted).await?;
    Ok(report_id)
}

async fn similar(citizen: &Citizen, draft: ReportId) -> anyhow::Result<Vec<SimilarReport>> {
    Ok(citizen.client.list_similar(ListSimilar { report_id: draft }).await?.reports)
}

async fn until_similar(citizen: &Citizen, draft: ReportId) -> anyhow::Result<SimilarReport> {
    let found = async || Ok(similar(citizen, draft).await?.pop());
    Ok(until("the other's report", LIMIT, found).await?.0)
}

async fn followed(citizen: &Citizen) -> anyhow::Result<Vec<(ReportId, ReportStatus)>> {
    let followed = citizen.client.list_followed(ListFollowed {}).await?;
    Ok(followed.into_iter().map(|report| (report.report_id, report.status)).collect())
}

async fn until_followed(citizen: &Citizen, expected: &[(ReportId, ReportStatus)]) -> anyhow::Result<()> {
    let so = async || Ok((followed(citizen).await? == expected).then_some(()));
    until("what is followed", LIMIT, so).await.map(drop)
}

/// Another phone of the same citizen's: it knows what the server has been told.
async fn another_phone(server: &LocalServer, folder: &Path) -> anyhow::Result<Citizen> {
    let phone = Citizen::open(folder, &server.url()).await?;
    phone.sign_in().await?;
    Ok(phone)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_has_reported_is_known_nearby_also_to_who_is_not_signed_in() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut server = LocalServer::start(&folder.path().join("server")).await?;
    server.add_account(OTHER_PHONE, "Y Khác").await?;
    let citizen = Citizen::open(&folder.path().join("device"), &server.url()).await?;
    let draft = citizen.draft("Rác bên sông", &[]).await?;
    assert_eq!(similar(&citizen, draft).await?, []);

    let theirs = anothers(&server, folder.path(), 120.0).await?;
    drop(citizen);
    let citizen = Citizen::open(&folder.path().join("device"), &server.url()).await?;
    let found = until_similar(&citizen, draft).await?;
    assert_eq!((found.report_id, found.status, found.followed), (theirs, ReportStatus::Accepted, false));
    assert!(found.distance_m.is_some_and(|distance| (distance - 120.0).abs() < 1.0), "{:?}", found.distance_m);
    assert_eq!(found.sender.as_deref(), Some("Y Khác"));
    let cover = found.cover.ok_or_else(|| anyhow::anyhow!("no cover"))?;
    let small = citizen.client.preview(&cover).await?;

    server.stop().await?;
    drop(citizen);
    let citizen = Citizen::open(&folder.path().join("device"), &server.url()).await?;
    assert_eq!(similar(&citizen, draft).await?.len(), 1, "without a network it is known as well");
    assert_eq!(citizen.client.preview(&cover).await?, small);
    citizen.client.save_draft(SaveDraft { report_id: draft, form: form_at("Xa hơn", -200.0)? }).await?;
    assert_eq!(similar(&citizen, draft).await?, [], "too far from there");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_followed_without_a_network_is_followed_at_the_server_once_there_is_one() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut server = LocalServer::start(&folder.path().join("server")).await?;
    server.add_account(OTHER_PHONE, "Y Khác").await?;
    let theirs = anothers(&server, folder.path(), 120.0).await?;
    let device = folder.path().join("device");
    let citizen = Citizen::open(&device, &server.url()).await?;
    citizen.sign_in().await?;
    let draft = citizen.draft("Rác bên sông", &[small_photo(5)?]).await?;
    until_similar(&citizen, draft).await?;

    server.stop().await?;
    citizen.client.follow_instead(FollowInstead { report_id: draft, follow: theirs }).await?;
    assert_eq!(followed(&citizen).await?, [(theirs, ReportStatus::Accepted)]);
    assert_eq!(citizen.client.list_drafts(ListDrafts {}).await?, []);
    let offline = async || Ok((citizen.client.get_sync(GetSync {}).await?.connection == Connection::Offline).then_some(()));
    until("a try that failed", LIMIT, offline).await?;
    drop(citizen);

    server.resume().await?;
    let citizen = Citizen::open(&device, &server.url()).await?;
    let elsewhere = another_phone(&server, &folder.path().join("second")).await?;
    let arrived = async || {
        elsewhere.client.sign_out(SignOut {}).await?;
        elsewhere.sign_in().await?;
        let known = async || Ok((followed(&elsewhere).await?.len() == 1).then_some(()));
        Ok(until("the other phone's list", Duration::from_secs(3), known).await.ok())
    };
    until("the follow at the server", LIMIT, arrived).await?;

    set_status(&server, theirs, ReportStatus::Assigned).await?;
    drop(elsewhere);
    drop(citizen);
    let citizen = Citizen::open(&device, &server.url()).await?;
    until_followed(&citizen, &[(theirs, ReportStatus::Assigned)]).await?;

    citizen.client.unfollow(Unfollow { report_id: theirs }).await?;
    citizen.client.restore_draft(RestoreDraft { report_id: draft }).await?;
    assert_eq!(citizen.client.list_drafts(ListDrafts {}).await?.iter().map(|d| d.report_id).collect::<Vec<_>>(), [draft]);
    assert_eq!(followed(&citizen).await?, []);
    let elsewhere = another_phone(&server, &folder.path().join("third")).await?;
    let arrived = async || {
        elsewhere.client.sign_out(SignOut {}).await?;
        elsewhere.sign_in().await?;
        elsewhere.client.sync_now(SyncNow {}).await?;
        until("an answer", LIMIT, async || Ok(elsewhere.client.get_sync(GetSync {}).await?.last_contact_at)).await?;
        Ok(followed(&elsewhere).await?.is_empty().then_some(()))
    };
    until("it is let go at the server", LIMIT, arrived).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_or_refused_is_not_shown_to_others() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = LocalServer::start(&folder.path().join("server")).await?;
    server.add_account(OTHER_PHONE, "Y Khác").await?;
    let theirs = anothers(&server, folder.path(), 30.0).await?;
    let device = folder.path().join("device");
    let citizen = Citizen::open(&device, &server.url()).await?;
    let draft = citizen.draft("Rác bên sông", &[]).await?;
    until_similar(&citizen, draft).await?;
    set_status(&server, theirs, ReportStatus::Refused).await?;
    drop(citizen);
    let citizen = Citizen::open(&device, &server.url()).await?;
    let gone = async || Ok(similar(&citizen, draft).await?.is_empty().then_some(()));
    until("it is gone", LIMIT, gone).await.map(drop)
}

//! A citizen without a network, a phone that dies, and a server that comes back.

use std::time::Duration;

use kontums_tests::{
    citizen::{Citizen, config, until_let_go},
    local_server::LocalServer,
    pictures::{is_upright, phone_photo, small_photo},
    wait::until,
};
use pakn_api::{
    ipc::{
        Connection, GetCatalogue, GetDraft, GetReport, GetSession, GetSync, Missing, Reopen, SaveDraft, SessionView, SignOut,
        Submit, SyncNow, Whereabouts,
    },
    model::{catalogue::Catalogue, report::FormProblem, status::ReportStatus, words::Note},
};
use pakn_core::{Client, Error};
use pakn_server::StatusChange;

const LIMIT: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread")]
async fn a_report_written_offline_leaves_by_itself_when_the_server_is_back() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut server = LocalServer::start(&folder.path().join("server")).await?;
    let device = folder.path().join("device");
    let citizen = Citizen::open(&device, &server.url()).await?;
    citizen.sign_in().await?;
    server.stop().await?;

    let report_id = citizen.draft("Ổ gà trước chợ", &[phone_photo(7)?]).await?;
    drop(citizen);
    let citizen = Citizen::open(&device, &server.url()).await?;
    let draft = citizen.client.get_draft(GetDraft { report_id }).await?;
    assert_eq!(draft.form.title, "Ổ gà trước chợ");
    assert!(draft.form.place.is_some());
    let [photo] = draft.attachments.as_slice() else { anyhow::bail!("{} attachments", draft.attachments.len()) };
    let path = photo.attachment_id.to_string();
    assert!(is_upright(&citizen.client.photo(&path).await?)?);
    assert!(is_upright(&citizen.client.preview(&path).await?)?);

    citizen.client.submit(Submit { report_id }).await?;
    citizen.client.submit(Submit { report_id }).await?;
    let offline = async || {
        let sync = citizen.client.get_sync(GetSync {}).await?;
        Ok((sync.connection == Connection::Offline && sync.waiting == 1 && sync.sending == 0).then_some(()))
    };
    until("being offline with one report waiting", LIMIT, offline).await?;
    assert_eq!(citizen.whereabouts(report_id).await?, Whereabouts::Waiting { needs_sign_in: false });
    drop(citizen);

    let citizen = Citizen::open(&device, &server.url()).await?;
    server.resume().await?;
    let took = citizen.until_all_sent(Duration::from_secs(10)).await?;
    assert!(took < Duration::from_secs(10));
    let held = server.desk().await?.list_reports().await?;
    assert_eq!(held.iter().map(|h| h.report_id).collect::<Vec<_>>(), [report_id]);

    let change = StatusChange {
        status: ReportStatus::Accepted,
        refusal: None,
        agency: Some("UBND phường Kon Tum".to_owned().try_into()?),
        note: Some(Note::parse("Sẽ xử lý trong tuần.")?),
    };
    server.desk().await?.set_status(report_id, change).await?;
    citizen.client.sync_now(SyncNow {}).await?;
    let noted = async || {
        let detail = citizen.client.get_report(GetReport { report_id }).await?;
        Ok(detail.server.filter(|v| v.status == ReportStatus::Accepted))
    };
    let (view, _) = until("the new status", LIMIT, noted).await?;
    assert_eq!(view.timeline.last().and_then(|e| e.note.as_ref()).map(Note::as_str), Some("Sẽ xử lý trong tuần."));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_can_be_taken_back_and_changed() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut server = LocalServer::start(&folder.path().join("server")).await?;
    let citizen = Citizen::open(&folder.path().join("device"), &server.url()).await?;
    citizen.sign_in().await?;
    server.stop().await?;
    let report_id = citizen.report("Đèn đường hỏng", &[small_photo(1)?]).await?;
    let tried = async || Ok((citizen.client.get_sync(GetSync {}).await?.connection == Connection::Offline).then_some(()));
    until("a try that failed", LIMIT, tried).await?;
    let reopened = async || match citizen.client.reopen(Reopen { report_id }).await {
        Ok(()) => Ok(Some(())),
        // Caught in the middle of a try.
        Err(Error::NotEditable) => Ok(None),
        Err(error) => Err(error.into()),
    };
    until("the report as a draft again", LIMIT, reopened).await?;
    let draft = citizen.client.get_draft(GetDraft { report_id }).await?;
    assert_eq!(draft.attachments.len(), 1, "it keeps its photo");
    assert!(!draft.form.truth_confirmed, "what is changed must be confirmed again");
    let mut form = draft.form;
    form.title = "Đèn đường hỏng ở hẻm 12".to_owned();
    form.truth_confirmed = true;
    citizen.client.save_draft(SaveDraft { report_id, form }).await?;
    citizen.client.submit(Submit { report_id }).await?;
    server.resume().await?;
    citizen.until_all_sent(LIMIT).await?;
    let held = server.desk().await?.list_reports().await?;
    assert_eq!(held.iter().map(|h| h.title.as_str()).collect::<Vec<_>>(), ["Đèn đường hỏng ở hẻm 12"]);
    assert!(matches!(citizen.client.reopen(Reopen { report_id }).await, Err(Error::NotFound)));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_form_goes_back_to_the_citizen_and_is_mended() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut server = LocalServer::start(&folder.path().join("server")).await?;
    let device = folder.path().join("device");
    let citizen = Citizen::open(&device, &server.url()).await?;
    citizen.sign_in().await?;
    // Fields that the server knows nothing of when the report comes: else they would judge it.
    let backup = folder.path().join("backup");
    pakn_server::backup(server.data(), &backup, false).await?;
    server.desk().await?.publish(Catalogue { version: 2, ..Catalogue::builtin() }).await?;
    drop(citizen);
    let citizen = Citizen::open(&device, &server.url()).await?;
    let seen = async || Ok((citizen.client.get_catalogue(GetCatalogue {}).await?.version == 2).then_some(()));
    until("the second fields", LIMIT, seen).await?;
    server.go_back(&backup).await?;
    let report_id = citizen.report("Rác bên sông", &[]).await?;
    let mut newer = Catalogue { version: 3, ..Catalogue::builtin() };
    for field in &mut newer.fields {
        field.subjects.retain(|s| s.code.as_str() != "xa-rac");
    }
    server.desk().await?.publish(newer.clone()).await?;
    server.resume().await?;
    let parked = async || match citizen.whereabouts(report_id).await? {
        Whereabouts::Parked { reason } => Ok(Some(reason)),
        Whereabouts::Waiting { .. } | Whereabouts::Sending { .. } | Whereabouts::Sent { .. } => Ok(None),
    };
    let (reason, _) = until("the report parked", LIMIT, parked).await?;
    assert_eq!(reason, pakn_api::ipc::ParkedReason::InvalidReport { problems: vec![FormProblem::SubjectUnknown] });
    citizen.client.reopen(Reopen { report_id }).await?;
    let mut form = citizen.client.get_draft(GetDraft { report_id }).await?.form;
    form.subject = pakn_api::model::catalogue::SubjectCode::parse("khac").ok();
    form.truth_confirmed = true;
    citizen.client.save_draft(SaveDraft { report_id, form }).await?;
    citizen.client.submit(Submit { report_id }).await?;
    citizen.until_all_sent(LIMIT).await?;
    assert_eq!(server.desk().await?.list_reports().await?.len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn one_persons_report_never_leaves_under_anothers_name() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut server = LocalServer::start(&folder.path().join("server")).await?;
    server.add_account("0900000002", "Trần Văn Mới").await?;
    let citizen = Citizen::open(&folder.path().join("device"), &server.url()).await?;
    citizen.sign_in().await?;
    server.stop().await?;
    let report_id = citizen.report("Của người thứ nhất", &[]).await?;
    citizen.client.sign_out(SignOut {}).await?;
    server.resume().await?;
    citizen.sign_in_as("0900000002", kontums_tests::server::DEMO_PASSWORD).await?;
    let own = citizen.report("Của người thứ hai", &[]).await?;
    citizen.until_all_sent(LIMIT).await?;
    let held = server.desk().await?.list_reports().await?;
    assert_eq!(held.iter().map(|h| h.report_id).collect::<Vec<_>>(), [own], "the first one's report is still on the device");
    assert!(citizen.whereabouts(report_id).await.is_err(), "and not shown to the second");
    citizen.client.sign_out(SignOut {}).await?;
    citizen.sign_in().await?;
    citizen.until_all_sent(LIMIT).await?;
    assert_eq!(server.desk().await?.list_reports().await?.len(), 2);
    assert!(matches!(citizen.whereabouts(report_id).await?, Whereabouts::Sent { .. }));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_account_it_stays_a_draft_and_says_what_is_missing() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = LocalServer::start(&folder.path().join("server")).await?;
    let citizen = Citizen::open(&folder.path().join("device"), &server.url()).await?;
    assert_eq!(citizen.client.get_session(GetSession {}).await?, SessionView::SignedOut);
    let report_id = citizen.draft("Chưa đăng nhập", &[small_photo(1)?]).await?;
    let before = citizen.client.get_draft(GetDraft { report_id }).await?;
    let Err(Error::NotAllowedYet(missing)) = citizen.client.submit(Submit { report_id }).await else {
        anyhow::bail!("it went to the outbox")
    };
    assert_eq!(missing, [Missing::Account, Missing::Profile, Missing::ReportsConsent]);
    assert_eq!(citizen.client.get_draft(GetDraft { report_id }).await?, before);
    assert!(citizen.sign_in_as("0900000001", "sai").await.is_err());
    citizen.sign_in().await?;
    citizen.client.submit(Submit { report_id }).await?;
    citizen.until_all_sent(LIMIT).await?;
    assert_eq!(server.desk().await?.list_reports().await?.len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_earlier_version_sent_for_nobody_waits_for_somebody() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut server = LocalServer::start(&folder.path().join("server")).await?;
    let device = folder.path().join("device");
    let citizen = Citizen::open(&device, &server.url()).await?;
    citizen.sign_in().await?;
    server.stop().await?;
    let report_id = citizen.report("Chưa đăng nhập", &[]).await?;
    citizen.client.sign_out(SignOut {}).await?;
    drop(citizen);
    // Before there was an account to be had in the app, a report could wait for one.
    until_let_go(&device).await?;
    let db = rusqlite::Connection::open(device.join("kontums.db"))?;
    assert_eq!(db.execute("UPDATE outbox SET user_id = NULL", [])?, 1);
    drop(db);

    let citizen = Citizen::open(&device, &server.url()).await?;
    assert_eq!(citizen.whereabouts(report_id).await?, Whereabouts::Waiting { needs_sign_in: true });
    server.resume().await?;
    citizen.sign_in().await?;
    citizen.until_all_sent(LIMIT).await?;
    assert_eq!(server.desk().await?.list_reports().await?.len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_folder_is_open_once_at_a_time() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let citizen = Citizen::open(folder.path(), "http://127.0.0.1:1").await?;
    let second = Client::open(config(folder.path())).await;
    assert!(matches!(second.err(), Some(Error::InUse)), "it would clear away pictures that are just coming in");
    let report_id = citizen.draft("Cây đổ", &[small_photo(1)?]).await?;
    drop(citizen);
    let citizen = Citizen::open(folder.path(), "http://127.0.0.1:1").await?;
    assert_eq!(citizen.client.get_draft(GetDraft { report_id }).await?.attachments.len(), 1);
    Ok(())
}

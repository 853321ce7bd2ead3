//! A value on the device that can't be read costs itself and nothing else.

use std::{path::Path, time::Duration};

use anyhow::Context;
use kontums_tests::{
    citizen::{Citizen, config},
    local_server::LocalServer,
    pictures::small_photo,
    wait::until,
};
use pakn_api::{
    ipc::{
        AttachFinish, AttachmentState, GetCatalogue, GetDraft, GetProfile, GetSession, ListDrafts, ListReports, ParkedReason,
        SaveProfile, SessionView, Submit, SyncNow, Whereabouts,
    },
    model::profile::ProfileForm,
};
use pakn_core::Client;

const LIMIT: Duration = Duration::from_secs(30);

fn spoil(device: &Path, sql: &str) -> anyhow::Result<()> {
    let changed = rusqlite::Connection::open(device.join("kontums.db"))?.execute(sql, [])?;
    anyhow::ensure!(changed > 0, "nothing to spoil: {sql}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn one_value_that_cannot_be_read_hides_no_other() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = LocalServer::start(&folder.path().join("server")).await?;
    let device = folder.path().join("device");
    let citizen = Citizen::open(&device, &server.url()).await?;
    citizen.sign_in().await?;
    let broken = citizen.report("Hỏng", &[]).await?;
    let whole = citizen.report("Lành", &[]).await?;
    citizen.until_all_sent(LIMIT).await?;
    let draft = citizen.draft("Nháp lành", &[]).await?;
    let half_broken = citizen.draft("Ảnh hỏng, lời còn", &[small_photo(2)?]).await?;
    let broken_draft = citizen.draft("Nháp hỏng", &[small_photo(1)?]).await?;
    drop(citizen);
    spoil(&device, &format!("UPDATE report SET view = '{{}}' WHERE report_id = '{broken}'"))?;
    spoil(&device, &format!("UPDATE draft SET form = '{{}}' WHERE report_id = '{broken_draft}'"))?;
    spoil(&device, "UPDATE attachment SET notice = '?'")?;
    spoil(&device, "UPDATE setting SET value = '{}' WHERE name IN ('catalogue', 'jurisdiction', 'cursor')")?;
    spoil(&device, &format!("UPDATE attachment SET sha256 = 'x' WHERE report_id = '{half_broken}'"))?;

    let citizen = Citizen::open(&device, &server.url()).await?;
    let listed = citizen.client.list_reports(ListReports {}).await?;
    assert_eq!(listed.iter().map(|r| r.report_id).collect::<Vec<_>>(), [whole]);
    let drafts = citizen.client.list_drafts(ListDrafts {}).await?;
    assert_eq!(drafts.iter().map(|d| d.report_id).collect::<Vec<_>>(), [half_broken, draft]);
    assert!(citizen.client.submit(Submit { report_id: half_broken }).await.is_err(), "it is not sent without its picture");
    assert!(!citizen.client.get_catalogue(GetCatalogue {}).await?.fields.is_empty());
    citizen.report("Vẫn gửi được", &[]).await?;
    citizen.until_all_sent(LIMIT).await?;
    assert_eq!(std::fs::read_dir(device.join("photos"))?.count(), 2, "what can't be read is not thrown away");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_was_finished_may_be_finished_again() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let citizen = Citizen::open(folder.path(), "http://127.0.0.1:1").await?;
    let report_id = citizen.draft("Cây đổ", &[]).await?;
    let attachment_id = citizen.attach(report_id, "ảnh.jpg", &small_photo(1)?).await?;
    let again = citizen.client.attach_finish(AttachFinish { attachment_id }).await?;
    assert_eq!(citizen.client.get_draft(GetDraft { report_id }).await?.attachments, [again]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_cannot_be_read_lock_nobody_out() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = LocalServer::start(&folder.path().join("server")).await?;
    let device = folder.path().join("device");
    let citizen = Citizen::open(&device, &server.url()).await?;
    citizen.sign_in().await?;
    let draft = citizen.draft("Nháp", &[]).await?;
    drop(citizen);
    spoil(&device, "UPDATE setting SET value = '{}' WHERE name = 'account'")?;
    spoil(&device, "INSERT INTO setting (name, value) VALUES ('server_url', '\"http://pakn.example\"')")?;

    let client = Client::open(config(&device)).await?;
    assert_eq!(client.get_session(GetSession {}).await?, SessionView::SignedOut);
    assert_eq!(client.server_url(), "http://127.0.0.1:1", "the configured one");
    assert_eq!(client.get_draft(GetDraft { report_id: draft }).await?.form.title, "Nháp");
    Ok(())
}

/// A picture as an app leaves it that dies while preparing it, for the `deaths`th time.
#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_the_app_does_not_survive_is_not_tried_for_ever() -> anyhow::Result<()> {
    for (deaths, ready) in [(1, true), (2, false)] {
        let folder = tempfile::tempdir()?;
        let citizen = Citizen::open(folder.path(), "http://127.0.0.1:1").await?;
        let report_id = citizen.draft("Cây đổ", &[small_photo(1)?]).await?;
        let view = citizen.client.get_draft(GetDraft { report_id }).await?;
        let id = view.attachments.first().context("a picture")?.attachment_id;
        drop(citizen);
        spoil(folder.path(), "UPDATE attachment SET state = 'original', sha256 = ''")?;
        let photo = small_photo(1)?;
        let incoming = folder.path().join("incoming");
        std::fs::write(incoming.join(id.to_string()), [&(photo.len() as u64).to_le_bytes(), photo.as_slice()].concat())?;
        std::fs::write(incoming.join(format!("{id}.tried")), ".".repeat(deaths))?;

        let citizen = Citizen::open(folder.path(), "http://127.0.0.1:1").await?;
        let settled = async || {
            let view = citizen.client.get_draft(GetDraft { report_id }).await?;
            Ok(view
                .attachments
                .into_iter()
                .next()
                .map(|a| a.state)
                .filter(|state| !matches!(state, AttachmentState::Processing { .. })))
        };
        let (state, _) = until("the picture ready or given up", LIMIT, settled).await?;
        assert_eq!(matches!(state, AttachmentState::Ready { .. }), ready, "{deaths} deaths");
        let original = incoming.join(id.to_string());
        if ready {
            until("the original gone", LIMIT, async || Ok((!original.exists()).then_some(()))).await?;
        } else {
            assert!(original.exists(), "the original of one that was given up stays");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_was_cut_short_on_the_device_is_told_and_not_sent_for_ever() -> anyhow::Result<()> {
    for flipped in [false, true] {
        let folder = tempfile::tempdir()?;
        let mut server = LocalServer::start(&folder.path().join("server")).await?;
        let device = folder.path().join("device");
        let citizen = Citizen::open(&device, &server.url()).await?;
        citizen.sign_in().await?;
        server.stop().await?;
        let report_id = citizen.report("Ảnh hỏng", &[small_photo(1)?]).await?;
        for photo in std::fs::read_dir(device.join("photos"))? {
            let path = photo?.path();
            let mut bytes = std::fs::read(&path)?;
            let middle = bytes.len() / 2;
            if flipped {
                bytes.get_mut(middle).into_iter().for_each(|byte| *byte ^= 1);
            } else {
                bytes.truncate(middle);
            }
            std::fs::write(&path, bytes)?;
        }
        server.resume().await?;
        citizen.client.sync_now(SyncNow {}).await?;
        let parked = async || match citizen.whereabouts(report_id).await? {
            Whereabouts::Parked { reason } => Ok(Some(reason)),
            Whereabouts::Waiting { .. } | Whereabouts::Sending { .. } | Whereabouts::Sent { .. } => Ok(None),
        };
        assert_eq!(until("the report parked", LIMIT, parked).await?.0, ParkedReason::MediaLost, "flipped: {flipped}");
        assert!(server.desk().await?.list_reports().await?.is_empty());
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_does_not_wait_for_a_profile_that_cannot_be_read() -> anyhow::Result<()> {
    for spoilt in ["payload = '{}'", "kind = 'change_phone', payload = '{\"ChangePhone\":{}}'"] {
        let folder = tempfile::tempdir()?;
        let mut server = LocalServer::start(&folder.path().join("server")).await?;
        let device = folder.path().join("device");
        let citizen = Citizen::open(&device, &server.url()).await?;
        citizen.sign_in().await?;
        server.stop().await?;
        let form = ProfileForm { street: "7 Hẻm 12".to_owned(), ..citizen.client.get_profile(GetProfile {}).await?.form };
        citizen.client.save_profile(SaveProfile { form }).await?;
        citizen.report("Đi sau hồ sơ", &[]).await?;
        drop(citizen);
        spoil(&device, &format!("UPDATE outbox SET {spoilt} WHERE kind = 'put_profile'"))?;
        server.resume().await?;

        let citizen = Citizen::open(&device, &server.url()).await?;
        citizen.until_all_sent(LIMIT).await?;
        drop(citizen);
        let db = rusqlite::Connection::open(device.join("kontums.db"))?;
        let left: u32 = db.query_row("SELECT count(*) FROM outbox", [], |row| row.get(0))?;
        assert_eq!(left, 1, "another version may read it");
    }
    Ok(())
}

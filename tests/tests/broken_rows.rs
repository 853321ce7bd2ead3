//! A value on the device that can't be read costs itself and nothing else.

use std::{path::Path, time::Duration};

use kontums_tests::{citizen::Citizen, local_server::LocalServer, pictures::small_photo};
use pakn_api::ipc::{AttachFinish, GetCatalogue, GetDraft, ListDrafts, ListReports};

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
    let broken_draft = citizen.draft("Nháp hỏng", &[small_photo(1)?]).await?;
    drop(citizen);
    spoil(&device, &format!("UPDATE report SET view = '{{}}' WHERE report_id = '{broken}'"))?;
    spoil(&device, &format!("UPDATE draft SET form = '{{}}' WHERE report_id = '{broken_draft}'"))?;
    spoil(&device, "UPDATE attachment SET notice = '?'")?;
    spoil(&device, "UPDATE setting SET value = '{}' WHERE name IN ('catalogue', 'jurisdiction', 'cursor')")?;

    let citizen = Citizen::open(&device, &server.url()).await?;
    let listed = citizen.client.list_reports(ListReports {}).await?;
    assert_eq!(listed.iter().map(|r| r.report_id).collect::<Vec<_>>(), [whole]);
    let drafts = citizen.client.list_drafts(ListDrafts {}).await?;
    assert_eq!(drafts.iter().map(|d| d.report_id).collect::<Vec<_>>(), [draft]);
    assert!(!citizen.client.get_catalogue(GetCatalogue {}).await?.fields.is_empty());
    citizen.report("Vẫn gửi được", &[]).await?;
    citizen.until_all_sent(LIMIT).await?;
    assert_eq!(std::fs::read_dir(device.join("photos"))?.count(), 1, "what can't be read is not thrown away");
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

//! Small copies for lists: made once, kept no longer than what they are copies of.

use std::{fs, path::Path, time::Duration};

use anyhow::Context;
use kontums_tests::{
    citizen::Citizen,
    local_server::LocalServer,
    pictures::{is_upright, phone_photo},
    wait::until,
};
use pakn_api::ipc::{GetDraft, ListReports, RemoveAttachment, SignOut};
use pakn_core::Error;

const LIMIT: Duration = Duration::from_secs(30);

fn kept(device: &Path) -> anyhow::Result<usize> {
    Ok(fs::read_dir(device.join("previews"))?.count())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_on_another_phone_fetches_each_picture_once() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut server = LocalServer::start(&folder.path().join("server")).await?;
    let first = Citizen::open(&folder.path().join("first"), &server.url()).await?;
    first.sign_in().await?;
    first.report("Ổ gà trước chợ", &[phone_photo(5)?]).await?;
    first.until_all_sent(LIMIT).await?;

    let device = folder.path().join("second");
    let second = Citizen::open(&device, &server.url()).await?;
    second.sign_in().await?;
    let listed = async || Ok(second.client.list_reports(ListReports {}).await?.into_iter().next());
    let (report, _) = until("the report on the other phone", LIMIT, listed).await?;
    let cover = report.cover.context("a cover")?;
    let small = second.client.preview(&cover).await?;
    assert!(is_upright(&small)?);
    assert!(small.len() < 40_000, "{} bytes", small.len());

    server.stop().await?;
    assert!(second.client.photo(&cover).await.is_err(), "the whole picture is only on the server");
    assert_eq!(second.client.preview(&cover).await?, small);
    second.client.sign_out(SignOut {}).await?;
    assert!(matches!(second.client.preview(&cover).await, Err(Error::SignedOut)));
    assert_eq!(kept(&device)?, 0, "nothing of the account's is left behind");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_picture_leaves_no_copy() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let citizen = Citizen::open(folder.path(), "http://127.0.0.1:1").await?;
    let report_id = citizen.draft("Cây đổ", &[phone_photo(6)?]).await?;
    let draft = citizen.client.get_draft(GetDraft { report_id }).await?;
    let attachment_id = draft.attachments.first().context("a photo")?.attachment_id;
    let photo = attachment_id.to_string();
    citizen.client.preview(&photo).await?;
    assert_eq!(kept(folder.path())?, 1);
    citizen.client.remove_attachment(RemoveAttachment { attachment_id }).await?;
    assert_eq!(kept(folder.path())?, 0);
    assert!(matches!(citizen.client.preview(&photo).await, Err(Error::NotFound)));
    Ok(())
}

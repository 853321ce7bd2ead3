//! Files that can't be used say why, and the draft stays as it was.

use kontums_tests::{
    citizen::Citizen,
    pictures::{Odd, is_upright, small_photo},
};
use pakn_api::{
    ipc::{AttachBegin, AttachmentState, GetDraft},
    model::photo::{PhotoError, PhotoNotice},
};
use pakn_core::Error;

#[tokio::test]
async fn each_bad_file_has_its_own_reason_and_the_draft_stays() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let citizen = Citizen::open(&folder.path().join("device"), "http://127.0.0.1:1").await?;
    let report_id = citizen.draft("Cây đổ", &[small_photo(1)?]).await?;
    let before = citizen.client.get_draft(GetDraft { report_id }).await?;
    let table = [
        (Odd::Empty, PhotoError::Empty),
        (Odd::Truncated, PhotoError::Truncated),
        (Odd::Text, PhotoError::NotAPicture),
        (Odd::ManyPixels, PhotoError::TooManyPixels),
    ];
    for (odd, expected) in table {
        let bytes = std::fs::read(odd.write(folder.path())?)?;
        match citizen.attach(report_id, odd.name(), &bytes).await {
            Err(Error::Photo(reason)) => assert_eq!(reason, expected, "{odd:?}"),
            other => anyhow::bail!("{odd:?}: {other:?}"),
        }
    }
    let huge = Odd::Huge.write(folder.path())?.metadata()?.len();
    let begin = AttachBegin { report_id, name: Odd::Huge.name().to_owned(), bytes: huge };
    assert!(matches!(citizen.client.attach_begin(begin).await, Err(Error::Photo(PhotoError::TooManyBytes))));
    assert!(matches!(
        citizen.attach(report_id, "lần nữa.jpg", &small_photo(1)?).await,
        Err(Error::Photo(PhotoError::AlreadyAttached))
    ));
    assert_eq!(citizen.client.get_draft(GetDraft { report_id }).await?, before);
    for kept in ["photos", "incoming"] {
        let files = std::fs::read_dir(folder.path().join("device").join(kept))?.count();
        assert_eq!(files, usize::from(kept == "photos"), "{kept}: nothing left behind");
    }
    Ok(())
}

#[tokio::test]
async fn a_png_under_a_jpegs_name_is_taken_and_mentioned() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let citizen = Citizen::open(&folder.path().join("device"), "http://127.0.0.1:1").await?;
    let report_id = citizen.draft("Cây đổ", &[]).await?;
    let png = std::fs::read(Odd::PngNamedJpg.write(folder.path())?)?;
    let id = citizen.attach(report_id, Odd::PngNamedJpg.name(), &png).await?;
    let draft = citizen.client.get_draft(GetDraft { report_id }).await?;
    let [photo] = draft.attachments.as_slice() else { anyhow::bail!("{} attachments", draft.attachments.len()) };
    assert_eq!(photo.notice, Some(PhotoNotice::NameSaysOtherFormat));
    assert!(matches!(photo.state, AttachmentState::Ready { width: 600, height: 800, .. }));
    assert!(is_upright(&citizen.client.photo(&id.to_string()).await?)?);
    Ok(())
}

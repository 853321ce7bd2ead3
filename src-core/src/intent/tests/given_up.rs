//! Originals that a process could not make anything of, for no fault of theirs: they stay, and are tried when the citizen
//! asks for it.

use std::{fs, io, path::Path};

use pakn_api::ipc::{AppError, AttachFinish, AttachmentState};

use super::media::{Device, a_draft, attached, photo, settled, taken};
use crate::{Client, Error};

/// How often the most tried original was tried.
fn tries(incoming: &Path) -> u64 {
    let Ok(folder) = fs::read_dir(incoming) else { return 0 };
    let marks = folder.filter_map(Result::ok).filter(|file| file.path().extension().is_some_and(|ending| ending == "tried"));
    marks.filter_map(|mark| mark.metadata().ok()).map(|mark| mark.len()).max().unwrap_or(0)
}

/// A process that dies when an original is tried for the `n`th time.
fn dies_of(device: &Device, n: u64) -> impl Fn(u32) -> io::Result<()> + Send + Sync + use<> {
    let incoming = device.folder.path().join("incoming");
    move |_| if tries(&incoming) >= n { Err(io::Error::other("dead")) } else { Ok(()) }
}

#[tokio::test]
async fn what_was_given_up_is_tried_when_it_is_asked_for_and_given_up_again_where_the_process_dies_of_it() {
    let device = Device::new();
    let incoming = device.folder.path().join("incoming");
    let client = device.start(dies_of(&device, 1)).await.unwrap().0;
    let report_id = a_draft(&client).await;
    let file = taken(report_id, "a.jpg", device.file("a.jpg", &photo(1)));
    let attachment_id = client.attach_file(file).await.unwrap();
    let again = AttachFinish { attachment_id };
    assert!(client.attach_finish(again.clone()).await.is_err());
    drop(client);
    // The next start tries by itself, and dies as well.
    let client = device.start(dies_of(&device, 2)).await.unwrap().0;
    while tries(&incoming) < 2 || client.inner.jobs.percent(attachment_id).is_some() {
        tokio::task::yield_now().await;
    }
    drop(client);

    let client = device.start(dies_of(&device, 3)).await.unwrap().0;
    let state = async |client: &Client| attached(client, report_id).await.first().map(|a| a.state);
    assert_eq!(state(&client).await, Some(AttachmentState::Incoming));
    assert!(matches!(client.prepared(attachment_id).await, Err(Error::Bug(_))), "not by itself");
    assert_eq!(tries(&incoming), 2);
    assert!(client.attach_finish(again.clone()).await.is_err());
    assert_eq!((tries(&incoming), state(&client).await), (3, Some(AttachmentState::Incoming)));
    drop(client);

    let client = device.open().await;
    assert_eq!(state(&client).await, Some(AttachmentState::Incoming), "given up again");
    let ready = client.attach_finish(again).await.unwrap();
    assert!(matches!(ready.state, AttachmentState::Ready { .. }), "{ready:?}");
    assert_eq!(device.names("incoming").len(), 0);
}

#[tokio::test]
async fn a_fault_of_ours_costs_no_original_and_is_not_repeated_by_who_waits() {
    let device = Device::new();
    let incoming = device.folder.path().join("incoming");
    let watched = incoming.clone();
    let broken = move |_| {
        assert!(tries(&watched) == 0, "a fault while a picture is prepared");
        Ok(())
    };
    let client = device.start(broken).await.unwrap().0;
    let report_id = a_draft(&client).await;
    let attachment_id = client.attach_file(taken(report_id, "a.jpg", device.file("a.jpg", &photo(1)))).await.unwrap();
    for _ in 0..2 {
        let failed = client.prepared(attachment_id).await.map_err(AppError::from);
        assert_eq!(failed, Err(AppError::Bug));
    }
    assert_eq!(attached(&client, report_id).await.first().map(|a| a.state), Some(AttachmentState::Incoming));
    assert_eq!((tries(&incoming), client.known_sources().await.unwrap().len()), (1, 1));
    drop(client);

    let client = device.open().await;
    assert_eq!(settled(&client, report_id).await.len(), 1, "the next start has another go");
}

//! Before a picture is taken the app says whether it fits, and nothing is written of one that doesn't.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use kontums_tests::citizen::{config, form};
use pakn_api::{
    Timestamp,
    ipc::{AppError, AttachBegin, CheckRoom, CreateDraft, SaveDraft},
};
use pakn_core::{
    Client,
    ambient::{Ambient, Device},
    remote::HttpRemote,
};

const MIB: u64 = 1024 * 1024;

/// A device with this much room.
struct Roomy(AtomicU64);

impl Ambient for Roomy {
    fn now(&self) -> Timestamp {
        Device.now()
    }

    fn random(&self) -> [u8; 10] {
        Device.random()
    }

    fn roll(&self) -> f64 {
        Device.roll()
    }

    fn free_bytes(&self, _: &Path) -> Option<u64> {
        Some(self.0.load(Ordering::Relaxed)).filter(|bytes| *bytes != u64::MAX)
    }
}

#[tokio::test]
async fn a_picture_that_would_not_fit_is_refused_before_anything_is_written() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let room = Arc::new(Roomy(AtomicU64::new(u64::MAX)));
    let remote = Arc::new(HttpRemote::new("http://127.0.0.1:1")?);
    let client = Client::open_with(config(folder.path()), remote, Arc::<Roomy>::clone(&room)).await?;
    let report_id = client.create_draft(CreateDraft { field: None }).await?.report_id;
    let spooled = || anyhow::Ok(std::fs::read_dir(folder.path().join("incoming"))?.count());

    // What is free, whether the largest picture would fit, whether one of 3 MiB does.
    let table = [
        (u64::MAX, true, true),
        (96 * MIB, true, true),
        (96 * MIB - 1, false, true),
        (59 * MIB, false, true),
        (59 * MIB - 1, false, false),
        (0, false, false),
    ];
    for (free, largest, small) in table {
        room.0.store(free, Ordering::Relaxed);
        let asked = client.check_room(CheckRoom {}).await.map_err(AppError::from);
        assert_eq!(asked, if largest { Ok(()) } else { Err(AppError::StorageFull) }, "{free}");
        let before = spooled()?;
        let begun = client.attach_begin(AttachBegin { report_id, name: "ảnh.jpg".to_owned(), bytes: 3 * MIB }).await;
        assert_eq!(begun.map(|_| ()).map_err(AppError::from), if small { Ok(()) } else { Err(AppError::StorageFull) }, "{free}");
        assert_eq!(spooled()? - before, usize::from(small), "{free}");
        let saved = client.save_draft(SaveDraft { report_id, form: form("Vẫn ghi được")? }).await;
        assert!(saved.is_ok(), "what is typed needs little room: {saved:?}");
    }
    Ok(())
}

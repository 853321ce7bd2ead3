//! What keeping a draft costs, against its files written and synced and one commit.

use std::{fs, io::Write, path::Path, time::Instant};

use kontums_tests::{
    batch::{photo, prepared},
    citizen::{Citizen, form},
};
use pakn_api::id::ReportId;
use rand::Rng;
use rusqlite::Connection;

use crate::{PHOTO_BYTES, PHOTOS_PER_REPORT, Round, show};

const ROUNDS: usize = 60;

/// The least that keeping a draft can cost: its files written and synced, and one commit.
fn plain_draft(folder: &Path, db: &Connection, photos: &[Vec<u8>]) -> anyhow::Result<()> {
    for photo in photos {
        let mut file = fs::File::create(folder.join(rand::rng().random::<u64>().to_string()))?;
        file.write_all(photo)?;
        file.sync_all()?;
    }
    db.execute("INSERT INTO draft (form) VALUES (?1)", ["a draft"])?;
    Ok(())
}

pub(crate) async fn measure(folder: &Path) -> anyhow::Result<()> {
    let citizen = Citizen::open(&folder.join("device"), "http://127.0.0.1:1").await?;
    let plain = folder.join("plain");
    fs::create_dir_all(&plain)?;
    let db = Connection::open(plain.join("plain.db"))?;
    db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE draft (form TEXT NOT NULL) STRICT;")?;
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let photos: Vec<_> = (0..PHOTOS_PER_REPORT).map(|_| photo(PHOTO_BYTES)).collect();
        let start = Instant::now();
        plain_draft(&plain, &db, &photos)?;
        let baseline = start.elapsed();
        let photos: Vec<_> = photos.into_iter().map(prepared).collect();
        let report_id = ReportId::new(1_764_000_000_000, rand::rng().random());
        let form = form("Đèn đường hỏng")?;
        let start = Instant::now();
        citizen.client.keep_draft(report_id, form, photos).await?;
        rounds.push(Round { ours: start.elapsed(), baseline });
    }
    show("draft with three photos of 300 KB, against write + fsync + one commit", &rounds, 1.3);
    Ok(())
}

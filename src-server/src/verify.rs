//! A signed receipt, held against what is here: whether this server gave it, and still has what it says.

use std::{io, path::Path};

use pakn_api::{
    id::MediaHash,
    wire::{Receipt, SignedReceipt},
};

use crate::{
    check::{Fault, file},
    db::{Db, DbError, medium, report},
    folder,
    signing::{self, JwsError, jws},
};

/// A receipt that this server has given.
#[derive(Clone, Debug)]
pub struct Verified {
    /// What it says.
    pub receipt: SignedReceipt,
    /// The name of the key it is signed with.
    pub kid: String,
    /// What is not here any more as it says.
    pub faults: Vec<Fault>,
}

/// Holds a receipt against a data folder and its database.
pub(crate) async fn receipt(db: &Db, data: &Path, text: &str) -> Result<Result<Verified, JwsError>, DbError> {
    let (word, kid) = match jws::verify::<SignedReceipt>(&signing::published(db).await?, text) {
        Ok(signed) => signed,
        Err(error) => return Ok(Err(error)),
    };
    let mut faults = Vec::new();
    let mut snapshot = db.snapshot().await?;
    match report::by_operation(&mut snapshot, word.op_id).await? {
        Some(created) if created.report == word.report_id => {
            let now = report::receipt(&mut snapshot, created.user, word.report_id).await?;
            if !now.is_some_and(|now| says(&now, &word)) {
                faults.push(Fault::ReportDiffers(word.report_id));
            }
            for hash in &word.media {
                match medium::bytes(&mut snapshot, created.user, *hash).await? {
                    Some(bytes) => faults.extend(on_disk(data, *hash, bytes).await?),
                    None => faults.push(Fault::FileMissing(*hash)),
                }
            }
        }
        Some(_) | None => faults.push(Fault::ReportMissing(word.report_id)),
    }
    Ok(Ok(Verified { receipt: word, kid, faults }))
}

fn says(now: &Receipt, word: &SignedReceipt) -> bool {
    now.received_at == Some(word.received_at) && now.media.iter().map(|medium| &medium.sha256).eq(&word.media)
}

async fn on_disk(data: &Path, hash: MediaHash, bytes: u64) -> io::Result<Option<Fault>> {
    let media = data.join(folder::MEDIA);
    tokio::task::spawn_blocking(move || file::fault(&media, hash, bytes, false)).await.map_err(io::Error::other)
}

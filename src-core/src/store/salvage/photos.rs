//! Brings together the rows of pictures and the files that are there. No whole picture is left without a row:
//! the next start would sweep it, and it may be the only one there is.

use std::collections::{BTreeMap, BTreeSet};

use pakn_api::{
    id::{AttachmentId, MediaHash, ReportId},
    ipc::LostItem,
    model::photo::MAX_PER_REPORT,
};
use sha2::{Digest, Sha256};

use super::{
    choose::Chosen,
    scan::Trust,
    shape::{Attachment, Draft},
};
use crate::media::{Spool, Vault, VaultError, whole_jpeg};

/// A picture's file.
enum File {
    /// Prepared: hash, bytes, width, height.
    Ready((MediaHash, i64, i64, i64)),
    /// As it came.
    Original(i64),
}

/// Rows for every picture, and how many of them are in new drafts.
pub(super) fn settle(
    chosen: &mut Chosen,
    vault: &Vault,
    spool: &Spool,
    now: i64,
    mut new_id: impl FnMut() -> ReportId,
) -> Result<u32, VaultError> {
    let mut files = files(vault, spool)?;
    let drafts: BTreeMap<ReportId, String> = chosen.drafts.iter().map(|d| (d.id, d.title.clone())).collect();
    let media: BTreeMap<MediaHash, ReportId> = chosen
        .reports
        .iter()
        .map(|r| (r.id, &r.media))
        .chain(chosen.outbox.iter().map(|o| (o.report, &o.media)))
        .flat_map(|(id, media)| media.iter().map(move |hash| (*hash, id)))
        .collect();
    let mut owners: BTreeSet<ReportId> = drafts.keys().copied().chain(chosen.reports.iter().map(|r| r.id)).collect();
    owners.extend(chosen.outbox.iter().map(|o| o.report).chain(chosen.receipts.iter().map(|r| r.report)));

    let (mut kept, mut loose) = (Vec::new(), Vec::new());
    for (row, trust) in std::mem::take(&mut chosen.attachments) {
        let owned = owners.contains(&row.report);
        match files.remove(&row.id) {
            Some(file) if owned => kept.push(Attachment { ready: as_row(&file, row.ready), ..row }),
            Some(file) => loose.push((row.id, file)),
            // Its bytes never all arrived, or it is one that was taken out again.
            None if row.ready.is_none() && spool.list()?.contains(&row.id) => {}
            None if trust != Trust::Live => {}
            None if let Some(title) = drafts.get(&row.report) => {
                chosen.lost.push(LostItem { report_id: Some(row.report), title: Some(title.clone()), was_sent: false });
            }
            None => kept.push(row),
        }
    }
    for (id, file) in files {
        let hash = if let File::Ready((hash, ..)) = file { Some(hash) } else { None };
        let sent = hash.and_then(|hash| media.get(&hash)).map(|report| (*report, i64::MAX));
        let place = chosen.places.get(&id).filter(|(report, _)| owners.contains(report)).copied();
        match place.or(sent) {
            Some((report, position)) => kept.push(row_of(id, report, position, &file)),
            None => loose.push((id, file)),
        }
    }
    let count = u32::try_from(loose.len()).unwrap_or(u32::MAX);
    let mut loose = loose.into_iter().peekable();
    while loose.peek().is_some() {
        let draft = new_id();
        chosen.drafts.push(Draft {
            id: draft,
            version: 1,
            form: serde_json::to_string(&pakn_api::model::report::ReportForm::default()).unwrap_or_default(),
            title: String::new(),
            created_at: now,
            updated_at: now,
        });
        kept.extend((1..).zip(loose.by_ref().take(MAX_PER_REPORT)).map(|(n, (id, file))| row_of(id, draft, n, &file)));
    }
    chosen.attachments = kept.into_iter().map(|row| (row, Trust::Live)).collect();
    Ok(count)
}

/// Every whole picture there is: prepared if it is both.
fn files(vault: &Vault, spool: &Spool) -> Result<BTreeMap<AttachmentId, File>, VaultError> {
    let mut files = BTreeMap::new();
    for id in spool.list()? {
        if let Some(bytes) = spool.whole(id)? {
            files.insert(id, File::Original(i64::try_from(bytes).unwrap_or(i64::MAX)));
        }
    }
    for id in vault.list()? {
        let bytes = vault.read(id)?;
        if let Some((width, height)) = whole_jpeg(&bytes) {
            let hash = MediaHash::from_digest(Sha256::digest(&bytes).into());
            let length = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
            files.insert(id, File::Ready((hash, length, width.into(), height.into())));
        }
    }
    Ok(files)
}

/// What the row says, unless the file isn't what the row says.
fn as_row(file: &File, row: Option<(MediaHash, i64, i64, i64)>) -> Option<(MediaHash, i64, i64, i64)> {
    match file {
        File::Ready(found) => row.filter(|(hash, bytes, ..)| (hash, bytes) == (&found.0, &found.1)).or(Some(*found)),
        File::Original(_) => None,
    }
}

fn row_of(id: AttachmentId, report: ReportId, position: i64, file: &File) -> Attachment {
    let source_bytes = match file {
        File::Ready((_, bytes, ..)) | File::Original(bytes) => *bytes,
    };
    Attachment { id, report, position, name: String::new(), source_bytes, notice: String::new(), ready: as_row(file, None) }
}

//! Brings together the rows of pictures and the files that are there. No whole picture is left without a row:
//! the next start would sweep it, and it may be the only one there is.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Seek},
};

use pakn_api::{
    id::{AttachmentId, MediaHash, ReportId},
    ipc::LostItem,
    model::{
        photo::MAX_PER_REPORT,
        report::{MediaKind, MediaRef},
    },
};
use sha2::{Digest, Sha256};

use super::{
    choose::Chosen,
    scan::Trust,
    shape::{Attachment, Draft},
};
use crate::media::{SourceKind, Spool, Unprepared, Vault, VaultError, try_sniff, video, whole_jpeg};

/// A picture's or video's file.
#[derive(Clone, Copy)]
enum File {
    /// Prepared.
    Ready(MediaRef),
    /// As it came: how long it is, and what it is by its first bytes.
    Original(u64, MediaKind),
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

    // Posters are their videos', and no pictures of a report.
    let is_poster: BTreeSet<AttachmentId> = chosen.attachments.iter().filter_map(|(row, _)| row.poster).collect();
    let posters: BTreeSet<AttachmentId> = is_poster.into_iter().filter(|id| files.remove(id).is_some()).collect();
    let (mut kept, mut loose) = (Vec::new(), Vec::new());
    for (row, trust) in std::mem::take(&mut chosen.attachments) {
        let owned = owners.contains(&row.report);
        match files.remove(&row.id) {
            Some(file) if owned => {
                let (ready, kind) = (as_row(&file, row.ready), kind(&file));
                kept.push(Attachment { ready, kind, poster: row.poster.filter(|id| posters.contains(id)), ..row });
            }
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
        let hash = if let File::Ready(medium) = file { Some(medium.sha256) } else { None };
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
            discarded: false,
        });
        kept.extend((1..).zip(loose.by_ref().take(MAX_PER_REPORT)).map(|(n, (id, file))| row_of(id, draft, n, &file)));
    }
    chosen.attachments = kept.into_iter().map(|row| (row, Trust::Live)).collect();
    Ok(count)
}

/// Every whole picture and video there is: prepared if it is both.
fn files(vault: &Vault, spool: &Spool) -> Result<BTreeMap<AttachmentId, File>, VaultError> {
    let mut files = BTreeMap::new();
    for id in spool.list()? {
        if let Some(bytes) = spool.whole(id)? {
            let kind = match try_sniff(&mut spool.source(id)?)? {
                SourceKind::Video(kind) => kind,
                SourceKind::Photo | SourceKind::OtherVideo => MediaKind::Jpeg,
            };
            files.insert(id, File::Original(bytes, kind));
        }
    }
    for id in vault.list()? {
        if let Some(medium) = medium(vault, id)? {
            files.insert(id, File::Ready(medium));
        }
    }
    Ok(files)
}

/// What a prepared file is; `None` when it is not whole.
fn medium(vault: &Vault, id: AttachmentId) -> Result<Option<MediaRef>, VaultError> {
    let mut file = vault.open_file(id)?;
    if let SourceKind::Video(_) = try_sniff(&mut file)? {
        let (kind, (width, height), duration_ms) = match video::check(&mut file) {
            Ok(seen) => seen,
            // A device that can't read it just now has said nothing about it.
            Err(Unprepared::Io(error)) => return Err(error.into()),
            Err(Unprepared::Photo(_) | Unprepared::Video(_) | Unprepared::Cancelled) => return Ok(None),
        };
        let mut hasher = Sha256::new();
        file.rewind()?;
        let bytes = io::copy(&mut file, &mut hasher)?;
        let sha256 = MediaHash::from_digest(hasher.finalize().into());
        return Ok(Some(MediaRef { sha256, bytes, kind, width, height, duration_ms: Some(duration_ms) }));
    }
    let bytes = vault.read(id)?;
    let Some((width, height)) = whole_jpeg(&bytes) else { return Ok(None) };
    Ok(Some(MediaRef {
        sha256: MediaHash::from_digest(Sha256::digest(&bytes).into()),
        bytes: bytes.len() as u64,
        kind: MediaKind::Jpeg,
        width: width.into(),
        height: height.into(),
        duration_ms: None,
    }))
}

const fn kind(file: &File) -> MediaKind {
    match file {
        File::Ready(medium) => medium.kind,
        File::Original(_, kind) => *kind,
    }
}

/// What the row says, unless the file isn't what the row says.
fn as_row(file: &File, row: Option<MediaRef>) -> Option<MediaRef> {
    match file {
        File::Ready(found) => {
            row.filter(|m| (m.sha256, m.bytes, m.kind) == (found.sha256, found.bytes, found.kind)).or(Some(*found))
        }
        File::Original(..) => None,
    }
}

fn row_of(id: AttachmentId, report: ReportId, position: i64, file: &File) -> Attachment {
    let source_bytes = match file {
        File::Ready(MediaRef { bytes, .. }) | File::Original(bytes, _) => i64::try_from(*bytes).unwrap_or(i64::MAX),
    };
    Attachment {
        id,
        report,
        position,
        name: String::new(),
        source_bytes,
        notice: String::new(),
        ready: as_row(file, None),
        kind: kind(file),
        hint: String::new(),
        poster: None,
    }
}

//! What is done with a database that can't be read: as much of it as possible goes into a new one, what
//! doesn't is named, the damaged files are set aside for good.
//!
//! It is read without SQLite, which stops where a page is wrong and forgets a log behind a broken frame: our
//! own parser looks at every page, also at what the pages said before. Where a row is also in the tree, a
//! test holds that SQLite reads the same.

mod choose;
mod image;
mod log;
mod page;
mod photos;
mod rebuild;
mod record;
mod scan;
mod shape;
mod tree;

use std::path::Path;

use pakn_api::{Timestamp, id::ReportId, ipc::Salvage};

pub(super) use image::Files;
pub(super) use rebuild::finish;

use super::Result;
use crate::{
    ambient::{Ambient, new_id},
    disk::Disk,
    error::Error,
    media::{Spool, Vault},
};

/// Where everything is that a database speaks of.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    /// The data folder.
    pub(crate) data_dir: &'a Path,
    /// The database's name in it.
    pub(crate) database: &'a str,
    pub(crate) vault: &'a Vault,
    pub(crate) spool: &'a Spool,
    pub(crate) ambient: &'a dyn Ambient,
    pub(crate) disk: &'a Disk,
}

/// Builds a new database from what can be read of `files`, and puts it in place.
pub(super) fn salvage(place: &Place<'_>, files: &Files) -> std::result::Result<(), Error> {
    let Timestamp(now) = place.ambient.now();
    let mut chosen = choose::choose(&scan::scan(files)?);
    let new_id = || new_id!(place.ambient, ReportId);
    let loose_photos = photos::settle(&mut chosen, place.vault, place.spool, now, new_id)?;
    let mut salvage = Salvage {
        at: Timestamp(now),
        drafts: chosen.drafts.iter().map(|d| d.title.clone()).collect(),
        unsent: chosen.outbox.iter().filter(|o| o.is_report()).map(|o| o.title.clone()).collect(),
        loose_photos,
        lost: std::mem::take(&mut chosen.lost),
    };
    let unread = chosen.settings.iter().position(|s| s.name == "salvage").map(|at| chosen.settings.remove(at));
    if let Some(before) = unread.and_then(|s| serde_json::from_str::<Salvage>(&s.value).ok()) {
        salvage.loose_photos += before.loose_photos;
        salvage.lost.extend(before.lost);
    }
    tracing::error!(
        drafts = salvage.drafts.len(),
        unsent = salvage.unsent.len(),
        loose_photos,
        lost = salvage.lost.len(),
        "the database was damaged and is set aside"
    );
    rebuild::write(place.data_dir, &chosen, &salvage, place.disk)?;
    Ok(finish(place.data_dir, place.database, place.disk)?)
}

/// Titles of the drafts, and of the reports that wait to be sent, as far as they can be read.
pub(super) fn titles(files: &Files) -> Result<(Vec<String>, Vec<String>)> {
    let chosen = choose::choose(&scan::scan(files)?);
    Ok((
        chosen.drafts.into_iter().filter(|d| !d.discarded).map(|d| d.title).collect(),
        chosen.outbox.into_iter().filter(|o| o.is_report()).map(|o| o.title).collect(),
    ))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing fixture fails the test")]
mod tests;

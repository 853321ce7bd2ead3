//! What must be true once an errand is done: the server has each report and each file once, by what is in
//! them; the device has nothing over.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, ensure};
use pakn_api::{
    id::MediaHash,
    ipc::{GetSync, ListDrafts},
};
use pakn_core::{Client, media::prepare};
use pakn_server::ListedReport;
use rusqlite::Connection;
use sha2::{Digest, Sha256};

use crate::{
    citizen::config,
    errand::{photo_name, title},
    server::ServerProcess,
};

/// Each report's files, in order, by title: hash and length as the app prepares them.
pub type Expected = BTreeMap<String, Vec<(MediaHash, u64)>>;

/// What an errand's photos become.
///
/// # Errors
/// When one can't be read or prepared.
pub fn expected(photos: &Path, reports: u32, photos_each: u32) -> anyhow::Result<Expected> {
    let prepared = |n, k| {
        let photo = prepare(&fs::read(photos.join(photo_name(n, k)))?, "")?;
        anyhow::Ok((photo.sha256, photo.jpeg.len() as u64))
    };
    (1..=reports).map(|n| Ok((title(n), (1..=photos_each).map(|k| prepared(n, k)).collect::<Result<_, _>>()?))).collect()
}

/// Each report once, whole, with its files in order, and nothing else.
///
/// # Errors
/// What is missing or too much.
pub fn listed_once(listed: &[ListedReport], expected: &Expected) -> anyhow::Result<()> {
    ensure!(listed.len() == expected.len(), "{} reports instead of {}", listed.len(), expected.len());
    for report in listed {
        ensure!(report.received_at.is_some() && report.media.iter().all(|m| m.stored), "{report:?} is not whole");
        let media: Vec<_> = report.media.iter().map(|m| (m.sha256, m.bytes)).collect();
        let wanted = expected.get(report.title.as_str()).with_context(|| format!("{report:?} was never written"))?;
        ensure!(media == *wanted, "{report:?} should have {wanted:?}");
    }
    let titles: BTreeSet<_> = listed.iter().map(|r| r.title.as_str()).collect();
    ensure!(titles.len() == expected.len(), "one report is there twice");
    Ok(())
}

/// Each report and each file once: in what staff sees, in the tables, and in the folder. Answers how many files.
///
/// # Errors
/// What is missing or too much.
pub fn server_has_each_once(server: &ServerProcess, expected: &Expected) -> anyhow::Result<usize> {
    listed_once(&server.staff_json::<Vec<ListedReport>>(&["reports", "--json"])?, expected)?;
    let wanted: BTreeSet<_> = expected.values().flatten().map(|(hash, _)| *hash).collect();
    let files = files_below(&server.data().join("media"))?;
    let mut held = BTreeSet::new();
    for file in &files {
        let hash = MediaHash::from_digest(Sha256::digest(fs::read(file)?).into());
        ensure!(file.ends_with(hash.to_string()), "{} holds {hash}", file.display());
        held.insert(hash);
    }
    ensure!(held == wanted && files.len() == wanted.len(), "{} files, {} of them wanted", files.len(), held.len());
    let database = Connection::open(server.data().join("pakn.sqlite"))?;
    for (table, rows) in [("report", expected.len()), ("operation", expected.len()), ("medium", wanted.len())] {
        let counted: usize = database.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))?;
        ensure!(counted == rows, "{counted} rows of {table} instead of {rows}");
    }
    Ok(wanted.len())
}

/// After a start: no draft, nothing that waits or rests, so many pictures, each with its file, and no other file.
///
/// # Errors
/// What is left over or missing.
pub async fn device_has_nothing_left(data: &Path, pictures: usize) -> anyhow::Result<()> {
    let client = Client::open(config(data)).await?;
    let drafts = client.list_drafts(ListDrafts {}).await?;
    ensure!(drafts.is_empty(), "{drafts:?}");
    let sync = client.get_sync(GetSync {}).await?;
    ensure!((sync.waiting, sync.parked) == (0, 0), "{sync:?}");
    drop(client);
    let database = Connection::open(data.join("kontums.db"))?;
    let counted: usize = database.query_row("SELECT count(*) FROM outbox", [], |row| row.get(0))?;
    ensure!(counted == 0, "{counted} rows in the outbox");
    let mut named = database.prepare("SELECT attachment_id FROM attachment")?;
    let named: BTreeSet<String> = named.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    ensure!(named.len() == pictures, "{} pictures instead of {pictures}", named.len());
    ensure!(names(&data.join("photos"))? == named, "a file for each picture, and no other");
    let incoming = names(&data.join("incoming"))?;
    ensure!(incoming.is_empty(), "half taken in: {incoming:?}");
    Ok(())
}

fn names(folder: &Path) -> anyhow::Result<BTreeSet<String>> {
    let names = files_below(folder)?.into_iter().filter_map(|file| Some(file.file_name()?.to_string_lossy().into_owned()));
    Ok(names.collect())
}

fn files_below(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}

//! Writes the new database beside the damaged files, and puts it in their place once it is whole.
//!
//! A crash in between leaves either the damaged files where they were, and the next start begins anew, or a
//! finished `rebuilt.db`, and the next start puts it in place. The damaged files are moved, never removed.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use pakn_api::ipc::Salvage;
use rusqlite::{Connection, Transaction};

use super::{choose::Chosen, shape};
use crate::{
    disk::Disk,
    store::{
        Result, attachment, migrate,
        setting::{self, SalvageKey},
    },
};

const PREFIX: &str = "damaged-";
const PART: &str = "rebuilt.part";
const WHOLE: &str = "rebuilt.db";

/// Writes everything chosen into a new database in a new folder.
pub(super) fn write(data_dir: &Path, chosen: &Chosen, salvage: &Salvage, disk: &Disk) -> Result<()> {
    // Where there was no room, it is tried again and again: in the same folder, so that nothing piles up.
    let begun = |folder: &PathBuf| {
        let mut files = fs::read_dir(folder).into_iter().flatten().flatten();
        files.all(|file| file.file_name().to_string_lossy().starts_with(PART))
    };
    let new = data_dir.join(format!("{PREFIX}{}", salvage.at.0));
    let folder = folders(data_dir)?.into_iter().find(begun).unwrap_or(new);
    disk.step(|| fs::create_dir_all(&folder))?;
    let part = folder.join(PART);
    for left in [part.clone(), folder.join(format!("{PART}-journal"))] {
        if left.exists() {
            disk.step(|| fs::remove_file(left))?;
        }
    }
    disk.step(|| fill(&part, chosen, salvage))?;
    disk.step(|| fs::rename(&part, folder.join(WHOLE)))?;
    sync(&folder, disk)?;
    sync(data_dir, disk)
}

/// Puts a finished database in place, if there is one.
pub(in crate::store) fn finish(data_dir: &Path, database: &str, disk: &Disk) -> Result<()> {
    for folder in folders(data_dir)?.into_iter().filter(|folder| folder.join(WHOLE).exists()) {
        for name in ["-wal", "-shm", ""].map(|suffix| format!("{database}{suffix}")) {
            if data_dir.join(&name).exists() {
                disk.step(|| fs::rename(data_dir.join(&name), folder.join(&name)))?;
            }
        }
        disk.step(|| fs::rename(folder.join(WHOLE), data_dir.join(database)))?;
        sync(&folder, disk)?;
        sync(data_dir, disk)?;
    }
    Ok(())
}

/// The folders that damaged files are, or will be, in.
fn folders(data_dir: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(data_dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let paths = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<PathBuf>>>()?;
    let named = |path: &PathBuf| path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(PREFIX));
    Ok(paths.into_iter().filter(named).collect())
}

fn sync(folder: &Path, disk: &Disk) -> Result<()> {
    if cfg!(unix) {
        let folder = File::open(folder)?;
        disk.step(|| folder.sync_all())?;
    }
    Ok(())
}

fn fill(path: &Path, chosen: &Chosen, salvage: &Salvage) -> Result<()> {
    let mut connection = Connection::open(path)?;
    connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA foreign_keys = ON;")?;
    migrate::fresh(&mut connection)?;
    let tx = connection.transaction()?;
    insert(&tx, chosen)?;
    setting::set::<SalvageKey>(&tx, salvage)?;
    tx.commit()?;
    Ok(connection.close().map_err(|(_, error)| error)?)
}

fn insert(tx: &Transaction<'_>, chosen: &Chosen) -> Result<()> {
    for shape::Setting { name, value } in &chosen.settings {
        tx.execute("INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)", (name, value))?;
    }
    for d in &chosen.drafts {
        tx.execute(
            "INSERT INTO draft (report_id, form_version, form, created_at_ms, updated_at_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
            (d.id.to_string(), d.version, &d.form, d.created_at, d.updated_at),
        )?;
    }
    for (a, _) in &chosen.attachments {
        let state = if a.ready.is_some() { "ready" } else { "original" };
        let (hash, bytes, width, height) =
            a.ready.map_or((String::new(), 0, 0, 0), |m| (m.sha256.to_string(), m.bytes, m.width, m.height));
        tx.execute(
            "INSERT INTO attachment (attachment_id, report_id, position, name, source_bytes, state, notice, sha256, bytes, width, height,
                kind, duration_ms, hint, poster)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
            (
                a.id.to_string(),
                a.report.to_string(),
                a.position,
                &a.name,
                a.source_bytes,
                state,
                &a.notice,
                hash,
                bytes,
                width,
                height,
                attachment::word(a.kind),
                a.ready.and_then(|m| m.duration_ms).unwrap_or(0),
                &a.hint,
                a.poster.map_or_else(String::new, |id| id.to_string()),
            ),
        )?;
    }
    for o in &chosen.outbox {
        tx.execute(
            "INSERT INTO outbox (seq, op_id, entity_id, user_id, kind, payload_version, payload, attempts, parked_reason, created_at_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            (
                o.seq,
                o.op.to_string(),
                o.report.to_string(),
                o.user.map(|id| id.to_string()),
                &o.kind,
                o.version,
                &o.payload,
                o.attempts,
                &o.parked,
                o.created_at,
            ),
        )?;
    }
    // Rows of one report leave in order, and after what was said of its sender before. What did not come back is
    // waited for by none.
    let mut order = tx.prepare(
        "UPDATE outbox SET depends_on = coalesce(
           (SELECT max(seq) FROM outbox b WHERE b.entity_id = outbox.entity_id AND b.seq < outbox.seq),
           (SELECT seq FROM outbox b WHERE b.seq = ?2 AND b.user_id = outbox.user_id AND b.kind <> 'create_report'),
           (SELECT max(seq) FROM outbox b WHERE b.user_id = outbox.user_id AND b.kind <> 'create_report'
              AND b.parked_reason IS NULL AND b.seq < outbox.seq))
         WHERE seq = ?1 AND kind = 'create_report'",
    )?;
    for o in &chosen.outbox {
        order.execute((o.seq, o.depends_on))?;
    }
    for r in &chosen.reports {
        tx.execute(
            "INSERT INTO report (report_id, user_id, revision, view_version, view, submitted_at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (r.id.to_string(), r.user.to_string(), r.revision, r.version, &r.view, r.submitted_at),
        )?;
    }
    for r in &chosen.receipts {
        tx.execute(
            "INSERT INTO receipt (report_id, user_id, received_at_ms, files, signed) VALUES (?1, ?2, ?3, ?4, ?5)",
            (r.report.to_string(), r.user.to_string(), r.received_at, r.files, &r.signed),
        )?;
    }
    Ok(())
}

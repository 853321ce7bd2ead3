//! Opens the database: looks first whether all of it can be read, and has it salvaged where it can't.
//!
//! Looked at, at every start: the log frame by frame (SQLite forgets silently what is behind a broken one), every
//! page (`quick_check`), the tables' names, and whether ids and JSON are such. A database from
//! a newer app is read as bytes only; SQLite never opens it.

use std::{fs, path::PathBuf};

use rusqlite::{Connection, OpenFlags, Row, config::DbConfig, ffi, types::ValueRef};
use serde::de::IgnoredAny;

use super::{
    Place, Result, StoreError, configured, empty_log, migrate,
    salvage::{self, Files},
};
use crate::error::Error;

/// Versions further ahead are damage, not the future.
const FAR_AHEAD: u32 = 1_000;
/// Beside the database once a running app has met damage in it.
pub(super) const SUSPECT: &str = "-suspect";

/// What was found wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Health {
    Sound,
    Damaged(&'static str),
}

/// Opens the database or makes one, at the newest schema.
pub(super) fn open(place: &Place<'_>) -> std::result::Result<Connection, Error> {
    salvage::finish(place.data_dir, place.database, place.disk)?;
    let path = place.data_dir.join(place.database);
    let files = Files::read(&path).map_err(StoreError::from)?;
    if let Health::Damaged(why) = before_sqlite(place, &files)? {
        return rebuilt(place, &files, why);
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if files.is_empty() {
        let connect = || configured(Connection::open_with_flags(&path, flags)?);
        return Ok(place.disk.step(connect).and_then(|connection| ready(connection, place))?);
    }
    let connection =
        match Connection::open_with_flags(&path, flags).map_err(StoreError::from).and_then(|c| examined(&c).map(|h| (c, h))) {
            Ok((connection, Health::Sound)) => connection,
            Ok((connection, Health::Damaged(why))) => {
                drop(connection);
                return rebuilt(place, &files, why);
            }
            Err(StoreError::Corrupt(_)) => return rebuilt(place, &files, "sqlite can't read it"),
            Err(error) => return Err(error.into()),
        };
    let connection = configured(connection)?;
    if files.has_log() {
        // What is only in the log is one file away from being lost.
        match place.disk.step(|| empty_log(&connection)) {
            Ok(()) | Err(StoreError::Full) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(ready(connection, place)?)
}

fn suspect(place: &Place<'_>) -> PathBuf {
    place.data_dir.join(format!("{}{SUSPECT}", place.database))
}

/// Salvages, and opens what came of it.
fn rebuilt(place: &Place<'_>, files: &Files, why: &'static str) -> std::result::Result<Connection, Error> {
    tracing::error!(why, "the database is damaged");
    salvage::salvage(place, files)?;
    let suspect = suspect(place);
    if suspect.exists() {
        place.disk.step(|| fs::remove_file(&suspect)).map_err(StoreError::from)?;
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(place.data_dir.join(place.database), flags).map_err(StoreError::from);
    Ok(opened.and_then(configured).and_then(|connection| ready(connection, place))?)
}

fn ready(mut connection: Connection, place: &Place<'_>) -> Result<Connection> {
    migrate::to_newest(&mut connection, place.disk)?;
    Ok(connection)
}

/// What the bytes tell.
fn before_sqlite(place: &Place<'_>, files: &Files) -> std::result::Result<Health, Error> {
    let pictures = || Ok::<_, Error>(!place.vault.list()?.is_empty() || !place.spool.list()?.is_empty());
    if let Some(found) = files.version().filter(|found| (migrate::NEWEST + 1..FAR_AHEAD).contains(found)) {
        let (drafts, unsent) = salvage::titles(files)?;
        return Err(StoreError::Newer { found, known: migrate::NEWEST, drafts, unsent }.into());
    }
    Ok(match files.version() {
        _ if suspect(place).exists() => Health::Damaged("an earlier run met damage"),
        None if files.is_empty() => {
            if pictures()? {
                Health::Damaged("it is gone, its pictures are not")
            } else {
                Health::Sound
            }
        }
        _ if files.has_no_database() => Health::Damaged("its file is empty, its log is not"),
        _ if !files.log_is_whole() => Health::Damaged("its log is broken"),
        None => Health::Damaged("it has no head"),
        Some(0) if pictures()? => Health::Damaged("it has no tables, but there are pictures"),
        Some(found) if found > migrate::NEWEST => Health::Damaged("its version is none"),
        Some(_) => Health::Sound,
    })
}

/// What SQLite and the values tell. Writes nothing.
fn examined(connection: &Connection) -> Result<Health> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;")?;
    let answer: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if answer != "ok" {
        return Ok(Health::Damaged("a page is wrong"));
    }
    let version = migrate::version(connection)?;
    if migrate::names(connection)? != migrate::names_at(version)? {
        return Ok(Health::Damaged("its tables are not those of its version"));
    }
    type Check = fn(&Row<'_>) -> Option<()>;
    let checks: [(&str, Check); 4] = [
        ("SELECT report_id, form FROM draft", |row| id(row, 0).and(json(row, 1))),
        ("SELECT attachment_id, report_id FROM attachment", |row| id(row, 0).and(id(row, 1))),
        ("SELECT op_id, entity_id, payload, user_id FROM outbox", |row| {
            id(row, 0).and(id(row, 1)).and(json(row, 2)).and(if is_null(row, 3) { Some(()) } else { id(row, 3) })
        }),
        ("SELECT report_id, view FROM report", |row| id(row, 0).and(json(row, 1))),
    ];
    for (sql, legible) in checks.into_iter().filter(|_| version > 0) {
        let mut statement = connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if legible(row).is_none() {
                return Ok(Health::Damaged("a row is not what was written"));
            }
        }
    }
    Ok(Health::Sound)
}

fn text<'a>(row: &'a Row<'_>, column: usize) -> Option<&'a str> {
    row.get_ref(column).ok()?.as_str().ok()
}

fn id(row: &Row<'_>, column: usize) -> Option<()> {
    text(row, column)?.parse::<uuid::Uuid>().ok().map(drop)
}

/// Only whether it is JSON: what another version of the app wrote in it is not damage.
fn json(row: &Row<'_>, column: usize) -> Option<()> {
    serde_json::from_str::<IgnoredAny>(text(row, column)?).ok().map(drop)
}

fn is_null(row: &Row<'_>, column: usize) -> bool {
    matches!(row.get_ref(column), Ok(ValueRef::Null))
}

/// Whether SQLite says that the file is not what it wrote.
pub(super) fn says_corrupt(error: &rusqlite::Error) -> bool {
    let rusqlite::Error::SqliteFailure(error, _) = error else { return false };
    matches!(error.code, rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase)
        || error.extended_code == ffi::SQLITE_IOERR_SHORT_READ
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing fixture fails the test")]
mod tests {
    use super::*;
    use crate::{
        ambient::Device,
        disk::Disk,
        media::{Spool, Vault},
        store::{
            Store, draft,
            setting::{self, SalvageKey},
        },
    };

    #[test]
    fn damage_met_while_running_is_salvaged_at_the_next_start_and_only_then() {
        let (dir, disk) = (tempfile::tempdir().unwrap(), Disk::default());
        let vault = Vault::open(dir.path().join("photos"), disk.clone()).unwrap();
        let spool = Spool::open(dir.path().join("incoming"), disk.clone()).unwrap();
        let place = Place { data_dir: dir.path(), database: "db", vault: &vault, spool: &spool, ambient: &Device, disk: &disk };
        let open = || Store::open(&place).unwrap();
        let salvaged = |store: &Store| store.write_blocking(|tx| setting::get::<SalvageKey>(tx)).unwrap();
        let id = "01930000-0000-7000-8000-000000000001".parse().unwrap();
        let store = open();
        store.write_blocking(|tx| draft::put(tx, id, &Default::default(), pakn_api::Timestamp(1))).unwrap();
        let malformed = || ffi::Error::new(ffi::SQLITE_CORRUPT_INDEX);
        let met = store.write_blocking::<()>(|_| Err(rusqlite::Error::SqliteFailure(malformed(), None).into()));
        assert!(matches!(met, Err(StoreError::Corrupt(_))));
        drop(store);
        let store = open();
        assert!(salvaged(&store).is_some());
        assert!(store.write_blocking(|tx| draft::get(tx, id)).unwrap().is_some());
        store.write_blocking(|tx| setting::clear::<SalvageKey>(tx)).unwrap();
        drop(store);
        assert!(salvaged(&open()).is_none());
    }
}

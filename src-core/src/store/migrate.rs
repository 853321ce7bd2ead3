//! Schema versions: `PRAGMA user_version` counts the migrations that have run.
//!
//! A released migration never changes; a test holds its checksum. A database from a newer app is an
//! error with a name, never touched.

use std::collections::BTreeSet;

use rusqlite::{Connection, TransactionBehavior};

use super::{Result, StoreError};
use crate::disk::Disk;

const MIGRATIONS: [&str; 3] = [
    include_str!("migrations/0001_initial.sql"),
    include_str!("migrations/0002_uploads_and_receipts.sql"),
    include_str!("migrations/0003_composing.sql"),
];

/// The version this app writes.
#[expect(clippy::cast_possible_truncation, reason = "a handful of migrations")]
pub(super) const NEWEST: u32 = MIGRATIONS.len() as u32;

pub(super) fn version(db: &Connection) -> rusqlite::Result<u32> {
    db.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Runs what is missing, all of it or nothing.
pub(super) fn to_newest(connection: &mut Connection, disk: &Disk) -> Result<()> {
    // Nothing to write: on a full disk drafts can still be read.
    match version(connection)? {
        NEWEST => return Ok(()),
        found if found > NEWEST => return Err(newer(found)),
        _ => {}
    }
    disk.step(|| migrate(connection))
}

const fn newer(found: u32) -> StoreError {
    StoreError::Newer { found, known: NEWEST, drafts: Vec::new(), unsent: Vec::new() }
}

/// Brings an empty database to the newest schema.
pub(super) fn fresh(connection: &mut Connection) -> Result<()> {
    migrate(connection)
}

/// The tables and indexes there are.
pub(super) fn names(db: &Connection) -> Result<BTreeSet<(String, String)>> {
    let mut statement = db.prepare("SELECT type, name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%'")?;
    let names = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(names.collect::<rusqlite::Result<_>>()?)
}

/// The tables and indexes that a database of this version has.
pub(super) fn names_at(version: u32) -> Result<BTreeSet<(String, String)>> {
    let memory = Connection::open_in_memory()?;
    for migration in MIGRATIONS.iter().take(usize::try_from(version).unwrap_or(usize::MAX)) {
        memory.execute_batch(migration)?;
    }
    names(&memory)
}

fn migrate(connection: &mut Connection) -> Result<()> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = version(&tx)?;
    if found > NEWEST {
        return Err(newer(found));
    }
    for migration in MIGRATIONS.iter().skip(usize::try_from(found).unwrap_or(usize::MAX)) {
        tx.execute_batch(migration)?;
    }
    tx.pragma_update(None, "user_version", NEWEST)?;
    Ok(tx.commit()?)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "test")]
mod tests {
    use pakn_api::id::{ReportId, UserId};
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::store::{
        account_outbox,
        attachment::{self, Stage},
        draft, follow,
        outbox::{self, OutboxRow},
        public_report, report,
        setting::{self, AccountKey, CursorKey, ServerUrlKey},
    };

    #[test]
    fn a_newer_database_is_refused_and_left_alone() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "user_version", NEWEST + 1).unwrap();
        assert!(matches!(to_newest(&mut connection, &Disk::default()), Err(StoreError::Newer { .. })));
        let tables: u32 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get(0)).unwrap();
        assert_eq!(tables, 0);
    }

    #[test]
    fn running_twice_changes_nothing() {
        let mut connection = Connection::open_in_memory().unwrap();
        to_newest(&mut connection, &Disk::default()).unwrap();
        connection.execute("INSERT INTO setting (name, value) VALUES ('a', 'b')", []).unwrap();
        to_newest(&mut connection, &Disk::default()).unwrap();
        let kept: String = connection.query_row("SELECT value FROM setting", [], |r| r.get(0)).unwrap();
        assert_eq!(kept, "b");
    }

    #[test]
    fn released_migrations_are_frozen() {
        let sums: Vec<String> = MIGRATIONS.iter().map(|m| format!("{:x}", Sha256::digest(m))).collect();
        insta::assert_debug_snapshot!(sums);
    }

    /// A device of each schema there ever was.
    const FIXTURES: [&str; 3] =
        [include_str!("fixtures/0001.sql"), include_str!("fixtures/0002.sql"), include_str!("fixtures/0003.sql")];

    /// All that a table held when a fixture was made, by the columns it had then.
    fn everything(db: &Connection, columns: &[(String, String)]) -> Vec<String> {
        let tables: BTreeSet<&String> = columns.iter().map(|(table, _)| table).collect();
        let mut rows = Vec::new();
        for table in tables {
            let names: Vec<String> = columns.iter().filter(|(t, _)| t == table).map(|(_, c)| format!("quote({c})")).collect();
            let sql = format!("SELECT '{table}: ' || concat_ws(', ', {}) FROM {table}", names.join(", "));
            let mut statement = db.prepare(&sql).unwrap();
            rows.extend(statement.query_map([], |row| row.get::<_, String>(0)).unwrap().map(|row| row.unwrap()));
        }
        rows.sort_unstable();
        rows
    }

    fn columns(db: &Connection) -> Vec<(String, String)> {
        let sql = "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c
                   WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY 1, 2";
        let mut statement = db.prepare(sql).unwrap();
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(|row| row.unwrap()).collect()
    }

    #[test]
    fn every_schema_there_ever_was_becomes_the_newest_with_all_it_held() {
        assert_eq!(FIXTURES.len(), MIGRATIONS.len(), "a migration comes with a fixture of what it leaves");
        for (n, fixture) in FIXTURES.iter().enumerate() {
            let version = u32::try_from(n + 1).unwrap();
            let mut db = Connection::open_in_memory().unwrap();
            for migration in MIGRATIONS.iter().take(n + 1) {
                db.execute_batch(migration).unwrap();
            }
            db.execute_batch(fixture).unwrap();
            db.pragma_update(None, "user_version", version).unwrap();
            let columns = columns(&db);
            let before = everything(&db, &columns);
            assert!(before.len() >= 13, "{version}: {}", before.len());
            to_newest(&mut db, &Disk::default()).unwrap();
            assert_eq!(super::version(&db).unwrap(), NEWEST);
            assert_eq!(everything(&db, &columns), before, "from {version}");
            assert_eq!(names(&db).unwrap(), names_at(NEWEST).unwrap());
            all_of_it_can_be_read(&db);
            if version >= 3 {
                reports_of_others_can_be_read(&db);
            }
        }
    }

    fn all_of_it_can_be_read(db: &Connection) {
        let id = |n: u8| format!("01930000-0000-7000-8000-0000000000{n:02x}");
        let report = |n: u8| id(n).parse::<ReportId>().unwrap();
        let user: UserId = id(0xf0).parse().unwrap();
        assert_eq!(draft::list(db).unwrap().iter().map(|d| d.form.title.as_str()).collect::<Vec<_>>(), ["Nháp: cây đổ"]);
        let pictures = attachment::of_report(db, report(1)).unwrap();
        let stages: Vec<_> = pictures.iter().map(|a| (a.stage == Stage::Incoming, a.medium().is_some())).collect();
        assert_eq!(stages, [(true, false), (false, false), (false, true)]);
        let waiting: Vec<_> = outbox::list(db, Some(user)).unwrap();
        let told =
            |row: &OutboxRow| (row.seq, row.attempts, row.parked.is_some(), row.user_id == Some(user), row.is_surely_unsent());
        assert_eq!(
            waiting.iter().map(told).collect::<Vec<_>>(),
            [(5, 0, false, false, true), (4, 1, true, true, true), (2, 3, false, true, false), (1, 0, false, true, true)]
        );
        assert_eq!(report::get(db, user, report(6)).unwrap().unwrap().submission.title.as_str(), "Đã nhận");
        assert_eq!(setting::get::<AccountKey>(db).unwrap().unwrap().user_id, user);
        assert_eq!(setting::get::<ServerUrlKey>(db).unwrap().unwrap(), "https://pakn.example");
        assert!(setting::get::<CursorKey>(db).unwrap().is_some());
    }

    fn reports_of_others_can_be_read(db: &Connection) {
        let id = |n: u8| format!("01930000-0000-7000-8000-0000000000{n:02x}");
        let user: UserId = id(0xf0).parse().unwrap();
        let public = public_report::get(db, id(0xa1).parse().unwrap()).unwrap().unwrap();
        assert_eq!(public.title.as_str(), "Rác ven suối");
        assert_eq!(follow::list(db, user).unwrap().iter().map(|r| r.title.as_str()).collect::<Vec<_>>(), ["Rác sau chợ"]);
        let said = account_outbox::next(db, user).unwrap().and_then(|row| row.operation.followed());
        assert_eq!(said, Some((id(0xa2).parse().unwrap(), true)));
    }
}

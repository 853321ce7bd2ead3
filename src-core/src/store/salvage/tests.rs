//! The parser against what SQLite wrote, and against any bytes at all.

use std::path::Path;

use proptest::prelude::*;
use rusqlite::{Connection, types::ValueRef};

use super::{image::Files, page::Record, record::Value, scan::Trust, shape::Row, tree};
use crate::store::migrate;

/// What SQLite reads of a table, as our parser would say it.
fn by_sqlite(db: &Connection, table: &str) -> Vec<Record> {
    let mut statement = db.prepare(&format!("SELECT rowid, * FROM {table} ORDER BY rowid")).unwrap();
    let columns = statement.column_count();
    let value = |value: ValueRef<'_>| match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(n) => Value::Int(n),
        ValueRef::Real(n) => Value::Real(n),
        ValueRef::Text(text) => Value::Text(String::from_utf8(text.to_vec()).unwrap()),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
    };
    let read = |row: &rusqlite::Row<'_>| {
        let values = (1..columns).map(|column| row.get_ref(column).map(value)).collect::<rusqlite::Result<_>>()?;
        Ok(Record { rowid: row.get(0)?, values })
    };
    statement.query_map([], read).unwrap().collect::<rusqlite::Result<_>>().unwrap()
}

/// A table of anything, written to and deleted from, in the log and in the main file.
fn written(path: &Path, page_size: u32, carried_over: bool, rows: &[(i64, Vec<u8>, String, f64, bool)]) -> Connection {
    let db = Connection::open(path).unwrap();
    db.execute_batch(&format!("PRAGMA page_size = {page_size}; PRAGMA journal_mode = WAL; CREATE TABLE t (a, b, c, d, e);"))
        .unwrap();
    for (n, bytes, text, real, gone) in rows {
        db.execute("INSERT INTO t VALUES (?1, ?2, ?3, ?4, NULL)", (n, bytes, text, real)).unwrap();
        if *gone {
            db.execute("DELETE FROM t WHERE rowid = (SELECT max(rowid) / 2 FROM t)", []).unwrap();
        }
    }
    if carried_over {
        db.execute_batch("PRAGMA wal_checkpoint(PASSIVE)").unwrap_or_default();
    }
    db
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_sqlite_wrote_is_read_as_sqlite_reads_it(
        page_size in prop::sample::select(vec![512_u32, 1024, 4096, 65_536]),
        carried_over: bool,
        rows in prop::collection::vec(
            (any::<i64>(), prop::collection::vec(any::<u8>(), 0..9_000), ".{0,300}", -1e9_f64..1e9, prop::bool::weighted(0.2)),
            0..40,
        ),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("db");
        let db = written(&path, page_size, carried_over, &rows);
        let expected = by_sqlite(&db, "t");
        let root: u32 = db.query_row("SELECT rootpage FROM sqlite_schema WHERE name = 't'", [], |row| row.get(0)).unwrap();
        let files = Files::read(&path).unwrap();
        prop_assert!(files.log_is_whole());
        let walked = tree::walk(&files.now(), root, |_| true);
        prop_assert!(walked.whole);
        let mut found = walked.records;
        found.sort_by_key(|record| record.rowid);
        // SQLite keeps a real number without a fraction as an integer.
        let plain = |records: Vec<Record>| -> Vec<Record> {
            records.into_iter().map(|mut record| {
                for value in &mut record.values {
                    #[expect(clippy::cast_precision_loss, reason = "small enough")]
                    if let Value::Int(n) = value && n.unsigned_abs() < 1 << 50 {
                        *value = Value::Real(*n as f64);
                    }
                }
                record
            }).collect()
        };
        prop_assert_eq!(plain(found), plain(expected));
    }

    /// Nothing that a file can hold makes the reading panic, or go on for ever.
    #[test]
    fn any_bytes_can_be_looked_at(
        spoilt in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..200),
        cut in any::<prop::sample::Index>(),
        log in any::<bool>(),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("db");
        let mut db = Connection::open(&path).unwrap();
        db.execute_batch("PRAGMA journal_mode = WAL").unwrap();
        migrate::fresh(&mut db).unwrap();
        let form = format!("{{\"title\":\"{}\"}}", "dài ".repeat(2_000));
        for n in 0..8 {
            db.execute("INSERT INTO draft VALUES (?1, 1, ?2, 0, 0)", (uuid::Uuid::from_u128(n).to_string(), &form)).unwrap();
        }
        let end = if log { "-wal" } else { db.execute_batch("PRAGMA wal_checkpoint(PASSIVE)").unwrap_or_default(); "" };
        let target = dir.path().join(format!("db{end}"));
        let mut bytes = std::fs::read(&target).unwrap();
        for (at, byte) in spoilt {
            let at = at.index(bytes.len());
            if let Some(there) = bytes.get_mut(at) { *there = byte; }
        }
        bytes.truncate(bytes.len() - cut.index(bytes.len() / 4));
        std::fs::write(&target, bytes).unwrap();
        let files = Files::read(&path).unwrap();
        let finds = super::scan::scan(&files).unwrap();
        let live = finds.rows.iter().filter(|(row, trust)| matches!(row, Row::Draft(_)) && *trust == Trust::Live).count();
        prop_assert!(live <= 8 * 64);
        super::choose::choose(&finds);
        files.version();
    }
}

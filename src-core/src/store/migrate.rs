//! Schema versions: `PRAGMA user_version` counts the migrations that have run.
//!
//! A released migration never changes; a test holds its checksum. A database from a newer app is an
//! error with a name, never touched.

use rusqlite::{Connection, TransactionBehavior};

use super::{Result, StoreError};

const MIGRATIONS: [&str; 1] = [include_str!("migrations/0001_initial.sql")];

/// The version this app writes.
#[expect(clippy::cast_possible_truncation, reason = "a handful of migrations")]
pub(super) const NEWEST: u32 = MIGRATIONS.len() as u32;

/// Runs what is missing, all of it or nothing.
pub(super) fn to_newest(connection: &mut Connection) -> Result<()> {
    let version = |db: &Connection| db.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0));
    // Nothing to write: on a full disk drafts can still be read.
    if version(connection)? == NEWEST {
        return Ok(());
    }
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = version(&tx)?;
    if found > NEWEST {
        return Err(StoreError::Newer { found, known: NEWEST });
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
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn a_newer_database_is_refused_and_left_alone() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "user_version", NEWEST + 1).unwrap();
        assert!(matches!(to_newest(&mut connection), Err(StoreError::Newer { .. })));
        let tables: u32 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get(0)).unwrap();
        assert_eq!(tables, 0);
    }

    #[test]
    fn running_twice_changes_nothing() {
        let mut connection = Connection::open_in_memory().unwrap();
        to_newest(&mut connection).unwrap();
        connection.execute("INSERT INTO setting (name, value) VALUES ('a', 'b')", []).unwrap();
        to_newest(&mut connection).unwrap();
        let kept: String = connection.query_row("SELECT value FROM setting", [], |r| r.get(0)).unwrap();
        assert_eq!(kept, "b");
    }

    #[test]
    fn released_migrations_are_frozen() {
        let sums: Vec<String> = MIGRATIONS.iter().map(|m| format!("{:x}", Sha256::digest(m))).collect();
        insta::assert_debug_snapshot!(sums);
    }
}

//! The schema's versions, embedded; a released file is frozen.
//!
//! The files are PostgreSQL's dialect kept to what SQLite shares. For SQLite two things are put in
//! while loading: `BIGINT` becomes `INTEGER` (the only integer a STRICT table knows, as wide), and each
//! `CREATE TABLE`, closed by a line `);`, becomes STRICT. A database that a newer server has migrated is refused.

use sqlx::{
    AssertSqlSafe, SqlSafeStr as _,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
};

const FILES: [(i64, &str, &str); 1] = [(1, "start", include_str!("migrations/0001_start.sql"))];

/// The migrations, in SQLite's words.
pub(super) fn sqlite() -> Migrator {
    let migrations = FILES.iter().map(|(version, name, sql)| {
        let sql = sql.replace(" BIGINT", " INTEGER").replace("\n);", "\n) STRICT;");
        Migration::new(*version, (*name).into(), MigrationType::Simple, AssertSqlSafe(sql).into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.collect())
}

/// Whether the database has been migrated beyond what is known here.
pub(super) fn is_newer(error: &MigrateError) -> bool {
    matches!(error, MigrateError::VersionMissing(version) if FILES.iter().all(|(known, ..)| known < version))
}

#[cfg(test)]
mod tests {
    use super::FILES;
    use sha2::{Digest as _, Sha256};

    #[test]
    fn released_migrations_are_frozen() {
        let sums = FILES.map(|(version, _, sql)| (version, format!("{:x}", Sha256::digest(sql))));
        assert_eq!(sums, [(1, "27be18adb57ad3ea25221eda5ba0d2037e49ee1841846d4216f28abea3a4de97".to_owned())]);
    }
}

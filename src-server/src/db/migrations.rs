//! The schema's versions, embedded; a released file is frozen.
//!
//! The files are PostgreSQL's dialect kept to what SQLite shares. For SQLite two things are put in
//! while loading: `BIGINT` becomes `INTEGER` (the only integer a STRICT table knows, as wide), and each
//! `CREATE TABLE`, closed by a line `);`, becomes STRICT. A database that a newer server has migrated is refused.

use sqlx::{
    AssertSqlSafe, SqlSafeStr as _,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
};

const FILES: &[(i64, &str, &str)] = &[
    (1, "start", include_str!("migrations/0001_start.sql")),
    (2, "uploads", include_str!("migrations/0002_uploads.sql")),
    (3, "receipts_and_upkeep", include_str!("migrations/0003_receipts_and_upkeep.sql")),
    (4, "accounts", include_str!("migrations/0004_accounts.sql")),
    (5, "profile_and_consent", include_str!("migrations/0005_profile_and_consent.sql")),
    (6, "public_reports", include_str!("migrations/0006_public_reports.sql")),
    (7, "indexes", include_str!("migrations/0007_indexes.sql")),
];

/// The version of a database that is up to date.
pub(super) fn latest() -> i64 {
    FILES.iter().map(|(version, ..)| *version).max().unwrap_or_default()
}

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
        let sums: Vec<_> = FILES.iter().map(|(version, _, sql)| (*version, format!("{:x}", Sha256::digest(sql)))).collect();
        let frozen = [
            (1, "27be18adb57ad3ea25221eda5ba0d2037e49ee1841846d4216f28abea3a4de97"),
            (2, "2dbcd7071be2119fa8533bece402d94d544c47061437f7dabb2d35cfb4d3849e"),
            (3, "e4b2c0345fd972f085ba4238f92b2dbf7fec7e816ee0b98f11fa3253954fdd64"),
            (4, "5ba050aedffe3e3cded776af83d17cedd47a89ebef37c4de04b1e7fbd1d37056"),
            (5, "d1d578c9e7f4a89d7a49747a5ed838fafad68d693131cb6c243baf902c11eab2"),
            (6, "e298ad73f888f7f767344b18bbc8ffb6b0d9b3630a4feea8660b485f0fd9d1b6"),
            (7, "3c2e0dbea91a14ba40410343746c1a45bff1c48eea7b7cb17e808e18addf9e3f"),
        ];
        assert_eq!(sums, frozen.map(|(version, sum)| (version, sum.to_owned())));
    }
}

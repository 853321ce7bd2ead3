//! The parser against what SQLite wrote, and against any bytes at all; what comes back of an account.

use std::path::Path;

use pakn_api::{
    id::CodeId,
    ipc::CodePurpose,
    model::{consent::ConsentPurpose, phone::PhoneNumber, profile::ProfileForm},
    wire::StoredProfile,
};
use proptest::prelude::*;
use rusqlite::{Connection, types::ValueRef};

use super::{Place, image::Files, page::Record, record::Value, scan::Trust, shape::Row, tree};
use crate::{
    ambient::Device,
    disk::Disk,
    media::{Spool, Vault},
    store::{
        Store,
        account_outbox::{
            self, AccountParked,
            tests::{NOW, a_profile, leaving, op, report, user, write},
        },
        consent, migrate, profile,
        setting::{
            self, AccountKey, AccountSetting, AskedCode, AskedCodeKey, DeletionKey, SalvageKey, SentCode, SentCodeKey,
            WelcomedKey,
        },
    },
};

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
            db.execute("INSERT INTO draft VALUES (?1, 1, ?2, 0, 0, NULL)", (uuid::Uuid::from_u128(n).to_string(), &form)).unwrap();
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

/// What an account's device keeps beside its reports.
fn of_an_account(store: &Store) -> Vec<(String, String)> {
    let sql = "SELECT name, value FROM setting WHERE name NOT IN ('salvage', 'cursor') ORDER BY name";
    write(store, |db| {
        let rows = db.prepare(sql)?.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
        Ok(rows)
    })
}

/// Each row of the outbox: its number, what it waits for, whether it rests.
fn order(store: &Store) -> Vec<(i64, Option<i64>, bool)> {
    let sql = "SELECT seq, depends_on, parked_reason IS NOT NULL FROM outbox ORDER BY seq";
    write(store, |db| {
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        let rows = db.prepare(sql)?.query_map([], row)?.collect::<rusqlite::Result<_>>()?;
        Ok(rows)
    })
}

struct Folder {
    dir: tempfile::TempDir,
    disk: Disk,
    vault: Vault,
    spool: Spool,
}

impl Folder {
    fn new() -> Self {
        let (dir, disk) = (tempfile::tempdir().unwrap(), Disk::default());
        let vault = Vault::open(dir.path().join("photos"), disk.clone()).unwrap();
        let spool = Spool::open(dir.path().join("incoming"), disk.clone()).unwrap();
        Self { dir, disk, vault, spool }
    }

    fn open(&self) -> Store {
        let Self { dir, disk, vault, spool } = self;
        Store::open(&Place { data_dir: dir.path(), database: "db", vault, spool, ambient: &Device, disk }).unwrap()
    }

    /// The next start takes the database for damaged.
    fn suspect(&self) {
        std::fs::File::create(self.dir.path().join("db-suspect")).unwrap();
    }

    /// Changes the file so that nothing of what was there before is left in it.
    fn spoil(&self, sql: &str) {
        let db = Connection::open(self.dir.path().join("db")).unwrap();
        db.execute_batch(&format!("PRAGMA journal_mode = DELETE; PRAGMA secure_delete = ON; {sql}; VACUUM;")).unwrap();
    }
}

/// A profile and a consent that wait (rows 1 and 3), a report that waits for each (2, 4), a profile that rests (5), a
/// report that was sent before it rested (6) and one sent since (7).
fn a_device(folder: &Folder) -> Store {
    let store = folder.open();
    let (phone, me) = (PhoneNumber::parse("0912345678").unwrap(), user(7));
    let account = AccountSetting { user_id: me, name: "Y Thử".to_owned(), expired: false, phone: Some(phone.clone()) };
    let code_id = CodeId::from_uuid(uuid::Uuid::from_u128(1));
    let sent = SentCode {
        purpose: CodePurpose::Register,
        phone: phone.clone(),
        code_id,
        sent_at: NOW,
        expires_at: NOW.plus_ms(1),
        resend_at: NOW,
    };
    write(&store, |db| {
        setting::set::<AccountKey>(db, &account)?;
        setting::set::<WelcomedKey>(db, &true)?;
        setting::set::<SentCodeKey>(db, &sent)?;
        setting::set::<AskedCodeKey>(db, &AskedCode { phone, code_id, at: Some(NOW) })?;
        setting::set::<DeletionKey>(db, &me)?;
        consent::say(db, op(90), None, (ConsentPurpose::Location, true), NOW)?;
        profile::keep_typed(db, me, &ProfileForm { street: "9 Lê Lợi".to_owned(), ..ProfileForm::default() })?;
        profile::set_stored(db, me, &StoredProfile { revision: 3, profile: Some(a_profile("1 Lê Lợi", "")) })?;
        profile::enqueue(db, op(1), me, a_profile("2 Lê Lợi", ""), NOW)
    });
    report(&store, 12, 7);
    write(&store, |db| consent::say(db, op(3), Some(me), (ConsentPurpose::Reports, true), NOW));
    report(&store, 14, 7);
    write(&store, |db| {
        let first = account_outbox::list(db, me)?.remove(0);
        account_outbox::count_attempt(db, &first)?;
        profile::enqueue(db, op(5), me, a_profile("3 Lê Lợi", ""), NOW)
    });
    report(&store, 16, 7);
    write(&store, |db| {
        let last = account_outbox::profiles(db, me)?.pop().unwrap();
        account_outbox::park(db, &last, &AccountParked::TooManyAttempts)
    });
    report(&store, 17, 7);
    store
}

const BEFORE: [(i64, Option<i64>, bool); 7] = [
    (1, None, false),
    (2, Some(1), false),
    (3, None, false),
    (4, Some(3), false),
    (5, None, true),
    (6, Some(5), false),
    (7, Some(3), false),
];

#[test]
fn what_is_an_accounts_comes_back_and_leaves_in_its_order() {
    let folder = Folder::new();
    let store = a_device(&folder);
    assert_eq!(order(&store), BEFORE);
    let (settings, said) = (of_an_account(&store), write(&store, |db| account_outbox::list(db, user(7))));
    assert_eq!((settings.len(), said.len()), (9, 3), "{settings:?}");
    drop(store);
    folder.suspect();
    let store = folder.open();
    let salvage = write(&store, setting::get::<SalvageKey>).unwrap();
    assert_eq!((salvage.unsent.len(), salvage.lost), (4, vec![]));
    assert_eq!(of_an_account(&store), settings);
    assert_eq!(write(&store, |db| account_outbox::list(db, user(7))), said);
    assert_eq!(order(&store), BEFORE);
}

#[test]
fn a_report_does_not_wait_for_a_row_that_did_not_come_back() {
    type Order = &'static [(i64, Option<i64>, bool)];
    let left: [(i64, Order); 3] = [
        (
            1,
            &[(2, None, false), (3, None, false), (4, Some(3), false), (5, None, true), (6, Some(5), false), (7, Some(3), false)],
        ),
        (
            3,
            &[
                (1, None, false),
                (2, Some(1), false),
                (4, Some(1), false),
                (5, None, true),
                (6, Some(5), false),
                (7, Some(1), false),
            ],
        ),
        (
            5,
            &[
                (1, None, false),
                (2, Some(1), false),
                (3, None, false),
                (4, Some(3), false),
                (6, Some(3), false),
                (7, Some(3), false),
            ],
        ),
    ];
    for (gone, left) in left {
        let folder = Folder::new();
        drop(a_device(&folder));
        folder.spoil(&format!("UPDATE outbox SET payload = '{{' WHERE seq = {gone}"));
        let store = folder.open();
        assert_eq!(order(&store), left, "row {gone}");
        // All that is left to be said is heard: nothing waits any more.
        for row in write(&store, |db| account_outbox::list(db, user(7))) {
            write(&store, |db| account_outbox::finish(db, &row));
        }
        assert_eq!(leaving(&store, 7), [op(12), op(14), op(16), op(17)], "row {gone}");
    }
}

#[test]
fn from_before_now_no_account_no_code_and_no_deletion_is_guessed() {
    let folder = Folder::new();
    drop(a_device(&folder));
    let files = Files::read(&folder.dir.path().join("db")).unwrap();
    let mut finds = super::scan::scan(&files).unwrap();
    finds.outdated = true;
    let names =
        |finds: &super::scan::Finds| super::choose::choose(finds).settings.into_iter().map(|s| s.name).collect::<Vec<_>>();
    let (form, profile) = (format!("profile_form/{}", user(7)), format!("profile/{}", user(7)));
    let of_now = ["account", "sent_code", "asked_code", "deletion", profile.as_str()];
    let kept = names(&finds);
    assert!(kept.iter().all(|name| !of_now.contains(&name.as_str())), "{kept:?}");
    assert!(["welcomed", "consents", &form].iter().all(|name| kept.contains(&(*name).to_owned())), "{kept:?}");
    finds.outdated = false;
    let kept = names(&finds);
    assert!(of_now.iter().all(|name| kept.contains(&(*name).to_owned())), "{kept:?}");
}

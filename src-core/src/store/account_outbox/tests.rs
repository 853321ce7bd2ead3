//! What changes an account: in which order it leaves, what waits for it, what is never changed.

use std::collections::BTreeMap;

use pakn_api::{
    id::ReportId,
    model::{
        catalogue::{Catalogue, FieldCode, SubjectCode},
        consent::ConsentPurpose,
        date::Date,
        person::Gender,
        place::{Place, PlaceSource, Position},
        profile::ProfileForm,
        report::ReportForm,
        unit::{ProvinceCode, WardCode},
    },
};
use uuid::Uuid;

use super::*;
use crate::{
    ambient::Device,
    disk::Disk,
    media::{Spool, Vault},
    store::{
        Place as Folder, Store, consent,
        outbox::{self, Operation},
        profile,
        setting::{self, SalvageKey},
    },
};

pub(crate) const NOW: Timestamp = Timestamp(1_764_000_000_000);

pub(crate) fn user(n: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(n))
}

pub(crate) fn op(n: u128) -> OpId {
    OpId::from_uuid(Uuid::from_u128(n))
}

fn report_id(n: u128) -> ReportId {
    ReportId::from_uuid(Uuid::from_u128(n))
}

/// A complete profile that two words tell from others.
pub(crate) fn a_profile(street: &str, email: &str) -> Profile {
    let form = ProfileForm {
        full_name: "Y Thử".to_owned(),
        identity_number: "233123456".to_owned(),
        issued_on: "01/06/2015".to_owned(),
        issued_by: "Công an tỉnh Kon Tum".to_owned(),
        gender: Some(Gender::Female),
        born_on: "07/04/1990".to_owned(),
        province: Some(ProvinceCode(51)),
        ward: Some(WardCode(23_293)),
        street: street.to_owned(),
        email: email.to_owned(),
        ..ProfileForm::default()
    };
    form.check(Date::in_vietnam(NOW)).unwrap()
}

pub(crate) fn a_consent(purpose: ConsentPurpose, given: bool, at: i64) -> Consent {
    Consent { purpose, given, text_version: purpose.text_version(), at: Timestamp(at) }
}

fn put(street: &str) -> AccountOperation {
    AccountOperation::PutProfile { base: None, base_revision: 0, profile: a_profile(street, "") }
}

fn agree() -> AccountOperation {
    agree_to(ConsentPurpose::Reports)
}

fn agree_to(purpose: ConsentPurpose) -> AccountOperation {
    AccountOperation::RecordConsent { consent: a_consent(purpose, true, 1) }
}

pub(crate) fn a_store() -> Store {
    Store::in_memory().unwrap()
}

pub(crate) fn write<T>(store: &Store, work: impl FnOnce(&Connection) -> Result<T>) -> T {
    store.write_blocking(|tx| work(tx)).unwrap()
}

fn say(store: &Store, n: u128, of: u128, operation: &AccountOperation) -> AccountRow {
    let seq = write(store, |db| insert(db, op(n), user(of), operation, NOW));
    write(store, |db| list(db, user(of))).into_iter().find(|row| row.seq == seq).unwrap()
}

/// A report that is sent now.
pub(crate) fn report(store: &Store, n: u128, of: u128) {
    let form = ReportForm {
        field: FieldCode::parse("moi-truong").ok(),
        subject: SubjectCode::parse("xa-rac").ok(),
        title: "Rác thải".to_owned(),
        content: "Đổ rác bên đường.".to_owned(),
        happened_at: Some(NOW),
        place: Some(Place { position: Position::new(14.35, 108.0, 9.0).unwrap(), source: PlaceSource::Device, taken_at: NOW }),
        anonymous: false,
        truth_confirmed: true,
        ..ReportForm::default()
    };
    let operation = Operation::CreateReport { submission: form.check(&Catalogue::builtin(), &[], NOW).unwrap() };
    write(store, |db| outbox::insert(db, op(n), report_id(n), Some(user(of)), &operation, NOW));
}

pub(crate) fn park_report(store: &Store, n: u128, reason: &ParkedReason) {
    write(store, |db| {
        let seq = outbox::of_report(db, report_id(n))?.unwrap().seq;
        outbox::park(db, seq, reason)
    });
}

pub(crate) const fn want(code: ErrorCode) -> ParkedReason {
    ParkedReason::Refused { code }
}

/// The reports that may leave.
pub(crate) fn leaving(store: &Store, of: u128) -> Vec<OpId> {
    let rows = write(store, |db| outbox::ready(db, user(of), 10, &[], &BTreeMap::new()));
    rows.into_iter().map(|row| row.op_id).collect()
}

/// Why a report rests, as it is shown.
pub(crate) fn rests(store: &Store, n: u128) -> Option<ParkedReason> {
    write(store, |db| outbox::of_report(db, report_id(n))).unwrap().parked
}

/// What is still to be said, and whether it rests.
pub(crate) fn waiting(store: &Store, of: u128) -> Vec<(OpId, bool)> {
    write(store, |db| list(db, user(of))).into_iter().map(|row| (row.op_id, row.parked.is_some())).collect()
}

fn waits_for(store: &Store, n: u128) -> Option<i64> {
    let sql = "SELECT depends_on FROM outbox WHERE op_id = ?1";
    write(store, |db| Ok(db.query_row(sql, [op(n).to_string()], |row| row.get(0))?))
}

#[test]
fn a_report_waits_for_what_was_said_before_it_and_for_nothing_else() {
    let store = a_store();
    report(&store, 10, 7);
    let (first, second) = (say(&store, 1, 7, &put("1 Lê Lợi")), say(&store, 2, 7, &agree()));
    report(&store, 11, 7);
    report(&store, 20, 8);
    assert_eq!((leaving(&store, 7), leaving(&store, 8)), (vec![op(10)], vec![op(20)]), "before it, or another's");
    let next_op = || write(&store, |db| next(db, user(7))).map(|row| row.op_id);
    assert_eq!(next_op(), Some(op(1)));
    assert!(write(&store, |db| finish(db, &first)));
    assert_eq!((next_op(), leaving(&store, 7)), (Some(op(2)), vec![op(10)]));
    assert!(write(&store, |db| finish(db, &second)));
    assert_eq!((next_op(), leaving(&store, 7)), (None, vec![op(10), op(11)]));
    report(&store, 12, 7);
    assert_eq!(waits_for(&store, 12), None);
}

#[test]
fn what_rests_is_passed_over_and_holds_what_already_waits_for_it() {
    for (operation, code) in [(put("1 Lê Lợi"), ErrorCode::ProfileIncomplete), (agree(), ErrorCode::ConsentMissing)] {
        let store = a_store();
        let count = || write(&store, |db| outbox::count(db, Some(user(7))));
        let row = say(&store, 1, 7, &operation);
        write(&store, |db| set_attempts(db, &row, 500));
        report(&store, 10, 7);
        assert_eq!((rests(&store, 10), count()), (None, (1, 0)));
        write(&store, |db| park(db, &row, &AccountParked::TooManyAttempts));
        assert_eq!((rests(&store, 10), count()), (Some(want(code)), (0, 1)), "it is shown to rest");
        say(&store, 2, 7, &AccountOperation::RecordConsent { consent: a_consent(ConsentPurpose::Location, true, 1) });
        assert_eq!(write(&store, |db| next(db, user(7))).unwrap().op_id, op(2));
        report(&store, 11, 7);
        assert_eq!(rests(&store, 11), None, "said after it");
        // Trying the report again tries what holds it.
        write(&store, |db| {
            let seq = outbox::of_report(db, report_id(10))?.unwrap().seq;
            outbox::unpark(db, seq)
        });
        let row = write(&store, |db| next(db, user(7))).unwrap();
        assert_eq!((row.op_id, row.attempts, rests(&store, 10)), (op(1), 1, None), "it may have been sent");
    }
}

#[test]
fn what_rests_gives_way_to_what_was_said_after_it_of_the_same() {
    let store = a_store();
    let first = say(&store, 1, 7, &put("1 Lê Lợi"));
    report(&store, 10, 7);
    let later = say(&store, 2, 7, &put("2 Lê Lợi"));
    write(&store, |db| park(db, &first, &want_parked()));
    assert_eq!(waiting(&store, 7), [(op(2), false)]);
    assert_eq!((waits_for(&store, 10), rests(&store, 10)), (Some(later.seq), None), "it waits for the later one");
    let said = say(&store, 3, 7, &agree());
    report(&store, 11, 7);
    say(&store, 4, 7, &put("3 Lê Lợi"));
    say(&store, 5, 7, &agree_to(ConsentPurpose::Terms));
    write(&store, |db| park(db, &said, &want_parked()));
    assert_eq!(waiting(&store, 7), [(op(2), false), (op(3), true), (op(4), false), (op(5), false)], "of something else");
    assert_eq!(rests(&store, 11), Some(want(ErrorCode::ConsentMissing)));
    write(&store, |db| unpark(db, said.seq));
    let anew = say(&store, 6, 7, &agree());
    write(&store, |db| park(db, &said, &want_parked()));
    assert_eq!(waiting(&store, 7), [(op(2), false), (op(4), false), (op(5), false), (op(6), false)]);
    assert_eq!((waits_for(&store, 11), rests(&store, 11)), (Some(anew.seq), None));
}

#[test]
fn no_report_waits_for_a_consent_that_it_does_not_need() {
    let store = a_store();
    let needed = [say(&store, 1, 7, &put("1 Lê Lợi")), say(&store, 2, 7, &agree_to(ConsentPurpose::Terms))];
    for (n, purpose) in [(3, ConsentPurpose::Location), (4, ConsentPurpose::Notifications)] {
        let said = say(&store, n, 7, &agree_to(purpose));
        write(&store, |db| park(db, &said, &want_parked()));
        say(&store, n + 10, 7, &agree_to(purpose));
    }
    report(&store, 10, 7);
    assert_eq!(waits_for(&store, 10), Some(needed[1].seq));
    for row in &needed {
        write(&store, |db| finish(db, row));
    }
    assert_eq!(leaving(&store, 7), [op(10)]);
    report(&store, 11, 7);
    assert_eq!(waits_for(&store, 11), None);
}

const fn want_parked() -> AccountParked {
    AccountParked::Refused { code: ErrorCode::Forbidden }
}

#[test]
fn an_end_that_is_told_too_late_changes_nothing_that_took_the_rows_place() {
    let store = a_store();
    let old = say(&store, 1, 7, &put("1 Lê Lợi"));
    write(&store, |db| replace(db, old.seq, op(2), &put("2 Lê Lợi")));
    let new = write(&store, |db| next(db, user(7))).unwrap();
    assert!(!write(&store, |db| count_attempt(db, &old)));
    write(&store, |db| set_attempts(db, &old, 9));
    write(&store, |db| park(db, &old, &AccountParked::TooManyAttempts));
    assert!(!write(&store, |db| finish(db, &old)));
    assert_eq!(write(&store, |db| list(db, user(7))), [new]);
}

#[test]
fn only_what_was_missing_lets_a_report_go_on() {
    let store = a_store();
    let reasons = [
        (10, 7, want(ErrorCode::ProfileIncomplete)),
        (11, 7, want(ErrorCode::ConsentMissing)),
        (12, 7, ParkedReason::MediaLost),
        (20, 8, want(ErrorCode::ProfileIncomplete)),
    ];
    for (n, of, reason) in &reasons {
        report(&store, *n, *of);
        park_report(&store, *n, reason);
    }
    write(&store, |db| release_reports(db, user(7), &[ErrorCode::ProfileIncomplete]));
    assert_eq!((leaving(&store, 7), leaving(&store, 8)), (vec![op(10)], vec![]));
    let said = say(&store, 1, 7, &agree());
    write(&store, |db| hold_reports(db, user(7), ErrorCode::ConsentMissing, said.seq));
    assert_eq!((leaving(&store, 7), rests(&store, 11)), (vec![op(10)], None), "it waits until that is heard");
    write(&store, |db| finish(db, &said));
    assert_eq!(leaving(&store, 7), [op(10), op(11)]);
    assert_eq!(rests(&store, 12), Some(ParkedReason::MediaLost));
}

/// What a later version might have written.
const UNKNOWN: &str = "kind = 'change_phone', payload = '{\"ChangePhone\":{\"phone\":\"+84900000001\"}}'";
/// And what a broken one might.
const ILLEGIBLE: [&str; 4] = [UNKNOWN, "payload = '{}'", "payload_version = 99", "op_id = 'x'"];

#[test]
fn a_row_that_cannot_be_read_is_left_alone_and_holds_nothing_up() {
    for spoil in ILLEGIBLE {
        let store = a_store();
        say(&store, 1, 7, &put("1 Lê Lợi"));
        report(&store, 10, 7);
        let sql = format!("UPDATE outbox SET {spoil} WHERE seq = 1");
        write(&store, |db| Ok(db.execute(&sql, [])?));
        say(&store, 2, 7, &agree());
        report(&store, 11, 7);
        assert_eq!(waiting(&store, 7), [(op(2), false)], "{spoil}");
        assert_eq!(waits_for(&store, 11), Some(3), "{spoil}");
        assert_eq!(write(&store, |db| outbox::list(db, Some(user(7)))).len(), 2, "{spoil}");
        assert_eq!(write(&store, |db| outbox::count(db, Some(user(7)))), (2, 0), "{spoil}");
        assert_eq!(leaving(&store, 7), [], "{spoil}");
        // The next start finds that nothing will ever say that the first report may go.
        write(&store, |db| release_from(db, &illegible(db)?));
        assert_eq!(leaving(&store, 7), [op(10)], "{spoil}");
        assert_eq!(waits_for(&store, 11), Some(3), "{spoil}: what can be read is still waited for");
        write(&store, |db| profile::enqueue(db, op(3), user(7), a_profile("2 Lê Lợi", ""), NOW));
        write(&store, |db| consent::say(db, op(4), Some(user(7)), (ConsentPurpose::Reports, false), NOW));
        assert_eq!(waiting(&store, 7), [(op(4), false), (op(3), false)], "{spoil}");
        let there: u32 = write(&store, |db| Ok(db.query_row("SELECT count(*) FROM outbox WHERE seq = 1", [], |row| row.get(0))?));
        assert_eq!(there, 1, "{spoil}");
    }
}

#[test]
fn what_waits_is_read_back_after_a_restart() {
    let (dir, disk) = (tempfile::tempdir().unwrap(), Disk::default());
    let vault = Vault::open(dir.path().join("photos"), disk.clone()).unwrap();
    let spool = Spool::open(dir.path().join("incoming"), disk.clone()).unwrap();
    let place = Folder { data_dir: dir.path(), database: "db", vault: &vault, spool: &spool, ambient: &Device, disk: &disk };
    let store = Store::open(&place).unwrap();
    let (first, second) = (say(&store, 1, 7, &put("1 Lê Lợi")), say(&store, 2, 7, &agree()));
    write(&store, |db| count_attempt(db, &first));
    let fault = AccountParked::InvalidProfile { problems: vec![ProfileProblem::WardUnknown] };
    write(&store, |db| park(db, &first, &fault));
    write(&store, |db| park(db, &second, &want_parked()));
    say(&store, 3, 7, &agree());
    say(&store, 4, 7, &put("2 Lê Lợi"));
    let unknown = format!("UPDATE outbox SET {UNKNOWN} WHERE seq = 4");
    write(&store, |db| Ok(db.execute(&unknown, [])?));
    let before = write(&store, |db| list(db, user(7)));
    assert_eq!(before.len(), 3);
    drop(store);
    let store = Store::open(&place).unwrap();
    assert_eq!(write(&store, |db| list(db, user(7))), before);
    assert!(write(&store, setting::get::<SalvageKey>).is_none(), "what another version wrote is no damage");
}

#[test]
fn the_stored_payloads_are_stable() {
    let before = a_profile("1 Lê Lợi", "");
    let profile = a_profile("2 Lê Lợi", "thu@example.vn");
    insta::assert_json_snapshot!("put_profile", AccountOperation::PutProfile { base: Some(before), base_revision: 3, profile });
    insta::assert_json_snapshot!("record_consent", agree());
    insta::assert_json_snapshot!(
        "follow",
        AccountOperation::Follow { report_id: report_id(7), following: true, instead_of: None }
    );
    let parked = [
        AccountParked::InvalidProfile { problems: vec![ProfileProblem::WardUnknown] },
        want_parked(),
        AccountParked::TooManyAttempts,
    ];
    insta::assert_json_snapshot!("account_parked", parked);
}

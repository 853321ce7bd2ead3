//! A profile on its way: one row for what has not left, what was changed elsewhere kept, nothing said lost.

use pakn_api::model::profile::ProfileProblem;

use super::{
    super::account_outbox::{
        AccountParked,
        tests::{NOW, a_profile, a_store, leaving, op, park_report, report, rests, user, waiting, want, write},
    },
    *,
};
use crate::store::Store;

fn at(revision: u32, profile: Option<Profile>) -> StoredProfile {
    StoredProfile { revision, profile }
}

/// A device that knows revision 3.
fn a_device() -> Store {
    let store = a_store();
    write(&store, |db| set_stored(db, user(7), &at(3, Some(a_profile("1 Lê Lợi", "")))));
    store
}

fn save(store: &Store, n: u128, profile: &Profile) -> AccountRow {
    write(store, |db| enqueue(db, op(n), user(7), profile.clone(), NOW));
    rows(store).into_iter().find(|row| row.op_id == op(n)).unwrap()
}

fn rows(store: &Store) -> Vec<AccountRow> {
    write(store, |db| account_outbox::profiles(db, user(7)))
}

fn tried(store: &Store, row: &AccountRow, attempts: u32) -> AccountRow {
    write(store, |db| account_outbox::set_attempts(db, row, attempts));
    rows(store).into_iter().find(|other| other.seq == row.seq).unwrap()
}

fn puts(base: &Profile, base_revision: u32, profile: &Profile) -> AccountOperation {
    AccountOperation::PutProfile { base: Some(base.clone()), base_revision, profile: profile.clone() }
}

#[test]
fn of_what_has_not_left_the_last_alone_leaves_over_what_the_first_was_changed_from() {
    let store = a_device();
    let (before, second) = (a_profile("1 Lê Lợi", ""), a_profile("3 Lê Lợi", ""));
    save(&store, 1, &a_profile("2 Lê Lợi", ""));
    // A newer answer of the server's does not move what an unsent change was made from.
    write(&store, |db| set_stored(db, user(7), &at(4, Some(a_profile("1 Lê Lợi", "a@example.vn")))));
    let row = save(&store, 2, &second);
    assert_eq!((waiting(&store, 7), row.operation), (vec![(op(2), false)], puts(&before, 3, &second)));
    assert_eq!(write(&store, |db| last(db, user(7))), Some(second));
}

#[test]
fn what_may_have_left_is_never_changed() {
    let store = a_device();
    let first = save(&store, 1, &a_profile("2 Lê Lợi", ""));
    let first = tried(&store, &first, 1);
    save(&store, 2, &a_profile("3 Lê Lợi", ""));
    save(&store, 3, &a_profile("4 Lê Lợi", ""));
    assert_eq!(waiting(&store, 7), [(op(1), false), (op(3), false)]);
    assert_eq!(rows(&store).remove(0), first);
}

#[test]
fn what_the_server_found_fault_with_is_replaced_and_what_it_may_have_put_goes_first() {
    let fault = AccountParked::InvalidProfile { problems: vec![ProfileProblem::WardUnknown] };
    let cases = [(fault, vec![(op(2), false)], 0), (AccountParked::TooManyAttempts, vec![(op(1), false), (op(2), false)], 1)];
    for (reason, left, attempts) in cases {
        let store = a_device();
        let first = save(&store, 1, &a_profile("2 Lê Lợi", ""));
        let first = tried(&store, &first, 500);
        write(&store, |db| account_outbox::park(db, &first, &reason));
        save(&store, 2, &a_profile("3 Lê Lợi", ""));
        assert_eq!((waiting(&store, 7), rows(&store).remove(0).attempts), (left, attempts), "{reason:?}");
    }
}

#[test]
fn what_was_changed_after_a_row_goes_over_what_the_server_made_of_it() {
    let store = a_device();
    let (street, both) = (a_profile("2 Lê Lợi", ""), a_profile("2 Lê Lợi", "a@example.vn"));
    let first = save(&store, 1, &street);
    let first = tried(&store, &first, 1);
    save(&store, 2, &both);
    assert!(write(&store, |db| settle(db, &first, &at(4, Some(street.clone())))));
    assert_eq!(
        rows(&store).into_iter().map(|row| (row.op_id, row.operation)).collect::<Vec<_>>(),
        [(op(2), puts(&street, 4, &both))]
    );
    assert_eq!(write(&store, |db| stored(db, user(7))), at(4, Some(street.clone())));
    // Told twice, or after something took its place, it says nothing.
    assert!(!write(&store, |db| settle(db, &first, &at(9, None))));
    assert_eq!(write(&store, |db| stored(db, user(7))), at(4, Some(street)));
}

#[test]
fn a_late_answer_tells_what_the_profile_has_become_since() {
    let store = a_device();
    let first = save(&store, 1, &a_profile("2 Lê Lợi", ""));
    let first = tried(&store, &first, 1);
    let theirs = a_profile("3 Lê Lợi", "");
    assert!(write(&store, |db| settle(db, &first, &at(5, Some(theirs.clone())))));
    assert_eq!((waiting(&store, 7), write(&store, |db| last(db, user(7)))), (vec![], Some(theirs.clone())));
    // What is changed after it was sent goes over that.
    let second = save(&store, 2, &a_profile("4 Lê Lợi", ""));
    let second = tried(&store, &second, 1);
    save(&store, 3, &a_profile("4 Lê Lợi", "a@example.vn"));
    write(&store, |db| settle(db, &second, &at(7, Some(theirs.clone()))));
    assert_eq!(rows(&store).remove(0).operation, puts(&theirs, 7, &a_profile("3 Lê Lợi", "a@example.vn")));
    // And an answer that was overtaken by another one says nothing new.
    let third = rows(&store).remove(0);
    let newer = at(9, Some(a_profile("5 Lê Lợi", "")));
    write(&store, |db| set_stored(db, user(7), &newer));
    write(&store, |db| settle(db, &third, &at(8, third.operation.profile().cloned())));
    assert_eq!(write(&store, |db| stored(db, user(7))), newer);
}

#[test]
fn what_may_have_left_is_not_carried_over() {
    let store = a_device();
    let street = a_profile("2 Lê Lợi", "");
    let first = save(&store, 1, &street);
    let first = tried(&store, &first, 1);
    let second = save(&store, 2, &a_profile("2 Lê Lợi", "a@example.vn"));
    let second = tried(&store, &second, 1);
    write(&store, |db| settle(db, &first, &at(4, Some(street))));
    assert_eq!(rows(&store), [second]);
}

#[test]
fn over_anothers_change_mine_goes_as_a_new_operation_and_what_follows_goes_over_that() {
    let store = a_device();
    let first = save(&store, 1, &a_profile("2 Lê Lợi", ""));
    let first = tried(&store, &first, 1);
    report(&store, 10, 7);
    save(&store, 2, &a_profile("3 Lê Lợi", ""));
    let theirs = a_profile("1 Lê Lợi", "a@example.vn");
    let next = write(&store, |db| rebase(db, &first, &at(5, Some(theirs.clone())), op(9))).unwrap();
    let merged = a_profile("2 Lê Lợi", "a@example.vn");
    assert_eq!((next.op_id, next.attempts, &next.operation), (op(9), 0, &puts(&theirs, 5, &merged)));
    let later = puts(&theirs, 5, &a_profile("3 Lê Lợi", "a@example.vn"));
    assert_eq!(
        rows(&store).into_iter().map(|row| (row.op_id, row.operation)).collect::<Vec<_>>(),
        [(op(9), next.operation.clone()), (op(2), later)]
    );
    assert!(leaving(&store, 7).is_empty(), "the report still waits");
    // Of a row that is gone, nothing is made anew.
    assert_eq!(write(&store, |db| rebase(db, &first, &at(6, Some(theirs)), op(11))), None);
    assert_eq!(rows(&store).remove(0), next);
}

#[test]
fn what_another_device_has_said_as_well_need_not_leave() {
    let store = a_device();
    let row = save(&store, 1, &a_profile("2 Lê Lợi", ""));
    report(&store, 10, 7);
    let theirs = at(5, Some(a_profile("2 Lê Lợi", "a@example.vn")));
    assert_eq!(write(&store, |db| rebase(db, &row, &theirs, op(9))), None);
    assert_eq!((waiting(&store, 7), leaving(&store, 7)), (vec![], vec![op(10)]));
    assert_eq!(write(&store, |db| stored(db, user(7))), theirs);
}

#[test]
fn a_report_that_rests_for_want_of_a_profile_goes_on_once_that_is_put() {
    let store = a_store();
    report(&store, 10, 7);
    park_report(&store, 10, &want(ErrorCode::ProfileIncomplete));
    assert!(!write(&store, |db| is_complete(db, user(7))));
    let profile = a_profile("1 Lê Lợi", "");
    let row = save(&store, 1, &profile);
    assert!(write(&store, |db| is_complete(db, user(7))), "it will be given by itself");
    assert_eq!((rests(&store, 10), leaving(&store, 7)), (None, vec![]));
    write(&store, |db| account_outbox::park(db, &row, &AccountParked::TooManyAttempts));
    assert!(!write(&store, |db| is_complete(db, user(7))), "it won't");
    let row = rows(&store).remove(0);
    write(&store, |db| settle(db, &row, &at(1, Some(profile))));
    assert!(write(&store, |db| is_complete(db, user(7))));
    assert_eq!(leaving(&store, 7), [op(10)]);
}

//! What is followed, here and at the server.

use super::*;
use crate::store::{
    account_outbox::tests::{a_store, op, user, write},
    public_report::{
        self,
        tests::{NOW, a_public_report, hash, id},
    },
};

/// What is still to be said: of which report, and whether it is followed.
fn said(db: &Connection) -> Result<Vec<(u128, u128, bool)>> {
    let told = |row: AccountRow| {
        let (report_id, following) = row.operation.followed()?;
        Some((row.op_id.uuid().as_u128(), report_id.uuid().as_u128(), following))
    };
    Ok(account_outbox::list(db, user(1))?.into_iter().filter_map(told).collect())
}

fn followed(db: &Connection) -> Result<Vec<u128>> {
    Ok(list(db, user(1))?.into_iter().map(|report| report.report_id.uuid().as_u128()).collect())
}

#[test]
fn what_was_said_anew_before_it_left_leaves_once() {
    let store = a_store();
    write(&store, |db| {
        follow(db, op(1), user(1), (&a_public_report(7, 0.0), None), NOW)?;
        follow(db, op(2), user(1), (&a_public_report(8, 0.0), None), NOW.plus_ms(1))?;
        assert_eq!((followed(db)?, said(db)?), (vec![8, 7], vec![(1, 7, true), (2, 8, true)]));
        assert!(unfollow(db, op(3), user(1), id(7), NOW)?);
        assert!(!unfollow(db, op(4), user(1), id(7), NOW)?, "it is followed no longer");
        assert_eq!((followed(db)?, said(db)?), (vec![8], vec![(3, 7, false), (2, 8, true)]));
        Ok(())
    });
}

#[test]
fn what_may_have_left_is_followed_by_what_was_said_since() {
    let store = a_store();
    write(&store, |db| {
        follow(db, op(1), user(1), (&a_public_report(7, 0.0), None), NOW)?;
        assert!(account_outbox::count_attempt(db, &account_outbox::next(db, user(1))?.unwrap())?);
        unfollow(db, op(2), user(1), id(7), NOW)?;
        assert_eq!(said(db)?, [(1, 7, true), (2, 7, false)]);
        Ok(())
    });
}

#[test]
fn what_the_server_says_does_not_undo_what_is_still_to_be_said() {
    let store = a_store();
    let theirs = |all: &[u128]| all.iter().map(|n| a_public_report(*n, 0.0)).collect::<Vec<_>>();
    write(&store, |db| {
        assert!(take_over(db, user(1), &theirs(&[1, 2, 3]), NOW)?);
        assert!(!take_over(db, user(1), &theirs(&[1, 2, 3]), NOW.plus_ms(9))?);
        assert_eq!(followed(db)?, [1, 2, 3]);
        follow(db, op(1), user(1), (&a_public_report(4, 0.0), None), NOW.plus_ms(10))?;
        unfollow(db, op(2), user(1), id(2), NOW)?;
        assert!(take_over(db, user(1), &theirs(&[2, 3]), NOW)?, "another device follows 1 no longer");
        assert_eq!(followed(db)?, [4, 3]);
        for row in account_outbox::list(db, user(1))? {
            account_outbox::finish(db, &row)?;
        }
        assert!(take_over(db, user(1), &theirs(&[2]), NOW)?);
        assert_eq!(followed(db)?, [2]);
        Ok(())
    });
}

#[test]
fn what_is_followed_is_shown_as_the_server_last_showed_it() {
    let store = a_store();
    let told = |revision| PublicReport { revision, ..a_public_report(7, 0.0) };
    write(&store, |db| {
        follow(db, op(1), user(1), (&told(2), None), NOW)?;
        follow(db, op(2), user(2), (&told(2), None), NOW)?;
        assert!(!refresh(db, &told(1))?);
        assert!(refresh(db, &told(3))?);
        assert!(!refresh(db, &told(3))?);
        assert_eq!(get(db, user(1), id(7))?.map(|report| report.revision), Some(3));
        assert_eq!(get(db, user(2), id(7))?.map(|report| report.revision), Some(3));
        assert!(!refresh(db, &a_public_report(8, 0.0))?, "nobody follows it");
        assert!(public_report::shows(db, hash(7))?, "also after it is over");
        delete_of_user(db, user(1))?;
        assert_eq!((followed(db)?, get(db, user(2), id(7))?.is_some()), (Vec::new(), true));
        assert!(forget(db, id(7))?);
        assert!(!forget(db, id(7))?);
        Ok(())
    });
}

#[test]
fn a_row_that_cannot_be_read_hides_no_other() {
    let store = a_store();
    write(&store, |db| {
        take_over(db, user(1), &[a_public_report(1, 0.0), a_public_report(2, 0.0)], NOW)?;
        db.execute("UPDATE follow SET view = '{}' WHERE report_id = ?1", [id(1).to_string()])?;
        assert_eq!((followed(db)?, get(db, user(1), id(1))?), (vec![2], None));
        assert!(refresh(db, &a_public_report(1, 0.0))?, "the server shows it anew");
        assert_eq!(followed(db)?, [1, 2]);
        Ok(())
    });
}

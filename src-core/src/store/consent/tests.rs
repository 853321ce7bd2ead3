//! What was agreed to: the newest counts, what may have left is followed and not changed.

use super::{
    super::account_outbox::tests::{
        NOW, a_consent, a_store, leaving, op, park_report, report, rests, user, waiting as waiting_ops, want, write,
    },
    *,
};
use crate::store::Store;

use ConsentPurpose::{Location, Reports, Terms};

fn say_it(store: &Store, n: u128, purpose: ConsentPurpose, given: bool, now: Timestamp) {
    write(store, |db| say(db, op(n), Some(user(7)), (purpose, given), now));
}

fn rows(store: &Store) -> Vec<AccountRow> {
    write(store, |db| account_outbox::list(db, user(7)))
}

fn queued(store: &Store) -> Vec<Consent> {
    rows(store).iter().filter_map(|row| row.operation.consent().copied()).collect()
}

#[test]
fn of_what_has_not_left_the_last_word_alone_leaves() {
    let store = a_store();
    say_it(&store, 1, Reports, true, NOW);
    say_it(&store, 2, Location, true, NOW);
    say_it(&store, 3, Reports, false, NOW.plus_ms(5));
    say_it(&store, 4, Reports, true, NOW.plus_ms(9));
    assert_eq!(waiting_ops(&store, 7), [(op(4), false), (op(2), false)], "each purpose by itself");
    assert_eq!(queued(&store), [a_consent(Reports, true, NOW.0 + 9), a_consent(Location, true, NOW.0)]);
}

#[test]
fn what_may_have_left_is_never_changed() {
    let store = a_store();
    say_it(&store, 1, Reports, true, NOW);
    let sent = rows(&store).remove(0);
    write(&store, |db| account_outbox::count_attempt(db, &sent));
    let sent = rows(&store).remove(0);
    say_it(&store, 2, Reports, false, NOW.plus_ms(1));
    say_it(&store, 3, Reports, true, NOW.plus_ms(2));
    assert_eq!(rows(&store).remove(0), sent);
    assert_eq!(waiting_ops(&store, 7), [(op(1), false), (op(3), false)]);
}

#[test]
fn said_later_it_is_later_whatever_the_clock_says() {
    let store = a_store();
    say_it(&store, 1, Reports, true, NOW);
    say_it(&store, 2, Reports, false, NOW.plus_ms(-60_000));
    let said = write(&store, |db| said(db, Some(user(7)), Reports)).unwrap();
    assert_eq!(said, a_consent(Reports, false, NOW.0 + 1));
    assert!(!write(&store, |db| is_given(db, Some(user(7)), Reports)));
}

#[test]
fn agreeing_to_reports_lets_those_that_rest_for_want_of_it_wait_for_it() {
    for (purpose, given, goes_on) in [(Reports, true, true), (Reports, false, false), (Location, true, false)] {
        let store = a_store();
        report(&store, 10, 7);
        park_report(&store, 10, &want(ErrorCode::ConsentMissing));
        say_it(&store, 1, purpose, given, NOW);
        assert_eq!(rests(&store, 10).is_none(), goes_on, "{purpose:?} {given}");
        assert!(leaving(&store, 7).is_empty(), "nothing is heard yet");
        write(&store, |db| account_outbox::finish(db, &rows_in(db)?));
        assert_eq!(!leaving(&store, 7).is_empty(), goes_on, "{purpose:?} {given}");
    }
}

fn rows_in(db: &Connection) -> Result<AccountRow> {
    Ok(account_outbox::list(db, user(7))?.remove(0))
}

/// When each side last said something of a purpose and what, and what comes of it.
struct Case {
    what: &'static str,
    own: Option<(i64, bool)>,
    /// Whether the own word waits, and how often it was tried.
    waits: Option<u32>,
    nobodys: Option<(i64, bool)>,
    server: Option<(i64, bool)>,
    /// Whether the server has heard more since it said so.
    overtaken: bool,
    kept: (i64, bool),
    queued: &'static [(i64, bool)],
}

const CASES: [Case; 12] = [
    Case {
        what: "said elsewhere since",
        own: Some((1, true)),
        waits: Some(0),
        nobodys: None,
        server: Some((2, false)),
        overtaken: false,
        kept: (2, false),
        queued: &[],
    },
    Case {
        what: "said elsewhere since, ours may have left: it must not be the last that is heard",
        own: Some((1, true)),
        waits: Some(1),
        nobodys: None,
        server: Some((2, false)),
        overtaken: false,
        kept: (2, false),
        queued: &[(1, true), (2, false)],
    },
    Case {
        what: "said here before signing in",
        own: None,
        waits: None,
        nobodys: Some((3, true)),
        server: Some((2, false)),
        overtaken: false,
        kept: (3, true),
        queued: &[(3, true)],
    },
    Case {
        what: "said by nobody before all else",
        own: None,
        waits: None,
        nobodys: Some((1, true)),
        server: Some((2, false)),
        overtaken: false,
        kept: (2, false),
        queued: &[],
    },
    Case {
        what: "waits already",
        own: Some((3, true)),
        waits: Some(0),
        nobodys: None,
        server: Some((2, false)),
        overtaken: false,
        kept: (3, true),
        queued: &[(3, true)],
    },
    Case {
        what: "waits already and may have left",
        own: Some((3, true)),
        waits: Some(2),
        nobodys: None,
        server: None,
        overtaken: false,
        kept: (3, true),
        queued: &[(3, true)],
    },
    Case {
        what: "never heard, nothing waits",
        own: Some((3, true)),
        waits: None,
        nobodys: None,
        server: None,
        overtaken: false,
        kept: (3, true),
        queued: &[(3, true)],
    },
    Case {
        what: "an older word waits",
        own: Some((1, true)),
        waits: Some(0),
        nobodys: Some((3, false)),
        server: None,
        overtaken: false,
        kept: (3, false),
        queued: &[(3, false)],
    },
    Case {
        what: "heard long ago by a clock that was fast, taken back elsewhere since",
        own: Some((9, true)),
        waits: None,
        nobodys: None,
        server: Some((2, false)),
        overtaken: false,
        kept: (2, false),
        queued: &[],
    },
    Case {
        what: "heard while the server's answer was on its way",
        own: Some((3, false)),
        waits: None,
        nobodys: None,
        server: Some((2, true)),
        overtaken: true,
        kept: (3, false),
        queued: &[(3, false)],
    },
    Case {
        what: "said before signing in, an older word of the account's may have left",
        own: Some((1, true)),
        waits: Some(1),
        nobodys: Some((3, false)),
        server: Some((2, true)),
        overtaken: false,
        kept: (3, false),
        queued: &[(1, true), (3, false)],
    },
    Case {
        what: "heard, the answer was lost",
        own: Some((3, true)),
        waits: Some(1),
        nobodys: None,
        server: Some((3, true)),
        overtaken: false,
        kept: (3, true),
        queued: &[(3, true)],
    },
];

#[test]
fn of_all_that_was_said_the_newest_counts_and_the_server_hears_what_it_has_not() {
    for case in CASES {
        let store = a_store();
        let consent = |(at, given)| a_consent(Reports, given, at);
        let one = |said: Option<(i64, bool)>| said.map(consent).into_iter().collect::<Vec<_>>();
        write(&store, |db| put(db, Some(user(7)), &one(case.own)));
        write(&store, |db| put(db, None, &one(case.nobodys)));
        if let (Some(own), Some(attempts)) = (case.own, case.waits) {
            let operation = AccountOperation::RecordConsent { consent: consent(own) };
            write(&store, |db| account_outbox::insert(db, op(1), user(7), &operation, NOW));
            write(&store, |db| account_outbox::set_attempts(db, &rows_in(db)?, attempts));
        }
        let server = one(case.server);
        let heard = Heard { consents: &server, overtaken: case.overtaken };
        write(&store, |db| take_over(db, &|| op(50), user(7), heard, NOW));
        assert_eq!(write(&store, |db| list(db, Some(user(7)))), [consent(case.kept)], "{}", case.what);
        assert_eq!(queued(&store), case.queued.iter().copied().map(consent).collect::<Vec<_>>(), "{}", case.what);
        assert!(write(&store, |db| list(db, None)).is_empty(), "{}: it is somebody's now", case.what);
    }
}

#[test]
fn each_purpose_is_taken_over_by_itself_and_another_accounts_word_stays() {
    let store = a_store();
    let theirs = vec![a_consent(Terms, true, 1)];
    write(&store, |db| put(db, Some(user(8)), &theirs));
    write(&store, |db| say(db, op(1), None, (Location, true), NOW));
    assert!(rows(&store).is_empty(), "nobody's goes nowhere");
    let heard = Heard { consents: &[a_consent(Terms, true, 2)], overtaken: false };
    write(&store, |db| take_over(db, &|| op(50), user(7), heard, NOW));
    let (heard, new) = (a_consent(Terms, true, 2), a_consent(Location, true, NOW.0));
    assert_eq!(write(&store, |db| list(db, Some(user(7)))), [heard, new]);
    assert_eq!(queued(&store), [new]);
    assert_eq!(write(&store, |db| list(db, Some(user(8)))), theirs);
}

#[test]
fn a_consent_that_the_server_lacks_is_asked_for_anew_unless_it_is_on_its_way() {
    let store = a_store();
    say_it(&store, 1, Reports, true, NOW);
    let given = || write(&store, |db| said(db, Some(user(7)), Reports));
    write(&store, |db| unsay(db, user(7), Reports));
    assert!(given().is_some(), "it is on its way");
    let refused = account_outbox::AccountParked::Refused { code: ErrorCode::Forbidden };
    let sent = |db: &Connection| account_outbox::set_attempts(db, &rows_in(db)?, 1);
    write(&store, |db| sent(db).and(account_outbox::park(db, &rows_in(db)?, &refused)));
    write(&store, |db| unsay(db, user(7), Reports));
    assert!(given().is_none(), "it rests");
    say_it(&store, 3, Reports, true, NOW);
    assert_eq!(waiting_ops(&store, 7), [(op(3), false)], "what rested is no more to be said");
    write(&store, |db| account_outbox::finish(db, &rows_in(db)?));
    write(&store, |db| unsay(db, user(7), Reports));
    assert!(given().is_none());
    say_it(&store, 2, Reports, false, NOW);
    write(&store, |db| account_outbox::finish(db, &rows_in(db)?));
    write(&store, |db| unsay(db, user(7), Reports));
    assert!(given().is_some_and(|consent| !consent.given), "a refusal stays one");
}

#[test]
fn a_word_that_rests_goes_on_when_its_owner_signs_in_again_and_gives_way_to_a_later_one() {
    for (theirs, queued) in [(None, vec![(op(1), false)]), (Some(a_consent(Reports, false, NOW.0 + 5)), vec![(op(50), false)])] {
        let store = a_store();
        say_it(&store, 1, Reports, true, NOW);
        let tried = |db: &Connection| account_outbox::set_attempts(db, &rows_in(db)?, 500);
        let tired = account_outbox::AccountParked::TooManyAttempts;
        write(&store, |db| tried(db).and(account_outbox::park(db, &rows_in(db)?, &tired)));
        let server: Vec<_> = theirs.into_iter().collect();
        let heard = Heard { consents: &server, overtaken: false };
        write(&store, |db| take_over(db, &|| op(50), user(7), heard, NOW));
        assert_eq!(waiting_ops(&store, 7), queued);
    }
}

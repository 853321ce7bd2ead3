//! What was agreed to on this device: a setting for each account, and one for who has none yet.

use pakn_api::{
    ErrorCode, Timestamp,
    id::{OpId, UserId},
    model::consent::{Consent, ConsentPurpose},
};
use rusqlite::Connection;

use super::{
    Result,
    account_outbox::{self, AccountOperation, AccountRow},
    setting::{self, ConsentsKey},
};

/// What was last said about each purpose, by an account or before there was one.
pub(crate) fn list(db: &Connection, user_id: Option<UserId>) -> Result<Vec<Consent>> {
    let kept = match user_id {
        Some(user_id) => setting::get_of::<ConsentsKey>(db, user_id)?,
        None => setting::get::<ConsentsKey>(db)?,
    };
    Ok(kept.unwrap_or_default())
}

fn put(db: &Connection, user_id: Option<UserId>, said: &Vec<Consent>) -> Result<()> {
    match user_id {
        Some(user_id) => setting::set_of::<ConsentsKey>(db, user_id, said),
        None => setting::set::<ConsentsKey>(db, said),
    }
}

/// What was last said about a purpose.
pub(crate) fn said(db: &Connection, user_id: Option<UserId>, purpose: ConsentPurpose) -> Result<Option<Consent>> {
    Ok(list(db, user_id)?.into_iter().find(|consent| consent.purpose == purpose))
}

/// Whether a purpose is agreed to.
pub(crate) fn is_given(db: &Connection, user_id: Option<UserId>, purpose: ConsentPurpose) -> Result<bool> {
    Ok(said(db, user_id, purpose)?.is_some_and(|consent| consent.given))
}

/// Notes what was said, later than all that was said before, whatever the clock says.
pub(crate) fn say(
    db: &Connection,
    op_id: OpId,
    user_id: Option<UserId>,
    (purpose, given): (ConsentPurpose, bool),
    now: Timestamp,
) -> Result<()> {
    let mut all = list(db, user_id)?;
    let before = all.iter().find(|consent| consent.purpose == purpose).map(|consent| consent.at.plus_ms(1));
    let consent = Consent { purpose, given, text_version: purpose.text_version(), at: before.map_or(now, |at| at.max(now)) };
    all.retain(|other| other.purpose != purpose);
    all.push(consent);
    put(db, user_id, &all)?;
    match user_id {
        Some(user_id) => enqueue(db, op_id, user_id, consent, now),
        None => Ok(()),
    }
}

fn waiting(db: &Connection, user_id: UserId, purpose: ConsentPurpose) -> Result<Vec<AccountRow>> {
    let about = |row: &AccountRow| row.operation.consent().is_some_and(|consent| consent.purpose == purpose);
    Ok(account_outbox::list(db, user_id)?.into_iter().filter(about).collect())
}

fn enqueue(db: &Connection, op_id: OpId, user_id: UserId, consent: Consent, now: Timestamp) -> Result<()> {
    let operation = AccountOperation::RecordConsent { consent };
    let seq = match waiting(db, user_id, consent.purpose)?.pop() {
        Some(row) if row.is_surely_unsent() => {
            account_outbox::replace(db, row.seq, op_id, &operation)?;
            row.seq
        }
        before => {
            let seq = account_outbox::insert(db, op_id, user_id, &operation, now)?;
            // What rests is no more to be said. What may be under way goes first: only its own `op_id` tells.
            if let Some(row) = before.filter(|row| row.parked.is_some()) {
                account_outbox::give_way(db, &row, seq)?;
            }
            seq
        }
    };
    if consent.given && consent.purpose == ConsentPurpose::Reports {
        account_outbox::hold_reports(db, user_id, ErrorCode::ConsentMissing, seq)?;
    }
    Ok(())
}

/// The server has not heard of a consent that is given here, and nothing is on its way: it was taken back elsewhere.
/// The citizen is asked again.
pub(crate) fn unsay(db: &Connection, user_id: UserId, purpose: ConsentPurpose) -> Result<()> {
    let on_its_way = waiting(db, user_id, purpose)?.iter().any(|row| row.parked.is_none());
    if on_its_way || !is_given(db, Some(user_id), purpose)? {
        return Ok(());
    }
    let mut all = list(db, Some(user_id))?;
    all.retain(|consent| consent.purpose != purpose);
    put(db, Some(user_id), &all)
}

/// What the server says that it was told.
#[derive(Clone, Copy)]
pub(crate) struct Heard<'a> {
    /// The last word on each purpose.
    pub(crate) consents: &'a [Consent],
    /// It has heard more of this device since it said so.
    pub(crate) overtaken: bool,
}

/// Somebody has signed in: of what the server was told, what was said here before and what was said with nobody
/// signed in, the newest counts; what the server hasn't heard goes to it.
///
/// What was said here and heard long ago is not said again, whatever the clocks said then: the server's later word may
/// be a consent that was taken back elsewhere.
pub(crate) fn take_over(
    db: &Connection,
    new_op: &dyn Fn() -> OpId,
    user_id: UserId,
    server: Heard<'_>,
    now: Timestamp,
) -> Result<()> {
    let (own, nobodys) = (list(db, Some(user_id))?, list(db, None)?);
    let mut all = Vec::new();
    for purpose in ConsentPurpose::ALL {
        let of = |said: &[Consent]| said.iter().copied().find(|consent| consent.purpose == purpose);
        let (theirs, waits) = (of(server.consents), waiting(db, user_id, purpose)?);
        let own = of(&own).filter(|_| !waits.is_empty() || theirs.is_none() || server.overtaken);
        let newest = [own, of(&nobodys), theirs].into_iter().flatten().max_by_key(|consent| consent.at);
        let Some(consent) = newest else { continue };
        all.push(consent);
        if theirs == Some(consent) {
            // Said before what the server knows, it would undo that.
            for row in waits.iter().filter(|row| row.is_surely_unsent()) {
                account_outbox::finish(db, row)?;
            }
        }
        match waiting(db, user_id, purpose)?.pop() {
            None if theirs == Some(consent) => {}
            Some(row) if row.operation.consent() == Some(&consent) => {
                if row.parked.is_some() {
                    account_outbox::unpark(db, row.seq)?;
                }
            }
            // Also where the server has it: what may have left before it would be heard after it.
            Some(_) | None => enqueue(db, new_op(), user_id, consent, now)?,
        }
    }
    put(db, Some(user_id), &all)?;
    setting::clear::<ConsentsKey>(db)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing fixture fails the test")]
mod tests;

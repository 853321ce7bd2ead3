//! Carries out one row that changes the account. A profile that was changed elsewhere meanwhile is fetched, merged and
//! put once more, as another operation. A report that can't be followed is not followed here either, and the
//! draft that was put aside for it is one again.
//!
//! Every step may be repeated: the server knows the operation by its `op_id`.

use std::sync::Arc;

use pakn_api::{
    ErrorCode,
    id::{OpId, UserId},
    ipc::Change,
    wire::{PutFollow, PutProfile, RecordConsent, StoredProfile},
};
use rusqlite::Transaction;

use super::worker::{MAX_ATTEMPTS, may_be_done, store_failed};
use crate::{
    account::{self, Left},
    ambient::new_id,
    client::{Inner, Session},
    remote::{Class, RemoteError},
    store::{
        account_outbox::{self, AccountOperation, AccountParked, AccountRow, MISSING},
        draft, follow, profile,
    },
    sync::state::Outcome,
};

/// What the server has once a row is carried out.
enum Done {
    Profile(StoredProfile),
    Consent,
    Follow,
}

/// Sends a row of the session's. Leaves the outbox as the outcome demands.
pub(crate) async fn send(inner: &Arc<Inner>, session: Session, row: AccountRow) -> Outcome {
    let outcome = carry_out(inner, &session, row).await;
    inner.tell(Change::Account);
    outcome
}

async fn carry_out(inner: &Arc<Inner>, session: &Session, mut row: AccountRow) -> Outcome {
    let mut merged = false;
    loop {
        if row.attempts >= MAX_ATTEMPTS {
            return stay(inner, &row, None, Some(AccountParked::TooManyAttempts), Outcome::Answered).await;
        }
        let counted = row.clone();
        match inner.store.write(move |tx| account_outbox::count_attempt(tx, &counted)).await {
            Ok(true) => {}
            Ok(false) => return Outcome::Answered,
            Err(error) => return store_failed(&error),
        }
        match ask(session, &row).await {
            Ok(done) => return settle(inner, row, done).await,
            Err(error) if error.code() == Some(ErrorCode::ProfileConflict) && !merged => {
                merged = true;
                match session.remote.profile(&session.token).await {
                    Err(error) => return stopped(inner, session, &row, error, false).await,
                    Ok(theirs) => match over(inner, &row, theirs).await {
                        Ok(Some(next)) => row = next,
                        Ok(None) => return Outcome::Answered,
                        Err(error) => return store_failed(&error),
                    },
                }
            }
            Err(error) => return stopped(inner, session, &row, error, true).await,
        }
    }
}

async fn ask(session: &Session, row: &AccountRow) -> Result<Done, RemoteError> {
    let (remote, token, op_id) = (&session.remote, &session.token, row.op_id);
    match row.operation.clone() {
        AccountOperation::PutProfile { base: _, base_revision, profile } => {
            remote.put_profile(token, &PutProfile { op_id, base_revision, profile }).await.map(Done::Profile)
        }
        AccountOperation::RecordConsent { consent } => {
            remote.record_consent(token, &RecordConsent { op_id, consent }).await.map(|()| Done::Consent)
        }
        AccountOperation::Follow { report_id, following, instead_of: _ } => {
            remote.public().put_follow(token, report_id, &PutFollow { op_id, following }).await.map(|()| Done::Follow)
        }
    }
}

async fn settle(inner: &Arc<Inner>, row: AccountRow, done: Done) -> Outcome {
    inner.flight.account_has_changed();
    // Somebody who is just signing in again has not left.
    let (turn, user_id) = (inner.accounts_stay().await, row.user_id);
    let settling = inner.store.write(move |tx| {
        match &done {
            Done::Profile(now) => profile::settle(tx, &row, now)?,
            Done::Consent | Done::Follow => account_outbox::finish(tx, &row)?,
        };
        if row.operation.followed().is_none() {
            account_outbox::release_reports(tx, row.user_id, &MISSING)?;
        }
        account::after_leaving(tx, row.user_id)
    });
    match settling.await {
        Ok(left) => {
            gone(inner, user_id, left).await;
            drop(turn);
            inner.tell(Change::Session);
            Outcome::Answered
        }
        Err(error) => store_failed(&error),
    }
}

/// Puts what a row changes over what the server has.
async fn over(inner: &Arc<Inner>, row: &AccountRow, theirs: StoredProfile) -> Result<Option<AccountRow>, crate::StoreError> {
    let (row, op_id, user_id) = (row.clone(), new_id!(inner.ambient, OpId), row.user_id);
    inner.flight.account_has_changed();
    let turn = inner.accounts_stay().await;
    let rebase = move |tx: &Transaction<'_>| {
        let next = profile::rebase(tx, &row, &theirs, op_id)?;
        if next.is_none() {
            account_outbox::release_reports(tx, row.user_id, &MISSING)?;
        }
        Ok((account::after_leaving(tx, row.user_id)?, next))
    };
    let (left, next) = inner.store.write(rebase).await?;
    gone(inner, user_id, left).await;
    drop(turn);
    Ok(next)
}

/// What was just cleared of somebody who has gone is in no file any more, and is known to whoever is signing in.
async fn gone(inner: &Inner, user_id: UserId, left: Option<Left>) {
    if let Some(left) = left {
        inner.note_left(user_id, left);
        inner.forget_for_good().await;
    }
}

/// A try that failed. `sent` says whether it is the row itself that was answered so.
async fn stopped(inner: &Arc<Inner>, session: &Session, row: &AccountRow, error: RemoteError, sent: bool) -> Outcome {
    let attempts = match &error {
        // However long a network is bad, that alone wears nothing out.
        RemoteError::Lost if sent => row.attempts.max(1),
        error if sent && may_be_done(error) => row.attempts.saturating_add(1),
        _ => row.attempts,
    };
    let (outcome, parked) = match error.classify() {
        Class::Offline => (Outcome::Offline, None),
        Class::Transient { retry_after_ms } => (Outcome::Trouble { retry_after_ms }, None),
        Class::Auth => {
            inner.session_ended(session).await;
            (Outcome::SessionEnded, None)
        }
        Class::Refused(code) => (Outcome::Answered, Some(refusal(code, error))),
    };
    stay(inner, row, Some(attempts), parked, outcome).await
}

async fn stay(
    inner: &Arc<Inner>,
    row: &AccountRow,
    attempts: Option<u32>,
    parked: Option<AccountParked>,
    outcome: Outcome,
) -> Outcome {
    tracing::info!(?outcome, parked = parked.is_some(), "a change of the account stays in the outbox");
    let row = row.clone();
    let refused = row.operation.followed().filter(|_| parked.is_some());
    let noted = inner.store.write(move |tx| {
        attempts.map_or(Ok(()), |attempts| account_outbox::set_attempts(tx, &row, attempts))?;
        match (parked, refused) {
            (None, _) => Ok(()),
            (Some(reason), None) => account_outbox::park(tx, &row, &reason),
            // There is nothing about it that anybody could mend.
            (Some(_), Some((report_id, _))) => {
                follow::remove(tx, row.user_id, report_id)?;
                if let Some(put_aside) = row.operation.instead_of() {
                    draft::restore(tx, put_aside)?;
                }
                account_outbox::finish(tx, &row).map(drop)
            }
        }
    });
    match noted.await {
        Ok(()) => {
            if refused.is_some() {
                inner.follows_are_stale();
                inner.tell(Change::Similar);
                inner.tell(Change::Drafts);
            }
            outcome
        }
        Err(error) => store_failed(&error),
    }
}

fn refusal(code: ErrorCode, error: RemoteError) -> AccountParked {
    match error {
        RemoteError::Problem { problem, .. } if code == ErrorCode::InvalidProfile => {
            AccountParked::InvalidProfile { problems: problem.profile_problems }
        }
        RemoteError::Problem { .. } | RemoteError::NotSent | RemoteError::Lost | RemoteError::NotUnderstood => {
            AccountParked::Refused { code }
        }
    }
}

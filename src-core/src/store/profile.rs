//! An account's profile on the device: as the server last had it, and what is typed over it. Settings, one of each
//! for an account; what is saved and not there yet is in the outbox.

use pakn_api::{
    ErrorCode,
    id::{OpId, UserId},
    model::profile::{Profile, ProfileForm},
    wire::StoredProfile,
};
use rusqlite::Connection;

use super::{
    Result,
    account_outbox::{self, AccountOperation, AccountRow},
    setting::{self, AccountKey, AccountSetting, ProfileFormKey, ProfileKey},
};

/// The profile as the server last had it.
pub(crate) fn stored(db: &Connection, user_id: UserId) -> Result<StoredProfile> {
    Ok(setting::get_of::<ProfileKey>(db, user_id)?.unwrap_or(StoredProfile { revision: 0, profile: None }))
}

/// Notes what the server has. What waits to be sent keeps what it was changed from.
pub(crate) fn set_stored(db: &Connection, user_id: UserId, stored: &StoredProfile) -> Result<()> {
    setting::set_of::<ProfileKey>(db, user_id, stored)?;
    follow_name(db, user_id)
}

/// The profile as the citizen last saved it.
pub(crate) fn last(db: &Connection, user_id: UserId) -> Result<Option<Profile>> {
    let said = account_outbox::profiles(db, user_id)?.pop().and_then(|row| row.operation.profile().cloned());
    Ok(match said {
        Some(profile) => Some(profile),
        None => stored(db, user_id)?.profile,
    })
}

/// Whether there is a profile that the server has, or will be given by itself.
pub(crate) fn is_complete(db: &Connection, user_id: UserId) -> Result<bool> {
    let waits = account_outbox::profiles(db, user_id)?.iter().any(|row| row.parked.is_none());
    Ok(waits || stored(db, user_id)?.profile.is_some())
}

/// What is typed over the profile.
pub(crate) fn typed(db: &Connection, user_id: UserId) -> Result<Option<ProfileForm>> {
    setting::get_of::<ProfileFormKey>(db, user_id)
}

/// Keeps what is typed.
pub(crate) fn keep_typed(db: &Connection, user_id: UserId, form: &ProfileForm) -> Result<()> {
    setting::set_of::<ProfileFormKey>(db, user_id, form)
}

/// Nothing is typed that isn't saved.
pub(crate) fn forget_typed(db: &Connection, user_id: UserId) -> Result<()> {
    setting::clear_of::<ProfileFormKey>(db, user_id)
}

/// The account is shown by the name in its profile.
pub(crate) fn follow_name(db: &Connection, user_id: UserId) -> Result<()> {
    let account = setting::get::<AccountKey>(db)?.filter(|account| account.user_id == user_id);
    let (Some(account), Some(profile)) = (account, last(db, user_id)?) else { return Ok(()) };
    let name = profile.full_name.as_str().to_owned();
    if account.name == name {
        return Ok(());
    }
    setting::set::<AccountKey>(db, &AccountSetting { name, ..account })
}

/// Lets a profile go to the server, in the place of one that surely did not arrive.
pub(crate) fn enqueue(db: &Connection, op_id: OpId, user_id: UserId, profile: Profile, now: pakn_api::Timestamp) -> Result<()> {
    let before = account_outbox::profiles(db, user_id)?.pop();
    let (base, base_revision) = match before.as_ref().map(|row| &row.operation) {
        Some(AccountOperation::PutProfile { base, base_revision, profile: _ }) => (base.clone(), *base_revision),
        Some(AccountOperation::RecordConsent { .. } | AccountOperation::Follow { .. }) | None => {
            let StoredProfile { revision, profile } = stored(db, user_id)?;
            (profile, revision)
        }
    };
    let operation = AccountOperation::PutProfile { base, base_revision, profile };
    let seq = match before {
        Some(row) if row.is_surely_unsent() => {
            account_outbox::replace(db, row.seq, op_id, &operation)?;
            row.seq
        }
        Some(row) => {
            // Only its own `op_id` tells whether it arrived: it goes first.
            if row.parked.is_some() {
                account_outbox::unpark(db, row.seq)?;
            }
            account_outbox::insert(db, op_id, user_id, &operation, now)?
        }
        None => account_outbox::insert(db, op_id, user_id, &operation, now)?,
    };
    account_outbox::hold_reports(db, user_id, ErrorCode::ProfileIncomplete, seq)?;
    follow_name(db, user_id)
}

/// The server has put a row's profile and has this now. Answers whether the row was still here.
pub(crate) fn settle(db: &Connection, row: &AccountRow, now: &StoredProfile) -> Result<bool> {
    if !account_outbox::finish(db, row)? {
        return Ok(false);
    }
    if let (Some(sent), Some(profile)) = (row.operation.profile(), &now.profile) {
        carry_over(db, row, sent, profile, now)?;
    }
    // An answer that was long under way may tell of what another device has changed since.
    if now.revision >= stored(db, row.user_id)?.revision {
        set_stored(db, row.user_id, now)?;
    } else {
        follow_name(db, row.user_id)?;
    }
    Ok(true)
}

/// The server has another profile than the one that a row was changed from: what the row changes goes over that one,
/// as a new operation. Answers the row as it goes on; nothing when there is no more to be changed.
pub(crate) fn rebase(db: &Connection, row: &AccountRow, theirs: &StoredProfile, op_id: OpId) -> Result<Option<AccountRow>> {
    let AccountOperation::PutProfile { base, profile: mine, .. } = &row.operation else { return Ok(None) };
    let still_here = account_outbox::list(db, row.user_id)?.iter().any(|r| r.seq == row.seq && r.op_id == row.op_id);
    if !still_here {
        return Ok(None);
    }
    let merged = theirs.profile.as_ref().map_or_else(|| mine.clone(), |t| Profile::merge(base.as_ref(), mine, t));
    carry_over(db, row, mine, &merged, theirs)?;
    if theirs.profile.as_ref() == Some(&merged) {
        account_outbox::finish(db, row)?;
        set_stored(db, row.user_id, theirs)?;
        return Ok(None);
    }
    let operation =
        AccountOperation::PutProfile { base: theirs.profile.clone(), base_revision: theirs.revision, profile: merged };
    account_outbox::replace(db, row.seq, op_id, &operation)?;
    set_stored(db, row.user_id, theirs)?;
    Ok(Some(AccountRow { op_id, operation, attempts: 0, parked: None, ..row.clone() }))
}

/// What was changed from `from` after a row is changed from `to` now, over what the server has.
fn carry_over(db: &Connection, row: &AccountRow, from: &Profile, to: &Profile, server: &StoredProfile) -> Result<()> {
    for later in account_outbox::profiles(db, row.user_id)?.into_iter().filter(|r| r.seq > row.seq && r.attempts == 0) {
        let Some(mine) = later.operation.profile() else { continue };
        let operation = AccountOperation::PutProfile {
            base: server.profile.clone(),
            base_revision: server.revision,
            profile: Profile::merge(Some(from), mine, to),
        };
        account_outbox::replace(db, later.seq, later.op_id, &operation)?;
    }
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing fixture fails the test")]
mod tests;

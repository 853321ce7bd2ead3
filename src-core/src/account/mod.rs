//! What the device keeps of an account beside its reports: profile, consents and what it follows.

use pakn_api::{
    id::{OpId, UserId},
    model::consent::Consent,
    wire::StoredProfile,
};
use rusqlite::Transaction;

use crate::{
    ambient::{Ambient, new_id},
    store::{
        self,
        account_outbox::{self, MISSING},
        consent::{self, Heard},
        follow, profile,
        setting::{self, AccountKey, AccountSetting, ConsentsKey, ProfileFormKey, ProfileKey},
    },
};

/// Brings together what the server says of somebody who has signed in and what is on the device. A profile that a
/// later answer has overtaken stays. `overtaken` is whether the server was heard of since it was asked.
pub(crate) fn take_over(
    tx: &Transaction<'_>,
    ambient: &dyn Ambient,
    user_id: UserId,
    profile: &StoredProfile,
    consents: &[Consent],
    overtaken: bool,
) -> store::Result<()> {
    if profile.revision >= profile::stored(tx, user_id)?.revision {
        profile::set_stored(tx, user_id, profile)?;
    } else {
        profile::follow_name(tx, user_id)?;
    }
    let new_op = || new_id!(ambient, OpId);
    consent::take_over(tx, &new_op, user_id, Heard { consents, overtaken }, ambient.now())?;
    account_outbox::release_reports(tx, user_id, &MISSING)
}

/// Nobody is signed in from now on. The next sign-in brings profile, consents and what is followed again, so a phone that
/// is passed on keeps none, nor what was typed and never saved. What was saved or said and has not left yet stays until it
/// has.
/// Where `next` is the same person, nothing goes: what they have said since may be newer than the answer that signs
/// them in. Answers whether anybody has left.
pub(crate) fn leave(tx: &Transaction<'_>, next: Option<UserId>) -> store::Result<bool> {
    let Some(AccountSetting { user_id, .. }) = setting::get::<AccountKey>(tx)? else { return Ok(false) };
    setting::clear::<AccountKey>(tx)?;
    if next == Some(user_id) {
        return Ok(false);
    }
    setting::clear_of::<ProfileFormKey>(tx, user_id)?;
    clear_heard(tx, user_id)?;
    Ok(true)
}

/// Something of an account's has left the device. Where its owner has gone meanwhile, it was what [`leave`] had to keep.
/// Answers whether they have.
pub(crate) fn after_leaving(tx: &Transaction<'_>, user_id: UserId) -> store::Result<bool> {
    if is_here(tx, user_id)? {
        return Ok(false);
    }
    clear_heard(tx, user_id)?;
    Ok(true)
}

/// Whether it is the account that is, or last was, signed in.
pub(crate) fn is_here(tx: &Transaction<'_>, user_id: UserId) -> store::Result<bool> {
    Ok(setting::get::<AccountKey>(tx)?.is_some_and(|account| account.user_id == user_id))
}

/// Clears what the server has all of.
fn clear_heard(tx: &Transaction<'_>, user_id: UserId) -> store::Result<()> {
    let waits = account_outbox::list(tx, user_id)?;
    if !waits.iter().any(|row| row.operation.consent().is_some()) {
        setting::clear_of::<ConsentsKey>(tx, user_id)?;
    }
    if !waits.iter().any(|row| row.operation.profile().is_some()) {
        setting::clear_of::<ProfileKey>(tx, user_id)?;
    }
    follow::delete_of_user(tx, user_id)
}

/// Forgets an account that is no more: its profile, its consents and what was still to be said of it.
pub(crate) fn forget(tx: &Transaction<'_>, user_id: UserId) -> store::Result<()> {
    for row in account_outbox::list(tx, user_id)? {
        account_outbox::finish(tx, &row)?;
    }
    follow::delete_of_user(tx, user_id)?;
    setting::clear_of::<ConsentsKey>(tx, user_id)?;
    setting::clear_of::<ProfileKey>(tx, user_id)?;
    setting::clear_of::<ProfileFormKey>(tx, user_id)
}

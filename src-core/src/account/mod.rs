//! What the device keeps of an account beside its reports: profile and consents.

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
        consent, profile,
        setting::{self, AccountKey, AccountSetting, ConsentsKey, ProfileFormKey, ProfileKey},
    },
};

/// Brings together what the server says of somebody who has signed in and what is on the device. A profile that a
/// later answer has overtaken stays.
pub(crate) fn take_over(
    tx: &Transaction<'_>,
    ambient: &dyn Ambient,
    user_id: UserId,
    profile: &StoredProfile,
    consents: &[Consent],
) -> store::Result<()> {
    if profile.revision >= profile::stored(tx, user_id)?.revision {
        profile::set_stored(tx, user_id, profile)?;
    } else {
        profile::follow_name(tx, user_id)?;
    }
    let new_op = || new_id!(ambient, OpId);
    consent::take_over(tx, &new_op, user_id, consents, ambient.now())?;
    account_outbox::release_reports(tx, user_id, &MISSING)
}

/// Nobody is signed in from now on. The next sign-in brings profile and consents again, so a phone that is passed on
/// keeps none. Where something of them has not left yet, all stays until it has: what was typed or said is not lost.
/// Nor does anything go where `next` is the same person: what they have said since may be newer than the answer that
/// signs them in.
pub(crate) fn leave(tx: &Transaction<'_>, next: Option<UserId>) -> store::Result<()> {
    let Some(AccountSetting { user_id, .. }) = setting::get::<AccountKey>(tx)? else { return Ok(()) };
    if next != Some(user_id) && account_outbox::list(tx, user_id)?.is_empty() {
        setting::clear_of::<ConsentsKey>(tx, user_id)?;
        setting::clear_of::<ProfileKey>(tx, user_id)?;
    }
    setting::clear::<AccountKey>(tx)
}

/// Forgets an account that is no more: its profile, its consents and what was still to be said of it.
pub(crate) fn forget(tx: &Transaction<'_>, user_id: UserId) -> store::Result<()> {
    for row in account_outbox::list(tx, user_id)? {
        account_outbox::finish(tx, &row)?;
    }
    setting::clear_of::<ConsentsKey>(tx, user_id)?;
    setting::clear_of::<ProfileKey>(tx, user_id)?;
    setting::clear_of::<ProfileFormKey>(tx, user_id)
}

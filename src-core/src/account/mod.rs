//! What the device keeps of an account beside its reports: profile, consents and what it follows.

use pakn_api::{
    id::{OpId, UserId},
    model::consent::Consent,
    wire::{SignedIn, StoredProfile},
};
use rusqlite::Transaction;

use crate::{
    ambient::{Ambient, new_id},
    store::{
        self,
        account_outbox::{self, MISSING},
        consent::{self, Heard},
        follow, profile,
        setting::{self, AccountKey, AccountSetting, ConsentsKey, ProfileFormKey, ProfileKey, SomebodyLeftKey},
    },
};

/// What was heard of an account and cleared, for its owner had gone.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Left {
    profile: Option<StoredProfile>,
    consents: Option<Vec<Consent>>,
}

impl Left {
    /// Puts what was cleared later over what was cleared before.
    pub(crate) fn then(&mut self, later: Self) {
        let Self { profile, consents } = later;
        self.profile = profile.or_else(|| self.profile.take());
        self.consents = consents.or_else(|| self.consents.take());
    }

    /// Puts back what is nowhere else.
    fn restore(self, tx: &Transaction<'_>, user_id: UserId) -> store::Result<()> {
        let Self { profile, consents } = self;
        if let Some(profile) = profile
            && setting::get_of::<ProfileKey>(tx, user_id)?.is_none()
        {
            setting::set_of::<ProfileKey>(tx, user_id, &profile)?;
        }
        if let Some(consents) = consents
            && setting::get_of::<ConsentsKey>(tx, user_id)?.is_none()
        {
            setting::set_of::<ConsentsKey>(tx, user_id, &consents)?;
        }
        Ok(())
    }
}

/// How far behind the answer that signs somebody in may be.
#[derive(Clone, Debug, Default)]
pub(crate) struct Since {
    /// The server was heard of since it was asked.
    pub(crate) overtaken: bool,
    /// What was heard and cleared since.
    pub(crate) left: Option<Left>,
}

/// Brings together what the server says of somebody who has signed in and what is on the device. A profile that a
/// later answer has overtaken stays.
pub(crate) fn take_over(
    tx: &Transaction<'_>,
    ambient: &dyn Ambient,
    SignedIn { account, profile, consents, .. }: &SignedIn,
    Since { overtaken, left }: Since,
) -> store::Result<()> {
    let user_id = account.user_id;
    if let Some(left) = left {
        left.restore(tx, user_id)?;
    }
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
    setting::set::<SomebodyLeftKey>(tx, &true)?;
    Ok(true)
}

/// Something of an account's has left the device. Where its owner has gone meanwhile, it was what [`leave`] had to keep.
/// Answers what was cleared, if they have.
pub(crate) fn after_leaving(tx: &Transaction<'_>, user_id: UserId) -> store::Result<Option<Left>> {
    if is_here(tx, user_id)? { Ok(None) } else { clear_heard(tx, user_id).map(Some) }
}

/// Whether it is the account that is, or last was, signed in.
pub(crate) fn is_here(tx: &Transaction<'_>, user_id: UserId) -> store::Result<bool> {
    Ok(setting::get::<AccountKey>(tx)?.is_some_and(|account| account.user_id == user_id))
}

/// Clears what the server has all of, and answers it.
fn clear_heard(tx: &Transaction<'_>, user_id: UserId) -> store::Result<Left> {
    let waits = account_outbox::list(tx, user_id)?;
    let mut left = Left::default();
    if !waits.iter().any(|row| row.operation.consent().is_some()) {
        left.consents = setting::get_of::<ConsentsKey>(tx, user_id)?;
        setting::clear_of::<ConsentsKey>(tx, user_id)?;
    }
    if !waits.iter().any(|row| row.operation.profile().is_some()) {
        left.profile = setting::get_of::<ProfileKey>(tx, user_id)?;
        setting::clear_of::<ProfileKey>(tx, user_id)?;
    }
    follow::delete_of_user(tx, user_id)?;
    Ok(left)
}

/// Forgets an account that is no more: its profile, its consents and what was still to be said of it.
pub(crate) fn forget(tx: &Transaction<'_>, user_id: UserId) -> store::Result<()> {
    for row in account_outbox::list(tx, user_id)? {
        account_outbox::finish(tx, &row)?;
    }
    follow::delete_of_user(tx, user_id)?;
    setting::set::<SomebodyLeftKey>(tx, &true)?;
    setting::clear_of::<ConsentsKey>(tx, user_id)?;
    setting::clear_of::<ProfileKey>(tx, user_id)?;
    setting::clear_of::<ProfileFormKey>(tx, user_id)
}

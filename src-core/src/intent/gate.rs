//! What has to be there before a report can be sent. Drafting needs nothing of it.

use pakn_api::{
    ipc::{GetGate, Missing},
    model::consent::ConsentPurpose,
};
use rusqlite::Connection;

use crate::{
    Client,
    error::Error,
    store::{
        self, consent, profile,
        setting::{self, AccountKey},
    },
};

impl Client {
    /// What is missing before a report can be sent, in the order in which it is led to.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get_gate(&self, _: GetGate) -> Result<Vec<Missing>, Error> {
        Ok(self.inner.store.read(missing).await?)
    }
}

/// What is missing. A session that has ended is no missing account: what is sent waits for a sign-in.
pub(super) fn missing(db: &Connection) -> store::Result<Vec<Missing>> {
    let user_id = setting::get::<AccountKey>(db)?.map(|account| account.user_id);
    let complete = user_id.map_or(Ok(false), |user_id| profile::is_complete(db, user_id))?;
    let agreed = consent::is_given(db, user_id, ConsentPurpose::Reports)?;
    let wanted = [(user_id.is_some(), Missing::Account), (complete, Missing::Profile), (agreed, Missing::ReportsConsent)];
    Ok(wanted.into_iter().filter(|(there, _)| !there).map(|(_, missing)| missing).collect())
}

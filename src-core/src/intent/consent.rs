//! What the citizen agrees to and takes back, signed in or not.

use pakn_api::{
    id::{OpId, UserId},
    ipc::{Change, ConsentView, GetConsents, SetConsent},
    model::consent::ConsentPurpose,
};
use rusqlite::{Connection, Transaction};

use crate::{
    Client, Trigger,
    ambient::new_id,
    error::Error,
    store::{
        self, consent,
        setting::{self, AccountKey},
    },
};

impl Client {
    /// Every purpose and what was last said about it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get_consents(&self, _: GetConsents) -> Result<Vec<ConsentView>, Error> {
        Ok(self.inner.store.read(|db| views(db, account(db)?)).await?)
    }

    /// Notes that a purpose is agreed to, or no longer. It counts at once, and goes to the server by itself.
    ///
    /// # Errors
    /// When it can't be stored.
    pub async fn set_consent(&self, args: SetConsent) -> Result<Vec<ConsentView>, Error> {
        let now = self.inner.ambient.now();
        let op_id = new_id!(self.inner.ambient, OpId);
        let say = move |tx: &Transaction<'_>| {
            let user_id = account(tx)?;
            consent::say(tx, op_id, user_id, (args.purpose, args.given), now)?;
            views(tx, user_id)
        };
        let views = self.inner.store.write(say).await?;
        self.inner.tell(Change::Account);
        self.inner.tell(Change::Reports);
        self.trigger(Trigger::Submitted);
        Ok(views)
    }

    /// Whether a purpose is agreed to, by whoever is signed in or by somebody without an account.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_consent(&self, purpose: ConsentPurpose) -> Result<bool, Error> {
        Ok(self.inner.store.read(move |db| consent::is_given(db, account(db)?, purpose)).await?)
    }
}

fn account(db: &Connection) -> store::Result<Option<UserId>> {
    Ok(setting::get::<AccountKey>(db)?.map(|account| account.user_id))
}

fn views(db: &Connection, user_id: Option<UserId>) -> store::Result<Vec<ConsentView>> {
    let view = |purpose| Ok(ConsentView { purpose, said: consent::said(db, user_id, purpose)? });
    ConsentPurpose::ALL.into_iter().map(view).collect()
}

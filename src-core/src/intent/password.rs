//! Another password while signed in.

use pakn_api::{ipc::ChangePassword, model::password, wire};

use crate::{
    Client,
    error::Error,
    store::setting::{self, AccountKey},
};

impl Client {
    /// Changes the password; the account's other sessions end. Asked again after a lost answer, the server finds the new
    /// one in force and says so.
    ///
    /// # Errors
    /// [`Error::SignedOut`], [`Error::WeakPassword`] before anything is sent; [`Error::Remote`].
    pub async fn change_password(&self, args: ChangePassword) -> Result<(), Error> {
        let session = self.inner.session().ok_or(Error::SignedOut)?;
        let phone = self.inner.store.read(setting::get::<AccountKey>).await?.and_then(|account| account.phone);
        phone.map_or_else(|| password::check_length(&args.new), |phone| password::judge(&args.new, &phone))?;
        let request = wire::ChangePassword { old: args.old, new: args.new };
        let answer = session.remote.accounts().change_password(&session.token, &request).await;
        self.inner.heard(&session, answer).await
    }
}

//! Signing in and out.

use pakn_api::{
    ipc::{Change, SessionView, SignIn, SignOut},
    model::phone::PhoneNumber,
    wire,
};

use crate::{
    Client,
    error::Error,
    secrets::Token,
    store::{
        outbox,
        setting::{self, AccountKey, AccountSetting},
    },
    sync::state::Event,
};

impl Client {
    /// Signs in and lets what waited for it go.
    ///
    /// # Errors
    /// [`Error::BadPhone`] before anything is sent; [`Error::Remote`] when the server refuses or isn't there.
    pub async fn sign_in(&self, args: SignIn) -> Result<SessionView, Error> {
        let phone = PhoneNumber::parse(&args.phone).map_err(|_| Error::BadPhone)?;
        let signed_in = self.inner.remote().sign_in(&wire::SignIn { phone, password: args.password }).await?;
        let name = signed_in.account.name;
        let account = AccountSetting { user_id: signed_in.account.user_id, name: name.clone(), expired: false };
        self.inner.flight.forget_stored();
        self.inner.keep_token(Token::new(signed_in.token)).await?;
        self.inner
            .store
            .write(move |tx| {
                outbox::claim(tx, account.user_id)?;
                setting::set::<AccountKey>(tx, &account)
            })
            .await?;
        self.inner.signal(Event::Session(true));
        self.inner.tell(Change::Session);
        self.inner.tell(Change::Reports);
        Ok(SessionView::SignedIn { name })
    }

    /// Signs out of this device, with or without a network. Drafts stay; what waits stays for its sender.
    ///
    /// # Errors
    /// When the device can't note it.
    pub async fn sign_out(&self, _: SignOut) -> Result<SessionView, Error> {
        if let Some(token) = self.inner.token() {
            self.inner.drop_token().await?;
            if let Err(error) = self.inner.remote().sign_out(&token).await {
                tracing::info!(%error, "signed out on the device alone");
            }
        }
        self.inner.store.write(|tx| setting::clear::<AccountKey>(tx)).await?;
        self.inner.signal(Event::Session(false));
        self.inner.tell(Change::Session);
        self.inner.tell(Change::Reports);
        Ok(SessionView::SignedOut)
    }
}

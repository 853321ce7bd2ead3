//! Signing in and out.

use pakn_api::{
    ipc::{SessionView, SignIn, SignOut},
    model::phone::PhoneNumber,
    wire,
};

use crate::{Client, client::Session, error::Error, secrets::Token};

impl Client {
    /// Signs in and lets what waited for it go.
    ///
    /// # Errors
    /// [`Error::BadPhone`] before anything is sent; [`Error::Remote`] when the server refuses or isn't there.
    pub async fn sign_in(&self, args: SignIn) -> Result<SessionView, Error> {
        let phone = PhoneNumber::parse(&args.phone).map_err(|_| Error::BadPhone)?;
        let remote = self.inner.remote();
        let wire::SignedIn { token, account, .. } = remote.sign_in(&wire::SignIn { phone, password: args.password }).await?;
        let name = account.name;
        let session = Session { user_id: account.user_id, token: Token::new(token), remote };
        self.inner.begin_session(session, name.clone()).await?;
        Ok(SessionView::SignedIn { name })
    }

    /// Signs out of this device, with or without a network. Drafts stay; what waits stays for its sender.
    ///
    /// # Errors
    /// When the device can't note it.
    pub async fn sign_out(&self, _: SignOut) -> Result<SessionView, Error> {
        if let Some(session) = self.inner.end_session().await? {
            // Nobody waits for a server that may not be there.
            tokio::spawn(async move {
                if let Err(error) = session.remote.sign_out(&session.token).await {
                    tracing::info!(%error, "signed out on the device alone");
                }
            });
        }
        Ok(SessionView::SignedOut)
    }
}

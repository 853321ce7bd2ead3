//! Signing in and out.

use pakn_api::{
    ipc::{SessionView, SignIn, SignOut},
    model::phone::PhoneNumber,
    wire,
};

use crate::{Client, error::Error};

impl Client {
    /// Signs in and lets what waited for it go.
    ///
    /// # Errors
    /// [`Error::BadPhone`] before anything is sent; [`Error::Remote`] when the server refuses or isn't there.
    pub async fn sign_in(&self, args: SignIn) -> Result<SessionView, Error> {
        let phone = PhoneNumber::parse(&args.phone)?;
        let request = wire::SignIn { phone, password: args.password, device: self.inner.device_name.clone() };
        let asked = self.inner.ask_for_session();
        let signed_in = asked.remote.sign_in(&request).await?;
        self.inner.begin_session(&asked, signed_in).await
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

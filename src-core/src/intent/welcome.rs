//! The first start.

use pakn_api::ipc::{FinishWelcome, GetWelcomed};

use crate::{
    Client,
    error::Error,
    store::setting::{self, WelcomedKey},
};

impl Client {
    /// Whether the first start has been gone through.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get_welcomed(&self, _: GetWelcomed) -> Result<bool, Error> {
        Ok(self.inner.store.read(setting::get::<WelcomedKey>).await?.unwrap_or(false))
    }

    /// It has.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn finish_welcome(&self, _: FinishWelcome) -> Result<(), Error> {
        Ok(self.inner.store.write(|tx| setting::set::<WelcomedKey>(tx, &true)).await?)
    }
}

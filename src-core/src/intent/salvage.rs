//! Being told what was saved from a damaged database, and having read it.

use pakn_api::ipc::{DismissSalvage, GetSalvage, Salvage};

use crate::{
    Client,
    error::Error,
    store::setting::{self, SalvageKey},
};

impl Client {
    /// What was saved from a damaged database and what was not, until it is dismissed.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn get_salvage(&self, args: GetSalvage) -> Result<Option<Salvage>, Error> {
        let GetSalvage {} = args;
        Ok(self.inner.store.read(setting::get::<SalvageKey>).await?)
    }

    /// The citizen has read it. The damaged files stay where they are.
    ///
    /// # Errors
    /// When it can't be written.
    pub async fn dismiss_salvage(&self, args: DismissSalvage) -> Result<(), Error> {
        let DismissSalvage {} = args;
        Ok(self.inner.store.write(|tx| setting::clear::<SalvageKey>(tx)).await?)
    }
}

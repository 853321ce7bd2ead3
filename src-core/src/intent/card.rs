//! Filling the profile's form from a picture of the identity card. Nothing of the picture is kept anywhere.

use std::{sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use pakn_api::{
    ipc::{CARD_BYTES, ReadCard},
    model::{
        card::{Card, CardError},
        profile::ProfileForm,
    },
};
use zeroize::Zeroizing;

use super::units::units;
use crate::{Client, error::Error, media};

/// How long somebody waits for a picture without a code; another picture is taken sooner.
const PATIENCE: Duration = Duration::from_secs(20);

impl Client {
    /// Fills a form with what the card in a picture says. The picture is in memory only, and overwritten there.
    ///
    /// # Errors
    /// [`Error::Card`].
    pub async fn read_card(&self, args: ReadCard) -> Result<ProfileForm, Error> {
        let base64 = Zeroizing::new(args.base64);
        let mut form = args.form;
        let gate = Arc::clone(&self.inner.one_photo).acquire_owned();
        let gate = gate.await.map_err(|_| Error::Bug("the photo gate is closed"))?;
        let read = tokio::task::spawn_blocking(move || {
            // Held for as long as it needs the memory, also where nobody waits for it any more.
            let _gate = gate;
            if base64.len() > CARD_BYTES.div_ceil(3) * 4 {
                return Err(CardError::NotAPicture);
            }
            let picture = Zeroizing::new(STANDARD.decode(base64.as_bytes()).map_err(|_| CardError::NotAPicture)?);
            drop(base64);
            let card = media::card::read(&picture)?;
            fill(&card, &mut form);
            Ok(form)
        });
        // A decoder that falls over a picture, or takes for ever, has not read it. It can't be stopped, but ends.
        let read = tokio::time::timeout(PATIENCE, read).await;
        Ok(read.ok().and_then(Result::ok).unwrap_or(Err(CardError::NoCode))?)
    }

    /// Fills a form with what a code says that the platform's scanner has read.
    ///
    /// # Errors
    /// [`Error::Card`] when it is no card's.
    pub fn scanned_card(&self, text: &str, mut form: ProfileForm) -> Result<ProfileForm, Error> {
        fill(&Card::parse(text)?, &mut form);
        Ok(form)
    }
}

fn fill(card: &Card, form: &mut ProfileForm) {
    // A broken table of units would be found by its own tests; the card is of use without it.
    card.fill(form, units().ok());
}

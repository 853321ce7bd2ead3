//! The private key's file: PKCS #8, readable by the server's account alone, written whole or not at all.

use std::{
    io,
    path::{Path, PathBuf},
};

use pakn_api::wire::keys::PublicKey;
use ring::{
    rand::SystemRandom,
    signature::{Ed25519KeyPair, KeyPair as _},
};

use super::{KeyError, jws};
use crate::folder;

/// The file's name within the data folder.
pub(crate) const NAME: &str = "receipt-key.pk8";

/// A private key with its public half.
#[derive(Debug)]
pub(crate) struct Pair {
    ring: Ed25519KeyPair,
    public: PublicKey,
}

impl Pair {
    fn from_pkcs8(document: &[u8]) -> Result<Self, KeyError> {
        let ring = Ed25519KeyPair::from_pkcs8(document).map_err(|_| KeyError::NotAKey)?;
        let public = jws::named(ring.public_key().as_ref());
        Ok(Self { ring, public })
    }

    pub(super) fn ring(&self) -> &Ed25519KeyPair {
        &self.ring
    }

    /// Its public half.
    pub(crate) fn public(&self) -> &PublicKey {
        &self.public
    }
}

/// The key in this folder, if there is one.
pub(crate) async fn read(folder: &Path) -> Result<Option<Pair>, KeyError> {
    match tokio::fs::read(folder.join(NAME)).await {
        Ok(document) => Pair::from_pkcs8(&document).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Makes a key and puts it in its place; when this answers it is on disk.
pub(crate) async fn replace(folder: &Path) -> Result<Pair, KeyError> {
    let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| KeyError::Making)?;
    let pair = Pair::from_pkcs8(document.as_ref())?;
    let place: PathBuf = folder.join(NAME);
    tokio::task::spawn_blocking(move || folder::write_secret(&place, document.as_ref())).await.map_err(io::Error::other)??;
    Ok(pair)
}

//! The server's word, signed: complete receipts under an Ed25519 key.
//!
//! The private key is a file in the data folder, made when the server first starts there; the public half
//! of every key ever used is in the database and stays published. A key is replaced only when somebody
//! asks for that: once a key was made, a start without its file, or with one that can't be read, fails.

use std::sync::Arc;

use pakn_api::wire::{
    Receipt, SignedReceipt,
    keys::{KeySet, PublicKey},
};

use crate::{
    clock,
    db::{Db, DbError, receipt_key},
};

pub(crate) mod jws;
mod key_file;

pub use jws::JwsError;
pub(crate) use key_file::{NAME as KEY_FILE, Pair, read, replace};

/// Why there is no key to sign with.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file is there but can't be read or written.
    #[error("{KEY_FILE}: {0}")]
    File(#[from] std::io::Error),
    /// The file holds no Ed25519 key.
    #[error("{KEY_FILE} holds no Ed25519 key: put it back from a backup, or go on with a new one by rotate-key")]
    NotAKey,
    /// There was a key here, and its file is gone.
    #[error("{KEY_FILE} is gone: put it back from a backup, or go on with a new one by rotate-key")]
    Gone,
    /// No key could be made.
    #[error("no randomness for a new key")]
    Making,
    /// The database would not.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// The key in use and every public key. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Signing {
    pair: Arc<Pair>,
    published: Arc<KeySet>,
}

impl Signing {
    /// Loads the key of this data folder, which nobody else opens meanwhile; makes the first one.
    pub(crate) async fn open(folder: &std::path::Path, db: &Db) -> Result<Self, KeyError> {
        let known = published(db).await?;
        let pair = match read(folder).await? {
            Some(pair) => pair,
            None if known.keys.is_empty() => replace(folder).await?,
            None => return Err(KeyError::Gone),
        };
        note(db, pair.public()).await?;
        let mut keys = vec![pair.public().clone()];
        keys.extend(known.keys.into_iter().filter(|key| key.kid != pair.public().kid));
        Ok(Self { pair: Arc::new(pair), published: Arc::new(KeySet { keys }) })
    }

    /// Every public key, the one in use first.
    pub(crate) fn published(&self) -> &KeySet {
        &self.published
    }

    /// A receipt with its signature, once it is complete. The same receipt always gets the same one.
    pub(crate) fn signed(&self, receipt: Receipt) -> serde_json::Result<Receipt> {
        let Some(received_at) = receipt.received_at else { return Ok(receipt) };
        let media = receipt.media.iter().map(|medium| medium.sha256).collect();
        let word = SignedReceipt { op_id: receipt.op_id, report_id: receipt.report_id, received_at, media };
        let signed = Some(jws::sign(self.pair.ring(), &self.pair.public().kid, &word)?);
        Ok(Receipt { signed, ..receipt })
    }
}

/// Puts a new key in the place of the one in use, whose public half stays published. No server may be running.
pub(crate) async fn rotate(folder: &std::path::Path, db: &Db) -> Result<PublicKey, KeyError> {
    match read(folder).await {
        Ok(Some(former)) => note(db, former.public()).await?,
        // What can't be read any more can't sign either, and its public half was noted when it was made.
        Ok(None) | Err(KeyError::NotAKey) => {}
        Err(other) => return Err(other),
    }
    let pair = replace(folder).await?;
    note(db, pair.public()).await?;
    Ok(pair.public().clone())
}

/// Every public key in the database, the newest first.
pub(crate) async fn published(db: &Db) -> Result<KeySet, DbError> {
    Ok(KeySet { keys: receipt_key::all(&mut *db.reader().await?).await? })
}

async fn note(db: &Db, key: &PublicKey) -> Result<(), DbError> {
    let key = key.clone();
    db.write(move |conn| Box::pin(async move { receipt_key::insert(conn, &key, clock::now()).await })).await
}

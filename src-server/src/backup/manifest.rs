//! What a backup says of itself.

use std::{fs, io, path::Path};

use pakn_api::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{check::file, db::still::Counts, folder, signing};

const NAME: &str = "manifest.json";
const FORMAT: u32 = 1;

/// What a backup says of itself; the last of its files to be written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// How backups are laid out: 1.
    pub format: u32,
    /// The version of the program that made it.
    pub server: String,
    /// The version of the database's schema.
    pub schema: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// How much is in it.
    pub counts: Counts,
    /// SHA-256 of the database's file.
    pub database_sha256: String,
    /// SHA-256 of the key's file, where there is one.
    pub key_sha256: Option<String>,
}

/// Why a manifest does not stand for its backup.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// There is none: the backup was never finished.
    #[error("there is none, the backup was not finished")]
    Missing,
    /// It can't be read.
    #[error("can't be read: {0}")]
    Unreadable(String),
    /// A newer program made it.
    #[error("made by a newer pakn-server")]
    Newer,
    /// It does not fit what is there.
    #[error("{0} is not as it was when the backup was made")]
    Differs(&'static str),
}

impl Manifest {
    /// Describes what is in a folder.
    pub(super) fn describe(folder: &Path, schema: i64, counts: Counts, created_at: Timestamp) -> io::Result<Self> {
        Ok(Self {
            format: FORMAT,
            server: env!("CARGO_PKG_VERSION").to_owned(),
            schema,
            created_at,
            counts,
            database_sha256: hex(&folder.join(folder::DATABASE))?,
            key_sha256: key(folder)?,
        })
    }

    /// Writes it: from now on the folder is a backup.
    pub(super) fn write(&self, folder: &Path) -> io::Result<()> {
        folder::write_secret(&folder.join(NAME), &serde_json::to_vec_pretty(self)?)
    }

    /// Whether a backup's manifest fits what is there, of which there is so much.
    pub(crate) async fn verify(folder: &Path, counts: &Counts) -> Result<(), ManifestError> {
        let (folder, counts) = (folder.to_owned(), *counts);
        let verifying = tokio::task::spawn_blocking(move || verify(&folder, counts));
        verifying.await.unwrap_or_else(|broken| Err(ManifestError::Unreadable(broken.to_string())))
    }
}

fn verify(folder: &Path, counts: Counts) -> Result<(), ManifestError> {
    let unreadable = |error: &dyn std::fmt::Display| ManifestError::Unreadable(error.to_string());
    let text = match fs::read(folder.join(NAME)) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(ManifestError::Missing),
        Err(error) => return Err(unreadable(&error)),
    };
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|error| unreadable(&error))?;
    if manifest.format > FORMAT {
        return Err(ManifestError::Newer);
    }
    let database = hex(&folder.join(folder::DATABASE)).map_err(|error| unreadable(&error))?;
    let key = key(folder).map_err(|error| unreadable(&error))?;
    let parts = [
        (manifest.database_sha256 == database, folder::DATABASE),
        (manifest.key_sha256 == key, signing::KEY_FILE),
        (manifest.counts == counts, "what is counted"),
    ];
    parts.into_iter().find(|(same, _)| !same).map_or(Ok(()), |(_, part)| Err(ManifestError::Differs(part)))
}

fn key(folder: &Path) -> io::Result<Option<String>> {
    match hex(&folder.join(signing::KEY_FILE)) {
        Ok(hash) => Ok(Some(hash)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn hex(path: &Path) -> io::Result<String> {
    Ok(pakn_api::id::MediaHash::from_digest(file::digest(path)?).to_string())
}

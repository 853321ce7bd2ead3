//! The offline client of KonTumS: what a citizen writes is safe on the device first, and reaches the
//! PAKN server exactly once, whenever there is a network.
//!
//! [`Client`] is the one public handle. Behind it: `store` (all SQL), `media` (pictures and their
//! files), `intent` (what a citizen does), `outbox` (what has to leave), `pull` (what comes back),
//! `sync` (when to try), `remote` (how to ask), `tiles` (the map's). Knows no UI and no Tauri; the clock, random bits,
//! the network and the token store are handed in.

pub mod ambient;
pub mod disk;
pub mod media;
pub mod remote;
pub mod secrets;
pub mod tiles;

mod account;
mod client;
mod error;
#[cfg(test)]
#[expect(unreachable_pub, reason = "other tests take films from the same file")]
#[path = "../../tests/src/films.rs"]
mod films;
mod intent;
mod outbox;
mod pull;
mod store;
mod sync;

pub use client::{Client, Config, Notice, Part, PreparedPhoto, Wanted};
pub use error::Error;
pub use intent::AttachFile;
pub use secrets::{FileTokenStore, MemoryTokenStore, TokenStore, TokenStoreError};
pub use store::StoreError;
pub use sync::Trigger;

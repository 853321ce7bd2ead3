//! The offline client of KonTumS: what a citizen writes is safe on the device first, and reaches the
//! PAKN server exactly once, whenever there is a network.
//!
//! [`Client`] is the one public handle. Behind it: `store` (all SQL), `media` (pictures and their
//! files), `intent` (what a citizen does), `outbox` (what has to leave), `pull` (what comes back),
//! `sync` (when to try), `remote` (how to ask). Knows no UI and no Tauri; the clock, random bits,
//! the network and the token store are handed in.

pub mod ambient;
pub mod disk;
pub mod media;
pub mod remote;
pub mod secrets;

mod account;
mod client;
mod error;
mod intent;
mod outbox;
mod pull;
mod store;
mod sync;

pub use client::{Client, Config, Notice, PreparedPhoto};
pub use error::Error;
pub use secrets::{FileTokenStore, MemoryTokenStore, TokenStore, TokenStoreError};
pub use store::StoreError;
pub use sync::Trigger;

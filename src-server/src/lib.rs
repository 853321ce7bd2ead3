//! The reference PAKN server: accounts, reports, media and feeds over HTTP, on SQLite and a folder.
//!
//! [`App::open`] opens a data folder, [`App::router`] gives the routes (for tests in process),
//! [`serve()`] puts them on a listener. [`Desk`] is what staff and set-up do beside the HTTP contract,
//! which `docs/API.md` describes. The contract's types and rules are `pakn_api`'s; the citizen's app
//! and this server meet nowhere else.

mod app;
mod auth;
mod backup;
mod check;
mod clock;
mod codes;
mod config;
mod db;
mod deletion;
mod desk;
mod error;
mod folder;
mod gateway;
mod geo;
mod http;
mod media;
mod publish;
mod routes;
mod serve;
mod signing;
mod sweep;
mod text;
mod uploads;
mod verify;
mod visibility;

pub use app::App;
pub use auth::password::PasswordError;
pub use backup::{Backup, BackupError, Manifest, ManifestError, backup, restore};
pub use check::{Checked, Fault, Place, check};
pub use clock::Clock;
pub use config::{Codes, Config, ConfigError, Limits, Reviewer, Sms, SmsGatewayKind, SmsHttp};
pub use db::{DbError, still::Counts};
pub use desk::{Desk, DeskError, Document, ListedMedium, ListedReport, StatusChange};
pub use publish::{FileFault, Published, ShapeFault, version_fault};
pub use routes::{Access, Route, openapi::contract, table as routes};
pub use serve::serve;
pub use signing::{JwsError, KeyError};
pub use sweep::Swept;
pub use verify::Verified;
pub use visibility::Publish;

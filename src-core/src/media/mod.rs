//! Pictures on their way from the citizen's gallery to the outbox: pure of databases.
//!
//! [`photo::prepare`] turns whatever a picker handed over into one upright JPEG without metadata, or
//! says why not. [`vault::Vault`] keeps finished files, [`spool::Spool`] those still coming in,
//! [`previews::Previews`] small copies that may go at any time.
//!
//! Files carry names that are never given twice, so there is no dance of temporary names: a file
//! exists for the app only once a database row names it. What no row names is an orphan, and whoever
//! keeps the rows collects it (`list`, `remove`). Which file belongs to which draft, and when a source
//! may go, is decided there too.

pub mod card;
mod colour;
mod container;
mod folder;
mod jpeg;
pub mod photo;
mod pixels;
pub mod previews;
pub mod spool;
pub mod vault;

pub use folder::VaultError;
pub use photo::{Prepared, prepare, preview};
pub use previews::Previews;
pub use spool::Spool;
pub use vault::Vault;

/// Width and height of a JPEG that is there from its first marker to its last.
pub(crate) fn whole_jpeg(file: &[u8]) -> Option<(u16, u16)> {
    let walked = file.starts_with(&[0xff, 0xd8]).then(|| jpeg::Jpeg::walk(file).ok()).flatten()?;
    Some((walked.width, walked.height))
}

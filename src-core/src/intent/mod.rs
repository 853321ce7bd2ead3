//! What a citizen does, a file per thing: how it changes the device, and what it puts into the outbox.
//!
//! A change and its outbox row are one transaction; files are durable before a row names them.

mod arrange;
mod attach;
mod card;
mod code;
mod consent;
mod delete_account;
pub(crate) mod discard;
pub(crate) mod draft;
mod export;
mod gate;
mod map;
mod password;
mod prepare;
mod profile;
pub(crate) mod recover;
mod register;
mod room;
mod salvage;
mod session;
mod sessions;
mod similar;
mod submit;
mod take_in;
mod units;
mod welcome;

pub use take_in::AttachFile;

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
mod tests;

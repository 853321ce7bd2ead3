//! What a citizen does, a file per thing: how it changes the device, and what it puts into the outbox.
//!
//! A change and its outbox row are one transaction; files are durable before a row names them.

mod attach;
pub(crate) mod draft;
pub(crate) mod recover;
mod room;
mod salvage;
mod session;
mod submit;

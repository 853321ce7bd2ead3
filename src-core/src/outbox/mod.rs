//! What has to leave: carrying out one outbox row (`worker`), what is in the air (`flight`), and what
//! a receipt must say before a row may go (`receipt`). When to try is `sync`'s.

pub(crate) mod account;
mod course;
pub(crate) mod flight;
mod proof;
mod receipt;
pub(crate) mod retain;
mod upload;
pub(crate) mod worker;

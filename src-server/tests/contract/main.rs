//! The contract's promises, each tried in process through the router, on a folder of its own.
#![expect(clippy::unwrap_used, reason = "fixed test data")]
#![expect(clippy::indexing_slicing, reason = "an index out of bounds is a failed test")]

mod access;
mod command;
mod common;
mod cut_off;
mod documents;
mod feed;
mod folder;
mod listening;
mod media;
mod openapi;
mod receipts;
mod reports;
mod session;
mod sweep;
mod upkeep;
mod uploads;

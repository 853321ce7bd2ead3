//! The contract's promises, each tried in process through the router, on a folder of its own.
#![expect(clippy::unwrap_used, reason = "fixed test data")]
#![expect(clippy::indexing_slicing, reason = "an index out of bounds is a failed test")]

mod access;
mod accounts;
mod agency;
mod anonymity;
mod codes;
mod command;
mod common;
mod consents;
mod cut_off;
mod delete_page;
mod deletion;
mod documents;
mod export;
mod feed;
mod fields;
mod folder;
mod listening;
mod media;
mod openapi;
mod profile;
mod public;
mod receipts;
mod reports;
mod session;
mod sessions;
mod staff;
mod sweep;
mod upgrade;
mod upkeep;
mod uploads;

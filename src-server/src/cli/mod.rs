//! The subcommands beside `serve`.

pub(crate) mod place;
pub(crate) mod publish;
pub(crate) mod receipts;
pub(crate) mod staff;
pub(crate) mod upkeep;

//! The screens: each asks the shell for what it shows and says what the citizen wants done.

pub(crate) mod account;
mod attempt;
pub(crate) mod cards;
pub(crate) mod choose;
mod consent;
pub(crate) mod discarded;
pub(crate) mod draft;
pub(crate) mod enter;
pub(crate) mod followed;
mod gate;
pub(crate) mod home;
pub(crate) mod legal;
pub(crate) mod lost;
pub(crate) mod newer;
mod onward;
pub(crate) mod outbox;
pub(crate) mod profile;
pub(crate) mod report;
pub(crate) mod reports;
pub(crate) mod salvage;
pub(crate) mod scope;
pub(crate) mod settings;
pub(crate) mod sign_in;
pub(crate) mod ways_on;
pub(crate) mod welcome;

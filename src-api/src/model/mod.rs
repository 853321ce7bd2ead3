//! Values that are valid once they exist, and the pure rules over them.
//!
//! The form, the core and the server call the same functions here, so what the device lets through
//! the server never refuses for its form.

pub mod card;
pub mod catalogue;
pub mod code;
pub mod consent;
pub mod date;
pub mod email;
pub mod identity;
pub mod jurisdiction;
pub mod map;
pub mod password;
pub mod person;
pub mod phone;
pub mod photo;
pub mod place;
pub mod profile;
pub mod question;
pub mod report;
pub mod status;
pub mod suggest;
pub mod unit;
pub mod video;
pub mod words;

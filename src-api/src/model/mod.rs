//! Values that are valid once they exist, and the pure rules over them.
//!
//! The form, the core and the server call the same functions here, so what the device lets through
//! the server never refuses for its form.

pub mod catalogue;
pub mod jurisdiction;
pub mod phone;
pub mod photo;
pub mod place;
pub mod report;
pub mod status;
pub mod words;

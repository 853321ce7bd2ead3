//! What the server reaches beyond itself, each behind a trait.

pub(crate) mod sms;

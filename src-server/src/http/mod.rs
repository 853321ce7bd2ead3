//! What every route shares of HTTP: reading bodies and ids, entity tags, logging and last resorts.

pub(crate) mod body;
mod drain;
pub(crate) mod etag;
pub(crate) mod observe;
pub(crate) mod page;
pub(crate) mod places;
pub(crate) mod read;
pub(crate) mod tus;

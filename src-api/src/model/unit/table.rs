//! How the units lie in memory: names and keys in one text each, so that reading them allocates little.

use std::ops::Range;

use super::kind::Kind;

/// A unit's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) kind: Kind,
    /// As it is shown, in the text of names.
    pub(super) whole: Range<usize>,
    /// As it is searched for, without its kind, in the text of keys.
    pub(super) key: Range<usize>,
    /// Where the key's words begin.
    pub(super) starts: u64,
}

/// A district that is no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct District {
    pub(super) name: Name,
    /// Which of the provinces' names it was under.
    pub(super) province: usize,
}

/// What one of today's wards was made of: a ward that is no more, or a district that had none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Old {
    pub(super) name: Option<Name>,
    pub(super) district: usize,
    pub(super) ward: usize,
}

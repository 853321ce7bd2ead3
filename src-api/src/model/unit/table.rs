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
    pub(super) around: Option<Around>,
}

/// Where a ward is and how large, in the units of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Centre {
    /// 0.0001 degrees.
    pub(super) lat: i32,
    /// 0.0001 degrees.
    pub(super) lon: i32,
    /// Hectares.
    pub(super) area: u32,
}

/// The rectangle around what is no more, in 0.0001 degrees from the centre of the ward it is in today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Around {
    pub(super) south: i32,
    pub(super) west: i32,
    pub(super) north: i32,
    pub(super) east: i32,
}

//! What Rust says to Kotlin and Swift, and hears from them. Names here are names there: `drift` compares them.

use serde::{Deserialize, Serialize};

/// A photo or a video.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// A still picture.
    Photo,
    /// A moving one.
    Video,
}

/// Arguments of `take`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TakeArgs {
    pub(crate) label: String,
    pub(crate) what: What,
    pub(crate) max_seconds: u32,
    pub(crate) max_bytes: u64,
}

/// Arguments of `pick`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PickArgs {
    pub(crate) label: String,
    pub(crate) most: u32,
    pub(crate) max_bytes: u64,
}

/// Answer of `take` and `pick`.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(Serialize))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Added {
    /// The inbox's path.
    pub(crate) folder: String,
    /// What came into it: folders in it, as `inbox` describes them.
    pub(crate) items: Vec<String>,
    /// What could not be had.
    pub(crate) missing: Vec<Missing>,
}

/// Answer of `recover`, which comes when nothing is on its way into the inbox any more.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(Serialize))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Settled {
    /// Its path.
    pub(crate) folder: String,
}

/// Something picked that could not be had.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(Serialize))]
#[serde(rename_all = "camelCase")]
pub struct Missing {
    /// Its name, as the picker knows it; empty where it doesn't.
    pub name: String,
    /// Why.
    pub reason: Reason,
}

/// Why something picked could not be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// More were picked than asked for: some pickers can't be told how many.
    TooMany,
    /// The file is larger than asked for.
    TooLarge,
    /// No room left for a copy.
    NoRoom,
    /// It could not be read: a picture that is in the cloud only, for one.
    Failed,
}

#[cfg(test)]
impl Reason {
    /// All of them, for whoever compares.
    pub(crate) const ALL: [Self; 4] = [Self::TooMany, Self::TooLarge, Self::NoRoom, Self::Failed];
}

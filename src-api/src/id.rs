//! Ids: one type each, so that a report's id can't be handed over as an attachment's.
//!
//! Devices make their own ids (UUIDv7) before the server has heard of the thing; that is what lets
//! a request be repeated safely. Random bits and the clock come from the caller.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a valid id")]
pub struct BadId;

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A UUIDv7 of `unix_ms` (milliseconds since the epoch) and ten random bytes.
            #[must_use]
            pub fn new(unix_ms: u64, random: [u8; 10]) -> Self {
                Self(uuid::Builder::from_unix_timestamp_millis(unix_ms, &random).into_uuid())
            }

            /// The UUID itself.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }

            /// Wraps an existing UUID of any version.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = BadId;
            fn from_str(s: &str) -> Result<Self, BadId> {
                Uuid::try_parse(s).map(Self).map_err(|_| BadId)
            }
        }
    )*};
}

uuid_id! {
    /// A report, from its first draft on the device to its closing on the server.
    ReportId,
    /// One thing a device asks the server to do. Sent twice, it happens once.
    OpId,
    /// A picture or video of a report, on the device.
    AttachmentId,
    /// A resumable upload of one file. The device names it (a picture's upload has its attachment's id), so
    /// that asked for twice it is one upload.
    UploadId,
    /// An account.
    UserId,
    /// One sign-in of one device.
    SessionId,
    /// A one-time code that was asked for. The device names it, so that asked for twice it is sent once.
    CodeId,
}

/// SHA-256 of a file's bytes: the name under which media are stored and referred to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
#[serde(try_from = "String", into = "String")]
pub struct MediaHash([u8; 32]);

impl MediaHash {
    /// Wraps a finished digest.
    #[must_use]
    pub const fn from_digest(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// The digest's 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for MediaHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0 {
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for MediaHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MediaHash({self})")
    }
}

impl FromStr for MediaHash {
    type Err = BadId;

    /// Reads 64 lower-case hexadecimal digits.
    fn from_str(s: &str) -> Result<Self, BadId> {
        let digits = s.as_bytes();
        if digits.len() != 64 {
            return Err(BadId);
        }
        let mut digest = [0; 32];
        for (byte, pair) in digest.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = pair.iter().try_fold(0u8, |high, digit| {
                let value = match digit {
                    b'0'..=b'9' => digit - b'0',
                    b'a'..=b'f' => digit - b'a' + 10,
                    _ => return Err(BadId),
                };
                Ok(high << 4 | value)
            })?;
        }
        Ok(Self(digest))
    }
}

impl TryFrom<String> for MediaHash {
    type Error = BadId;
    fn try_from(s: String) -> Result<Self, BadId> {
        s.parse()
    }
}

impl From<MediaHash> for String {
    fn from(hash: MediaHash) -> Self {
        hash.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_the_time_they_were_made() {
        let earlier = ReportId::new(1_000, [0xff; 10]);
        let later = ReportId::new(1_001, [0; 10]);
        assert!(earlier < later);
        assert_eq!(earlier.to_string().parse(), Ok(earlier));
    }

    #[test]
    fn a_hash_reads_back_and_refuses_everything_else() {
        let hash = MediaHash::from_digest([0xa5; 32]);
        assert_eq!(hash.to_string().parse(), Ok(hash));
        for bad in ["", "a5", &"A5".repeat(32), &"g0".repeat(32), &"é".repeat(32)] {
            assert_eq!(bad.parse::<MediaHash>(), Err(BadId), "{bad}");
        }
    }
}

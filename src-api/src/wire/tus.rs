//! The words of the resumable upload protocol, tus 1.0 (<https://tus.io/protocols/resumable-upload>), as
//! this contract uses it: `creation` with the first bytes in it, `checksum`, `expiration`, `termination`.
//!
//! tus's creation is not idempotent by itself. Here the client names the upload ([`Metadata::upload_id`]) and
//! the file ([`Metadata::sha256`]); a creation that is repeated is answered with the same upload and how far
//! it is, and one of a file that the caller has sent before is answered as finished.

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::id::{MediaHash, UploadId};

/// The version spoken: value of [`RESUMABLE`].
pub const VERSION: &str = "1.0.0";
/// Header of every request and answer.
pub const RESUMABLE: &str = "tus-resumable";
/// Header: versions understood.
pub const VERSIONS: &str = "tus-version";
/// Header: extensions understood.
pub const EXTENSION: &str = "tus-extension";
/// Header: the largest file taken.
pub const MAX_SIZE: &str = "tus-max-size";
/// Header: algorithms understood in [`CHECKSUM`].
pub const CHECKSUM_ALGORITHM: &str = "tus-checksum-algorithm";
/// Header: bytes of the file that the server has.
pub const OFFSET: &str = "upload-offset";
/// Header: bytes of the whole file.
pub const LENGTH: &str = "upload-length";
/// Header: see [`Metadata`].
pub const METADATA: &str = "upload-metadata";
/// Header: algorithm and digest of this request's bytes.
pub const CHECKSUM: &str = "upload-checksum";
/// Header: when an unfinished upload is given up.
pub const EXPIRES: &str = "upload-expires";
/// Media type of a request that carries bytes of a file.
pub const OFFSET_OCTET_STREAM: &str = "application/offset+octet-stream";

const SHA256: &str = "sha256";
const UPLOAD_ID: &str = "upload_id";

/// What a client says of the file when it creates an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// The file: `sha256`, 64 lower-case hexadecimal digits. Needed.
    pub sha256: MediaHash,
    /// The upload: `upload_id`, a UUID of the client's. A client that names none gets a new upload each time.
    pub upload_id: Option<UploadId>,
}

impl Metadata {
    /// The value of [`METADATA`].
    #[must_use]
    pub fn to_header(&self) -> String {
        let pair = |key, value: String| format!("{key} {}", STANDARD.encode(value));
        let sha256 = pair(SHA256, self.sha256.to_string());
        self.upload_id.map_or_else(|| sha256.clone(), |id| format!("{sha256},{}", pair(UPLOAD_ID, id.to_string())))
    }

    /// Reads the value of [`METADATA`]; keys of others are passed over.
    #[must_use]
    pub fn parse(header: &str) -> Option<Self> {
        let value = |wanted: &str| {
            let pairs = header.split(',').filter_map(|pair| pair.trim().split_once(' '));
            pairs.filter(|(key, _)| *key == wanted).map(|(_, value)| value).next()
        };
        let text = |value: &str| String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok();
        let sha256 = text(value(SHA256)?)?.parse().ok()?;
        let upload_id = match value(UPLOAD_ID) {
            Some(id) => Some(text(id)?.parse().ok()?),
            None => None,
        };
        Some(Self { sha256, upload_id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_reads_back_and_passes_over_what_it_does_not_know() {
        let sha256 = MediaHash::from_digest([0xa5; 32]);
        for upload_id in [None, Some(UploadId::new(7, [1; 10]))] {
            let metadata = Metadata { sha256, upload_id };
            let header = metadata.to_header();
            assert_eq!(Metadata::parse(&header), Some(metadata));
            assert_eq!(Metadata::parse(&format!("filename xyz, is_confidential,{header}")), Some(metadata));
        }
    }

    #[test]
    fn metadata_without_a_hash_or_with_a_bad_one_is_none() {
        let hash = STANDARD.encode("a5".repeat(32));
        for bad in ["", "sha256", "sha256 a5", "upload_id YQ==", &format!("sha256 {hash},upload_id YQ=="), "sha256 ===="] {
            assert_eq!(Metadata::parse(bad), None, "{bad}");
        }
    }
}

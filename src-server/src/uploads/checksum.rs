//! `Upload-Checksum`: the digest of one request's bytes, by which they are taken or taken back (tus: checksum).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

/// The algorithms, as `Tus-Checksum-Algorithm` lists them.
pub(crate) const ALGORITHMS: &str = "sha1,sha256";

/// The header is not an algorithm of these and a digest of its length.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BadChecksum;

/// The bytes so far, and the digest they are to have.
#[derive(Clone, Debug)]
pub(crate) enum Checksum {
    /// SHA-1.
    Sha1(Sha1, [u8; 20]),
    /// SHA-256.
    Sha256(Sha256, [u8; 32]),
}

impl Checksum {
    /// Reads the header's value.
    pub(crate) fn parse(header: &str) -> Result<Self, BadChecksum> {
        let (algorithm, digest) = header.split_once(' ').ok_or(BadChecksum)?;
        let digest = STANDARD.decode(digest.trim()).map_err(|_| BadChecksum)?;
        match algorithm {
            "sha1" => Ok(Self::Sha1(Sha1::default(), digest.try_into().map_err(|_| BadChecksum)?)),
            "sha256" => Ok(Self::Sha256(Sha256::new(), digest.try_into().map_err(|_| BadChecksum)?)),
            _ => Err(BadChecksum),
        }
    }

    /// Takes the next bytes in.
    pub(super) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha1(so_far, _) => sha1::Digest::update(so_far, bytes),
            Self::Sha256(so_far, _) => so_far.update(bytes),
        }
    }

    /// Whether the bytes have the digest.
    pub(super) fn fits(self) -> bool {
        match self {
            Self::Sha1(so_far, expected) => sha1::Digest::finalize(so_far).as_slice() == expected,
            Self::Sha256(so_far, expected) => so_far.finalize().as_slice() == expected,
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use super::*;

    /// `hello world`, the bytes of tus's own example.
    const SHA1: &str = "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=";
    const SHA256: &str = "sha256 uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=";

    #[test]
    fn bytes_fit_their_digest_and_no_others_do() {
        for header in [SHA1, SHA256] {
            for (bytes, expected) in [("hello world", true), ("hello worlD", false), ("", false)] {
                let mut checksum = Checksum::parse(header).unwrap();
                for byte in bytes.as_bytes() {
                    checksum.update(&[*byte]);
                }
                assert_eq!(checksum.fits(), expected, "{header}: {bytes}");
            }
        }
    }

    #[test]
    fn what_is_no_checksum() {
        let short = "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRg==";
        let other = "md5 XrY7u+Ae7tCTyyK7j1rNww==";
        for bad in ["", "sha1", "sha1 ", "sha1 ====", short, other, &SHA1.replace("sha1", "sha256"), &SHA1.to_uppercase()] {
            assert_eq!(Checksum::parse(bad).unwrap_err(), BadChecksum, "{bad}");
        }
    }
}

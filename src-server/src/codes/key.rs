//! What the database knows a code by: an HMAC whose key is a file beside it.
//!
//! There are only a million codes: any hash of one, however slow, is tried through by whoever has the row. With the key
//! elsewhere a copy of the database (a dump, a backup: they don't hold it) tells nothing, and a check costs nothing.
//! Id and number are part of what is authenticated, so one row's value says nothing about another's.

use std::{io, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use pakn_api::{
    id::CodeId,
    model::{code::OneTimeCode, phone::PhoneNumber},
};
use ring::hmac;

use crate::folder;

/// The file's name within the data folder.
const NAME: &str = "code-key";
const BYTES: usize = 32;

#[derive(Debug)]
pub(super) struct CodeKey(hmac::Key);

impl CodeKey {
    /// The folder's key; a new one where there is none, or none that is whole: that costs the codes under way.
    pub(super) fn open(data_dir: &Path) -> io::Result<Self> {
        let place = data_dir.join(NAME);
        let bytes = match std::fs::read(&place) {
            Ok(bytes) if bytes.len() == BYTES => bytes,
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            found @ (Ok(_) | Err(_)) => {
                if found.is_ok() {
                    tracing::warn!("{NAME} was no key and is made anew: codes that are under way don't fit any more");
                }
                let bytes: [u8; BYTES] = rand::random();
                folder::write_secret(&place, &bytes)?;
                bytes.to_vec()
            }
        };
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &bytes)))
    }

    pub(super) fn mac(&self, id: CodeId, phone: &PhoneNumber, code: &OneTimeCode) -> String {
        STANDARD_NO_PAD.encode(hmac::sign(&self.0, &message(id, phone, code)))
    }

    /// Whether this is the code, in a time that doesn't tell how much of it is right.
    pub(super) fn fits(&self, id: CodeId, phone: &PhoneNumber, code: &OneTimeCode, mac: &str) -> bool {
        STANDARD_NO_PAD.decode(mac).is_ok_and(|mac| hmac::verify(&self.0, &message(id, phone, code), &mac).is_ok())
    }
}

fn message(id: CodeId, phone: &PhoneNumber, code: &OneTimeCode) -> Vec<u8> {
    format!("{id} {} {}", phone.as_e164(), code.as_str()).into_bytes()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_good_for_its_own_code_under_its_own_key() {
        let (one, another) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let key = CodeKey::open(one.path()).unwrap();
        let (id, phone) = (CodeId::new(1, [1; 10]), PhoneNumber::parse("0912345678").unwrap());
        let code = OneTimeCode::of(42);
        let mac = key.mac(id, &phone, &code);
        assert!(CodeKey::open(one.path()).unwrap().fits(id, &phone, &code, &mac), "also after a restart");
        let other = PhoneNumber::parse("0987654321").unwrap();
        assert!(!key.fits(id, &phone, &OneTimeCode::of(43), &mac));
        assert!(!key.fits(id, &other, &code, &mac));
        assert!(!key.fits(CodeId::new(2, [1; 10]), &phone, &code, &mac));
        assert!(!CodeKey::open(another.path()).unwrap().fits(id, &phone, &code, &mac));
        assert!(!key.fits(id, &phone, &code, "no base64!"));
    }

    #[cfg(unix)]
    #[test]
    fn the_key_is_closed_to_others_and_made_anew_when_spoilt() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join(NAME);
        std::fs::write(&place, b"half").unwrap();
        CodeKey::open(folder.path()).unwrap();
        let made = std::fs::metadata(&place).unwrap();
        assert_eq!((made.len(), made.permissions().mode() & 0o777), (32, 0o600));
    }
}

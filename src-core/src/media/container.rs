//! Whether a PNG or WebP file is all there, and how large its picture says it is, before a decoder
//! sees it.

use pakn_api::model::photo::PhotoError;

use super::photo::check_size;

/// Walks a PNG's chunks up to its end chunk; the signature has been seen.
///
/// # Errors
/// `TooManyPixels`, `Truncated`, `Damaged`.
pub(super) fn check_png(file: &[u8]) -> Result<(), PhotoError> {
    let mut at = 8;
    let header: &[u8; 16] = file.get(at..).and_then(<[u8]>::first_chunk).ok_or(PhotoError::Truncated)?;
    let [_, _, _, _, b'I', b'H', b'D', b'R', w3, w2, w1, w0, h3, h2, h1, h0] = *header else {
        return Err(PhotoError::Damaged);
    };
    check_size(u32::from_be_bytes([w3, w2, w1, w0]), u32::from_be_bytes([h3, h2, h1, h0]), 0)?;
    loop {
        let head: &[u8; 8] = file.get(at..).and_then(<[u8]>::first_chunk).ok_or(PhotoError::Truncated)?;
        let [l3, l2, l1, l0, kind @ ..] = *head;
        let length = usize::try_from(u32::from_be_bytes([l3, l2, l1, l0])).map_err(|_| PhotoError::Damaged)?;
        let with_checksum = length.checked_add(12).ok_or(PhotoError::Damaged)?;
        at = at.checked_add(with_checksum).ok_or(PhotoError::Damaged)?;
        if at > file.len() {
            return Err(PhotoError::Truncated);
        }
        if &kind == b"IEND" {
            return Ok(());
        }
    }
}

/// Compares a WebP's declared length with the file's; the signature has been seen.
///
/// # Errors
/// `Truncated`.
pub(super) fn check_webp(file: &[u8]) -> Result<(), PhotoError> {
    let Some([_, _, _, _, l0, l1, l2, l3]) = file.first_chunk() else { return Err(PhotoError::Truncated) };
    let declared = u64::from(u32::from_le_bytes([*l0, *l1, *l2, *l3])) + 8;
    if declared > file.len() as u64 { Err(PhotoError::Truncated) } else { Ok(()) }
}

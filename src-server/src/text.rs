//! What the server says to citizens outside the app, in Vietnamese.
//!
//! A text for SMS has no diacritics: networks take 160 characters of GSM's 7-bit alphabet for one message but
//! 70 of anything else, and brand-name providers refuse the rest.

use pakn_api::model::code::OneTimeCode;

pub(crate) mod delete_account;

/// The SMS that brings a code which can be entered for so many seconds.
pub(crate) fn code_sms(code: &OneTimeCode, seconds: u32) -> String {
    let (code, minutes) = (code.as_str(), seconds.div_ceil(60));
    format!("KonTumS: ma xac thuc cua ban la {code}, dung trong {minutes} phut. Khong dua ma nay cho bat ky ai, ke ca can bo.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_fits_one_sms_everywhere() {
        let text = code_sms(&OneTimeCode::of(42_137), u32::MAX);
        assert!(text.len() <= 160 && text.contains("042137"), "{text}");
        assert!(text.chars().all(|c| c.is_ascii_alphanumeric() || " :,.".contains(c)), "{text}");
        assert!(code_sms(&OneTimeCode::of(1), 300).contains("5 phut"));
    }
}

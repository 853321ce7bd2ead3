//! What a password must be: long enough and not one that is guessed first (NIST SP 800-63B: length and a list of
//! common ones, no rules about kinds of characters, no expiry).
//!
//! Whether it is a common one takes word lists and is asked of [`judge`] by the core and the server
//! (feature `passwords`); the form itself knows the lengths alone.

use serde::{Deserialize, Serialize};

#[cfg(feature = "passwords")]
mod guess;

/// The shortest password taken, in characters.
pub const MIN_CHARS: usize = 8;
/// The longest password taken, in characters.
pub const MAX_CHARS: usize = 200;

/// Why a password can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PasswordProblem {
    /// Fewer than [`MIN_CHARS`] characters.
    #[error("too short")]
    TooShort,
    /// More than [`MAX_CHARS`] characters.
    #[error("too long")]
    TooLong,
    /// Among those that are guessed first.
    #[error("too common")]
    TooCommon,
    /// Little more than the account's own number.
    #[error("like the phone number")]
    LikeTheNumber,
}

/// Whether a password has a length that is taken.
///
/// # Errors
/// [`PasswordProblem::TooShort`], [`PasswordProblem::TooLong`].
pub fn check_length(password: &str) -> Result<(), PasswordProblem> {
    match password.chars().count() {
        count if count < MIN_CHARS => Err(PasswordProblem::TooShort),
        count if count > MAX_CHARS => Err(PasswordProblem::TooLong),
        _ => Ok(()),
    }
}

/// Whether a password can be used for the account of a number: [`check_length`], then what is guessed first. Takes some
/// milliseconds.
///
/// # Errors
/// [`PasswordProblem`].
#[cfg(feature = "passwords")]
pub fn judge(password: &str, phone: &super::phone::PhoneNumber) -> Result<(), PasswordProblem> {
    check_length(password)?;
    guess::judge(password, phone)
}

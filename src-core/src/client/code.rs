//! The one-time code that was found right, between its screen and the password's: in memory alone, so that after a
//! restart it is asked for again.

use pakn_api::{id::CodeId, model::code::OneTimeCode};

use super::Inner;

/// A code that the server found right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CheckedCode {
    pub(crate) code_id: CodeId,
    pub(crate) code: OneTimeCode,
}

impl Inner {
    pub(crate) fn checked_code(&self) -> Option<CheckedCode> {
        self.live().checked_code.clone()
    }

    pub(crate) fn hold_code(&self, checked: Option<CheckedCode>) {
        self.live().checked_code = checked;
    }
}

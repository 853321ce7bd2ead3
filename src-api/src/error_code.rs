//! The closed set of codes with which the server says why it did not do something.

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $status:literal;)*) => {
        /// Why a request was not carried out. Sent as `code` in a problem document (RFC 9457).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum ErrorCode {
            $($(#[$doc])* $name,)*
        }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The code as it is written.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// The HTTP status it travels with.
            #[must_use]
            pub const fn http_status(self) -> u16 {
                match self { $(Self::$name => $status),* }
            }
        }
    };
}

codes! {
    /// The request can't be read: malformed JSON, a bad id, a missing value.
    BadRequest = "bad_request", 400;
    /// No token, or one that is not (or no longer) valid.
    Unauthenticated = "unauthenticated", 401;
    /// Phone number and password don't belong together.
    BadCredentials = "bad_credentials", 401;
    /// There is nothing here for this caller.
    NotFound = "not_found", 404;
    /// The path exists, the method doesn't.
    MethodNotAllowed = "method_not_allowed", 405;
    /// The same `op_id` came before with another body.
    OpIdReused = "op_id_reused", 409;
    /// Another operation has already created this report.
    ReportExists = "report_exists", 409;
    /// An upload's bytes don't go on where the server is, or its id came before with another file.
    UploadConflict = "upload_conflict", 409;
    /// Not the version of the upload protocol that is spoken here.
    UnsupportedVersion = "unsupported_version", 412;
    /// A piece of an upload doesn't have the checksum sent with it (tus: 460).
    ChecksumMismatch = "checksum_mismatch", 460;
    /// The bytes don't have the hash they were announced with.
    HashMismatch = "hash_mismatch", 422;
    /// Not one of the accepted kinds of media.
    MediaUnsupported = "media_unsupported", 415;
    /// The body is larger than is taken.
    TooLarge = "too_large", 413;
    /// The report breaks a rule; `problems` lists which.
    InvalidReport = "invalid_report", 422;
    /// A session that may not do this: a staff account where a citizen is wanted.
    Forbidden = "forbidden", 403;
    /// Not the code that was sent; `tries_left` says how often it may still be tried.
    CodeWrong = "code_wrong", 422;
    /// The code's time is over, or there never was one.
    CodeExpired = "code_expired", 410;
    /// The code has done its work already.
    CodeUsed = "code_used", 410;
    /// The code was tried too often.
    CodeExhausted = "code_exhausted", 410;
    /// The number has an account. Told only to who has the number's code.
    AccountExists = "account_exists", 409;
    /// The number has no account. Told only to who has the number's code.
    NoAccount = "no_account", 404;
    /// The password can't be used; `password` says why.
    WeakPassword = "weak_password", 422;
    /// The profile breaks a rule; `profile_problems` lists which.
    InvalidProfile = "invalid_profile", 422;
    /// The profile was changed elsewhere meanwhile.
    ProfileConflict = "profile_conflict", 409;
    /// Reports are taken only from accounts with a complete profile.
    ProfileIncomplete = "profile_incomplete", 403;
    /// Reports are taken only from who has agreed to what is done with them.
    ConsentMissing = "consent_missing", 403;
    /// Too many tries; `Retry-After` says when again.
    RateLimited = "rate_limited", 429;
    /// The server's own fault.
    Internal = "internal", 500;
    /// For the moment not; try again.
    Unavailable = "unavailable", 503;
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use super::*;

    #[test]
    fn codes_read_back() {
        for code in ErrorCode::ALL {
            let json = serde_json::to_string(code).unwrap();
            assert_eq!(json, format!("\"{}\"", code.as_str()));
            assert_eq!(serde_json::from_str::<ErrorCode>(&json).unwrap(), *code);
        }
    }
}

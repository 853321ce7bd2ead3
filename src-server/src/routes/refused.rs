//! With which codes a route may refuse, for the OpenAPI document: one type for each set of them.
//!
//! Every route may fail with `internal` or `unavailable`, so these need not be named. Codes that share a
//! status share a row.

use std::collections::BTreeMap;

use pakn_api::{ErrorCode, wire::Problem};
use utoipa::{
    IntoResponses, ToSchema as _,
    openapi::{ContentBuilder, Header, ObjectBuilder, Ref, RefOr, Response, ResponseBuilder, Type},
};

use crate::error::PROBLEM_JSON;

macro_rules! refused {
    ($($(#[$doc:meta])* $name:ident: $($code:ident),*;)*) => {$(
        $(#[$doc])*
        pub(crate) struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                rows(&[$(ErrorCode::$code,)* ErrorCode::Internal, ErrorCode::Unavailable])
            }
        }
    )*};
}

refused! {
    /// A route that is open to all and reads nothing.
    Public: ;
    /// Signing in.
    SignIn: BadRequest, BadCredentials, TooLarge, RateLimited;
    /// A route for every account that reads nothing.
    Account: Unauthenticated;
    /// Having a code sent.
    NewCode: BadRequest, TooLarge, RateLimited;
    /// Trying a code.
    Code: BadRequest, CodeWrong, CodeExpired, CodeUsed, CodeExhausted, TooLarge;
    /// Making an account.
    NewAccount: BadRequest, ConsentMissing, CodeWrong, CodeExpired, CodeUsed, CodeExhausted, AccountExists, WeakPassword,
        TooLarge, RateLimited;
    /// Another password by a code.
    PasswordReset: BadRequest, CodeWrong, CodeExpired, CodeUsed, CodeExhausted, NoAccount, WeakPassword, TooLarge,
        RateLimited;
    /// Another password by the old one.
    Password: BadRequest, Unauthenticated, BadCredentials, WeakPassword, TooLarge, RateLimited;
    /// A route for the account that owns what its path names.
    AccountOwner: BadRequest, Unauthenticated, NotFound;
    /// A route for citizens that reads nothing.
    Citizen: Unauthenticated, Forbidden;
    /// A route for citizens that reads its query.
    Query: BadRequest, Unauthenticated, Forbidden;
    /// A route that is open to all and reads its query.
    PublicQuery: BadRequest, RateLimited;
    /// A route that is open to all, for what its path names.
    PublicOne: BadRequest, NotFound, RateLimited;
    /// Following a report.
    Follow: BadRequest, Unauthenticated, Forbidden, NotFound, OpIdReused, TooLarge;
    /// A route for the owner of what its path names.
    Owner: BadRequest, Unauthenticated, Forbidden, NotFound;
    /// Asking of an upload.
    Upload: BadRequest, Unauthenticated, Forbidden, NotFound, UnsupportedVersion;
    /// Beginning an upload.
    NewUpload: BadRequest, Unauthenticated, Forbidden, UploadConflict, UnsupportedVersion, TooLarge, MediaUnsupported, HashMismatch,
        RateLimited, ChecksumMismatch;
    /// Going on with an upload.
    Append: BadRequest, Unauthenticated, Forbidden, NotFound, UploadConflict, UnsupportedVersion, TooLarge, MediaUnsupported,
        HashMismatch, ChecksumMismatch;
    /// Any of these in the disguise of another method.
    Overridden: BadRequest, Unauthenticated, Forbidden, NotFound, MethodNotAllowed, UploadConflict, UnsupportedVersion, TooLarge,
        MediaUnsupported, HashMismatch, ChecksumMismatch;
    /// Sending a report.
    Report: BadRequest, Unauthenticated, Forbidden, ProfileIncomplete, ConsentMissing, OpIdReused, ReportExists, TooLarge, InvalidReport, HashMismatch,
        RateLimited;
    /// Putting a profile.
    Profile: BadRequest, Unauthenticated, Forbidden, OpIdReused, ProfileConflict, TooLarge, InvalidProfile;
    /// Recording a consent.
    Consent: BadRequest, Unauthenticated, Forbidden, OpIdReused, TooLarge, RateLimited;
    /// Deleting an account.
    Deletion: BadRequest, BadCredentials, Unauthenticated, Forbidden, TooLarge, RateLimited;
}

fn rows(codes: &[ErrorCode]) -> BTreeMap<String, RefOr<Response>> {
    let mut by_status = BTreeMap::<_, Vec<_>>::new();
    for code in codes {
        by_status.entry(code.http_status().to_string()).or_default().push(*code);
    }
    by_status.into_iter().map(|(status, codes)| (status, row(&codes).into())).collect()
}

fn row(codes: &[ErrorCode]) -> Response {
    let names: Vec<_> = codes.iter().map(|code| format!("`{}`", code.as_str())).collect();
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name(Problem::name()))).build();
    let row = ResponseBuilder::new().description(names.join(" or ")).content(PROBLEM_JSON, problem);
    if codes.iter().any(|code| matches!(code, ErrorCode::RateLimited | ErrorCode::Unavailable)) {
        let seconds = ObjectBuilder::new().schema_type(Type::Integer).description(Some("Seconds")).build();
        row.header("Retry-After", Header::new(seconds)).build()
    } else {
        row.build()
    }
}

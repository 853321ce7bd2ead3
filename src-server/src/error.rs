//! Why a request was not carried out, and how that is said: `application/problem+json` with a closed code.
//!
//! What is the server's own fault is written to the log where it happens and told to nobody else.

use std::time::Duration;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use pakn_api::{
    ErrorCode,
    model::{password::PasswordProblem, profile::ProfileProblem, report::FormProblem},
    wire::Problem,
};

use crate::db::DbError;

/// The media type of a problem document.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// A request's refusal or failure.
#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    problem: Problem,
    retry_after: Option<Duration>,
}

impl ApiError {
    /// A refusal with an English title for developers, free of personal data.
    pub(crate) fn new(code: ErrorCode, title: impl Into<String>) -> Self {
        Self { problem: Problem::new(code, title), retry_after: None }
    }

    /// There is nothing here for this caller.
    pub(crate) fn not_found() -> Self {
        Self::new(ErrorCode::NotFound, "nothing here for this caller")
    }

    /// The report breaks these rules.
    pub(crate) fn invalid_report(problems: Vec<FormProblem>) -> Self {
        let mut error = Self::new(ErrorCode::InvalidReport, "the report breaks a rule");
        error.problem.problems = problems;
        error
    }

    /// The profile breaks these rules.
    pub(crate) fn invalid_profile(problems: Vec<ProfileProblem>) -> Self {
        let mut error = Self::new(ErrorCode::InvalidProfile, "the profile breaks a rule");
        error.problem.profile_problems = problems;
        error
    }

    /// Too many tries; again after `wait`.
    pub(crate) fn rate_limited(wait: Duration) -> Self {
        Self { retry_after: Some(wait), ..Self::new(ErrorCode::RateLimited, "too many tries") }
    }

    /// There is no room for more; again when there is, or after `wait` at the earliest.
    pub(crate) fn too_many(title: &'static str, wait: Duration) -> Self {
        Self { retry_after: Some(wait), ..Self::new(ErrorCode::RateLimited, title) }
    }

    /// The code it is said with.
    pub(crate) const fn code(&self) -> ErrorCode {
        self.problem.code
    }

    /// Not the code that was sent; it may be tried so often still.
    pub(crate) fn code_wrong(tries_left: u8) -> Self {
        let mut error = Self::new(ErrorCode::CodeWrong, "not the code that was sent");
        error.problem.tries_left = Some(tries_left);
        error
    }

    /// The password can't be used.
    pub(crate) fn weak_password(problem: PasswordProblem) -> Self {
        let mut error = Self::new(ErrorCode::WeakPassword, "the password can't be used");
        error.problem.password = Some(problem);
        error
    }

    /// Number and password don't belong together.
    pub(crate) fn bad_credentials() -> Self {
        Self::new(ErrorCode::BadCredentials, "number and password don't belong together")
    }

    /// Not before `wait` is over.
    pub(crate) fn unavailable_for(title: &'static str, wait: Duration) -> Self {
        Self { retry_after: Some(wait), ..Self::new(ErrorCode::Unavailable, title) }
    }

    /// How often the code may still be tried, when it was not the code.
    pub(crate) const fn tries_left(&self) -> Option<u8> {
        self.problem.tries_left
    }

    /// Seconds to wait before another try, when there is something to wait for.
    pub(crate) fn retry_after_seconds(&self) -> Option<u64> {
        self.retry_after.map(whole_seconds)
    }

    /// For the moment not.
    pub(crate) fn unavailable(title: &'static str) -> Self {
        Self::unavailable_for(title, Duration::from_secs(5))
    }

    /// The server's own fault; `what` and `error` go to the log.
    pub(crate) fn internal(what: &'static str, error: &dyn std::fmt::Display) -> Self {
        tracing::error!(what, %error, "internal error");
        Self::new(ErrorCode::Internal, "the server made a mistake")
    }
}

impl From<DbError> for ApiError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::WriterGone => {
                tracing::error!(%error, "internal error");
                Self::unavailable("the database is not available")
            }
            DbError::Sql(_)
            | DbError::Panicked
            | DbError::Newer
            | DbError::Migration(_)
            | DbError::Corrupt { .. }
            | DbError::Folder(_) => Self::internal("database", &error),
        }
    }
}

/// Rounded up: who waits as long as was said has waited long enough.
fn whole_seconds(wait: Duration) -> u64 {
    (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1)
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let retry_after = self.retry_after_seconds();
        let status = StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, axum::Json(&self.problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.problem.code == ErrorCode::Unauthenticated {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

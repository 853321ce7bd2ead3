//! What travels over HTTP between the app and a PAKN server, under `/v1`.
//!
//! Values are the validated types of `model`; a body that does not fit is refused when it is read.
//! Unknown members are ignored, so that a newer server can add some.

use serde::{Deserialize, Deserializer, Serialize, de::IgnoredAny};

use crate::{
    ErrorCode, Timestamp,
    id::{OpId, ReportId, SessionId, UserId},
    model::{
        consent::Consent,
        password::PasswordProblem,
        phone::PhoneNumber,
        profile::ProfileProblem,
        report::{FormProblem, Submission},
        status::{RefusalReason, ReportStatus},
        words::{DeviceName, Note},
    },
};

mod account;
pub mod keys;
pub mod path;
mod public;
mod receipt;
pub mod tus;

pub use account::{
    AccountExport, ChangePassword, CheckCode, CodeSent, CreateAccount, DeleteAccount, PutProfile, RecordConsent, RequestCode,
    ResetPassword, SessionInfo, SessionList, StoredFile, StoredProfile, WaitingReport,
};
pub use public::{AgencyPage, AgencyReport, FollowList, PublicPage, PublicReport, PutFollow, SenderContact, SimilarPage, cover};
pub use receipt::{Receipt, ReceiptMedium, SignedReceipt};

/// Body of `POST /v1/session`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignIn {
    /// The account's number.
    pub phone: PhoneNumber,
    /// As typed, 1 to 200 characters.
    pub password: String,
    /// The device, as its owner knows it.
    #[serde(default)]
    pub device: Option<DeviceName>,
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Account {
    /// The account.
    pub user_id: UserId,
    /// Full name; empty until there is a profile.
    pub name: String,
    /// Its number.
    pub phone: PhoneNumber,
}

/// Answer to `POST /v1/session`, `/v1/accounts` and `/v1/password-resets`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignedIn {
    /// Opaque bearer token; the server keeps only its hash.
    pub token: String,
    /// This sign-in.
    pub session_id: SessionId,
    /// Whose.
    pub account: Account,
    /// The profile as it is.
    pub profile: StoredProfile,
    /// What was last said about each purpose.
    pub consents: Vec<Consent>,
}

/// Body of `POST /v1/reports`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateReport {
    /// Names this operation: repeated with the same body, it is answered as the first time.
    pub op_id: OpId,
    /// The report's id, made by the device.
    pub report_id: ReportId,
    /// The report.
    pub submission: Submission,
}

/// Who did something to a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Actor {
    /// The sender.
    Citizen,
    /// An agency, by its name.
    Agency {
        /// What citizens read.
        name: String,
    },
    /// The server itself.
    System,
}

/// One step in a report's life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TimelineEntry {
    /// When, by the server's clock.
    pub at: Timestamp,
    /// Where the report stood from then on.
    pub status: ReportStatus,
    /// Why, when it was refused.
    pub refusal: Option<RefusalReason>,
    /// By whom.
    pub by: Actor,
    /// What was said with it.
    pub note: Option<Note>,
}

/// A report as its sender sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportView {
    /// The report.
    pub report_id: ReportId,
    /// Rises with every change of this report.
    pub revision: u32,
    /// Where it stands.
    pub status: ReportStatus,
    /// When the server had all of it.
    pub received_at: Timestamp,
    /// When an answer is due, once that is known.
    pub due_at: Option<Timestamp>,
    /// As it was sent.
    pub submission: Submission,
    /// Oldest first.
    pub timeline: Vec<TimelineEntry>,
}

/// A page of `GET /v1/me/changes?after=…`: the reports that changed, each once, as they are now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangePage {
    /// In the order of their last change. Read, those in words that this version doesn't know are left out:
    /// one new status must not keep all other news back.
    #[serde(deserialize_with = "legible")]
    pub reports: Vec<ReportView>,
    /// Where to go on: the next request's `after`.
    pub cursor: u64,
    /// Whether there is more right now.
    pub more: bool,
}

fn legible<'de, D: Deserializer<'de>, T: Deserialize<'de>>(list: D) -> Result<Vec<T>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Entry<T> {
        Known(T),
        Unknown(IgnoredAny),
    }
    let known = |entry| match entry {
        Entry::Known(value) => Some(value),
        Entry::Unknown(IgnoredAny) => None,
    };
    Ok(Vec::<Entry<T>>::deserialize(list)?.into_iter().filter_map(known).collect())
}

/// What a request is answered with when it was not carried out (RFC 9457, `application/problem+json`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// The code.
    pub code: ErrorCode,
    /// The HTTP status, repeated.
    pub status: u16,
    /// For developers, in English; never shown to citizens.
    pub title: String,
    /// What is wrong with the report, for `invalid_report`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<FormProblem>,
    /// What is wrong with the profile, for `invalid_profile`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub profile_problems: Vec<ProfileProblem>,
    /// What is wrong with the password, for `weak_password`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<PasswordProblem>,
    /// How often the code may still be tried, for `code_wrong`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tries_left: Option<u8>,
}

impl Problem {
    /// A problem with its code's status.
    #[must_use]
    pub fn new(code: ErrorCode, title: impl Into<String>) -> Self {
        Self {
            code,
            status: code.http_status(),
            title: title.into(),
            problems: Vec::new(),
            profile_problems: Vec::new(),
            password: None,
            tries_left: None,
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_report_in_unknown_words_keeps_no_other_back() {
        let report = |last: u8, status: &str| {
            json!({
                "report_id": format!("0190b1b0-0000-7000-8000-0000000000{last:02}"), "revision": 1, "status": status,
                "received_at": 1, "due_at": null, "timeline": [],
                "submission": {
                    "catalogue_version": 1,
                    "field": "moi-truong", "subject": "xa-rac", "title": "Rác", "content": "Đổ rác bên đường.",
                    "happened_at": 1, "submitted_at": 1, "anonymous": false, "media": [],
                    "place": {"position": {"lat": 14.35, "lon": 108.0, "accuracy_m": 9.0}, "source": "device", "taken_at": 1},
                },
            })
        };
        let page = |reports| json!({"reports": reports, "cursor": 7, "more": false});
        let read: ChangePage = serde_json::from_value(page(vec![report(1, "received"), report(2, "on_the_moon")])).unwrap();
        assert_eq!(
            read.reports.iter().map(|r| r.report_id.to_string()).collect::<Vec<_>>(),
            ["0190b1b0-0000-7000-8000-000000000001"]
        );
        assert_eq!(read.cursor, 7);
    }
}

//! Everything about the account as one document for the citizen to keep: what the server has, and what is here alone.
//!
//! Pictures are named by their hash and not included: they would make it too large for many a phone. Tokens, codes and
//! what was fetched for everybody are no part of it. A draft is nobody's until it is sent, so those of everybody who
//! writes on the phone are in it, as they are on its screen; the document says so.

use pakn_api::{
    Timestamp,
    id::{MediaHash, ReportId, UserId},
    ipc::ParkedReason,
    model::{
        consent::Consent,
        date::Date,
        profile::{Profile, ProfileForm},
        report::{ReportForm, Submission},
    },
    wire::AccountExport,
};
use rusqlite::Connection;
use serde::Serialize;

use crate::{
    Client,
    error::Error,
    store::{
        self,
        account_outbox::{self, AccountOperation, AccountParked, AccountRow},
        attachment::{self, Attachment},
        consent, draft, follow,
        outbox::{self, Operation},
        profile,
    },
};

/// The document's form; rises when a reader of an older one would go wrong.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Export {
    format: &'static str,
    version: u32,
    exported_at: Timestamp,
    pictures: &'static str,
    drafts: &'static str,
    server: AccountExport,
    device: OnDevice,
}

#[derive(Serialize)]
struct OnDevice {
    /// As last saved here, whether the server has it yet or not.
    profile: Option<Profile>,
    /// As it stands in the form, where something was typed since.
    profile_form: Option<ProfileForm>,
    consents: Vec<Consent>,
    drafts: Vec<KeptDraft>,
    waiting: Vec<Waiting>,
    follows: Vec<ReportId>,
    /// What is said of the account and not heard by the server yet.
    waiting_of_account: Vec<Said>,
}

/// One of these.
#[derive(Default, Serialize)]
struct Said {
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<Profile>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consent: Option<Consent>,
    #[serde(skip_serializing_if = "Option::is_none")]
    follow: Option<Following>,
    parked: Option<AccountParked>,
}

#[derive(Serialize)]
struct Following {
    report_id: ReportId,
    following: bool,
}

impl From<AccountRow> for Said {
    fn from(AccountRow { operation, parked, .. }: AccountRow) -> Self {
        match operation {
            AccountOperation::PutProfile { profile, base: _, base_revision: _ } => {
                Self { profile: Some(profile), parked, ..Self::default() }
            }
            AccountOperation::RecordConsent { consent } => Self { consent: Some(consent), parked, ..Self::default() },
            AccountOperation::Follow { report_id, following, instead_of: _ } => {
                Self { follow: Some(Following { report_id, following }), parked, ..Self::default() }
            }
        }
    }
}

#[derive(Serialize)]
struct KeptDraft {
    report_id: ReportId,
    updated_at: Timestamp,
    form: ReportForm,
    pictures: Vec<Picture>,
}

#[derive(Serialize)]
struct Waiting {
    report_id: ReportId,
    submission: Submission,
    parked: Option<ParkedReason>,
    pictures: Vec<Picture>,
}

#[derive(Serialize)]
struct Picture {
    name: String,
    bytes: u64,
    sha256: Option<MediaHash>,
}

impl From<Attachment> for Picture {
    fn from(kept: Attachment) -> Self {
        let medium = kept.medium();
        Self { bytes: medium.map_or(kept.source_bytes, |m| m.bytes), sha256: medium.map(|m| m.sha256), name: kept.name }
    }
}

impl Client {
    /// Everything about the account, here and at the server: a file's name and its bytes, in JSON.
    ///
    /// # Errors
    /// [`Error::SignedOut`], [`Error::Remote`].
    pub async fn export(&self) -> Result<(String, Vec<u8>), Error> {
        let session = self.inner.session().ok_or(Error::SignedOut)?;
        let answer = session.remote.accounts().export(&session.token).await;
        let server = self.inner.heard(&session, answer).await?;
        let device = self.inner.store.read(move |db| on_device(db, session.user_id)).await?;
        let exported_at = self.inner.ambient.now();
        let pictures = "named by the SHA-256 of their bytes, not included";
        let drafts =
            "every draft on this device, those thrown away within a day too: a draft belongs to no account until it is sent";
        let export = Export { format: "kontums-export", version: VERSION, exported_at, pictures, drafts, server, device };
        let bytes = serde_json::to_vec_pretty(&export).map_err(|_| Error::Bug("an export can't be written as JSON"))?;
        Ok((format!("kontums-{}.json", Date::in_vietnam(exported_at)), bytes))
    }
}

fn pictures(db: &Connection, report_id: ReportId) -> store::Result<Vec<Picture>> {
    Ok(attachment::shown_of_report(db, report_id)?.into_iter().map(Picture::from).collect())
}

fn on_device(db: &Connection, user_id: UserId) -> store::Result<OnDevice> {
    let kept = |draft: draft::Draft| {
        let pictures = pictures(db, draft.report_id)?;
        Ok(KeptDraft { report_id: draft.report_id, updated_at: draft.updated_at, form: draft.form, pictures })
    };
    let waits = |row: outbox::OutboxRow| {
        let Operation::CreateReport { submission } = row.operation;
        Ok(Waiting { report_id: row.report_id, submission, parked: row.parked, pictures: pictures(db, row.report_id)? })
    };
    Ok(OnDevice {
        profile: profile::last(db, user_id)?,
        profile_form: profile::typed(db, user_id)?,
        consents: consent::list(db, Some(user_id))?,
        drafts: draft::list(db)?.into_iter().chain(draft::discarded(db)?).map(kept).collect::<store::Result<_>>()?,
        waiting: outbox::list(db, Some(user_id))?.into_iter().map(waits).collect::<store::Result<_>>()?,
        follows: follow::list(db, user_id)?.into_iter().map(|report| report.report_id).collect(),
        waiting_of_account: account_outbox::list(db, user_id)?.into_iter().map(Said::from).collect(),
    })
}

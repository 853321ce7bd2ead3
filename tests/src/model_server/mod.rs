//! A PAKN server in memory, for tests that need very many of them, or one that fails on command.
//!
//! Held to the real server's behaviour by `tests/tests/model_server.rs`. Its rules are `pakn_api`'s own, its
//! clock is handed in, and it counts what was created, so that a test can say that nothing was created twice.
//! Call its [`State`] to decide what becomes of a request; [`ModelServer`] is the same as a `Remote`.

mod accounts;
mod feed;
mod no_accounts;
mod public;
mod remote;
mod reports;
mod signing;
mod uploads;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use pakn_api::{
    ErrorCode, Timestamp,
    id::{MediaHash, OpId, ReportId, SessionId, UploadId, UserId},
    model::{catalogue::Catalogue, jurisdiction::Jurisdiction, phone::PhoneNumber, profile::ProfileProblem, report::FormProblem},
    wire::{Account, CreateReport, Problem, Receipt, SignIn, SignedIn, keys::KeySet},
};
use pakn_core::remote::{Fresh, RemoteError};

pub use accounts::{Person, a_profile};
pub use no_accounts::NoAccounts;
pub use reports::Held;
use signing::Signer;
use uploads::Unfinished;

/// How long things are kept that nobody finishes, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Keeps {
    /// An unfinished upload after its last byte.
    pub uploads_ms: i64,
    /// A file that no report announces.
    pub orphans_ms: i64,
    /// The first answer to an operation.
    pub operations_ms: i64,
}

/// Why a request was not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The code.
    pub code: ErrorCode,
    /// For `invalid_report`.
    pub problems: Vec<FormProblem>,
    /// For `invalid_profile`.
    pub profile_problems: Vec<ProfileProblem>,
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        Self { code, problems: Vec::new(), profile_problems: Vec::new() }
    }
}

impl From<Refusal> for RemoteError {
    fn from(Refusal { code, problems, profile_problems }: Refusal) -> Self {
        Self::Problem { problem: Problem { problems, profile_problems, ..Problem::new(code, "") }, retry_after_ms: None }
    }
}

/// What the server answers.
pub type Answer<T> = Result<T, Refusal>;

struct Citizen {
    phone: PhoneNumber,
    password: String,
    account: Account,
    person: Person,
}

struct Operation {
    user: UserId,
    body: CreateReport,
    first_answer: Receipt,
    at: Timestamp,
}

struct Medium {
    bytes: Bytes,
    at: Timestamp,
}

/// How often something came to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Created {
    /// Reports.
    pub reports: BTreeMap<ReportId, u32>,
    /// Reports, by the operation that asked for them.
    pub operations: BTreeMap<OpId, u32>,
    /// Files, by who sent them.
    pub files: BTreeMap<(UserId, MediaHash), u32>,
    /// Changes of a profile and consents, by the operation that asked for them.
    pub account_operations: BTreeMap<OpId, u32>,
}

/// Everything the server holds, and its rules.
pub struct State {
    keeps: Keeps,
    citizens: Vec<Citizen>,
    sessions: BTreeMap<String, UserId>,
    catalogue: Catalogue,
    jurisdiction: Jurisdiction,
    operations: BTreeMap<OpId, Operation>,
    reports: BTreeMap<ReportId, Held>,
    media: BTreeMap<(UserId, MediaHash), Medium>,
    follows: BTreeMap<UserId, Vec<ReportId>>,
    said_of_following: public::OfFollowing,
    uploads: BTreeMap<(UserId, UploadId), Unfinished>,
    done: BTreeMap<(UserId, UploadId), MediaHash>,
    last_change: u64,
    signer: Signer,
    /// Beside its ids nothing here is drawn by chance.
    drawn: u64,
    created: Created,
}

fn etag(version: u32) -> String {
    format!("\"{version}\"")
}

fn fresh<T: Clone>(value: &T, version: u32, known: Option<&str>) -> Fresh<T> {
    let etag = etag(version);
    if known == Some(etag.as_str()) { Fresh::Unchanged } else { Fresh::New { value: value.clone(), etag: Some(etag) } }
}

impl State {
    /// A server without accounts, with the built-in fields.
    #[must_use]
    pub fn new(keeps: Keeps) -> Self {
        Self {
            keeps,
            citizens: Vec::new(),
            sessions: BTreeMap::new(),
            catalogue: Catalogue::builtin(),
            jurisdiction: Jurisdiction::builtin(),
            operations: BTreeMap::new(),
            reports: BTreeMap::new(),
            media: BTreeMap::new(),
            follows: BTreeMap::new(),
            said_of_following: BTreeMap::new(),
            uploads: BTreeMap::new(),
            done: BTreeMap::new(),
            last_change: 0,
            signer: Signer::new(),
            drawn: 0,
            created: Created::default(),
        }
    }

    fn draw(&mut self) -> [u8; 10] {
        self.drawn += 1;
        let [a, b, c, d, e, f, g, h] = self.drawn.to_be_bytes();
        [0x5e, 0x57, a, b, c, d, e, f, g, h]
    }

    /// Makes an account that has said all that reports need.
    pub fn add_account(&mut self, phone: PhoneNumber, password: &str, name: &str) -> UserId {
        let user_id = UserId::new(1, self.draw());
        let person = Person::complete(name);
        let account = Account { user_id, name: person.name(), phone: phone.clone() };
        self.citizens.push(Citizen { phone, password: password.to_owned(), account, person });
        user_id
    }

    /// `POST /v1/session`.
    ///
    /// # Errors
    /// `bad_credentials`; `bad_request` for what can be no password.
    pub fn sign_in(&mut self, request: &SignIn) -> Answer<SignedIn> {
        if !(1..=200).contains(&request.password.chars().count()) {
            return Err(ErrorCode::BadRequest.into());
        }
        let found = self.citizens.iter().find(|c| c.phone == request.phone && c.password == request.password);
        let (account, person) = found.map(|c| (c.account.clone(), c.person.clone())).ok_or(ErrorCode::BadCredentials)?;
        let session_id = SessionId::new(1, self.draw());
        let token = format!("token-{session_id}");
        self.sessions.insert(token.clone(), account.user_id);
        Ok(SignedIn { token, session_id, account, profile: person.profile(), consents: person.consents() })
    }

    /// `DELETE /v1/session`.
    ///
    /// # Errors
    /// `unauthenticated`.
    pub fn sign_out(&mut self, token: &str) -> Answer<()> {
        self.sessions.remove(token).map(drop).ok_or_else(|| ErrorCode::Unauthenticated.into())
    }

    fn who(&self, token: &str) -> Answer<UserId> {
        self.sessions.get(token).copied().ok_or_else(|| ErrorCode::Unauthenticated.into())
    }

    /// Every session ends.
    pub fn end_sessions(&mut self) {
        self.sessions.clear();
    }

    /// `GET /v1/fields`.
    #[must_use]
    pub fn fields(&self, known: Option<&str>) -> Fresh<Catalogue> {
        fresh(&self.catalogue, self.catalogue.version, known)
    }

    /// `GET /v1/jurisdiction`.
    #[must_use]
    pub fn profile(&self, known: Option<&str>) -> Fresh<Jurisdiction> {
        fresh(&self.jurisdiction, self.jurisdiction.version, known)
    }

    /// `GET /v1/keys`.
    #[must_use]
    pub fn keys(&self) -> KeySet {
        self.signer.keys()
    }

    /// The fields in force.
    #[must_use]
    pub const fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// Puts other fields in force, under the next version.
    pub fn publish(&mut self, change: impl FnOnce(&mut Catalogue)) {
        change(&mut self.catalogue);
        self.catalogue.version += 1;
    }

    /// The reports it holds.
    #[must_use]
    pub const fn reports(&self) -> &BTreeMap<ReportId, Held> {
        &self.reports
    }

    /// Whose files it has, and their bytes.
    pub fn files(&self) -> impl Iterator<Item = (UserId, MediaHash, &Bytes)> {
        self.media.iter().map(|((user, hash), medium)| (*user, *hash, &medium.bytes))
    }

    /// Uploads that are not finished.
    #[must_use]
    pub fn unfinished(&self) -> usize {
        self.uploads.len()
    }

    /// What came to be, and how often.
    #[must_use]
    pub const fn created(&self) -> &Created {
        &self.created
    }

    /// Forgets what nobody finished, and files that no report announces; both only after their time.
    pub fn collect(&mut self, now: Timestamp) {
        let Keeps { uploads_ms, orphans_ms, operations_ms } = self.keeps;
        self.forget_puts(now);
        self.operations.retain(|_, operation| now.since(operation.at) < operations_ms);
        self.uploads.retain(|_, upload| upload.is_kept(now, uploads_ms));
        let announced: BTreeSet<_> =
            self.reports.values().flat_map(|held| held.submission.media.iter().map(|m| (held.user, m.sha256))).collect();
        let created = &mut self.created.files;
        self.media.retain(|key, medium| {
            let kept = announced.contains(key) || now.since(medium.at) < orphans_ms;
            if !kept {
                created.remove(key);
            }
            kept
        });
    }
}

/// [`State`] as a `Remote`, without any link in between.
pub struct ModelServer {
    state: Mutex<State>,
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

impl ModelServer {
    /// A server with a clock.
    pub fn new(state: State, clock: Arc<dyn Fn() -> Timestamp + Send + Sync>) -> Self {
        Self { state: Mutex::new(state), clock }
    }

    /// What it holds.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Timestamp {
        (self.clock)()
    }
}

//! A PAKN server's accounts, in memory: what the contract promises, and no more.

use std::{
    collections::{BTreeMap, VecDeque, btree_map::Entry},
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use bytes::Bytes;
use futures::future::BoxFuture;
use pakn_api::{
    ErrorCode, Timestamp,
    id::{CodeId, MediaHash, ReportId, SessionId, UserId},
    model::{
        catalogue::{Catalogue, FieldCode},
        consent::{Consent, ConsentPurpose},
        jurisdiction::Jurisdiction,
        phone::PhoneNumber,
        place::Position,
        profile::Profile,
    },
    wire::{
        Account, AccountExport, ChangePage, ChangePassword, CheckCode, CodeSent, CreateAccount, CreateReport, DeleteAccount,
        FollowList, Problem, PublicPage, PublicReport, PutFollow, PutProfile, Receipt, RecordConsent, ReportView, RequestCode,
        ResetPassword, SessionInfo, SessionList, SignIn, SignedIn, SimilarPage, StoredProfile, keys::KeySet,
    },
};

use super::{RIGHT, START};
use crate::{
    remote::{Accounts, Fresh, NewUpload, OnSent, Public, Remote, RemoteError, Upload},
    secrets::Token,
};

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Arrives,
    NeverLeaves,
    AnswerLost,
    /// It left, and nothing tells that it did not arrive.
    NeverArrives,
}

struct Code {
    phone: PhoneNumber,
    right: String,
    tries_left: u8,
    over: Option<ErrorCode>,
    /// The password it was used with.
    used: Option<String>,
}

struct Known {
    user_id: UserId,
    password: String,
    tokens: Vec<String>,
    profile: StoredProfile,
    consents: BTreeMap<ConsentPurpose, Consent>,
    reports: Vec<ReportView>,
    follows: Vec<ReportId>,
}

/// A request during which something else may happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum During {
    /// Before it is answered.
    RequestCode,
    /// After it was carried out, before its answer is heard.
    SignIn,
    Changes,
    Profile,
    PutProfile,
    Similar,
}

#[derive(Default)]
struct State {
    fates: VecDeque<Fate>,
    calls: u32,
    sms: Vec<CodeId>,
    codes: BTreeMap<CodeId, Code>,
    accounts: BTreeMap<String, Known>,
    given: u128,
    meanwhile: Option<(During, BoxFuture<'static, ()>)>,
    /// Digits of the next codes, where they are not [`RIGHT`].
    next_right: Option<String>,
    has_static_data: bool,
    /// The public feed: what became public or changed, in that order.
    public: Vec<PublicReport>,
    public_gone: Vec<ReportId>,
    /// Which cursors were asked with.
    public_asked: Vec<u64>,
    /// What was asked about places.
    similar_asked: u32,
    public_fails: Option<RemoteError>,
}

#[derive(Default)]
pub(super) struct Server(Mutex<State>);

type Answer<T> = Result<T, RemoteError>;

fn no<T>(code: ErrorCode) -> Answer<T> {
    Err(RemoteError::Problem { problem: Problem::new(code, ""), retry_after_ms: None })
}

impl State {
    fn is_public(&self, report_id: ReportId) -> bool {
        self.public.iter().any(|report| report.report_id == report_id) && !self.public_gone.contains(&report_id)
    }

    fn signed_in(&mut self, phone: &PhoneNumber) -> SignedIn {
        self.given += 1;
        let given = self.given;
        let token = format!("token-{given}-of-a-session");
        let known = self.accounts.get_mut(phone.as_e164()).unwrap();
        known.tokens.push(token.clone());
        SignedIn {
            token,
            session_id: SessionId::from_uuid(uuid::Uuid::from_u128(given)),
            account: Account { user_id: known.user_id, name: String::new(), phone: phone.clone() },
            profile: known.profile.clone(),
            consents: known.consents.values().copied().collect(),
        }
    }

    fn make(&mut self, phone: &PhoneNumber, password: &str) {
        self.given += 1;
        let user_id = UserId::from_uuid(uuid::Uuid::from_u128(self.given));
        let profile = StoredProfile { revision: 0, profile: None };
        let (tokens, consents, reports, follows) = (Vec::new(), BTreeMap::new(), Vec::new(), Vec::new());
        let known = Known { user_id, password: password.to_owned(), tokens, profile, consents, reports, follows };
        self.accounts.insert(phone.as_e164().to_owned(), known);
    }

    fn of(&mut self, token: &Token) -> Answer<&mut Known> {
        let known = self.accounts.values_mut().find(|known| known.tokens.iter().any(|t| t == token.reveal()));
        known.map_or_else(|| no(ErrorCode::Unauthenticated), Ok)
    }

    /// The code's number; `Ok(Err(…))` where it was used with this password already.
    fn usable(&mut self, code_id: CodeId, password: &str) -> Answer<Result<PhoneNumber, PhoneNumber>> {
        let Some(code) = self.codes.get(&code_id) else { return no(ErrorCode::CodeExpired) };
        match (&code.used, code.over) {
            (Some(used), _) if used == password => Ok(Err(code.phone.clone())),
            (Some(_), _) => no(ErrorCode::CodeUsed),
            (None, Some(over)) => no(over),
            (None, None) => Ok(Ok(code.phone.clone())),
        }
    }
}

impl Server {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What becomes of the next requests; those after them arrive.
    pub(super) fn next(&self, fates: &[Fate]) {
        self.state().fates = fates.iter().copied().collect();
    }

    /// Happens while the next request of its kind is on its way.
    pub(super) fn meanwhile(&self, during: During, what: impl Future<Output = ()> + Send + 'static) {
        self.state().meanwhile = Some((during, Box::pin(what)));
    }

    async fn let_happen(&self, during: During) {
        let meanwhile = self.state().meanwhile.take_if(|(when, _)| *when == during);
        if let Some((_, what)) = meanwhile {
            what.await;
        }
    }

    /// The next codes are another one than [`RIGHT`].
    pub(super) fn send_other_codes(&self, right: &str) {
        self.state().next_right = Some(right.replace(' ', ""));
    }

    /// Another device of the account's owner changes the profile.
    pub(super) fn change_profile(&self, phone: &str, profile: Profile) {
        let mut state = self.state();
        let known = state.accounts.get_mut(PhoneNumber::parse(phone).unwrap().as_e164()).unwrap();
        known.profile = StoredProfile { revision: known.profile.revision + 1, profile: Some(profile) };
    }

    /// Another device of the account's owner has sent a report.
    pub(super) fn have_report(&self, phone: &str, report: ReportView) {
        let mut state = self.state();
        state.accounts.get_mut(PhoneNumber::parse(phone).unwrap().as_e164()).unwrap().reports.push(report);
    }

    /// It has fields and a jurisdiction from now on.
    pub(super) fn have_static_data(&self) {
        self.state().has_static_data = true;
    }

    /// A report became public, or changed.
    pub(super) fn show(&self, report: PublicReport) {
        self.state().public.push(report);
    }

    /// A report is public no longer.
    pub(super) fn hide(&self, report_id: ReportId) {
        self.state().public_gone.push(report_id);
    }

    /// The feed begins anew, as after a backup was restored.
    pub(super) fn restore_public(&self, to: Vec<PublicReport>) {
        let mut state = self.state();
        state.public = to;
        state.public_gone.clear();
    }

    /// What is asked of the public part fails so from now on.
    pub(super) fn fail_public(&self, with: Option<RemoteError>) {
        self.state().public_fails = with;
    }

    /// The cursors that the feed was asked with since it was last looked at.
    pub(super) fn public_asked(&self) -> Vec<u64> {
        std::mem::take(&mut self.state().public_asked)
    }

    /// How often it was asked about places since it was last looked at.
    pub(super) fn similar_asked(&self) -> u32 {
        std::mem::take(&mut self.state().similar_asked)
    }

    /// What an account follows.
    pub(super) fn followed(&self, phone: &str) -> Vec<ReportId> {
        let state = self.state();
        state
            .accounts
            .get(PhoneNumber::parse(phone).unwrap().as_e164())
            .map(|account| account.follows.clone())
            .unwrap_or_default()
    }

    fn public_part<T>(&self, look: impl FnOnce(&mut State) -> Answer<T>) -> Answer<T> {
        let mut state = self.state();
        match state.public_fails.clone() {
            Some(error) => Err(error),
            None => look(&mut state),
        }
    }

    /// How many requests were made since it was last asked.
    pub(super) fn calls(&self) -> u32 {
        std::mem::take(&mut self.state().calls)
    }

    pub(super) fn sms(&self) -> Vec<CodeId> {
        self.state().sms.clone()
    }

    /// The last code will not be taken any more.
    pub(super) fn end_code(&self, over: ErrorCode) {
        let mut state = self.state();
        let last = *state.sms.last().unwrap();
        state.codes.get_mut(&last).unwrap().over = Some(over);
    }

    /// The first code will not be taken any more.
    pub(super) fn end_first_code(&self, over: ErrorCode) {
        let mut state = self.state();
        let first = *state.sms.first().unwrap();
        state.codes.get_mut(&first).unwrap().over = Some(over);
    }

    pub(super) fn accounts(&self) -> usize {
        self.state().accounts.len()
    }

    pub(super) fn sessions(&self) -> usize {
        self.state().accounts.values().map(|known| known.tokens.len()).sum()
    }

    pub(super) fn end_sessions(&self) {
        self.state().accounts.values_mut().for_each(|known| known.tokens.clear());
    }

    /// The account goes, and the number gets another one.
    pub(super) fn make_anew(&self, phone: &str, password: &str) {
        self.state().make(&PhoneNumber::parse(phone).unwrap(), password);
    }

    fn pass<T>(&self, carry_out: impl FnOnce(&mut State) -> Answer<T>) -> Answer<T> {
        let mut state = self.state();
        state.calls += 1;
        match state.fates.pop_front().unwrap_or(Fate::Arrives) {
            Fate::Arrives => carry_out(&mut state),
            Fate::NeverLeaves => Err(RemoteError::NotSent),
            Fate::NeverArrives => Err(RemoteError::Lost),
            Fate::AnswerLost => carry_out(&mut state).and(Err(RemoteError::Lost)),
        }
    }
}

#[async_trait]
impl Accounts for Server {
    async fn request_code(&self, request: &RequestCode) -> Answer<CodeSent> {
        self.let_happen(During::RequestCode).await;
        self.pass(|state| {
            if state.codes.get(&request.code_id).is_some_and(|code| code.over.is_some()) {
                return Ok(CodeSent { expires_in_s: 0, resend_in_s: 0 });
            }
            if let Entry::Vacant(new) = state.codes.entry(request.code_id) {
                let right = state.next_right.clone().unwrap_or_else(|| RIGHT.replace(' ', ""));
                new.insert(Code { phone: request.phone.clone(), right, tries_left: 5, over: None, used: None });
                state.sms.push(request.code_id);
            }
            Ok(CodeSent { expires_in_s: 300, resend_in_s: 60 })
        })
    }

    async fn check_code(&self, code_id: CodeId, request: &CheckCode) -> Answer<()> {
        self.pass(|state| {
            let Some(code) = state.codes.get_mut(&code_id) else { return no(ErrorCode::CodeExpired) };
            if code.used.is_some() {
                return no(ErrorCode::CodeUsed);
            }
            if let Some(over) = code.over {
                return no(over);
            }
            if request.code.as_str() == code.right {
                return Ok(());
            }
            code.tries_left -= 1;
            code.over = (code.tries_left == 0).then_some(ErrorCode::CodeExhausted);
            let problem = Problem { tries_left: Some(code.tries_left), ..Problem::new(ErrorCode::CodeWrong, "") };
            Err(RemoteError::Problem { problem, retry_after_ms: None })
        })
    }

    async fn create_account(&self, request: &CreateAccount) -> Answer<SignedIn> {
        self.pass(|state| match state.usable(request.code_id, &request.password)? {
            Ok(phone) if state.accounts.contains_key(phone.as_e164()) => no(ErrorCode::AccountExists),
            Ok(phone) => {
                state.make(&phone, &request.password);
                state.codes.get_mut(&request.code_id).unwrap().used = Some(request.password.clone());
                Ok(state.signed_in(&phone))
            }
            Err(phone) => Ok(state.signed_in(&phone)),
        })
    }

    async fn reset_password(&self, request: &ResetPassword) -> Answer<SignedIn> {
        self.pass(|state| match state.usable(request.code_id, &request.password)? {
            Ok(phone) if !state.accounts.contains_key(phone.as_e164()) => no(ErrorCode::NoAccount),
            Ok(phone) => {
                let known = state.accounts.get_mut(phone.as_e164()).unwrap();
                known.tokens.clear();
                known.password.clone_from(&request.password);
                state.codes.get_mut(&request.code_id).unwrap().used = Some(request.password.clone());
                Ok(state.signed_in(&phone))
            }
            Err(phone) => Ok(state.signed_in(&phone)),
        })
    }

    async fn change_password(&self, token: &Token, request: &ChangePassword) -> Answer<()> {
        self.pass(|state| {
            let known = state.of(token)?;
            if known.password != request.old && known.password != request.new {
                return no(ErrorCode::BadCredentials);
            }
            known.password.clone_from(&request.new);
            known.tokens.retain(|t| t == token.reveal());
            Ok(())
        })
    }

    async fn sessions(&self, token: &Token) -> Answer<SessionList> {
        self.pass(|state| {
            let info = |own: &String| SessionInfo {
                session_id: SessionId::from_uuid(uuid::Uuid::nil()),
                device: None,
                created_at: Timestamp(START),
                last_seen_at: Timestamp(START),
                current: own == token.reveal(),
            };
            Ok(SessionList { sessions: state.of(token)?.tokens.iter().map(info).collect() })
        })
    }

    async fn end_session(&self, token: &Token, _: SessionId) -> Answer<()> {
        self.pass(|state| {
            let known = state.of(token)?;
            let before = known.tokens.len();
            known.tokens.retain(|t| t == token.reveal());
            if known.tokens.len() < before { Ok(()) } else { no(ErrorCode::NotFound) }
        })
    }

    async fn end_other_sessions(&self, token: &Token) -> Answer<()> {
        self.pass(|state| {
            state.of(token)?.tokens.retain(|t| t == token.reveal());
            Ok(())
        })
    }

    async fn export(&self, token: &Token) -> Answer<AccountExport> {
        self.pass(|state| {
            let user_id = state.of(token)?.user_id;
            let at = Timestamp(START);
            let phone = PhoneNumber::parse(super::PHONE).unwrap();
            let profile = StoredProfile { revision: 0, profile: None };
            Ok(AccountExport {
                at,
                user_id,
                phone,
                created_at: at,
                profile,
                consents: Vec::new(),
                sessions: Vec::new(),
                reports: Vec::new(),
                waiting: Vec::new(),
                files: Vec::new(),
                follows: Vec::new(),
            })
        })
    }

    async fn delete_account(&self, token: &Token, request: &DeleteAccount) -> Answer<()> {
        self.pass(|state| {
            let known = state.of(token)?;
            if known.password != request.password {
                return no(ErrorCode::BadCredentials);
            }
            let gone = known.user_id;
            state.accounts.retain(|_, known| known.user_id != gone);
            Ok(())
        })
    }
}

#[async_trait]
impl Remote for Server {
    async fn sign_in(&self, request: &SignIn) -> Answer<SignedIn> {
        let answer = self.pass(|state| match state.accounts.get(request.phone.as_e164()) {
            Some(known) if known.password == request.password => Ok(state.signed_in(&request.phone)),
            Some(_) | None => no(ErrorCode::BadCredentials),
        });
        self.let_happen(During::SignIn).await;
        answer
    }

    async fn sign_out(&self, token: &Token) -> Answer<()> {
        self.pass(|state| {
            state.of(token)?.tokens.retain(|t| t != token.reveal());
            Ok(())
        })
    }

    async fn catalogue(&self, _: Option<&str>) -> Answer<Fresh<Catalogue>> {
        let there = self.state().has_static_data;
        if there { Ok(Fresh::New { value: Catalogue::builtin(), etag: None }) } else { Err(RemoteError::NotSent) }
    }

    async fn jurisdiction(&self, _: Option<&str>) -> Answer<Fresh<Jurisdiction>> {
        let there = self.state().has_static_data;
        if there { Ok(Fresh::New { value: Jurisdiction::builtin(), etag: None }) } else { Err(RemoteError::NotSent) }
    }

    async fn keys(&self) -> Answer<KeySet> {
        Err(RemoteError::NotSent)
    }

    async fn create_upload(&self, _: &Token, _: NewUpload, _: Bytes, _: OnSent) -> Answer<Upload> {
        Err(RemoteError::NotSent)
    }

    async fn upload_offset(&self, _: &Token, _: &str) -> Answer<Option<u64>> {
        Err(RemoteError::NotSent)
    }

    async fn append_upload(&self, _: &Token, _: &str, _: u64, _: Bytes, _: OnSent) -> Answer<u64> {
        Err(RemoteError::NotSent)
    }

    async fn get_medium(&self, _: &Token, _: MediaHash) -> Answer<Bytes> {
        Err(RemoteError::NotSent)
    }

    async fn create_report(&self, _: &Token, _: &CreateReport) -> Answer<Receipt> {
        Err(RemoteError::NotSent)
    }

    async fn receipt(&self, _: &Token, _: ReportId) -> Answer<Receipt> {
        Err(RemoteError::NotSent)
    }

    async fn profile(&self, token: &Token) -> Answer<StoredProfile> {
        let answer = self.pass(|state| Ok(state.of(token)?.profile.clone()));
        self.let_happen(During::Profile).await;
        answer
    }

    async fn put_profile(&self, token: &Token, request: &PutProfile) -> Answer<StoredProfile> {
        let answer = self.pass(|state| {
            let known = state.of(token)?;
            known.profile = StoredProfile { revision: known.profile.revision + 1, profile: Some(request.profile.clone()) };
            Ok(known.profile.clone())
        });
        self.let_happen(During::PutProfile).await;
        answer
    }

    async fn record_consent(&self, token: &Token, request: &RecordConsent) -> Answer<()> {
        self.pass(|state| {
            state.of(token)?.consents.insert(request.consent.purpose, request.consent);
            Ok(())
        })
    }

    fn accounts(&self) -> &dyn Accounts {
        self
    }

    fn public(&self) -> &dyn Public {
        self
    }

    async fn changes(&self, token: &Token, _: u64) -> Answer<ChangePage> {
        let answer = self.pass(|state| Ok(ChangePage { cursor: 1, more: false, reports: state.of(token)?.reports.clone() }));
        self.let_happen(During::Changes).await;
        answer
    }
}

/// Reports in a page of the public feed.
pub(super) const PUBLIC_PAGE: usize = 2;

/// Beside what [`Server::next`] decides: it is asked for by the way.
#[async_trait]
impl Public for Server {
    async fn public_reports(&self, after: u64) -> Answer<PublicPage> {
        self.state().public_asked.push(after);
        self.public_part(|state| {
            let all = state.public.len();
            let read = usize::try_from(after).unwrap();
            let read = if read > all { 0 } else { read };
            let cursor = all.min(read + PUBLIC_PAGE);
            let page = state.public.iter().skip(read).take(PUBLIC_PAGE);
            let reports = page.filter(|report| state.is_public(report.report_id)).cloned().collect();
            Ok(PublicPage { reports, gone: state.public_gone.clone(), cursor: cursor as u64, more: cursor < all })
        })
    }

    async fn similar(&self, field: &FieldCode, _: &Position) -> Answer<SimilarPage> {
        self.state().similar_asked += 1;
        let answer = self.public_part(|state| {
            Ok(SimilarPage { reports: state.public.iter().filter(|report| report.field == *field).cloned().collect() })
        });
        self.let_happen(During::Similar).await;
        answer
    }

    async fn public_medium(&self, hash: MediaHash) -> Answer<Bytes> {
        self.public_part(|state| {
            let shown = state
                .public
                .iter()
                .any(|report| state.is_public(report.report_id) && report.media.iter().any(|medium| medium.sha256 == hash));
            if shown { Ok(super::similar::PICTURE.clone()) } else { no(ErrorCode::NotFound) }
        })
    }

    async fn put_follow(&self, token: &Token, report_id: ReportId, request: &PutFollow) -> Answer<()> {
        self.pass(|state| {
            let public = state.is_public(report_id);
            let follows = &mut state.of(token)?.follows;
            follows.retain(|id| *id != report_id);
            match (request.following, public) {
                (true, true) => follows.push(report_id),
                (true, false) => return no(ErrorCode::NotFound),
                (false, _) => {}
            }
            Ok(())
        })
    }

    async fn follows(&self, token: &Token) -> Answer<FollowList> {
        self.public_part(|state| {
            let ids = state.of(token)?.follows.clone();
            let report = |id: &ReportId| state.public.iter().rfind(|report| report.report_id == *id).cloned();
            Ok(FollowList { reports: ids.iter().rev().filter_map(report).collect() })
        })
    }
}

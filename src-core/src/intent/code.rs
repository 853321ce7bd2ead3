//! One-time codes: having one sent, entering it, beginning anew.
//!
//! The device names each code. A request whose answer was lost is repeated under the same name and sends no second
//! SMS; only when another one may be asked for is there another name. Whether a code is still good is the server's to
//! say: the device's clock may jump, and then a citizen may ask and enter too early, but is never kept waiting.

use pakn_api::{
    ErrorCode, Timestamp,
    id::CodeId,
    ipc::{CheckCode, CodePurpose, ForgetCode, GetPendingCode, PendingCode, RequestCode},
    model::{code::OneTimeCode, phone::PhoneNumber},
    wire::{self, CodeSent},
};
use rusqlite::{Connection, Transaction};

use crate::{
    Client,
    ambient::new_id,
    client::CheckedCode,
    error::Error,
    remote::RemoteError,
    store::{
        self,
        setting::{self, AskedCode, AskedCodeKey, SentCode, SentCodeKey},
    },
};

/// Whoever comes back later than this begins anew.
const KEPT_FOR_MS: i64 = 60 * 60_000;
/// No answer makes a citizen wait for longer.
const LONGEST_S: u32 = 24 * 3_600;

impl SentCode {
    fn new(purpose: CodePurpose, asked: AskedCode, answer: CodeSent, now: Timestamp) -> Self {
        let after = |seconds: u32| now.plus_ms(i64::from(seconds.min(LONGEST_S)) * 1_000);
        let (expires_at, resend_at) = (after(answer.expires_in_s), after(answer.resend_in_s));
        Self { purpose, phone: asked.phone, code_id: asked.code_id, sent_at: now, expires_at, resend_at }
    }

    /// Too early for another one.
    fn is_on_its_way(&self, now: Timestamp) -> bool {
        self.sent_at <= now && now < self.resend_at && now < self.expires_at
    }

    fn view(self, checked: bool, now: Timestamp) -> PendingCode {
        let set_back = now < self.sent_at;
        let (expires_at, resend_at) =
            if set_back { (now.plus_ms(self.expires_at.since(self.sent_at)), now) } else { (self.expires_at, self.resend_at) };
        PendingCode { purpose: self.purpose, phone: self.phone.national(), expires_at, resend_at, checked }
    }
}

impl AskedCode {
    /// Nobody waits for it any more, or the clock doesn't tell.
    fn is_given_up(&self, now: Timestamp) -> bool {
        self.at.is_none_or(|at| now.since(at).abs() > KEPT_FOR_MS)
    }
}

/// What is to be done for who wants a code.
enum Next {
    /// Nothing: there is one.
    Enter(SentCode),
    /// Ask the server.
    Ask(AskedCode),
}

/// Whether the server will never take the code it spoke of.
pub(super) const fn is_over(error: &RemoteError) -> bool {
    matches!(error.code(), Some(ErrorCode::CodeExpired | ErrorCode::CodeUsed | ErrorCode::CodeExhausted))
}

/// Whether what was typed may be another code than the one that the server spoke of.
fn is_not_it(error: &RemoteError) -> bool {
    let codes = [ErrorCode::CodeWrong, ErrorCode::CodeExpired, ErrorCode::CodeExhausted];
    error.code().is_some_and(|code| codes.contains(&code))
}

impl Client {
    /// The code that was asked for and is not used yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get_pending_code(&self, _: GetPendingCode) -> Result<Option<PendingCode>, Error> {
        let now = self.inner.ambient.now();
        let kept = |db: &Connection| Ok((setting::get::<AskedCodeKey>(db)?, setting::get::<SentCodeKey>(db)?));
        let (asked, sent) = self.inner.store.read(kept).await?;
        if let Some(old) = asked.filter(|asked| asked.is_given_up(now)) {
            let drop_it = move |tx: &Transaction<'_>| match setting::get::<AskedCodeKey>(tx)? {
                Some(asked) if asked == old => setting::clear::<AskedCodeKey>(tx),
                Some(_) | None => Ok(()),
            };
            self.inner.store.write(drop_it).await?;
        }
        let Some(sent) = sent else { return Ok(None) };
        let checked = self.holds(&sent);
        if !checked && now.since(sent.expires_at) > KEPT_FOR_MS {
            self.forget_code(ForgetCode {}).await?;
            return Ok(None);
        }
        Ok(Some(sent.view(checked, now)))
    }

    /// Has a code sent, unless one is on its way to that number or was found right already: whoever turns out to have
    /// an account, or none, goes on with it.
    ///
    /// # Errors
    /// [`Error::BadPhone`] before anything is sent; [`Error::Remote`] when the server refuses or isn't there: then what
    /// was pending still is.
    pub async fn request_code(&self, args: RequestCode) -> Result<PendingCode, Error> {
        let phone = PhoneNumber::parse(&args.phone)?;
        let mut asked = match self.next(args.purpose, phone).await? {
            Next::Enter(sent) => {
                let checked = self.holds(&sent);
                return Ok(sent.view(checked, self.inner.ambient.now()));
            }
            Next::Ask(asked) => asked,
        };
        let remote = self.inner.remote();
        let mut answer = remote.accounts().request_code(&named(&asked)).await;
        if answer.as_ref().is_ok_and(|sent| sent.expires_in_s == 0) {
            // The first request arrived, longer ago than the code lasts.
            asked.code_id = new_id!(self.inner.ambient, CodeId);
            let again = asked.clone();
            self.inner.store.write(move |tx| setting::set::<AskedCodeKey>(tx, &again)).await?;
            answer = remote.accounts().request_code(&named(&asked)).await;
        }
        let now = self.inner.ambient.now();
        let sent = self.sent(SentCode::new(args.purpose, asked, answer?, now)).await?;
        let checked = self.holds(&sent);
        Ok(sent.view(checked, now))
    }

    /// Notes that a code was sent that was asked for.
    async fn sent(&self, sent: SentCode) -> Result<SentCode, Error> {
        let keep = move |tx: &Transaction<'_>| {
            let meant = setting::get::<AskedCodeKey>(tx)?.is_some_and(|asked| asked.code_id == sent.code_id);
            if meant {
                setting::clear::<AskedCodeKey>(tx)?;
                setting::set::<SentCodeKey>(tx, &sent)?;
                return Ok(Some(sent));
            }
            // Asked twice at once, the first answer was heard; or it is no longer wanted.
            Ok(setting::get::<SentCodeKey>(tx)?.filter(|kept| kept.code_id == sent.code_id))
        };
        self.inner.store.write(keep).await?.ok_or(Error::NoCode)
    }

    async fn next(&self, purpose: CodePurpose, phone: PhoneNumber) -> Result<Next, Error> {
        let now = self.inner.ambient.now();
        let fresh = new_id!(self.inner.ambient, CodeId);
        let checked = self.inner.checked_code().map(|checked| checked.code_id);
        let next = move |tx: &Transaction<'_>| {
            let there = setting::get::<SentCodeKey>(tx)?.filter(|sent| sent.phone == phone);
            if let Some(sent) = there.filter(|sent| checked == Some(sent.code_id) || sent.is_on_its_way(now)) {
                let sent = SentCode { purpose, ..sent };
                setting::set::<SentCodeKey>(tx, &sent)?;
                return Ok(Next::Enter(sent));
            }
            let before = setting::get::<AskedCodeKey>(tx)?.filter(|asked| asked.phone == phone);
            let code_id = before.map_or(fresh, |asked| asked.code_id);
            let asked = AskedCode { phone, code_id, at: Some(now) };
            setting::set::<AskedCodeKey>(tx, &asked)?;
            Ok(Next::Ask(asked))
        };
        Ok(self.inner.store.write(next).await?)
    }

    /// Tries a code. A right one is held in memory until it is used.
    ///
    /// # Errors
    /// [`Error::BadCode`] before anything is sent, [`Error::NoCode`] when none was asked for, [`Error::Remote`] when it is
    /// not the one, is over, or the server isn't there.
    pub async fn check_code(&self, args: CheckCode) -> Result<PendingCode, Error> {
        let code = OneTimeCode::parse(&args.code)?;
        let sent = self.inner.store.read(setting::get::<SentCodeKey>).await?.ok_or(Error::NoCode)?;
        let (sent, answer) = match self.try_code(&sent, &code).await {
            Err(error) if is_not_it(&error) => match self.newer_than(&sent).await? {
                Some(newer) => {
                    let answer = self.try_code(&newer, &code).await;
                    (newer, answer)
                }
                None => (sent, Err(error)),
            },
            answer => (sent, answer),
        };
        if let Err(error) = answer {
            if is_over(&error) {
                self.code_is_over(sent.code_id).await?;
            }
            return Err(error.into());
        }
        self.inner.hold_code(Some(CheckedCode { code_id: sent.code_id, code }));
        Ok(sent.view(true, self.inner.ambient.now()))
    }

    async fn try_code(&self, sent: &SentCode, code: &OneTimeCode) -> Result<(), RemoteError> {
        let request = wire::CheckCode { code: code.clone() };
        match self.inner.remote().accounts().check_code(sent.code_id, &request).await {
            // It has done its work, and the app ended before it heard so: the same password is answered by signing in.
            Err(error) if error.code() == Some(ErrorCode::CodeUsed) => Ok(()),
            answer => answer,
        }
    }

    /// The code that was asked for after this one and not heard of: its SMS may be the one that was read.
    async fn newer_than(&self, sent: &SentCode) -> Result<Option<SentCode>, Error> {
        let asked = self.inner.store.read(setting::get::<AskedCodeKey>).await?;
        let Some(asked) = asked.filter(|asked| asked.phone == sent.phone) else { return Ok(None) };
        match self.inner.remote().accounts().request_code(&named(&asked)).await {
            Ok(answer) if answer.expires_in_s == 0 => Ok(None),
            Ok(answer) => self.sent(SentCode::new(sent.purpose, asked, answer, self.inner.ambient.now())).await.map(Some),
            // It never arrived, and none can be sent now.
            Err(RemoteError::Problem { .. }) => Ok(None),
            Err(error @ (RemoteError::NotSent | RemoteError::Lost | RemoteError::NotUnderstood)) => Err(error.into()),
        }
    }

    /// Forgets what was asked for, so that another number can be entered.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_code(&self, _: ForgetCode) -> Result<(), Error> {
        self.inner.hold_code(None);
        let forget = |tx: &Transaction<'_>| -> store::Result<()> {
            setting::clear::<AskedCodeKey>(tx)?;
            setting::clear::<SentCodeKey>(tx)
        };
        Ok(self.inner.store.write(forget).await?)
    }

    fn holds(&self, sent: &SentCode) -> bool {
        self.inner.checked_code().is_some_and(|checked| checked.code_id == sent.code_id)
    }

    /// The server will not take it any more: its number stays, another one may be asked for.
    pub(super) async fn code_is_over(&self, code_id: CodeId) -> Result<(), Error> {
        self.inner.hold_code(None);
        let now = self.inner.ambient.now();
        let end = move |tx: &Transaction<'_>| {
            let Some(sent) = setting::get::<SentCodeKey>(tx)?.filter(|sent| sent.code_id == code_id) else { return Ok(()) };
            setting::set::<SentCodeKey>(tx, &SentCode { expires_at: sent.expires_at.min(now), ..sent })
        };
        Ok(self.inner.store.write(end).await?)
    }
}

fn named(asked: &AskedCode) -> wire::RequestCode {
    wire::RequestCode { code_id: asked.code_id, phone: asked.phone.clone() }
}

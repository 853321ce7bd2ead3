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
use rusqlite::Transaction;

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

impl Client {
    /// The code that was asked for and is not used yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get_pending_code(&self, _: GetPendingCode) -> Result<Option<PendingCode>, Error> {
        let now = self.inner.ambient.now();
        let Some(sent) = self.inner.store.read(setting::get::<SentCodeKey>).await? else { return Ok(None) };
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
        let sent = SentCode::new(args.purpose, asked, answer?, now);
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
        let sent = self.inner.store.write(keep).await?.ok_or(Error::NoCode)?;
        let checked = self.holds(&sent);
        Ok(sent.view(checked, now))
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
            let asked = before.unwrap_or(AskedCode { phone, code_id: fresh });
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
        let request = wire::CheckCode { code: code.clone() };
        match self.inner.remote().accounts().check_code(sent.code_id, &request).await {
            Ok(()) => {}
            // It has done its work, and the app ended before it heard so: the same password is answered by signing in.
            Err(error) if error.code() == Some(ErrorCode::CodeUsed) => {}
            Err(error) => {
                if is_over(&error) {
                    self.code_is_over(sent.code_id).await?;
                }
                return Err(error.into());
            }
        }
        self.inner.hold_code(Some(CheckedCode { code_id: sent.code_id, code }));
        Ok(sent.view(true, self.inner.ambient.now()))
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

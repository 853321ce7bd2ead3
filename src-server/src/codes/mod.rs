//! One-time codes: asked for, sent by SMS, tried, used.
//!
//! Whoever enters a code rightly has its number. Nothing here reads or writes an account: neither answer nor time can
//! depend on whether the number has one (ADR 11). What is asked for is decided in the writer, one after the other, so the
//! same request twice at once is one code. How many codes there are is `auth::code_limits`' to say.

use std::time::Duration;

use pakn_api::{
    ErrorCode, Timestamp,
    id::CodeId,
    model::{code::OneTimeCode, phone::PhoneNumber},
    wire::CodeSent,
};

use crate::{
    app::Shared,
    auth::{code_limits::CodeLimits, peer::Peer},
    clock::Clock,
    config::{Codes as Settings, Config, ConfigError},
    db::{
        DbError,
        one_time_code::{self, Asked, Used},
    },
    error::ApiError,
    gateway::sms::Sms,
    text,
};
use key::CodeKey;
use verdict::Verdict;

mod key;
mod verdict;

/// Codes there can be.
const HOW_MANY: u32 = 1_000_000;

/// What it takes to make and check codes.
#[derive(Debug)]
pub(crate) struct Codes {
    key: CodeKey,
    limits: CodeLimits,
    reviewer: Option<(PhoneNumber, OneTimeCode)>,
}

impl Codes {
    /// Reads or makes the key in the data folder, which nobody else opens meanwhile.
    pub(crate) fn open(config: &Config) -> std::io::Result<Self> {
        let reviewer = config.reviewer.read().map_err(|error: ConfigError| std::io::Error::other(error.to_string()))?;
        Ok(Self { key: CodeKey::open(&config.data_dir)?, limits: CodeLimits::new(&config.codes), reviewer })
    }

    /// The code for a number, and whether it is to be sent.
    fn make(&self, phone: &PhoneNumber) -> (OneTimeCode, bool) {
        match &self.reviewer {
            Some((number, fixed)) if number == phone => (fixed.clone(), false),
            Some(_) | None => (OneTimeCode::of(rand::random_range(0..HOW_MANY)), true),
        }
    }

    /// What the caller at this address is told of a code.
    fn told(&self, asked: &Asked, settings: &Settings, peer: Peer, clock: &Clock) -> CodeSent {
        let now = clock.now();
        let until = |then: Timestamp| seconds(Duration::from_millis(then.since(now).max(0).unsigned_abs()));
        let next_in = seconds(self.limits.next_in(&asked.phone, peer, clock.instant()));
        let resend_in_s = until(asked.created_at.plus_ms(ms(settings.resend_seconds))).max(next_in);
        CodeSent { expires_in_s: until(asked.expires_at), resend_in_s }
    }
}

/// Whole seconds, after which the time is surely over.
fn seconds(time: Duration) -> u32 {
    u32::try_from(time.as_millis().div_ceil(1_000)).unwrap_or(u32::MAX)
}

/// A number that the caller holds.
#[derive(Clone, Debug)]
pub(crate) struct Proved {
    pub(crate) phone: PhoneNumber,
    /// What the code was used for, when it was: only a repetition of that may go on.
    pub(crate) used: Option<Used>,
}

/// Makes a code for a number and has it sent; asked for again, it is told of again.
pub(crate) async fn ask(app: &Shared, code_id: CodeId, phone: PhoneNumber, peer: Peer) -> Result<CodeSent, ApiError> {
    let this = app.clone();
    let work = app.db.write::<_, ApiError, _>(move |conn| {
        Box::pin(async move {
            let (now, settings) = (this.clock.now(), &this.config.codes);
            if let Some(asked) = one_time_code::by_id(&mut *conn, code_id).await? {
                return if asked.phone == phone {
                    Ok((this.codes.told(&asked, settings, peer, &this.clock), None))
                } else {
                    Err(ApiError::new(ErrorCode::BadRequest, "this code_id is another number's"))
                };
            }
            let pause = this.sms.closed_for();
            if !pause.is_zero() {
                return Err(ApiError::unavailable_for("no SMS can be sent at the moment", pause));
            }
            this.codes.limits.take(&phone, peer, this.clock.instant()).map_err(ApiError::rate_limited)?;
            let (code, is_sent) = this.codes.make(&phone);
            let asked = Asked {
                code_mac: this.codes.key.mac(code_id, &phone, &code),
                created_at: now,
                expires_at: now.plus_ms(ms(settings.expire_seconds)),
                tries: 0,
                verified_at: None,
                used: None,
                phone,
            };
            one_time_code::insert(conn, code_id, &asked).await?;
            let sms =
                is_sent.then(|| Sms { text: text::code_sms(&code, settings.expire_seconds), phone: asked.phone.clone(), code });
            Ok((this.codes.told(&asked, settings, peer, &this.clock), sms))
        })
    });
    let (answer, sms) = work.await?;
    if let Some(sms) = sms {
        app.sms.send(sms, Duration::from_secs(app.config.codes.expire_seconds.into()));
    }
    Ok(answer)
}

/// Whether this is the code; a wrong one is counted.
pub(crate) async fn prove(app: &Shared, code_id: CodeId, code: OneTimeCode, peer: Peer) -> Result<Proved, ApiError> {
    let this = app.clone();
    let work = app.db.write::<_, DbError, _>(move |conn| {
        Box::pin(async move {
            let Some(asked) = one_time_code::by_id(&mut *conn, code_id).await? else { return Ok((Verdict::Expired, None)) };
            let (now, settings) = (this.clock.now(), &this.config.codes);
            let fits = this.codes.key.fits(code_id, &asked.phone, &code, &asked.code_mac);
            let verdict = verdict::judge(&asked, fits, now, settings);
            match verdict {
                Verdict::Wrong { .. } => one_time_code::count_try(conn, code_id).await?,
                Verdict::Right { first: true } => {
                    one_time_code::verified(conn, code_id, now).await?;
                    this.codes.limits.proved(asked.phone.clone(), peer, this.clock.instant());
                }
                Verdict::Right { first: false } | Verdict::Used | Verdict::Expired | Verdict::Exhausted => {}
            }
            Ok((verdict, Some(asked)))
        })
    });
    match work.await? {
        (Verdict::Right { .. } | Verdict::Used, Some(Asked { phone, used, .. })) => Ok(Proved { phone, used }),
        (Verdict::Wrong { tries_left }, _) => Err(ApiError::code_wrong(tries_left)),
        (Verdict::Exhausted, _) => Err(ApiError::new(ErrorCode::CodeExhausted, "this code was tried too often")),
        (Verdict::Expired | Verdict::Right { .. } | Verdict::Used, _) => {
            Err(ApiError::new(ErrorCode::CodeExpired, "there is no such code any more"))
        }
    }
}

/// The code has done its work and can't do another.
pub(crate) fn used() -> ApiError {
    ApiError::new(ErrorCode::CodeUsed, "this code has been used")
}

fn ms(seconds: u32) -> i64 {
    i64::from(seconds) * 1_000
}

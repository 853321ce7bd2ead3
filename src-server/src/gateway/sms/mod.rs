//! Sending SMS: a gateway does one try, [`Sending`] makes the best of it in the background.
//!
//! Whoever asks for an SMS is answered before it is sent, so the time a provider takes tells nothing. What
//! can't be delivered is tried again, in growing distances, until its time is over. A provider that
//! fails again and again is left alone for a while (`breaker`), and new messages are turned down meanwhile.

use std::{
    fmt,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::future::BoxFuture;
use pakn_api::model::{code::OneTimeCode, phone::PhoneNumber};
use tokio::{sync::Semaphore, time::Instant};

use crate::config::{ConfigError, Sms as Settings, SmsGatewayKind};
use breaker::Breaker;

mod breaker;
mod development;
mod http;
mod template;

/// Messages on their way to the provider at the same time.
const AT_ONCE: usize = 8;
/// The first wait is half a second to a whole one, each further one twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// A message with a code. `Debug` shows neither.
#[derive(Clone)]
pub(crate) struct Sms {
    pub(crate) phone: PhoneNumber,
    pub(crate) text: String,
    /// The code within the text, for providers with a template of their own.
    pub(crate) code: OneTimeCode,
}

impl fmt::Debug for Sms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sms").finish_non_exhaustive()
    }
}

/// Why a try was none; free of personal data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SendError {
    /// The provider is not to be reached or in trouble, or doesn't take our key: it may be worth another try.
    #[error("the provider failed: {0}")]
    Failed(String),
    /// The provider doesn't want this message. Anybody may bring that about by a number that doesn't exist, so it
    /// says nothing about the provider.
    #[error("the provider refused: {0}")]
    Refused(String),
}

/// A way to send an SMS.
pub(crate) trait SmsGateway: fmt::Debug + Send + Sync {
    /// Tries once to hand it over.
    fn send<'a>(&'a self, sms: &'a Sms) -> BoxFuture<'a, Result<(), SendError>>;
}

/// The gateway that the settings name.
pub(crate) fn gateway(settings: &Settings, data_dir: &Path) -> Result<Arc<dyn SmsGateway>, ConfigError> {
    Ok(match settings.gateway {
        SmsGatewayKind::Development => Arc::new(development::ToFile::new(data_dir)),
        SmsGatewayKind::Http => Arc::new(http::ByRequest::new(&settings.http)?),
    })
}

/// Sends in the background. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Sending {
    gateway: Arc<dyn SmsGateway>,
    breaker: Arc<Mutex<Breaker>>,
    places: Arc<Semaphore>,
    tries: u32,
    timeout: Duration,
}

impl Sending {
    pub(crate) fn new(gateway: Arc<dyn SmsGateway>, settings: &Settings) -> Self {
        let timeout = Duration::from_secs(settings.timeout_seconds.max(1));
        let pause = Duration::from_secs(settings.breaker_seconds.max(1));
        Self {
            gateway,
            breaker: Arc::new(Mutex::new(Breaker::new(settings.breaker_failures, pause, timeout * 2))),
            places: Arc::new(Semaphore::new(AT_ONCE)),
            tries: settings.tries.max(1),
            timeout,
        }
    }

    /// How long no new message is taken; zero when one is.
    pub(crate) fn closed_for(&self) -> Duration {
        self.breaker().closed_for(Instant::now().into_std())
    }

    /// Sends it in the background, for as long as it is of use.
    pub(crate) fn send(&self, sms: Sms, useful_for: Duration) {
        let this = self.clone();
        tokio::spawn(async move {
            if let Err(error) = this.deliver(&sms, Instant::now() + useful_for).await {
                tracing::warn!(%error, "an SMS was not sent");
            }
        });
    }

    async fn deliver(&self, sms: &Sms, until: Instant) -> Result<(), SendError> {
        let mut last = SendError::Failed("no try within its time".to_owned());
        let mut tried = 0;
        while tried < self.tries && Instant::now() < until {
            let turn = self.breaker().begin(Instant::now().into_std());
            if let Err(wait) = turn {
                tokio::time::sleep_until(until.min(Instant::now() + wait)).await;
                continue;
            }
            match self.once(sms).await {
                Err(SendError::Failed(why)) => {
                    self.breaker().failed(Instant::now().into_std());
                    tracing::info!(why, tried, "an SMS was not taken");
                    last = SendError::Failed(why);
                }
                answered @ (Ok(()) | Err(SendError::Refused(_))) => {
                    self.breaker().answered();
                    return answered;
                }
            }
            tried += 1;
            if tried < self.tries {
                tokio::time::sleep_until(until.min(Instant::now() + wait_after(tried, rand::random()))).await;
            }
        }
        Err(last)
    }

    async fn once(&self, sms: &Sms) -> Result<(), SendError> {
        let _place = self.places.acquire().await.map_err(|_| SendError::Failed("the server ends".to_owned()))?;
        let answer = tokio::time::timeout(self.timeout, self.gateway.send(sms)).await;
        answer.unwrap_or_else(|_| Err(SendError::Failed("no answer in time".to_owned())))
    }

    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long to wait after so many tries in vain; `chance` spreads those that failed together.
fn wait_after(tried: u32, chance: u16) -> Duration {
    let longest = FIRST_WAIT * 2_u32.saturating_pow(tried.saturating_sub(1).min(6));
    longest / 2 + (longest / 2).mul_f64(f64::from(chance) / f64::from(u16::MAX))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "fixed test data")]
mod tests;

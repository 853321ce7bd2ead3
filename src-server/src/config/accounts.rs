//! What an operator sets about codes, the SMS that carry them, and the account that app stores' reviewers use.

use std::{collections::BTreeMap, fmt};

use pakn_api::model::{code::OneTimeCode, phone::PhoneNumber};
use serde::{Deserialize, Serialize};

use super::{Config, ConfigError};

/// One-time codes: how long they live, how many there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Codes {
    /// Seconds for which a code can be entered.
    pub expire_seconds: u32,
    /// Seconds for which a code that was entered rightly can be used.
    pub use_seconds: u32,
    /// Wrong tries of one code.
    pub tries: u8,
    /// Seconds until another code may be sent to the same number at the same address' wish.
    pub resend_seconds: u32,
    /// Codes in a row for one number at one address' wish; twice as many from all addresses together.
    pub number_burst: u32,
    /// Seconds until one more is sent after those; half as many for all addresses together.
    pub number_refill_seconds: u64,
    /// Codes in a row at one address' wish, for whatever numbers.
    pub address_burst: u32,
    /// Seconds until one more is sent after those.
    pub address_refill_seconds: u64,
    /// SMS in an hour for numbers that are new where they are asked for, and as many for those that are not.
    pub sms_per_hour: u32,
}

impl Default for Codes {
    fn default() -> Self {
        Self {
            expire_seconds: 300,
            use_seconds: 900,
            tries: 5,
            resend_seconds: 60,
            number_burst: 5,
            number_refill_seconds: 7_200,
            address_burst: 20,
            address_refill_seconds: 120,
            sms_per_hour: 300,
        }
    }
}

/// Which way SMS go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmsGatewayKind {
    /// To a file in the data folder; nothing is sent.
    Development,
    /// To a provider, by a request that is set under `sms.http`.
    Http,
}

/// SMS and how they are sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sms {
    /// Which way.
    pub gateway: SmsGatewayKind,
    /// Whether codes may go to a file on a server that others can reach.
    pub development_anywhere: bool,
    /// How often one is tried at most.
    pub tries: u32,
    /// Seconds that one try may take.
    pub timeout_seconds: u64,
    /// Failures in a row after which the provider is left alone.
    pub breaker_failures: u32,
    /// Seconds for which it is, at first; each further time twice as long, up to sixteen times.
    pub breaker_seconds: u64,
    /// The provider's request.
    pub http: SmsHttp,
}

impl Default for Sms {
    fn default() -> Self {
        Self {
            gateway: SmsGatewayKind::Development,
            development_anywhere: false,
            tries: 4,
            timeout_seconds: 10,
            breaker_failures: 5,
            breaker_seconds: 30,
            http: SmsHttp::default(),
        }
    }
}

/// The request with which a provider is told to send an SMS. `Debug` shows no header, address or body: they hold keys.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SmsHttp {
    /// Its method.
    pub method: String,
    /// Its address; placeholders are percent-encoded.
    pub url: String,
    /// Of which type the body is; placeholders are put in as it wants.
    pub content_type: String,
    /// The body, with `{phone}`, `{phone_digits}`, `{phone_local}`, `{text}`, `{code}`.
    pub body: String,
    /// What a successful answer's body must contain, for providers that say 200 to everything; empty for no such demand.
    pub accepted: String,
    /// Further headers.
    pub headers: BTreeMap<String, String>,
}

impl Default for SmsHttp {
    fn default() -> Self {
        Self {
            method: "POST".to_owned(),
            url: String::new(),
            content_type: "application/json".to_owned(),
            body: String::new(),
            accepted: String::new(),
            headers: BTreeMap::new(),
        }
    }
}

impl fmt::Debug for SmsHttp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmsHttp").field("method", &self.method).finish_non_exhaustive()
    }
}

/// The number of the account that app stores' reviewers use, which gets no SMS: its code is always the same.
/// Both are empty where there is none. `Debug` shows neither.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reviewer {
    /// Its number.
    pub phone: String,
    /// Its code.
    pub code: String,
}

impl fmt::Debug for Reviewer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reviewer").finish_non_exhaustive()
    }
}

impl Reviewer {
    /// Number and code, where both are set.
    pub(crate) fn read(&self) -> Result<Option<(PhoneNumber, OneTimeCode)>, ConfigError> {
        if self.phone.is_empty() && self.code.is_empty() {
            return Ok(None);
        }
        let wrong =
            || ConfigError::Unusable("reviewer.phone and reviewer.code must be a mobile number and six digits, or both empty");
        let phone = PhoneNumber::parse(&self.phone).map_err(|_| wrong())?;
        Ok(Some((phone, OneTimeCode::parse(&self.code).map_err(|_| wrong())?)))
    }
}

/// A file of codes beside a server that others can reach would let everyone in who can read it.
pub(super) fn check_sms(config: &Config) -> Result<(), ConfigError> {
    let reachable = !config.listen.ip().to_canonical().is_loopback() || config.behind_proxy;
    match config.sms.gateway {
        SmsGatewayKind::Development if reachable && !config.sms.development_anywhere => Err(ConfigError::Unusable(
            "codes would only be written to a file: set sms.gateway = \"http\", or sms.development_anywhere = true for a trial",
        )),
        SmsGatewayKind::Development | SmsGatewayKind::Http => Ok(()),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use super::*;

    #[test]
    fn codes_go_to_a_file_only_where_nobody_else_comes() {
        let table = [
            ("127.0.0.1:1", false, false, true),
            ("[::1]:1", false, false, true),
            ("[::ffff:127.0.0.1]:1", false, false, true),
            ("0.0.0.0:1", false, false, false),
            ("192.0.2.1:1", false, false, false),
            ("127.0.0.1:1", true, false, false),
            ("0.0.0.0:1", true, true, true),
        ];
        for (listen, behind_proxy, development_anywhere, fine) in table {
            let sms = Sms { development_anywhere, ..Sms::default() };
            let config = Config { listen: listen.parse().unwrap(), behind_proxy, sms, ..Config::default() };
            assert_eq!(config.check().is_ok(), fine, "{listen} {behind_proxy} {development_anywhere}");
        }
    }

    #[test]
    fn a_reviewer_has_both_or_nothing() {
        let read = |phone: &str, code: &str| Reviewer { phone: phone.into(), code: code.into() }.read();
        assert_eq!(read("", "").unwrap(), None);
        assert!(read("0912 345 678", "042 137").unwrap().is_some());
        for (phone, code) in [("0912345678", ""), ("", "042137"), ("113", "042137"), ("0912345678", "42137")] {
            assert!(matches!(read(phone, code), Err(ConfigError::Unusable(_))), "{phone} {code}");
        }
    }

    #[test]
    fn debug_output_hides_keys_and_the_reviewer() {
        let mut config = Config::default();
        config.sms.http.headers.insert("authorization".into(), "Bearer geheim".into());
        config.sms.http.url = "https://sms.example/geheim".into();
        config.sms.http.body = "geheim".into();
        config.reviewer = Reviewer { phone: "0912345678".into(), code: "geheim".into() };
        let shown = format!("{config:?}");
        assert!(!shown.contains("geheim") && !shown.contains("0912345678"), "{shown}");
    }
}

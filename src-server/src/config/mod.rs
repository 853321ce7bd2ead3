//! What an operator sets: a TOML file, then `PAKN_*` variables, then flags, each over the one before.
//!
//! Every key has a default and is listed in `pakn-server.example.toml`. The variable for `listen` is
//! `PAKN_LISTEN`, for `limits.idle_seconds` it is `PAKN_LIMITS_IDLE_SECONDS`; only `sms.http.headers` has none. A key in
//! the file that is not known is an error: a typing mistake must not pass for a setting.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::visibility::Publish;

mod accounts;

pub use accounts::{Codes, Reviewer, Sms, SmsGatewayKind, SmsHttp};

/// Everything that can be set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The folder of the database (`pakn.sqlite`) and the files (`media/`); made when missing.
    pub data_dir: PathBuf,
    /// Address and port to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Whether a reverse proxy stands in front, whose `X-Forwarded-For` names the peer.
    pub behind_proxy: bool,
    /// From when on others see a report, if its field is public.
    pub publish: Publish,
    /// How much is let through.
    pub limits: Limits,
    /// One-time codes.
    pub codes: Codes,
    /// How they are sent.
    pub sms: Sms,
    /// The account that app stores' reviewers use.
    pub reviewer: Reviewer,
}

/// Bounds that keep one caller from spoiling it for the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Connections at a time; further callers wait until one ends.
    pub connections: usize,
    /// Connections at a time from one address, unless a proxy stands in front; further ones are closed at once.
    pub connections_per_address: usize,
    /// Seconds a connection has for a request's head, and may idle between two requests.
    pub header_seconds: u64,
    /// Seconds without a byte after which a body counts as abandoned.
    pub idle_seconds: u64,
    /// Seconds a file's body may take in all, however steadily it comes.
    pub body_seconds: u64,
    /// Seconds any other body may take in all, and what is left of one that nobody wants.
    pub small_body_seconds: u64,
    /// Hours after its last byte until an unfinished upload is given up.
    pub upload_hours: u64,
    /// Unfinished uploads that one citizen may have at a time.
    pub uploads_per_user: usize,
    /// Seconds an answer may take once the body has been read.
    pub handling_seconds: u64,
    /// Passwords checked at the same time; each takes 19 MiB and some 50 ms of a core.
    pub password_checks: usize,
    /// Wrong passwords in a row for one phone number from one address.
    pub sign_in_burst: u32,
    /// Seconds until one more try is allowed after those.
    pub sign_in_refill_seconds: u64,
    /// New reports in a row that one account may send.
    pub report_burst: u32,
    /// Seconds until one more is taken after those.
    pub report_refill_seconds: u64,
    /// Consents in a row that one account may give and take back.
    pub consent_burst: u32,
    /// Seconds until one more is noted after those.
    pub consent_refill_seconds: u64,
    /// Requests in a row for what is public, from one address.
    pub public_burst: u32,
    /// Requests a second after those.
    pub public_per_second: u32,
    /// Days without a sign of life after which a session ends.
    pub session_idle_days: u32,
    /// Days for which the first answer to an operation is kept, to be given again byte for byte.
    pub operation_days: u32,
    /// Days for which a file is kept that no report names.
    pub orphan_days: u32,
    /// Seconds to wait at the start while another server still has the data folder.
    pub start_seconds: u64,
    /// Seconds that requests under way are given when the server stops.
    pub stop_seconds: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data_dir: PathBuf::from("pakn-data"),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8787)),
            behind_proxy: false,
            publish: Publish::Accepted,
            limits: Limits::default(),
            codes: Codes::default(),
            sms: Sms::default(),
            reviewer: Reviewer::default(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 512,
            connections_per_address: 128,
            header_seconds: 30,
            idle_seconds: 60,
            body_seconds: 3_600,
            small_body_seconds: 60,
            upload_hours: 168,
            uploads_per_user: 64,
            handling_seconds: 120,
            password_checks: 2,
            sign_in_burst: 5,
            sign_in_refill_seconds: 60,
            report_burst: 500,
            report_refill_seconds: 12,
            consent_burst: 100,
            consent_refill_seconds: 600,
            public_burst: 300,
            public_per_second: 20,
            session_idle_days: 180,
            operation_days: 90,
            orphan_days: 30,
            start_seconds: 30,
            stop_seconds: 20,
        }
    }
}

/// Why a configuration can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file can't be read.
    #[error("reading {path}")]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A value doesn't fit or a key is unknown.
    #[error("the configuration does not fit: {0}")]
    Shape(#[from] toml::de::Error),
    /// A variable's value doesn't fit its key.
    #[error("{variable} needs {expected}")]
    Variable {
        /// Its name.
        variable: String,
        /// What it must be.
        expected: &'static str,
    },
    /// Its settings don't go together.
    #[error("{0}")]
    Unusable(&'static str),
}

impl Config {
    /// The defaults, with this data folder.
    #[must_use]
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self { data_dir: data_dir.into(), ..Self::default() }
    }

    /// The file's settings (if there is one) with the environment's over them.
    ///
    /// # Errors
    /// [`ConfigError`] names what can't be read or does not fit.
    pub fn load(file: Option<&Path>, env: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let mut table = match file {
            Some(path) => {
                let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
                toml::from_str::<toml::Table>(&text)?
            }
            None => toml::Table::new(),
        };
        let shape = toml::Table::try_from(Self::default()).map_err(<toml::de::Error as serde::de::Error>::custom)?;
        overlay(&mut table, &shape, "PAKN", &env)?;
        Ok(table.try_into()?)
    }

    /// Whether a server can run with these settings.
    ///
    /// # Errors
    /// [`ConfigError::Unusable`] says what doesn't go together.
    pub fn check(&self) -> Result<(), ConfigError> {
        self.reviewer.read()?;
        accounts::check_sms(self)
    }
}

fn overlay(
    table: &mut toml::Table,
    shape: &toml::Table,
    prefix: &str,
    env: &impl Fn(&str) -> Option<String>,
) -> Result<(), ConfigError> {
    for (key, default) in shape {
        let variable = format!("{prefix}_{}", key.to_uppercase());
        if let toml::Value::Table(inner) = default {
            let entry = table.entry(key.clone()).or_insert_with(|| toml::Value::Table(toml::Table::new()));
            if let toml::Value::Table(entry) = entry {
                overlay(entry, inner, &variable, env)?;
            }
            continue;
        }
        let Some(text) = env(&variable) else { continue };
        let fits = |expected| move || ConfigError::Variable { variable, expected };
        let value = if default.is_integer() {
            text.parse().map(toml::Value::Integer).ok().ok_or_else(fits("a whole number"))?
        } else if default.is_bool() {
            text.parse().map(toml::Value::Boolean).ok().ok_or_else(fits("true or false"))?
        } else {
            toml::Value::String(text)
        };
        table.insert(key.clone(), value);
    }
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use super::*;

    const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/pakn-server.example.toml");

    #[test]
    fn the_example_names_every_key_with_its_default() {
        assert_eq!(Config::load(Some(Path::new(EXAMPLE)), |_| None).unwrap(), Config::default());
        let text = std::fs::read_to_string(EXAMPLE).unwrap();
        let named: toml::Table = toml::from_str(&text).unwrap();
        assert_eq!(named, toml::Table::try_from(Config::default()).unwrap());
    }

    #[test]
    fn the_environment_goes_over_the_file() {
        let env = |name: &str| match name {
            "PAKN_LISTEN" => Some("0.0.0.0:80".to_owned()),
            "PAKN_LIMITS_IDLE_SECONDS" => Some("7".to_owned()),
            "PAKN_BEHIND_PROXY" => Some("true".to_owned()),
            _ => None,
        };
        let config = Config::load(Some(Path::new(EXAMPLE)), env).unwrap();
        assert_eq!(
            (config.listen.port(), config.limits.idle_seconds, config.behind_proxy, config.limits.password_checks),
            (80, 7, true, 2)
        );
    }

    #[test]
    fn mistakes_are_told() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("bad.toml");
        std::fs::write(&file, "lisen = \"127.0.0.1:1\"\n").unwrap();
        assert!(matches!(Config::load(Some(&file), |_| None), Err(ConfigError::Shape(_))));
        let env = |name: &str| (name == "PAKN_LIMITS_IDLE_SECONDS").then(|| "soon".to_owned());
        assert!(matches!(Config::load(None, env), Err(ConfigError::Variable { .. })));
        assert!(matches!(Config::load(Some(&dir.path().join("none")), |_| None), Err(ConfigError::Read { .. })));
    }
}

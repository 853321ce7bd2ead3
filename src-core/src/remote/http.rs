//! [`Remote`] over HTTP: the one place that builds an HTTP client.
//!
//! TLS is rustls with ring and the Mozilla roots, handed over ready-made: reqwest's own default needs
//! a Java part on Android and panics without it. Plain `http` is for this machine alone.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use pakn_api::{
    id::{MediaHash, ReportId},
    model::{catalogue::Catalogue, jurisdiction::Jurisdiction, video::MAX_VIDEO_BYTES},
    wire::{ChangePage, CreateReport, PutProfile, Receipt, RecordConsent, SignIn, SignedIn, StoredProfile, keys::KeySet, path},
};
use reqwest::{IntoUrl, Method, RequestBuilder, Response, StatusCode, Url, header};
use serde::{Serialize, de::DeserializeOwned};
use tokio::time::Instant;

use super::{
    Accounts, Fresh, NewUpload, OnSent, Public, Remote, RemoteError, Upload,
    answer::{body, checked, read},
    body::Counted,
    tus,
};
use crate::secrets::Token;

/// Shorter than servers and mobile networks keep a silent connection: a request on a dead one looks lost.
const POOL_IDLE: Duration = Duration::from_secs(20);

/// How long nothing may happen before a request counts as lost.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For a connection: on a link that its own uploads fill, a handshake takes its time.
    pub connect: Duration,
    /// For a question and an answer of a few kilobytes, on 2G.
    pub small: Duration,
    /// How long an upload may stand still before it is given up, beside the time its bytes may take.
    pub stall: Duration,
    /// What a link must at least do. A socket takes a whole photo at once, and how much of it has left only the
    /// system knows (which gives up by itself on Linux and Android when nothing is acknowledged); the files
    /// under way share a bad 2G uplink.
    pub bytes_per_second: u64,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            small: Duration::from_secs(40),
            stall: Duration::from_secs(45),
            bytes_per_second: 500,
        }
    }
}

impl Patience {
    /// How long `bytes` that a socket has taken may be on their way.
    fn with_bytes(&self, bytes: u64) -> Duration {
        self.stall.saturating_add(Duration::from_secs(bytes / self.bytes_per_second.max(1)))
    }
}

#[expect(clippy::cast_possible_truncation, reason = "some megabytes")]
pub(super) const MAX_MEDIUM: usize = MAX_VIDEO_BYTES as usize;
const JSON: &str = "application/json";

/// The address is not one the app may talk to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a usable server address")]
pub struct BadServerUrl;

/// A PAKN server at an address.
#[derive(Clone, Debug)]
pub struct HttpRemote {
    base: Url,
    client: reqwest::Client,
    patience: Patience,
}

fn tls() -> Result<rustls::ClientConfig, rustls::Error> {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

/// Whether the app may talk to an address: `https`, or `http` to this machine (10.0.2.2 is the host of an Android
/// emulator); never with a password in it.
pub(crate) fn may_talk_to(url: &Url) -> bool {
    let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]" | "10.0.2.2"));
    let open = url.username().is_empty() && url.password().is_none();
    match url.scheme() {
        "https" => open && url.has_host(),
        "http" => open && local,
        _ => false,
    }
}

fn parse_base(url: &str) -> Result<Url, BadServerUrl> {
    let url = Url::parse(url.trim()).map_err(|_| BadServerUrl)?;
    if may_talk_to(&url) && url.path() == "/" && url.query().is_none() { Ok(url) } else { Err(BadServerUrl) }
}

/// A client for what is no PAKN server.
///
/// # Errors
/// When TLS can't be set up.
pub(crate) fn plain_client() -> Result<reqwest::Client, BadServerUrl> {
    build_client(&Patience::default())
}

fn build_client(patience: &Patience) -> Result<reqwest::Client, BadServerUrl> {
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls().map_err(|_| BadServerUrl)?)
        .connect_timeout(patience.connect)
        .pool_idle_timeout(POOL_IDLE)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("KonTumS/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|_| BadServerUrl)
}

impl HttpRemote {
    /// A server at `url`.
    ///
    /// # Errors
    /// [`BadServerUrl`] unless it is `https://host[:port]`, or `http` to this machine.
    pub fn new(url: &str) -> Result<Self, BadServerUrl> {
        Self::with_patience(url, Patience::default())
    }

    /// As [`HttpRemote::new`], with another idea of how long to wait.
    ///
    /// # Errors
    /// As [`HttpRemote::new`].
    pub fn with_patience(url: &str, patience: Patience) -> Result<Self, BadServerUrl> {
        let client = build_client(&patience)?;
        Ok(Self { base: parse_base(url)?, client, patience })
    }

    /// The address, without a trailing slash.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    pub(super) fn base(&self) -> &Url {
        &self.base
    }

    pub(super) fn request(&self, method: Method, path: &str, token: Option<&Token>) -> RequestBuilder {
        self.request_at(method, format!("{}{path}", self.base_url()), token)
    }

    pub(super) fn request_at(&self, method: Method, url: impl IntoUrl, token: Option<&Token>) -> RequestBuilder {
        let request = self.client.request(method, url).header(header::ACCEPT, JSON);
        match token {
            Some(token) => request.bearer_auth(token.reveal()),
            None => request,
        }
    }
}

fn transport(error: &reqwest::Error) -> RemoteError {
    if error.is_connect() || error.is_builder() { RemoteError::NotSent } else { RemoteError::Lost }
}

pub(super) fn json<T: Serialize>(request: RequestBuilder, body: &T) -> RequestBuilder {
    request.json(body)
}

impl HttpRemote {
    /// Sends a small body, and answers whatever came back.
    pub(super) async fn ask(&self, request: RequestBuilder) -> Result<Response, RemoteError> {
        let answer = tokio::time::timeout(self.patience.small, request.send()).await.map_err(|_| RemoteError::Lost)?;
        answer.map_err(|e| transport(&e))
    }

    /// Sends a small body. Reading the answer has its own limits: on 2G a page of news takes its time.
    pub(super) async fn send(&self, request: RequestBuilder) -> Result<Response, RemoteError> {
        checked(self.ask(request).await?).await
    }

    /// Sends a small body to which the server answers that it is done, and nothing else.
    pub(super) async fn done(&self, request: RequestBuilder) -> Result<(), RemoteError> {
        match self.send(request).await?.status() {
            StatusCode::NO_CONTENT => Ok(()),
            _ => Err(RemoteError::NotUnderstood),
        }
    }

    /// Sends a large body for as long as it moves, and answers whatever came back.
    pub(super) async fn ask_while_moving(
        &self,
        request: RequestBuilder,
        bytes: Bytes,
        on_sent: OnSent,
    ) -> Result<Response, RemoteError> {
        let moved = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&moved);
        let counted: OnSent = Arc::new(move |length| {
            counter.fetch_add(length, Ordering::Relaxed);
            on_sent(length);
        });
        let sending = request.body(reqwest::Body::wrap(Counted::new(bytes, counted))).send();
        tokio::pin!(sending);
        let (mut seen, mut still_since) = (0, Instant::now());
        loop {
            if let Ok(answer) = tokio::time::timeout(self.patience.stall, &mut sending).await {
                return answer.map_err(|e| transport(&e));
            }
            match moved.load(Ordering::Relaxed) {
                now if now != seen => (seen, still_since) = (now, Instant::now()),
                _ if still_since.elapsed() >= self.patience.with_bytes(seen) => return Err(RemoteError::Lost),
                _ => {}
            }
        }
    }

    async fn get_fresh<T: DeserializeOwned>(&self, path: &str, etag: Option<&str>) -> Result<Fresh<T>, RemoteError> {
        let mut request = self.request(Method::GET, path, None);
        if let Some(etag) = etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        let response = self.send(request).await?;
        if response.status() == StatusCode::NOT_MODIFIED {
            return if etag.is_some() { Ok(Fresh::Unchanged) } else { Err(RemoteError::NotUnderstood) };
        }
        let etag = response.headers().get(header::ETAG).and_then(|v| v.to_str().ok()).map(str::to_owned);
        Ok(Fresh::New { value: read(response).await?, etag })
    }
}

#[async_trait]
impl Remote for HttpRemote {
    async fn sign_in(&self, request: &SignIn) -> Result<SignedIn, RemoteError> {
        read(self.send(json(self.request(Method::POST, path::SESSION, None), request)).await?).await
    }

    async fn sign_out(&self, token: &Token) -> Result<(), RemoteError> {
        self.done(self.request(Method::DELETE, path::SESSION, Some(token))).await
    }

    async fn catalogue(&self, etag: Option<&str>) -> Result<Fresh<Catalogue>, RemoteError> {
        self.get_fresh(path::FIELDS, etag).await
    }

    async fn jurisdiction(&self, etag: Option<&str>) -> Result<Fresh<Jurisdiction>, RemoteError> {
        self.get_fresh(path::JURISDICTION, etag).await
    }

    async fn keys(&self) -> Result<KeySet, RemoteError> {
        read(self.send(self.request(Method::GET, path::KEYS, None)).await?).await
    }

    async fn create_upload(&self, token: &Token, new: NewUpload, first: Bytes, on_sent: OnSent) -> Result<Upload, RemoteError> {
        tus::create(self, token, new, first, on_sent).await
    }

    async fn upload_offset(&self, token: &Token, url: &str) -> Result<Option<u64>, RemoteError> {
        tus::offset(self, token, url).await
    }

    async fn append_upload(
        &self,
        token: &Token,
        url: &str,
        offset: u64,
        bytes: Bytes,
        on_sent: OnSent,
    ) -> Result<u64, RemoteError> {
        tus::append(self, token, url, offset, bytes, on_sent).await
    }

    async fn get_medium(&self, token: &Token, hash: MediaHash) -> Result<Bytes, RemoteError> {
        let response = self.send(self.request(Method::GET, &path::medium(hash), Some(token))).await?;
        body(response, MAX_MEDIUM).await
    }

    async fn create_report(&self, token: &Token, request: &CreateReport) -> Result<Receipt, RemoteError> {
        read(self.send(json(self.request(Method::POST, path::REPORTS, Some(token)), request)).await?).await
    }

    async fn receipt(&self, token: &Token, report_id: ReportId) -> Result<Receipt, RemoteError> {
        read(self.send(self.request(Method::GET, &path::receipt(report_id), Some(token))).await?).await
    }

    async fn profile(&self, token: &Token) -> Result<StoredProfile, RemoteError> {
        read(self.send(self.request(Method::GET, path::PROFILE, Some(token))).await?).await
    }

    async fn put_profile(&self, token: &Token, request: &PutProfile) -> Result<StoredProfile, RemoteError> {
        read(self.send(json(self.request(Method::PUT, path::PROFILE, Some(token)), request)).await?).await
    }

    async fn record_consent(&self, token: &Token, request: &RecordConsent) -> Result<(), RemoteError> {
        self.done(json(self.request(Method::POST, path::CONSENTS, Some(token)), request)).await
    }

    fn accounts(&self) -> &dyn Accounts {
        self
    }

    fn public(&self) -> &dyn Public {
        self
    }

    async fn changes(&self, token: &Token, after: u64) -> Result<ChangePage, RemoteError> {
        read(self.send(self.request(Method::GET, &format!("{}?after={after}", path::CHANGES), Some(token))).await?).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_or_this_machine() {
        for good in [
            "https://pakn.example",
            "https://pakn.example:8443/",
            "http://127.0.0.1:9000",
            "http://[::1]:1",
            "http://10.0.2.2:80",
        ] {
            assert!(HttpRemote::new(good).is_ok(), "{good}");
        }
        for bad in
            ["", "pakn.example", "http://pakn.example", "ftp://127.0.0.1", "https://u:p@pakn.example", "https://pakn.example/x"]
        {
            assert_eq!(HttpRemote::new(bad).err(), Some(BadServerUrl), "{bad}");
        }
    }
}

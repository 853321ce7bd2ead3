//! A provider that is told by an HTTP request, which is all configuration: fits the province's brand-name provider.

use std::sync::Arc;

use futures::future::BoxFuture;
use reqwest::{
    Method, StatusCode, Url,
    header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
};

use super::{
    SendError, Sms, SmsGateway,
    template::{Encoding, fill},
};
use crate::config::{ConfigError, SmsHttp};

/// More of an answer than this is not looked at.
const MOST_ANSWER: usize = 64 * 1024;

/// Sends by a request.
pub(super) struct ByRequest {
    client: reqwest::Client,
    method: Method,
    url: String,
    headers: HeaderMap,
    body: String,
    encoding: Encoding,
    accepted: String,
}

impl std::fmt::Debug for ByRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ByRequest").finish_non_exhaustive()
    }
}

impl ByRequest {
    /// By the request that the settings describe.
    pub(super) fn new(settings: &SmsHttp) -> Result<Self, ConfigError> {
        let unusable = ConfigError::Unusable;
        let mut headers = HeaderMap::new();
        for (name, value) in &settings.headers {
            let name = HeaderName::try_from(name).map_err(|_| unusable("sms.http.headers has a name that can't be one"))?;
            let mut value =
                HeaderValue::try_from(value).map_err(|_| unusable("sms.http.headers has a value that can't be one"))?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        let content_type = &settings.content_type;
        let encoding = Encoding::of(content_type).ok_or(unusable("sms.http.content_type is none of those that are known"))?;
        let header = HeaderValue::try_from(content_type).map_err(|_| unusable("sms.http.content_type can't be one"))?;
        headers.insert(CONTENT_TYPE, header);
        let method = Method::try_from(settings.method.as_str()).map_err(|_| unusable("sms.http.method can't be one"))?;
        if !Url::parse(&settings.url).is_ok_and(|url| url.scheme() == "https" || (url.scheme() == "http" && is_here(&url))) {
            return Err(unusable("sms.http.url must be an https address: codes and the provider's key go there"));
        }
        if !["{text}", "{code}"].iter().any(|name| settings.body.contains(name) || settings.url.contains(name)) {
            return Err(unusable("sms.http.body or sms.http.url must contain {text} or {code}"));
        }
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls().map_err(|_| unusable("TLS can't be set up"))?)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("pakn-server/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| unusable("no HTTP client can be made"))?;
        let (url, body, accepted) = (settings.url.clone(), settings.body.clone(), settings.accepted.clone());
        Ok(Self { client, method, url, headers, body, encoding, accepted })
    }
}

/// Whether nothing leaves this machine on the way there.
fn is_here(url: &Url) -> bool {
    matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
}

/// An error of the client and what stands behind it, without the address, which holds the number.
fn why(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

fn tls() -> Result<rustls::ClientConfig, rustls::Error> {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

impl SmsGateway for ByRequest {
    fn send<'a>(&'a self, sms: &'a Sms) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(async move {
            let failed = |error: reqwest::Error| SendError::Failed(why(error));
            let request = self.client.request(self.method.clone(), fill(&self.url, Encoding::Percent, sms));
            let body = fill(&self.body, self.encoding, sms);
            let mut response = request.headers(self.headers.clone()).body(body).send().await.map_err(failed)?;
            judge(response.status())?;
            if self.accepted.is_empty() {
                return Ok(());
            }
            let mut answer = Vec::new();
            while let Some(piece) = response.chunk().await.map_err(failed)? {
                answer.extend_from_slice(&piece);
                if answer.len() > MOST_ANSWER {
                    break;
                }
            }
            if String::from_utf8_lossy(&answer).contains(&self.accepted) {
                Ok(())
            } else {
                Err(SendError::Refused("its answer doesn't contain sms.http.accepted".to_owned()))
            }
        })
    }
}

/// What a status says. Refusals of the key or the request as such are the operator's to mend, and the same for every number.
fn judge(status: StatusCode) -> Result<(), SendError> {
    match status.as_u16() {
        200..=299 => Ok(()),
        401 | 403 | 404 | 405 | 407 | 408 | 425 | 429 => Err(SendError::Failed(status.to_string())),
        400..=499 => Err(SendError::Refused(status.to_string())),
        _ => Err(SendError::Failed(status.to_string())),
    }
}

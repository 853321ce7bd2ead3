//! Pages for browsers: plain HTML, no script, nothing from elsewhere, readable on a phone, light and dark.

use std::{fmt::Write as _, sync::LazyLock};

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1b1b1b;--paper:#fff;--line:#8a8a8a;--act:#a4161a;--on-act:#fff;--bad:#8f1014}\
@media(prefers-color-scheme:dark){:root{--ink:#ececec;--paper:#161616;--line:#8f8f8f;--act:#ff8a80;--on-act:#1b0000;--bad:#ffb3ac}}\
body{margin:0 auto;max-width:36rem;padding:1.25rem;font:1.125rem/1.55 system-ui,sans-serif;color:var(--ink);background:var(--paper)}\
h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.125rem;margin-bottom:.25rem}ul{margin-top:.25rem;padding-left:1.25rem}\
label{display:block;font-weight:600;margin-top:1rem}\
input{box-sizing:border-box;width:100%;min-height:3rem;padding:.5rem .75rem;font:inherit;font-size:1.25rem;color:inherit;\
background:transparent;border:1px solid var(--line);border-radius:.5rem}\
button{width:100%;min-height:3rem;margin-top:1rem;padding:.5rem .75rem;font:inherit;font-weight:600;color:var(--on-act);\
background:var(--act);border:0;border-radius:.5rem}\
.bad{color:var(--bad);font-weight:600}";

/// A page: its status, title and the HTML of its body.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) title: &'static str,
    /// HTML: whatever comes from outside has been through [`escaped`].
    pub(crate) body: String,
    /// Seconds to wait before another try.
    pub(crate) retry_after: Option<u64>,
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        static POLICY: LazyLock<String> = LazyLock::new(|| {
            let style = STANDARD.encode(Sha256::digest(STYLE));
            format!("default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
        });
        let Self { status, title, body, retry_after } = self;
        let html = format!(
            "<!doctype html><html lang=\"vi\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
             <meta name=\"robots\" content=\"noindex\"><title>{title}</title><style>{STYLE}</style></head>\
             <body><main><h1>{title}</h1>{body}</main></body></html>"
        );
        let mut response = (status, html).into_response();
        let headers = response.headers_mut();
        for (name, value) in [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CONTENT_SECURITY_POLICY, POLICY.as_str()),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::X_FRAME_OPTIONS, "DENY"),
            (header::CACHE_CONTROL, "no-store"),
        ] {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        }
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// A text as it stands in HTML, between tags or in a quoted attribute.
pub(crate) fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' | '<' | '>' | '"' | '\'' => {
                // Writing to a string does not fail.
                let _ = write!(html, "&#{};", u32::from(c));
            }
            _ => html.push(c),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_typed_becomes_a_tag() {
        assert_eq!(escaped("Y Blơ <b onclick='x' id=\"y\">&"), "Y Blơ &#60;b onclick=&#39;x&#39; id=&#34;y&#34;&#62;&#38;");
    }
}

//! Links that lead out of the app: a number to call, the province's own site.
//!
//! The page never navigates away: what it may lead to is handed to the system, everything else is
//! refused.

use tauri::{AppHandle, Runtime, Url, async_runtime::spawn_blocking};

use crate::platform;

/// What becomes of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lead {
    /// It is the page itself.
    Within,
    /// The system's browser or telephone has it.
    Out,
    /// Nobody follows it.
    Nowhere,
}

impl Lead {
    fn of(url: &Url) -> Self {
        match (url.scheme(), url.host_str()) {
            ("tauri", _) => Self::Within,
            // At another port it would be another program of this machine.
            ("http" | "https", Some("tauri.localhost")) if url.port().is_none() => Self::Within,
            ("about", None) if url.path() == "blank" => Self::Within,
            ("tel" | "https", _) => Self::Out,
            _ => Self::Nowhere,
        }
    }
}

/// Whether the webview itself may follow a link; sends those that lead out on their way.
pub(crate) fn follow<R: Runtime>(app: &AppHandle<R>, url: &Url) -> bool {
    match Lead::of(url) {
        Lead::Within => true,
        Lead::Out => {
            let (app, url) = (app.clone(), url.clone());
            // Phones ask on the very thread that the system would have to open the link on.
            spawn_blocking(move || {
                // A number's digits are nobody's business but the telephone's: only what kind of link it was.
                if platform::open_outside(&app, &url).is_err() {
                    tracing::warn!(scheme = url.scheme(), "the system opens no such link");
                }
            });
            false
        }
        Lead::Nowhere => {
            tracing::warn!(scheme = url.scheme(), "a link that leads nowhere");
            false
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use super::*;

    #[test]
    fn only_the_page_itself_is_followed() {
        let table = [
            ("tauri://localhost/reports", Lead::Within),
            ("http://tauri.localhost/", Lead::Within),
            ("http://tauri.localhost:8080/", Lead::Nowhere),
            ("about:blank", Lead::Within),
            ("tel:113", Lead::Out),
            ("https://pakn.kontum.gov.vn/", Lead::Out),
            ("http://pakn.kontum.gov.vn/", Lead::Nowhere),
            ("file:///etc/passwd", Lead::Nowhere),
            ("javascript:alert(1)", Lead::Nowhere),
            ("data:text/html,x", Lead::Nowhere),
        ];
        for (url, expected) in table {
            assert_eq!(Lead::of(&url.parse().unwrap()), expected, "{url}");
        }
    }
}

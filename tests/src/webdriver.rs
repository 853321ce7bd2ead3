//! The few words of the WebDriver protocol (W3C) that the tests speak.
//!
//! Written out here because the WebKitGTK driver refuses sessions that ask for capabilities it doesn't
//! know, and the clients to be had always ask for some.

use std::time::Duration;

use anyhow::{Context, bail};
use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::Method;
use serde_json::{Value, json};

use crate::wait::until;

const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// How long an element may take to appear.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A session with one window.
pub struct Session {
    client: reqwest::Client,
    url: String,
}

/// An element of the page it was found on.
#[derive(Clone, Debug)]
pub struct Element(String);

impl Session {
    /// Opens `application` through the driver at `driver`.
    ///
    /// # Errors
    /// When the driver refuses.
    pub async fn open(driver: &str, application: &str) -> anyhow::Result<Self> {
        let client = crate::http::client()?;
        let wanted = json!({"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": {"binary": application, "args": []}}}});
        let session = Self { client, url: format!("{driver}/session") };
        let answer = session.call(Method::POST, "", Some(wanted)).await?;
        let id = answer.get("sessionId").and_then(Value::as_str).context("a session id")?;
        Ok(Self { url: format!("{driver}/session/{id}"), ..session })
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> anyhow::Result<Value> {
        let mut request = self.client.request(method, format!("{}{path}", self.url)).timeout(Duration::from_secs(60));
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let answer: Value = serde_json::from_str(&request.send().await?.text().await?)?;
        let value = answer.get("value").cloned().unwrap_or(Value::Null);
        match value.get("error").and_then(Value::as_str) {
            Some(error) => bail!("{path}: {error}: {}", value.get("message").and_then(Value::as_str).unwrap_or("")),
            None => Ok(value),
        }
    }

    /// Every element that a CSS selector finds now.
    ///
    /// # Errors
    /// When the driver fails.
    pub async fn all(&self, css: &str) -> anyhow::Result<Vec<Element>> {
        let found = self.call(Method::POST, "/elements", Some(json!({"using": "css selector", "value": css}))).await?;
        let found = found.as_array().context("a list of elements")?;
        Ok(found.iter().filter_map(|e| e.get(ELEMENT)?.as_str().map(|id| Element(id.to_owned()))).collect())
    }

    /// The first element that a CSS selector finds, as soon as there is one.
    ///
    /// # Errors
    /// When none appears.
    pub async fn find(&self, css: &str) -> anyhow::Result<Element> {
        let looking = until(css, PATIENCE, async || Ok(self.all(css).await?.into_iter().next()));
        Ok(looking.await?.0)
    }

    /// Waits until no element is found by a CSS selector any more.
    ///
    /// # Errors
    /// When some stay.
    pub async fn gone(&self, css: &str) -> anyhow::Result<()> {
        let gone = async || Ok(self.all(css).await?.is_empty().then_some(()));
        until(&format!("{css} gone"), PATIENCE, gone).await.map(drop)
    }

    /// Waits until an element shows this text somewhere in its own.
    ///
    /// # Errors
    /// When it doesn't; the error says what it shows.
    pub async fn shows(&self, css: &str, text: &str) -> anyhow::Result<()> {
        let mut last = String::new();
        let shows = async || {
            last = self.text(css).await?;
            Ok(last.contains(text).then_some(()))
        };
        let shown = until(&format!("{css} shows {text:?}"), PATIENCE, shows).await;
        shown.map(drop).with_context(|| format!("{css} shows {last:?}"))
    }

    /// Scrolls an element to the middle.
    ///
    /// # Errors
    /// When it is gone.
    pub async fn show(&self, element: &Element) -> anyhow::Result<()> {
        self.script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", &[element]).await.map(drop)
    }

    /// Clicks, as soon as the element is there, after scrolling it to the middle.
    ///
    /// # Errors
    /// When it can't be clicked.
    pub async fn click(&self, css: &str) -> anyhow::Result<()> {
        let click = async || {
            let element = self.find(css).await?;
            self.show(&element).await?;
            // Drawn anew between finding and clicking: look again.
            Ok(self.call(Method::POST, &format!("/element/{}/click", element.0), Some(json!({}))).await.ok().map(drop))
        };
        until(&format!("clicking {css}"), PATIENCE, click).await.map(drop)
    }

    /// Types into a field (or names a file for a file input).
    ///
    /// # Errors
    /// When it can't be typed into.
    pub async fn type_into(&self, css: &str, text: &str) -> anyhow::Result<()> {
        let element = self.find(css).await?;
        self.call(Method::POST, &format!("/element/{}/value", element.0), Some(json!({"text": text}))).await.map(drop)
    }

    /// Empties a field, as soon as it is there.
    ///
    /// # Errors
    /// When it can't be.
    pub async fn clear(&self, css: &str) -> anyhow::Result<()> {
        let element = self.find(css).await?;
        self.call(Method::POST, &format!("/element/{}/clear", element.0), Some(json!({}))).await.map(drop)
    }

    /// The text an element shows, as soon as it is there.
    ///
    /// # Errors
    /// When it doesn't appear.
    pub async fn text(&self, css: &str) -> anyhow::Result<String> {
        let text = async || {
            let element = self.find(css).await?;
            let text = self.call(Method::GET, &format!("/element/{}/text", element.0), None).await.ok();
            Ok(text.and_then(|t| t.as_str().map(str::to_owned)))
        };
        Ok(until(css, PATIENCE, text).await?.0)
    }

    /// What a field holds.
    ///
    /// # Errors
    /// When it doesn't appear.
    pub async fn value(&self, css: &str) -> anyhow::Result<String> {
        let element = self.find(css).await?;
        let value = self.call(Method::GET, &format!("/element/{}/property/value", element.0), None).await?;
        value.as_str().map(str::to_owned).context("a value")
    }

    /// Runs a script in the page; elements come as `arguments`.
    ///
    /// # Errors
    /// When the script throws.
    pub async fn script(&self, script: &str, elements: &[&Element]) -> anyhow::Result<Value> {
        let args: Vec<Value> = elements.iter().map(|e| json!({ELEMENT: e.0})).collect();
        self.call(Method::POST, "/execute/sync", Some(json!({"script": script, "args": args}))).await
    }

    /// Runs a script that gets a function to call when it is done, with what it has to say.
    ///
    /// # Errors
    /// When the script throws, or isn't done in half a minute.
    pub async fn script_until_done(&self, script: &str) -> anyhow::Result<Value> {
        self.call(Method::POST, "/execute/async", Some(json!({"script": script, "args": []}))).await
    }

    /// A picture of the window, as PNG.
    ///
    /// # Errors
    /// When the driver fails again and again: a window that is just drawn anew has no picture.
    pub async fn screenshot(&self) -> anyhow::Result<Vec<u8>> {
        let taking = async || Ok(self.call(Method::GET, "/screenshot", None).await.ok());
        let (picture, _) = until("a picture of the window", PATIENCE, taking).await?;
        Ok(STANDARD.decode(picture.as_str().context("a picture")?)?)
    }

    /// Gives the window a size in CSS pixels.
    ///
    /// # Errors
    /// When the driver fails.
    pub async fn resize(&self, width: u32, height: u32) -> anyhow::Result<()> {
        self.call(Method::POST, "/window/rect", Some(json!({"width": width, "height": height}))).await.map(drop)
    }
}

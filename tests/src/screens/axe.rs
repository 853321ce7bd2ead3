//! axe-core, an accessibility engine (Deque, MPL-2.0), put into the page through the driver: labels, roles, states,
//! headings, landmarks, language, contrast, by the rules for WCAG 2.0 to 2.2, levels A and AA, and its best practices.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, ensure};

use super::Fault;
use crate::{npm, window::AppWindow};

const RUN: &str = include_str!("axe.js");

/// What axe finds and we leave, with the reason.
struct Exempt {
    /// Its rule.
    rule: &'static str,
    /// A part of the element's selector.
    element: &'static str,
    /// Why it stays.
    #[expect(dead_code, reason = "written for whoever reads the list")]
    reason: &'static str,
}

const EXEMPT: [Exempt; 0] = [];

/// The engine's source.
pub struct Axe(String);

impl Axe {
    /// Gets it from npm, once, into `folder`.
    ///
    /// # Errors
    /// When npm fails.
    pub async fn fetch(folder: PathBuf) -> anyhow::Result<Self> {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/axe");
        let folder = npm::install(&sources, folder).await?;
        let source = folder.join("node_modules/axe-core/axe.min.js");
        Ok(Self(fs::read_to_string(&source).with_context(|| source.display().to_string())?))
    }

    /// Puts it into the page, where it stays until the app ends.
    ///
    /// # Errors
    /// When the page doesn't take it.
    pub async fn enter(&self, app: &AppWindow) -> anyhow::Result<()> {
        let version = app.page.script(&format!("{}; return window.axe?.version ?? ''", self.0), &[]).await?;
        ensure!(version.as_str().is_some_and(|version| !version.is_empty()), "axe-core is not in the page");
        Ok(())
    }
}

/// What axe finds wrong with the screen as it is.
///
/// # Errors
/// When the page doesn't answer.
pub async fn examine(app: &AppWindow) -> anyhow::Result<Vec<Fault>> {
    let found: Vec<Fault> = serde_json::from_value(app.page.script_until_done(RUN).await.context("axe.js")?)?;
    let exempt = |fault: &Fault| EXEMPT.iter().any(|e| fault.rule.ends_with(e.rule) && fault.element.contains(e.element));
    Ok(found.into_iter().filter(|fault| !exempt(fault)).collect())
}

//! The sizes in which a screen is looked at: of the window, and of the text as somebody has set it on their phone.

use anyhow::Context;

use crate::{wait::until, webdriver::PATIENCE, window::AppWindow};

/// A small phone's page, in CSS pixels.
pub const SMALL: (u32, u32) = (360, 640);
/// A large phone's.
pub const LARGE: (u32, u32) = (430, 932);
/// How every screen is looked at. Letters that grow alone are a small window's trouble.
pub const LOOKS: [((u32, u32), Text); 5] =
    [(SMALL, Text::Normal), (SMALL, Text::Double), (SMALL, Text::Letters), (LARGE, Text::Normal), (LARGE, Text::Double)];

/// How large somebody wants their text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// As it is.
    Normal,
    /// Twice as large, as on an iPhone: the root's size follows the system's (`-apple-system-body` in base.css), and all
    /// that is given in rem follows it, distances and boxes as well.
    Double,
    /// Twice as large, as on Android: its web view doubles letters alone (`WebSettings.textZoom`, which starts as the
    /// system's font scale), whatever they are given in; lengths in rem stay as they were.
    Letters,
}

impl Text {
    /// What pictures call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Normal => "100",
            Self::Double => "200",
            Self::Letters => "200-letters",
        }
    }

    /// What does it in the page. The desktop's web view knows neither of the phones' settings; both are put on through
    /// the elements' own style, over no rule of the app's.
    const fn script(self) -> &'static str {
        match self {
            Self::Normal => "",
            Self::Double => "page.style.setProperty('font-size', '200%');",
            Self::Letters => {
                "const all = [...document.body.querySelectorAll('*')].filter(e => !e.closest('svg'));
                 const sizes = all.map(e => 2 * parseFloat(getComputedStyle(e).fontSize));
                 all.forEach((e, n) => { e.style.setProperty('font-size', `${sizes[n]}px`); e.dataset.zoomed = ''; });"
            }
        }
    }
}

const AS_IT_WAS: &str = "const page = document.documentElement;
page.style.removeProperty('font-size');
document.querySelectorAll('[data-zoomed]').forEach(e => { e.style.removeProperty('font-size'); delete e.dataset.zoomed; });";

/// How high the window had to be to show everything at once.
const WHOLE: &str = "return Math.max(document.documentElement.scrollHeight,
    ...[...document.querySelectorAll('dialog[open]')].map(d => d.scrollHeight + 32))";

/// As high as a picture may get.
const HIGHEST: u32 = 6_000;

/// Sets text and window, and waits until the page has them.
///
/// # Errors
/// When the window doesn't become that large.
pub async fn set(app: &AppWindow, text: Text, (width, height): (u32, u32)) -> anyhow::Result<()> {
    app.page.resize(width, height).await?;
    let there = async || {
        let size = app.page.script("return `${innerWidth}x${innerHeight}`", &[]).await?;
        Ok((size == format!("{width}x{height}")).then_some(()))
    };
    until(&format!("a page of {width}x{height}"), PATIENCE, there).await?;
    app.page.script(&format!("{AS_IT_WAS} {}", text.script()), &[]).await?;
    app.drawn().await
}

/// Makes the window as high as what it shows. Says whether that is higher than `height`, which it was.
///
/// # Errors
/// When the window doesn't become that large.
pub async fn unroll(app: &AppWindow, text: Text, (width, height): (u32, u32)) -> anyhow::Result<bool> {
    let whole = app.page.script(WHOLE, &[]).await?.as_f64().context("a height")?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a height in pixels")]
    let whole = (whole.ceil() as u32).min(HIGHEST);
    if whole <= height {
        return Ok(false);
    }
    set(app, text, (width, whole)).await?;
    Ok(true)
}

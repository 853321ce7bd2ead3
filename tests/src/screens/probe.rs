//! Measures what a screen shows, by `probe.js` in the page itself. Its rules:
//!
//! - **page wider than window**, **text outside the window**: nobody scrolls sideways.
//! - **text cut**: a line is not all shown, and no scrolling shows it. A title that a list shortens is not meant: it is
//!   written out on the screen that its card leads to.
//! - **text out of its box**: a line crosses the border or ground of what it stands on.
//! - **placeholder cut**: an empty box can't show all of its example.
//! - **target too small**: what is pressed is less than 48 x 48 CSS px; a link within a sentence, less than 24 high,
//!   which is WCAG 2.2's own measure (2.5.8).
//! - **overlap**: two lines, two targets, or a line and a picture lie on each other. What lies on a picture on purpose is
//!   named there.
//! - **tabindex above 0**, **focus order**: the focus takes what can be pressed in the order of the page, which is that of
//!   the eye: down, and on a line to the right.
//! - **covered**: something that takes the focus, scrolled into view from above or below, has its middle under something else.
//!
//! Bars that stick are a layer of their own: what scrolls under them doesn't overlap them.

use anyhow::Context;

use super::Fault;
use crate::window::AppWindow;

const PROBE: &str = include_str!("probe.js");

/// What is wrong with the screen as it is.
///
/// # Errors
/// When the page doesn't answer.
pub async fn measure(app: &AppWindow) -> anyhow::Result<Vec<Fault>> {
    let found = app.page.script(PROBE, &[]).await.context("probe.js")?;
    Ok(serde_json::from_value(found)?)
}

//! Every screen of the app, and how it is looked at: `catalogue` names the screens and the way to each, `stage` sets what
//! they show, `gallery` goes from one to the next, in every size of window and of text (`look`), keeps pictures and
//! collects what `probe` (our own measuring) and `axe` (an accessibility engine) find wrong.

pub mod axe;
pub mod catalogue;
pub mod gallery;
pub mod look;
pub mod probe;
pub mod stage;

use std::{collections::BTreeMap, fmt};

/// A step on the way to a screen. A hook is what stands in `data-test`; what has a `[`, `.`, `#` or space in it is a CSS
/// selector. Words in braces stand for what the stage calls so: `{draft}`.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// To an address of the app.
    Go(&'static str),
    /// Presses what has this hook.
    Tap(&'static str),
    /// Types into what has this hook; or hands a file to it.
    Type(&'static str, &'static str),
    /// Types the code that came by SMS.
    Code(&'static str),
    /// Empties what has this hook.
    Clear(&'static str),
    /// Waits until there is such a thing.
    See(&'static str),
    /// Waits until what has this hook says so somewhere.
    Shows(&'static str, &'static str),
    /// Waits until there is no such thing any more.
    Gone(&'static str),
    /// Lets the server be reached, or not.
    Online(bool),
    /// Runs a script in the page, where there is no other way: scrolling within something, a file dropped.
    Script(&'static str),
}

/// Something to look at, and how to get there from the screen before it.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    /// What its pictures are called.
    pub name: &'static str,
    /// The way there, from wherever the one before has led.
    pub way: &'static [Step],
}

/// A line of the catalogue.
#[must_use]
pub const fn screen(name: &'static str, way: &'static [Step]) -> Screen {
    Screen { name, way }
}

/// What words in braces stand for.
pub type Names = BTreeMap<&'static str, String>;

fn filled(text: &str, names: &Names) -> String {
    names.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// The selector of a hook.
fn css(hook: &str) -> String {
    if hook.contains(['[', '.', '#', ' ']) { hook.to_owned() } else { format!("[data-test={hook}]") }
}

/// Something wrong with a screen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
pub struct Fault {
    /// Which rule it breaks.
    pub rule: String,
    /// The element that does.
    pub element: String,
    /// How.
    pub detail: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.rule, self.element, self.detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hooks_and_names_are_written_out() {
        let names = Names::from([("draft", "0198".to_owned())]);
        assert_eq!(filled("/draft/{draft}", &names), "/draft/0198");
        assert_eq!(css("tab-home"), "[data-test=tab-home]");
        assert_eq!(css("dialog[open] .link"), "dialog[open] .link");
    }
}

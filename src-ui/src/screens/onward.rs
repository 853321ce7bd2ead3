//! Detours: screens that something else leads to, and that lead on there when they are done.
//!
//! A detour taken from where it leads back to goes back in the history instead of adding to it, so that
//! the back key never comes upon the same screen twice.

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use crate::components::screen::ScreensShown;

/// Where to go afterwards: a path of the app itself, never an address from elsewhere.
fn inner_path(next: Option<String>) -> String {
    next.filter(|path| path.starts_with('/') && !path.starts_with("//") && !path.contains('\\')).unwrap_or_else(|| "/".to_owned())
}

/// The address of a screen that comes back here, the path that shows it, when it is done.
pub(crate) fn detour(screen: &str, here: &str) -> String {
    address(screen, here, true)
}

/// The address of a screen that leads to `next` when it is done, which is not the step before.
pub(crate) fn towards(screen: &str, next: &str) -> String {
    address(screen, next, false)
}

fn address(screen: &str, next: &str, over_next: bool) -> String {
    format!("{screen}?next={next}{}", if over_next { "&over=1" } else { "" })
}

/// Where a screen leads when it is done.
#[derive(Clone, Copy)]
pub(crate) struct Onward {
    next: Memo<String>,
    /// What it leads to is the step before in the history.
    over_next: Memo<bool>,
    shown: StoredValue<u32>,
    navigate: UnsyncCallback<String>,
}

/// Reads from the screen's address where it leads.
pub(crate) fn use_onward() -> Onward {
    let query = use_query_map();
    let navigate = use_navigate();
    Onward {
        next: Memo::new(move |_| inner_path(query.read().get("next"))),
        over_next: Memo::new(move |_| query.read().get("over").is_some()),
        shown: expect_context::<ScreensShown>().0,
        navigate: UnsyncCallback::new(move |path: String| {
            navigate(&path, NavigateOptions { replace: true, ..NavigateOptions::default() });
        }),
    }
}

impl Onward {
    /// Goes on, in place of this screen.
    pub(crate) fn go(self) {
        let (Some(next), Some(over_next)) = (self.next.try_get_untracked(), self.over_next.try_get_untracked()) else {
            return;
        };
        let before = (over_next && self.shown.get_value() > 1).then(|| window().history().ok()).flatten();
        if before.is_none_or(|history| history.back().is_err()) {
            self.navigate.run(next);
        }
    }

    /// The address of another screen that leads where this one does; to be put in this one's place.
    pub(crate) fn instead(self, screen: &'static str) -> Signal<String> {
        Signal::derive(move || address(screen, &self.next.read(), self.over_next.get()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_the_app_are_gone_to() {
        for (next, expected) in [
            (Some("/reports/1"), "/reports/1"),
            (Some("https://example.org"), "/"),
            (Some("//example.org"), "/"),
            (Some("/\\example.org"), "/"),
            (Some(""), "/"),
            (None, "/"),
        ] {
            assert_eq!(inner_path(next.map(str::to_owned)), expected, "{next:?}");
        }
    }

    #[test]
    fn a_detour_knows_where_it_came_from() {
        assert_eq!(detour("/register", "/draft/1"), "/register?next=/draft/1&over=1");
        assert_eq!(towards("/sign-in", "/outbox"), "/sign-in?next=/outbox");
    }
}

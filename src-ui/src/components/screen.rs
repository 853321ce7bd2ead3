//! The frame of a screen: its bar with the way back and the title, and its main part.
//!
//! When a screen is come to by navigation its title takes the focus, so that a screen reader starts
//! there; on the first screen after start the focus stays where the system put it. The way back is that
//! of the device: it takes the last step back and adds none, so that the device's own back key doesn't
//! lead forward again.

use leptos::{html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    icon::{Glyph, Icon},
    sticky::tell_height,
};
use crate::text::words;

/// How many screens have been shown since the app started.
#[derive(Clone, Copy)]
pub(crate) struct ScreensShown(pub(crate) StoredValue<u32>);

/// Gives the focus to a heading when its screen was navigated to, and names the page after it.
pub(crate) fn greet(heading: NodeRef<html::H1>, title: &'static str) {
    let shown = expect_context::<ScreensShown>().0;
    Effect::new(move || {
        let Some(heading) = heading.get() else { return };
        document().set_title(&format!("{title} · {}", words().common.app_name));
        if shown.try_update_value(|n| std::mem::replace(n, n.saturating_add(1))).unwrap_or(0) > 0 {
            // Focus is a courtesy: a heading that can't take it is still there to be read.
            let _ = heading.focus();
        }
    });
}

/// How to go back: to the screen before, or to the given place when there was none.
pub(crate) fn use_back(otherwise: &'static str) -> impl Fn() + Clone {
    let shown = expect_context::<ScreensShown>().0;
    let navigate = use_navigate();
    move || {
        let before = (shown.get_value() > 1).then(|| window().history().ok()).flatten();
        if before.is_none_or(|history| history.back().is_err()) {
            navigate(otherwise, NavigateOptions { replace: true, ..NavigateOptions::default() });
        }
    }
}

/// A screen with a bar on top.
#[component]
pub(crate) fn Screen(
    /// The heading.
    title: &'static str,
    /// Where the way back leads when no screen came before, if there is a way back.
    #[prop(optional)]
    back: Option<&'static str>,
    /// What stands at the end of the bar.
    #[prop(optional, into)]
    trailing: ViewFn,
    children: Children,
) -> impl IntoView {
    let heading = NodeRef::<html::H1>::new();
    greet(heading, title);
    let bar = NodeRef::<html::Header>::new();
    tell_height(bar, "--bar-height");
    view! {
        <header class="bar" node_ref=bar>
            {back
                .map(|otherwise| {
                    let back = use_back(otherwise);
                    view! {
                        <button type="button" class="round bar-back" aria-label=words().common.back data-test="back" on:click=move |_| back()>
                            <Icon glyph=Glyph::Back/>
                        </button>
                    }
                })}
            <h1 class="bar-title" tabindex="-1" node_ref=heading>{title}</h1>
            <div class="bar-end">{trailing.run()}</div>
        </header>
        <main class="main">{children()}</main>
    }
}

//! Keeps the router's list of places in step with the page's history.
//!
//! The router (leptos_router 0.8) adds no step to the history when it leads to the last place of a list of its own. Every
//! step is written there, also one that replaces another, and a step back takes the last one off only if what comes
//! before it is where the step led. After something was replaced the list therefore ends with a place that was left
//! long ago, and going there once more would be a screen without a step: the way back from it leads past what came
//! before. Coming to a place by the history is told to the router as "replaced by itself", which writes the place at the
//! end of the list and changes nothing else.

use leptos::{ev, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// Follows steps back and forth. To be called within the router, whose own listener has to come first.
pub(crate) fn keep_in_step() {
    let navigate = use_navigate();
    let came = window_event_listener(ev::popstate, move |_| {
        if let Some(here) = here() {
            navigate(&here, NavigateOptions { resolve: false, replace: true, scroll: false, ..NavigateOptions::default() });
        }
    });
    on_cleanup(move || came.remove());
}

/// The address that the history stands at, within the app.
fn here() -> Option<String> {
    let location = window().location();
    Some(format!("{}{}{}", location.pathname().ok()?, location.search().ok()?, location.hash().ok()?))
}

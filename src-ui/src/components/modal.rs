//! What stands over a screen until it is closed.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlDialogElement, HtmlElement};

/// Shows a dialog while `open` says so: the browser keeps the focus inside, and Escape closes it. A heading that
/// can take the focus gets it, so that a long text is begun at its beginning.
pub(crate) fn show_while(open: RwSignal<bool>, dialog: NodeRef<html::Dialog>) {
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        match (open.get(), dialog.open()) {
            (true, false) => {
                // A dialog that is no longer in the page can't be shown, and nobody misses it.
                drop(dialog.show_modal());
                request_animation_frame(move || begin(&dialog));
            }
            (false, true) => dialog.close(),
            (true, true) | (false, false) => {}
        }
    });
}

fn begin(dialog: &HtmlDialogElement) {
    let heading = dialog.query_selector("h2[tabindex]").ok().flatten().and_then(|heading| heading.dyn_into::<HtmlElement>().ok());
    if let Some(heading) = heading {
        // A courtesy: the browser has put the focus somewhere in the dialog already.
        let _ = heading.focus();
        dialog.set_scroll_top(0);
    }
}

/// Has the device's way back close what is open over the screen: it leaves a mark of this name in the page's history
/// while it is, and takes it away when it closes by itself.
pub(crate) fn close_by_way_back(open: RwSignal<bool>, mark: &'static str) {
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        if before.unwrap_or(false) != now {
            step(now, mark);
        }
        now
    });
    let back = window_event_listener(ev::popstate, move |_| {
        if open.get_untracked() && !is_at(mark) {
            open.set(false);
        }
    });
    on_cleanup(move || back.remove());
}

/// Whether the page's history stands at such a mark.
fn is_at(mark: &str) -> bool {
    window().history().and_then(|history| history.state()).is_ok_and(|state| state == JsValue::from_str(mark))
}

/// A step on in the page's history, or back if that is where it stands.
fn step(opened: bool, mark: &str) {
    let Ok(history) = window().history() else { return };
    // Where history can't be changed, the way back leaves the screen, as it does everywhere else.
    if opened {
        let _ = history.push_state_with_url(&JsValue::from_str(mark), "", None);
    } else if is_at(mark) {
        let _ = history.back();
    }
}

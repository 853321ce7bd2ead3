//! What stands over a screen until it is closed.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
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

//! What stands over the camera's picture while a card is held before it: where to hold it, and the way out.
//!
//! The picture is under the page, so everything else on the page is out of sight meanwhile.

use leptos::{html, prelude::*, task::spawn_local};
use pakn_api::ipc::CancelScan;

use crate::{components::modal::show_while, ipc, text::words};

/// Lets the page be seen through, or no more.
fn bare(page: bool) {
    if let Some(root) = document().document_element() {
        // Fails for a name with a space.
        drop(root.class_list().toggle_with_force("bare", page));
    }
}

fn cancel() {
    // It can't fail, and a scan that has just ended by itself needs no end.
    spawn_local(async { drop(ipc::invoke(CancelScan {}).await) });
}

/// Shown while `open` says so; closing it gives the scan up.
#[component]
pub(super) fn Scanning(open: RwSignal<bool>) -> impl IntoView {
    let texts = &words().card;
    let dialog = NodeRef::<html::Dialog>::new();
    show_while(open, dialog);
    Effect::new(move || bare(open.get()));
    // The device's own way back leads to another screen.
    on_cleanup(move || {
        bare(false);
        if open.try_get_untracked() == Some(true) {
            cancel();
        }
    });
    let close = move || {
        if open.get_untracked() {
            open.set(false);
            cancel();
        }
    };
    view! {
        <dialog class="scanning" node_ref=dialog aria-label=texts.scan on:close=move |_| close()>
            <div class="scanning-frame" aria-hidden="true"></div>
            <p class="scanning-text">{texts.scanning}</p>
            <button type="button" class="button wide" data-test="scan-stop" on:click=move |_| close()>{texts.stop}</button>
        </dialog>
    }
}

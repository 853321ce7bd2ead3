//! A question before something that can't be undone.

use leptos::{html, prelude::*};

use super::modal::show_while;
use crate::text::words;

/// A modal question: the browser keeps the focus inside, and Escape means no.
#[component]
pub(crate) fn Confirm(
    /// Whether it is being asked.
    open: RwSignal<bool>,
    #[prop(into)] title: TextProp,
    text: &'static str,
    /// What the button that does it says.
    yes: &'static str,
    /// Whether doing it destroys something.
    #[prop(optional)]
    destructive: bool,
    #[prop(into)] on_yes: Callback<()>,
) -> impl IntoView {
    let heading = title.clone();
    let dialog = NodeRef::<html::Dialog>::new();
    show_while(open, dialog);
    let answer = move |_| {
        open.set(false);
        on_yes.run(());
    };
    view! {
        <dialog class="dialog" node_ref=dialog aria-label=move || title.get() on:close=move |_| open.set(false)>
            // However large the text, reading starts at its beginning.
            <h2 tabindex="-1">{move || heading.get()}</h2>
            <p>{text}</p>
            <div class="dialog-actions">
                <button type="button" class="button quiet" on:click=move |_| open.set(false)>{words().common.cancel}</button>
                <button type="button" class="button" class:danger=destructive data-test="confirm-yes" on:click=answer>{yes}</button>
            </div>
        </dialog>
    }
}

//! A box for a password, which can be shown.

use leptos::{html, prelude::*};

use super::entry::{Entry, described_by};
use crate::text::words;

/// A labelled password box.
#[component]
pub(crate) fn PasswordBox(
    /// The id of the box, and what tests find it by.
    id: &'static str,
    label: &'static str,
    #[prop(optional)] hint: &'static str,
    /// `current-password` or `new-password`, for the system's store of passwords.
    autocomplete: &'static str,
    value: RwSignal<String>,
    #[prop(into)] problem: Signal<Option<&'static str>>,
    node_ref: NodeRef<html::Input>,
) -> impl IntoView {
    let texts = &words().sign_in;
    let shown = RwSignal::new(false);
    view! {
        <Entry id label hint problem>
            <div class="with-button">
                <input id=id class="box" type=move || if shown.get() { "text" } else { "password" } autocomplete=autocomplete
                    autocapitalize="none" spellcheck="false" data-test=id aria-describedby=described_by(id)
                    aria-invalid=move || problem.get().is_some().to_string() node_ref=node_ref bind:value=value/>
                <button type="button" class="beside-box" on:click=move |_| shown.update(|shown| *shown = !*shown)
                    aria-label=move || if shown.get() { texts.hide_password } else { texts.show_password }>
                    {move || if shown.get() { texts.hide } else { texts.show }}
                </button>
            </div>
        </Entry>
    }
}

/// Whose password it is, for the system's store of passwords; neither seen nor heard.
#[component]
pub(crate) fn WhosePassword(#[prop(into)] number: Signal<String>) -> impl IntoView {
    view! {
        <input class="unseen" type="text" autocomplete="username" readonly tabindex="-1" aria-hidden="true" prop:value=number/>
    }
}

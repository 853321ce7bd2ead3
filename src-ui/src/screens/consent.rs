//! Asking for consent to one purpose, with what it means; given by a tap that says so, never ticked before.

use leptos::{html, prelude::*};
use pakn_api::{
    ipc::{GetGate, SetConsent},
    model::consent::ConsentPurpose,
};

use super::{
    attempt::{Attempt, AttemptError},
    legal::LegalLink,
};
use crate::{
    components::modal::show_while,
    state::store,
    text::{Document, words},
};

/// The question. What was said is kept before `on_agreed` is told.
#[component]
pub(crate) fn ConsentDialog(
    /// Whether it is being asked.
    open: RwSignal<bool>,
    purpose: ConsentPurpose,
    #[prop(into)] on_agreed: Callback<()>,
) -> impl IntoView {
    let store = store();
    let texts = &words().consent;
    let text = (words().consent_text)(purpose);
    let dialog = NodeRef::<html::Dialog>::new();
    show_while(open, dialog);
    let attempt = Attempt::new();
    let agree = move |_| {
        attempt.run(SetConsent { purpose, given: true }, move |_| {
            store.gate.load(GetGate {});
            store.account_changed.notify();
            // Whoever closed it all the same is not led on.
            if open.try_get_untracked() == Some(true) {
                open.set(false);
                on_agreed.try_run(());
            }
        });
    };
    // What is being kept can't be put off any more.
    let cancel = move |event: leptos::ev::Event| {
        if attempt.busy.get_untracked() {
            event.prevent_default();
        }
    };
    view! {
        <dialog class="dialog" data-test=format!("consent-{}", purpose.as_str()) node_ref=dialog aria-label=text.title
            on:cancel=cancel on:close=move |_| open.set(false)>
            <Show when=move || open.get()>
                <h2 tabindex="-1">{text.title}</h2>
                {text.paragraphs.iter().map(|paragraph| view! { <p>{*paragraph}</p> }).collect_view()}
                <LegalLink document=Document::Privacy/>
                <AttemptError attempt hook="consent-error"/>
                <div class="dialog-actions">
                    <button type="button" class="button quiet" data-test="consent-later" disabled=attempt.busy
                        on:click=move |_| open.set(false)>{texts.later}</button>
                    <button type="button" class="button" data-test="consent-agree" disabled=attempt.busy on:click=agree>
                        {move || if attempt.busy.get() { texts.agreeing } else { texts.agree }}
                    </button>
                </div>
            </Show>
        </dialog>
    }
}

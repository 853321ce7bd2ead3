//! What is held about the citizen and where; a copy of it, mending it, and the way to its end.

use leptos::prelude::*;
use leptos_router::components::A;
use pakn_api::ipc::{ExportData, ExportedFile};

use super::{NeedsAccount, Presence, presence};
use crate::{
    components::{
        notice::{Notice, Tone},
        screen::Screen,
    },
    screens::attempt::{Attempt, AttemptError},
    state::store,
    text::words,
};

/// The screen.
#[component]
pub(crate) fn DataScreen() -> impl IntoView {
    let texts = &words().data;
    let who = presence(store());
    view! {
        <Screen title=texts.title back="/account">
            <p class="lead">{texts.lead}</p>
            <section class="sheet">
                <h2>{texts.here_heading}</h2>
                <ul class="plain-list">
                    <li>{texts.here_drafts}</li>
                    <li>{texts.here_profile}</li>
                    <li>{texts.here_token}</li>
                    <li>{texts.here_card}</li>
                </ul>
            </section>
            <section class="sheet">
                <h2>{texts.server_heading}</h2>
                <ul class="plain-list">
                    <li>{texts.server_account}</li>
                    <li>{texts.server_profile}</li>
                    <li>{texts.server_reports}</li>
                    <li>{texts.server_consents}</li>
                </ul>
            </section>
            <NeedsAccount here="/account/data"/>
            <Show when=move || who.get() == Presence::Somebody>
                <section class="sheet">
                    <h2>{texts.correct_heading}</h2>
                    <p>{texts.correct_text}</p>
                    <A href="/profile" attr:class="button quiet" attr:data-test="data-correct">{texts.correct}</A>
                </section>
                <Export/>
            </Show>
            <Show when=move || who.get().has_account()>
                <section class="sheet">
                    <h2>{texts.delete_heading}</h2>
                    <p>{texts.delete_text}</p>
                    <A href="/account/delete" attr:class="button text-danger" attr:data-test="data-delete">{texts.delete}</A>
                </section>
            </Show>
        </Screen>
    }
}

/// A copy of everything, as a file.
#[component]
fn Export() -> impl IntoView {
    let store = store();
    let texts = &words().data;
    let attempt = Attempt::new();
    let file = RwSignal::new(None::<ExportedFile>);
    let export = move |_| {
        file.set(None);
        attempt.run(ExportData {}, move |written| {
            if written.is_some() {
                store.announce(texts.exported);
            }
            file.try_set(written);
        });
    };
    let told = move || {
        let file = file.get()?;
        Some(view! { <Notice tone=Tone::Good><p data-test="data-exported">{(words().exported)(&file)}</p></Notice> })
    };
    view! {
        <section class="sheet">
            <h2>{texts.export_heading}</h2>
            <p>{texts.export_text}</p>
            <AttemptError attempt hook="data-error"/>
            {told}
            <button type="button" class="button quiet" data-test="data-export" disabled=attempt.busy on:click=export>
                {move || if attempt.busy.get() { texts.exporting } else { texts.export }}
            </button>
        </section>
    }
}

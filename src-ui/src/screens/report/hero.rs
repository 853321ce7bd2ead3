//! The head of a report's screen: where it is, what happens next, and the ways on.

use leptos::prelude::*;
use leptos_router::components::A;
use pakn_api::{id::ReportId, ipc::Whereabouts};

use crate::{
    components::{
        icon::Icon,
        whereabouts::{Progress, glyph, name, tone},
    },
    screens::{
        outbox::Strip,
        ways_on::{Act, WaysOn},
    },
    state::store,
    text::words,
};

/// Where the report is, what happens next, and what the citizen can do about it.
#[component]
pub(super) fn Hero(
    report_id: ReportId,
    at: Memo<Whereabouts>,
    /// Whether something is being done about it.
    busy: RwSignal<bool>,
    /// Called with what the citizen chose, after asking where it can't be undone.
    on_act: Callback<Act>,
) -> impl IntoView {
    let store = store();
    // Told once per state, not with every percent.
    Effect::new(move |before: Option<&'static str>| {
        let now = at.with(name);
        if before.is_some_and(|before| before != now) {
            store.announce(at.with_untracked(words().whereabouts));
        }
        now
    });
    let item = Memo::new(move |_| store.in_outbox(report_id));
    let files = Memo::new(move |_| item.read().as_ref().map(|item| item.files.clone()).unwrap_or_default());
    // Until that is known the core alone says no.
    let surely_unsent = Memo::new(move |_| item.read().as_ref().is_none_or(|item| item.surely_unsent));
    let waits = Memo::new(move |_| !matches!(at.get(), Whereabouts::Sent { .. }));

    view! {
        <section class=move || format!("whereabouts {}", at.with(tone).class()) data-at=move || at.with(name) data-test="whereabouts">
            <div class="whereabouts-head">
                <span class="whereabouts-icon">{move || view! { <Icon glyph=at.with(glyph)/> }}</span>
                <p class="whereabouts-state">{move || at.with(words().whereabouts)}</p>
            </div>
            <Progress at/>
            <p>{move || at.with(words().whereabouts_next)}</p>
            <Show when=move || waits.get()><Strip files/></Show>
            <WaysOn report_id at surely_unsent busy here=format!("/reports/{report_id}") on_act/>
            <Show when=move || waits.get()>
                <A href="/outbox" attr:class="link" attr:data-test="report-outbox">{words().outbox.see_all}</A>
            </Show>
        </section>
    }
}

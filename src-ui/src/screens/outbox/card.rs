//! The outbox in a few lines: how many reports wait, are on their way, or rest.

use leptos::prelude::*;
use leptos_router::components::A;
use pakn_api::ipc::Whereabouts;

use crate::{
    amount::percent,
    components::icon::{Glyph, Icon},
    state::store,
    text::words,
};

/// What is in the outbox; nothing when nothing is.
#[component]
pub(crate) fn OutboxCard() -> impl IntoView {
    let store = store();
    let sending = move || {
        let reports = store.reports.value.read();
        let on_their_way =
            reports.iter().flatten().filter_map(|report| match store.freshest(report.report_id, report.whereabouts.clone()) {
                Whereabouts::Sending { sent_bytes, total_bytes } => Some((sent_bytes, total_bytes)),
                Whereabouts::Waiting { .. } | Whereabouts::Parked { .. } | Whereabouts::Sent { .. } => None,
            });
        on_their_way.fold((0, 0), |(sent, total), (s, t)| (sent + s, total + t))
    };
    let line = |glyph: Glyph, sentence: String| {
        view! { <span class="outbox-line"><Icon glyph/><span>{sentence}</span></span> }
    };
    move || {
        let sync = store.sync.get();
        let waiting = sync.waiting.saturating_sub(sync.sending);
        if sync.waiting == 0 && sync.parked == 0 {
            return None;
        }
        let home = &words().home;
        let tone = if sync.parked > 0 { "outbox tone-warn" } else { "outbox tone-info" };
        Some(view! {
            <A href="/outbox" attr:class=tone attr:data-test="outbox">
                    <span class="outbox-head">
                        <strong>{home.outbox_heading}</strong>
                        <span class="outbox-go">{home.outbox_open}<Icon glyph=Glyph::Forward/></span>
                    </span>
                    {(sync.parked > 0).then(|| line(Glyph::Alert, (words().outbox_parked)(sync.parked)))}
                    {(sync.sending > 0)
                        .then(|| {
                            let part = move || { let (sent, total) = sending(); percent(sent, total) };
                            let bar = move || { let (sent, total) = sending(); (total > 0).then_some((sent, total)) };
                            view! {
                                <span class="outbox-line">
                                    <Icon glyph=Glyph::Send/>
                                    <span>{move || (words().outbox_sending)(sync.sending, part())}</span>
                                </span>
                                {move || bar().map(|(sent, total)| {
                                    let label = (words().outbox_sending)(sync.sending, percent(sent, total));
                                    view! { <progress class="progress" max=total value=sent aria-label=label></progress> }
                                })}
                            }
                        })}
                    {(waiting > 0).then(|| line(Glyph::Clock, (words().outbox_waiting)(waiting)))}
            </A>
        })
    }
}

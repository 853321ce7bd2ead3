//! How it stands with the server, for those who wait: the connection, the next try, and trying now.

use std::time::Duration;

use leptos::prelude::*;
use pakn_api::ipc::{Connection, SessionView};

use crate::{
    components::icon::{Glyph, Icon},
    local_time,
    screens::cards::when,
    state::store,
    text::words,
};

/// The connection, when the next try is, and a button to try now.
#[component]
pub(super) fn Link() -> impl IntoView {
    let store = store();
    let texts = &words().settings;
    let now = RwSignal::new(local_time::now());
    if let Ok(ticking) = set_interval_with_handle(move || now.set(local_time::now()), Duration::from_secs(1)) {
        on_cleanup(move || ticking.clear());
    }
    let connection = Memo::new(move |_| store.sync.read().connection);
    let (tone, glyph) = (
        move || match connection.get() {
            Connection::Unknown | Connection::Online => "notice tone-info",
            Connection::Offline | Connection::ServerTrouble => "notice tone-warn",
        },
        move || match connection.get() {
            Connection::Unknown | Connection::Online => Glyph::Cloud,
            Connection::Offline | Connection::ServerTrouble => Glyph::CloudOff,
        },
    );
    let next = move || {
        let sync = store.sync.read();
        // Without anybody signed in the next try fetches news and sends nothing.
        let signed_in = matches!(store.session.value.get(), Some(SessionView::SignedIn { .. }));
        let at = sync.next_try_at.filter(|_| signed_in && sync.waiting > 0 && sync.sending == 0)?;
        let seconds = (at.0 - now.read().0).max(0).unsigned_abs().div_ceil(1_000);
        Some(view! { <p data-test="outbox-next-try">{(words().next_try)(seconds, &when(at))}</p> })
    };
    let try_now = move |_| {
        store.announce(texts.sync_started);
        store.sync_now();
    };
    // What rests does not leave by trying.
    let waits = Memo::new(move |_| store.sync.read().waiting > 0);
    view! {
        <Show when=move || waits.get()>
            <div class=tone>
                {move || view! { <Icon glyph=glyph()/> }}
                <div class="notice-body">
                    <p aria-live="polite"><strong>{move || (words().connection)(connection.get())}</strong></p>
                    {next}
                    <button type="button" class="button quiet" data-test="outbox-sync-now" on:click=try_now>
                        <Icon glyph=Glyph::Retry/>
                        <span>{texts.sync_now}</span>
                    </button>
                </div>
            </div>
        </Show>
    }
}

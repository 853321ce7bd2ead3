//! A map over the whole screen with one pin: dragged, tapped, moved by arrow keys, or put into the middle by a button.
//!
//! Without a network it is drawn from the app's own data, with one from the jurisdiction's tiles as well. What a pin
//! means is its owner's; `glue` talks to the JavaScript that draws.

mod glue;

use leptos::{ev, html, prelude::*, task::spawn_local};
use pakn_api::{
    ipc::GetMap,
    model::{jurisdiction::Jurisdiction, place::Position},
};

pub(crate) use self::glue::Pinned;
use self::glue::{Config, Handle, TilesAt};
use super::{
    icon::{Glyph, Icon},
    modal::{close_by_way_back, show_while},
    notice::{Notice, Tone},
};
use crate::{ipc, state::store, text::words};

/// Near enough to tell one house from the next, where there are pictures of them.
const NEAR: u8 = 16;
/// Near, with names and lines still in sight, where there is nothing else.
const NEAR_ALONE: u8 = 13;
/// Far enough to see the whole area on a phone.
const FAR: u8 = 8;
/// How far an arrow key moves the pin, and with the shift key, in pixels.
const STEPS_PX: (f64, f64) = (10.0, 60.0);
/// A pin of our own, its tip at the foot of 48 by 56.
const PIN: &str = r##"<svg viewBox="0 0 48 56" aria-hidden="true"><path d="M24 54C36 40 42 30 42 21a18 18 0 0 0-36 0c0 9 6 19 18 33Z" fill="currentColor" stroke="#fff" stroke-width="2.5"/><circle cx="24" cy="21" r="7" fill="#fff"/></svg>"##;

/// What is seen first.
fn view(here: &Jurisdiction, pin: Option<Position>, own: Option<Position>) -> ([f64; 2], u8) {
    match pin.or(own) {
        Some(at) => ([at.lat(), at.lon()], if here.tiles.is_some() { NEAR } else { NEAR_ALONE }),
        None => {
            let bounds = &here.bounds;
            ([f64::midpoint(bounds.south, bounds.north), f64::midpoint(bounds.west, bounds.east)], FAR)
        }
    }
}

/// The dialog. What is in it is made when it opens and goes when it closes.
#[component]
pub(crate) fn MapDialog(
    /// Whether it is shown.
    open: RwSignal<bool>,
    /// Where the pin is.
    #[prop(into)]
    pin: Signal<Option<Position>>,
    /// Where the device is, as far as it knows.
    #[prop(into)]
    own: Signal<Option<Position>>,
    /// The citizen moved the pin.
    #[prop(into)]
    on_pin: Callback<Pinned>,
    /// Closed without wanting any of it; any other way of closing keeps the pin where it is.
    #[prop(into)]
    on_cancel: Callback<()>,
    /// What is said of the pin's place.
    #[prop(into)]
    caption: ViewFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    show_while(open, dialog);
    close_by_way_back(open, move || open.set(false));
    let caption = StoredValue::new(caption);
    view! {
        <dialog class="map-dialog" node_ref=dialog aria-label=words().map.title on:close=move |_| open.set(false) data-test="map">
            <Show when=move || open.get()>
                <Map open pin own on_pin on_cancel caption=caption.get_value()/>
            </Show>
        </dialog>
    }
}

#[component]
fn Map(
    open: RwSignal<bool>,
    pin: Signal<Option<Position>>,
    own: Signal<Option<Position>>,
    on_pin: Callback<Pinned>,
    on_cancel: Callback<()>,
    caption: ViewFn,
) -> impl IntoView {
    let store = store();
    let texts = &words().map;
    let element = NodeRef::<html::Div>::new();
    let handle = StoredValue::new_local(None::<Handle>);
    let is_drawn = RwSignal::new(false);
    let failed = RwSignal::new(false);
    let act = move |act: &dyn Fn(&Handle)| {
        handle.try_with_value(|handle| handle.as_ref().map(act));
    };

    Effect::new(move || {
        let Some(element) = element.get() else { return };
        spawn_local(async move {
            // Without its data the map has nothing but tiles, where there are any.
            let data = ipc::invoke(GetMap {}).await.unwrap_or_default();
            let Some(here) = store.jurisdiction.try_get_untracked() else { return };
            let (view, zoom) = view(&here, pin.get_untracked(), own.get_untracked());
            let bounds = [[here.bounds.south, here.bounds.west], [here.bounds.north, here.bounds.east]];
            let tiles = here.tiles.map(|tiles| TilesAt { url: ipc::tile_url(), max_zoom: tiles.max_zoom });
            let config = Config { data, bounds, view, zoom, tiles, pin: PIN };
            let opened = Handle::open(&element, &config, move |pinned| {
                on_pin.try_run(pinned);
            })
            .await;
            failed.try_set(opened.is_none());
            // A map that comes when nobody waits for it is closed by being dropped.
            handle.try_set_value(opened);
            is_drawn.try_set(true);
        });
    });
    Effect::new(move || {
        let (_, Some(at)) = (is_drawn.get(), pin.get()) else { return };
        act(&|map| map.set_pin(at.lat(), at.lon()));
    });
    Effect::new(move || {
        let (_, Some(at)) = (is_drawn.get(), own.get()) else { return };
        act(&|map| map.set_own(at.lat(), at.lon(), at.accuracy_m()));
    });
    on_cleanup(move || {
        handle.try_set_value(None);
    });

    let key = move |event: ev::KeyboardEvent| {
        let step = if event.shift_key() { STEPS_PX.1 } else { STEPS_PX.0 };
        match event.key().as_str() {
            "ArrowUp" => act(&|map| map.nudge(0.0, -step)),
            "ArrowDown" => act(&|map| map.nudge(0.0, step)),
            "ArrowLeft" => act(&|map| map.nudge(-step, 0.0)),
            "ArrowRight" => act(&|map| map.nudge(step, 0.0)),
            "+" | "=" => act(&|map| map.zoom_by(1.0)),
            "-" => act(&|map| map.zoom_by(-1.0)),
            _ => return,
        }
        event.prevent_default();
    };
    let to_own = move |_| {
        if let Some(at) = own.get_untracked() {
            act(&|map| map.look_at(at.lat(), at.lon()));
        }
    };
    let cancel = move |_| {
        on_cancel.run(());
        open.set(false);
    };
    let source = move || {
        let tiles = store.jurisdiction.read().tiles.as_ref().map(|tiles| format!("{} · ", tiles.attribution));
        format!("{}{}", tiles.unwrap_or_default(), texts.source)
    };
    view! {
        <header class="map-top">
            <h2 tabindex="-1">{texts.title}</h2>
            <p class="fine" id="map-help">{texts.help}</p>
        </header>
        <div class="map-space">
            <div class="map" node_ref=element tabindex="0" role="application" aria-label=texts.label aria-describedby="map-keys"
                data-test="map-canvas" data-drawn=move || is_drawn.get().to_string() on:keydown=key></div>
            <p class="unseen" id="map-keys">{texts.keys}</p>
            <div class="map-buttons">
                <button type="button" class="round" aria-label=texts.zoom_in data-test="map-zoom-in"
                    on:click=move |_| act(&|map| map.zoom_by(1.0))><span aria-hidden="true">"+"</span></button>
                <button type="button" class="round" aria-label=texts.zoom_out data-test="map-zoom-out"
                    on:click=move |_| act(&|map| map.zoom_by(-1.0))><span aria-hidden="true">"−"</span></button>
                <Show when=move || own.get().is_some()>
                    <button type="button" class="round" aria-label=texts.to_own data-test="map-own" on:click=to_own>
                        <Icon glyph=Glyph::Person/>
                    </button>
                </Show>
            </div>
            <p class="map-source">{source}</p>
        </div>
        <footer class="map-foot">
            <Show when=move || failed.get()>
                <Notice tone=Tone::Bad><p data-test="map-failed">{texts.failed}</p></Notice>
            </Show>
            <div role="status" data-test="map-caption">{caption.run()}</div>
            <button type="button" class="button quiet wide" data-test="map-centre" on:click=move |_| act(&|map| map.pin_to_centre())>
                <Icon glyph=Glyph::Pin/>
                <span>{texts.to_centre}</span>
            </button>
            <div class="map-actions">
                <button type="button" class="button quiet" data-test="map-cancel" on:click=cancel>{texts.cancel}</button>
                <button type="button" class="button" data-test="map-done" on:click=move |_| open.set(false)>{texts.done}</button>
            </div>
        </footer>
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use super::*;

    #[test]
    fn the_pin_is_seen_first_then_where_the_device_is_then_the_whole_area() {
        let here = Jurisdiction::builtin();
        let at = |lat| Position::new(lat, 108.0, 9.0).unwrap();
        assert_eq!(view(&here, Some(at(14.3)), Some(at(14.9))), ([14.3, 108.0], NEAR_ALONE));
        assert_eq!(view(&here, None, Some(at(14.9))), ([14.9, 108.0], NEAR_ALONE));
        let ([lat, lon], zoom) = view(&here, None, None);
        assert!(here.bounds.contains(&Position::new(lat, lon, 0.0).unwrap()) && zoom == FAR);
    }
}

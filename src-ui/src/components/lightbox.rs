//! Pictures and videos over the whole screen, one at a time: turned with a finger, keys or buttons; pictures are
//! enlarged with two fingers, a double tap or a button.

use leptos::{ev, html, prelude::*};
use pakn_api::ipc::AttachmentKind;
use wasm_bindgen::JsCast;
use web_sys::{Element, PointerEvent};

use super::{
    gesture::{Asked, Fingers, Place, Zoom},
    icon::{Glyph, Icon},
    modal::{close_by_way_back, show_while},
};
use crate::text::words;

/// A picture or video that can be shown large.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Slide {
    /// What tells it from the others.
    pub(crate) key: String,
    /// The address of the whole of it.
    pub(crate) url: String,
    /// The address of its small copy; a video's may be missing.
    pub(crate) small: String,
    /// What it is.
    pub(crate) kind: AttachmentKind,
    /// What the citizen knows it by; may be empty.
    pub(crate) name: String,
    /// A video's length in milliseconds.
    pub(crate) duration_ms: Option<u32>,
}

/// What a slide is called, for the ear: which of how many, how long, and its own name.
pub(crate) fn spoken(slide: &Slide, index: usize, count: usize) -> String {
    let mut said = (words().media_nth)(slide.kind, index + 1, count);
    if let Some(ms) = slide.duration_ms {
        said = format!("{said}, {}", (words().duration_spoken)(ms));
    }
    if slide.name.is_empty() { said } else { format!("{said}: {}", slide.name) }
}

/// The one that is shown, among the others.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Current {
    slide: Slide,
    index: usize,
    count: usize,
}

/// Shows one of the slides large for as long as `shown` names it.
#[component]
pub(crate) fn Lightbox(
    #[prop(into)] slides: Signal<Vec<Slide>>,
    /// The key of the slide that is shown.
    shown: RwSignal<Option<String>>,
    /// What can be done with it, below it.
    #[prop(optional)]
    children: Option<ChildrenFn>,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let current = Memo::new(move |_| {
        let slides = slides.read();
        let shown = shown.read();
        let index = slides.iter().position(|slide| Some(&slide.key) == shown.as_ref())?;
        Some(Current { slide: slides.get(index)?.clone(), index, count: slides.len() })
    });
    let open = RwSignal::new(false);
    Effect::new(move || open.set(current.read().is_some()));
    show_while(open, dialog);
    close_by_way_back(open, move || shown.set(None));
    let step = move |by: isize| {
        let slides = slides.read_untracked();
        let next = current.get_untracked().and_then(|current| slides.get(current.index.checked_add_signed(by)?));
        if let Some(next) = next {
            shown.set(Some(next.key.clone()));
        }
    };
    let may_go = move |by: isize| {
        current.read().as_ref().is_some_and(|c| c.index.checked_add_signed(by).is_some_and(|index| index < c.count))
    };
    let keys = move |event: ev::KeyboardEvent| {
        // A video's own keys wind it.
        let of_video = event.target().is_some_and(|target| target.dyn_ref::<web_sys::HtmlVideoElement>().is_some());
        match event.key().as_str() {
            "ArrowLeft" if !of_video => step(-1),
            "ArrowRight" if !of_video => step(1),
            _ => {}
        }
    };
    let on_asked = Callback::new(move |asked| match asked {
        Asked::Next => step(1),
        Asked::Previous => step(-1),
        Asked::Close => shown.set(None),
    });
    let texts = &words().media;
    // Place and number may change while the same one is looked at; it is not drawn anew for that.
    let slide = Memo::new(move |_| current.get().map(|current| current.slide));
    let said = Memo::new(move |_| current.get().map(|c| spoken(&c.slide, c.index, c.count)).unwrap_or_default());
    let counted = move || current.get().map(|c| (words().media_nth)(c.slide.kind, c.index + 1, c.count));
    view! {
        <dialog class="lightbox" node_ref=dialog aria-label=words().report.photos on:close=move |_| shown.set(None) on:keydown=keys
            data-test="lightbox">
            <Show when=move || open.get()>
                <div class="lightbox-bar">
                    <p class="lightbox-count" aria-live="polite" data-test="lightbox-count">{counted}</p>
                    <button type="button" class="round" aria-label=words().report.close_photo data-test="lightbox-close"
                        on:click=move |_| shown.set(None)>
                        <Icon glyph=Glyph::Cross/>
                    </button>
                </div>
                {move || slide.get().map(|slide| match slide.kind {
                    AttachmentKind::Photo => view! { <Picture url=slide.url small=slide.small said on_asked/> }.into_any(),
                    AttachmentKind::Video => view! { <Video url=slide.url poster=slide.small said/> }.into_any(),
                })}
                <Show when=move || current.read().as_ref().is_some_and(|c| c.count > 1)>
                    <div class="lightbox-steps">
                        <button type="button" class="round" aria-label=texts.previous data-test="lightbox-previous"
                            disabled=move || !may_go(-1) on:click=move |_| step(-1)>
                            <Icon glyph=Glyph::Back/>
                        </button>
                        <button type="button" class="round" aria-label=texts.next data-test="lightbox-next"
                            disabled=move || !may_go(1) on:click=move |_| step(1)>
                            <Icon glyph=Glyph::Forward/>
                        </button>
                    </div>
                </Show>
                {children.as_ref().map(|children| children())}
            </Show>
        </dialog>
    }
}

fn now_ms() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}

/// Where a finger is on the stage, and how large the stage is.
fn on_stage(stage: &Element, event: &PointerEvent) -> (Place, Place) {
    let rect = stage.get_bounding_client_rect();
    let at = Place {
        x: f64::from(event.client_x()) - rect.left() - rect.width() / 2.0,
        y: f64::from(event.client_y()) - rect.top() - rect.height() / 2.0,
    };
    (at, Place { x: rect.width(), y: rect.height() })
}

#[component]
fn Picture(url: String, small: String, said: Memo<String>, on_asked: Callback<Asked>) -> impl IntoView {
    let texts = &words().media;
    let stage = NodeRef::<html::Div>::new();
    let zoom = RwSignal::new(Zoom::default());
    let fingers = StoredValue::new(Fingers::default());
    let (there, failed) = (RwSignal::new(false), RwSignal::new(false));
    let press = move |event: PointerEvent| {
        let Some(stage) = stage.get_untracked() else { return };
        // What can't be held is followed for as long as it is over the stage.
        let _ = stage.set_pointer_capture(event.pointer_id());
        fingers.update_value(|fingers| fingers.press(event.pointer_id(), on_stage(&stage, &event).0));
    };
    let drag = move |event: PointerEvent| {
        let Some(stage) = stage.get_untracked() else { return };
        let (at, size) = on_stage(&stage, &event);
        let before = zoom.get_untracked();
        let after = fingers.try_update_value(|fingers| fingers.drag(event.pointer_id(), at, before, size));
        if let Some(after) = after.filter(|after| *after != before) {
            zoom.set(after);
        }
    };
    let lift = move |event: PointerEvent| {
        let Some(stage) = stage.get_untracked() else { return };
        let (at, size) = on_stage(&stage, &event);
        let before = zoom.get_untracked();
        let lifted = fingers.try_update_value(|fingers| fingers.lift(event.pointer_id(), at, now_ms(), before, size));
        let Some((after, asked)) = lifted else { return };
        zoom.set(after);
        if let Some(asked) = asked {
            on_asked.run(asked);
        }
    };
    let toggle = move |_| {
        let Some(stage) = stage.get_untracked() else { return };
        let rect = stage.get_bounding_client_rect();
        zoom.update(|zoom| *zoom = zoom.toggled(Place::default(), Place { x: rect.width(), y: rect.height() }));
    };
    let transform = move || {
        let Zoom { scale, at } = zoom.get();
        format!("translate({:.1}px, {:.1}px) scale({scale:.3})", at.x, at.y)
    };
    let is_large = Memo::new(move |_| zoom.get().is_large());
    view! {
        <div class="lightbox-stage" node_ref=stage class:enlarged=is_large on:pointerdown=press on:pointermove=drag on:pointerup=lift
            on:pointercancel=move |event| fingers.update_value(|fingers| fingers.cancel(event.pointer_id()))>
            // The small copy stands in while the whole is fetched.
            <Show when=move || !there.get() && !failed.get()><img class="lightbox-picture" src=small.clone() alt=""/></Show>
            <img class="lightbox-picture" class:waiting=move || !there.get() src=url alt=said draggable="false" style:transform=transform
                data-test="lightbox-picture" on:load=move |_| there.set(true) on:error=move |_| failed.set(true)/>
            <Show when=move || failed.get()><p class="lightbox-trouble" role="alert">{texts.view_failed}</p></Show>
        </div>
        <button type="button" class="round lightbox-zoom" data-test="lightbox-zoom" on:click=toggle
            aria-label=move || if is_large.get() { texts.zoom_out } else { texts.zoom_in }>
            {move || view! { <Icon glyph=if is_large.get() { Glyph::ZoomOut } else { Glyph::ZoomIn }/> }}
        </button>
    }
}

#[component]
fn Video(url: String, poster: String, said: Memo<String>) -> impl IntoView {
    let failed = RwSignal::new(false);
    view! {
        <div class="lightbox-stage plays">
            <video class="lightbox-picture" controls playsinline preload="metadata" src=url poster=poster aria-label=said
                data-test="lightbox-video" on:error=move |_| failed.set(true)></video>
            <Show when=move || failed.get()>
                <p class="lightbox-trouble" role="alert" data-test="lightbox-trouble">
                    <Icon glyph=Glyph::Film/>
                    <span>{words().media.play_failed}</span>
                </p>
            </Show>
        </div>
    }
}

//! Covering faces and number plates: rectangles drawn with a finger or placed with keys, shown at once as coarse as
//! they will be. Nothing is changed until *Xong*, and nothing can be brought back after.

use leptos::{ev, html, prelude::*, task::spawn_local};
use pakn_api::{
    id::AttachmentId,
    ipc::{AttachmentView, BlurAttachment},
};
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlImageElement};

use super::areas::{Hold, Key, Part, Parts, Spot, squares};
use crate::{
    components::{
        confirm::Confirm,
        focus::focus_soon,
        icon::{Glyph, Icon},
        modal::{close_by_way_back, show_while},
    },
    ipc,
    text::words,
};

/// The picture's editor, for as long as `covering` names one.
#[component]
pub(super) fn Cover(
    covering: RwSignal<Option<AttachmentId>>,
    /// The picture that was, and what came of it.
    on_done: Callback<(AttachmentId, AttachmentView)>,
) -> impl IntoView {
    let texts = &words().blur;
    let dialog = NodeRef::<html::Dialog>::new();
    let open = RwSignal::new(false);
    Effect::new(move || open.set(covering.get().is_some()));
    show_while(open, dialog);
    let parts = RwSignal::new(Parts::default());
    let (saving, leaving) = (RwSignal::new(false), RwSignal::new(false));
    let leave = move || {
        if saving.get_untracked() {
            return;
        }
        if parts.with_untracked(|parts| parts.list.is_empty()) { covering.set(None) } else { leaving.set(true) }
    };
    close_by_way_back(open, leave);
    // Escape would close it without asking.
    let asked_away = move |event: ev::Event| {
        event.prevent_default();
        leave();
    };
    let give_up = move |()| covering.set(None);
    view! {
        <dialog class="lightbox" node_ref=dialog aria-label=texts.title on:cancel=asked_away data-test="blur"
            on:close=move |_| { covering.try_set(None); }>
            {move || covering.get().map(|id| {
                parts.set(Parts::default());
                view! { <Editor id parts saving on_leave=Callback::new(move |()| leave()) covering on_done/> }
            })}
        </dialog>
        <Confirm open=leaving title=texts.leave_title text=texts.leave_text yes=texts.leave_yes destructive=true on_yes=give_up/>
    }
}

fn box_id(key: u32) -> String {
    format!("cover-{key}")
}

#[component]
fn Editor(
    id: AttachmentId,
    parts: RwSignal<Parts>,
    saving: RwSignal<bool>,
    on_leave: Callback<()>,
    covering: RwSignal<Option<AttachmentId>>,
    on_done: Callback<(AttachmentId, AttachmentView)>,
) -> impl IntoView {
    let texts = &words().blur;
    let sheet = NodeRef::<html::Div>::new();
    let picture = NodeRef::<html::Img>::new();
    let (there, failed) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let shape = move || {
        let picture = picture.get().filter(|_| there.get())?;
        let (width, height) = (picture.natural_width(), picture.natural_height());
        (height > 0).then(|| format!("{:.5}", f64::from(width) / f64::from(height)))
    };
    let hold = StoredValue::new(None::<(i32, Hold)>);
    let chosen = RwSignal::new(None::<u32>);
    let spot = move |event: &ev::PointerEvent| {
        let rect = sheet.get_untracked()?.get_bounding_client_rect();
        let along = |at: i32, from: f64, side: f64| if side > 0.0 { (f64::from(at) - from) / side } else { 0.0 };
        Some(Spot {
            x: along(event.client_x(), rect.left(), rect.width()),
            y: along(event.client_y(), rect.top(), rect.height()),
        })
    };
    let take = move |event: &ev::PointerEvent, begin: &dyn Fn(&mut Parts, Spot) -> Option<Hold>| {
        let busy = saving.get_untracked() || !there.get_untracked() || hold.with_value(Option::is_some);
        let Some(at) = spot(event).filter(|_| !busy && event.button() == 0) else { return };
        let mut after = parts.get_untracked();
        let Some(held) = begin(&mut after, at) else { return };
        if let Some(sheet) = sheet.get_untracked() {
            // What can't be held is followed for as long as it is over the picture.
            let _ = sheet.set_pointer_capture(event.pointer_id());
        }
        hold.set_value(Some((event.pointer_id(), held)));
        parts.set(after);
    };
    let press = move |event: ev::PointerEvent| take(&event, &|parts, at| parts.begin(at));
    let press_part = Callback::new(move |(key, event): (u32, ev::PointerEvent)| {
        event.stop_propagation();
        chosen.set(Some(key));
        take(&event, &|parts, at| parts.grip(key, at));
    });
    let press_corner = Callback::new(move |(key, event): (u32, ev::PointerEvent)| {
        event.stop_propagation();
        chosen.set(Some(key));
        take(&event, &|_, _| Some(Hold::Size { key }));
    });
    let held = move |event: &ev::PointerEvent| hold.get_value().filter(|(pointer, _)| *pointer == event.pointer_id());
    let drag = move |event: ev::PointerEvent| {
        if let (Some((_, held)), Some(to)) = (held(&event), spot(&event)) {
            parts.update(|parts| parts.drag(held, to));
        }
    };
    let lift = move |event: ev::PointerEvent| {
        if let Some((_, held)) = held(&event) {
            hold.set_value(None);
            let kept = parts.try_update(|parts| parts.release(held)).flatten();
            chosen.set(kept);
            if let Some(key) = kept {
                focus_soon(box_id(key));
            }
        }
    };
    let add = move |_| {
        if let Some(Some(key)) = parts.try_update(Parts::add) {
            chosen.set(Some(key));
            focus_soon(box_id(key));
        }
    };
    let remove = Callback::new(move |key: u32| {
        parts.update(|parts| parts.remove(key));
        let last = parts.with_untracked(|parts| parts.list.last().map(|part| part.key));
        chosen.set(last);
        focus_soon(last.map_or_else(|| "cover-add".to_owned(), box_id));
    });
    let on_key = Callback::new(move |(key, pressed): (u32, Key)| {
        if saving.get_untracked() {
            return;
        }
        if pressed == Key::Remove { remove.run(key) } else { parts.update(|parts| parts.press(key, pressed)) }
    });
    let done = move |_| {
        let areas = parts.with_untracked(Parts::areas);
        if saving.get_untracked() || areas.is_empty() {
            return;
        }
        saving.set(true);
        failed.set(None);
        spawn_local(async move {
            let answer = ipc::invoke(BlurAttachment { attachment_id: id, areas }).await;
            saving.try_set(false);
            match answer {
                Ok(view) => {
                    covering.try_set(None);
                    on_done.try_run((id, view));
                }
                Err(error) => {
                    failed.try_set(Some((words().app_error)(&error)));
                }
            }
        });
    };
    let none = Memo::new(move |_| parts.with(|parts| parts.list.is_empty()));
    let full = Memo::new(move |_| parts.with(Parts::is_full));
    let keys = move || parts.with(|parts| parts.list.iter().map(|part| part.key).collect::<Vec<_>>());
    view! {
        <div class="lightbox-bar">
            <h2>{texts.title}</h2>
            <button type="button" class="round" aria-label=texts.close data-test="blur-close" on:click=move |_| on_leave.run(())>
                <Icon glyph=Glyph::Cross/>
            </button>
        </div>
        <p class="lightbox-note" id="cover-lead">{texts.lead}</p>
        <div class="lightbox-stage cover-stage">
            <div class="cover-sheet" node_ref=sheet on:pointerdown=press on:pointermove=drag on:pointerup=lift
                on:pointercancel=lift style=("--shape", shape) data-test="blur-sheet">
                <img class="cover-picture" node_ref=picture src=ipc::photo_url(&id.to_string()) alt=words().media.view draggable="false"
                    on:load=move |_| there.set(true) on:error=move |_| failed.set(Some(words().media.view_failed.to_owned()))
                    data-test="blur-picture"/>
                <For each=keys key=|key| *key children=move |key| {
                    view! { <PartBox key parts picture there chosen press_part press_corner on_key/> }
                }/>
            </div>
        </div>
        <p class="unseen" id="cover-keys">{texts.keys}</p>
        <div class="cover-foot">
            <Show when=move || full.get()><p class="lightbox-note">{texts.full}</p></Show>
            {move || failed.get().map(|sentence| view! { <p class="lightbox-trouble" role="alert" data-test="blur-failed">{sentence}</p> })}
            <p class="lightbox-note strong">{texts.forever}</p>
            <div class="lightbox-acts">
                <button type="button" class="lightbox-act" id="cover-add" data-test="blur-add" disabled=full on:click=add>
                    <Icon glyph=Glyph::Plus/>
                    <span>{texts.add}</span>
                </button>
                <button type="button" class="lightbox-act" data-test="blur-remove" disabled=move || chosen.get().is_none()
                    on:click=move |_| chosen.get_untracked().into_iter().for_each(|key| remove.run(key))>
                    <Icon glyph=Glyph::Bin/>
                    <span>{texts.remove}</span>
                </button>
                <button type="button" class="lightbox-act first" data-test="blur-done" aria-disabled=move || saving.get().to_string()
                    disabled=none on:click=done>
                    <Icon glyph=Glyph::Check/>
                    <span>{move || if saving.get() { texts.saving } else { texts.done }}</span>
                </button>
            </div>
        </div>
    }
}

/// One part, over the picture.
#[component]
fn PartBox(
    key: u32,
    parts: RwSignal<Parts>,
    picture: NodeRef<html::Img>,
    there: RwSignal<bool>,
    chosen: RwSignal<Option<u32>>,
    press_part: Callback<(u32, ev::PointerEvent)>,
    press_corner: Callback<(u32, ev::PointerEvent)>,
    on_key: Callback<(u32, Key)>,
) -> impl IntoView {
    let texts = &words().blur;
    let canvas = NodeRef::<html::Canvas>::new();
    let part = Memo::new(move |_| parts.with(|parts| parts.list.iter().find(|part| part.key == key).copied()));
    let nth = move || parts.with(|parts| parts.list.iter().position(|part| part.key == key).unwrap_or(0) + 1);
    let percent = move |side: fn(&Part) -> f64| move || part.get().map(|part| format!("{:.3}%", 100.0 * side(&part)));
    Effect::new(move || {
        if let (Some(part), Some(canvas), Some(picture), true) = (part.get(), canvas.get(), picture.get(), there.get()) {
            coarsen(&canvas, &picture, &part);
        }
    });
    let pressed = move |event: ev::KeyboardEvent| {
        if let Some(pressed) = Key::of(&event.key(), event.shift_key()) {
            event.prevent_default();
            on_key.run((key, pressed));
        }
    };
    view! {
        <div class="cover-box" class:chosen=move || chosen.get() == Some(key) data-test="blur-box"
            style:left=percent(|part| part.area.x) style:top=percent(|part| part.area.y)
            style:width=percent(|part| part.area.width) style:height=percent(|part| part.area.height)>
            <canvas class="cover-coarse" node_ref=canvas aria-hidden="true"></canvas>
            <button type="button" class="cover-grip" id=box_id(key) aria-label=move || (words().area_nth)(nth()) aria-describedby="cover-keys"
                on:pointerdown=move |event| press_part.run((key, event)) on:focus=move |_| chosen.set(Some(key)) on:keydown=pressed>
            </button>
            <span class="cover-corner" aria-hidden="true" title=texts.size on:pointerdown=move |event| press_corner.run((key, event))></span>
        </div>
    }
}

/// Draws a part as coarse as it will be.
fn coarsen(canvas: &HtmlCanvasElement, picture: &HtmlImageElement, part: &Part) {
    let (width, height) = (picture.natural_width(), picture.natural_height());
    let area = part.area;
    let (columns, rows) = (squares(area.width, width), squares(area.height, height));
    canvas.set_width(columns);
    canvas.set_height(rows);
    let context = canvas.get_context("2d").ok().flatten().and_then(|context| context.dyn_into::<CanvasRenderingContext2d>().ok());
    let Some(context) = context else { return };
    let (width, height) = (f64::from(width), f64::from(height));
    // Where it can't be drawn the box is plain, and covers all the same.
    let _ = context.draw_image_with_html_image_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
        picture,
        area.x * width,
        area.y * height,
        (area.width * width).max(1.0),
        (area.height * height).max(1.0),
        0.0,
        0.0,
        f64::from(columns),
        f64::from(rows),
    );
}

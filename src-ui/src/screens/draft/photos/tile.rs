//! A picture or video that is on the draft, in the row: opening it, taking it out, moving it.

use leptos::{ev, prelude::*};
use pakn_api::{
    id::AttachmentId,
    ipc::{AttachmentKind, AttachmentState, AttachmentView},
};

use super::{Doomed, arrange::Drag, slide};
use crate::{
    components::{
        gallery::{Film, Length},
        icon::{Glyph, Icon},
        lightbox::spoken,
    },
    ipc,
    text::words,
};

/// What can be done with a tile.
#[derive(Clone, Copy)]
pub(super) struct Acts {
    pub(super) open: Callback<AttachmentId>,
    pub(super) remove: Callback<Doomed>,
    /// Has one that was given up tried once more.
    pub(super) again: Callback<AttachmentId>,
    /// One place on, or one back.
    pub(super) step: Callback<(AttachmentId, isize)>,
    /// To this place.
    pub(super) drop: Callback<(AttachmentId, usize)>,
}

/// What a tile looks like, apart from its progress.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Looks {
    Picture,
    Video { has_poster: bool, duration_ms: Option<u32> },
    Coming { is_stranded: bool },
}

impl Looks {
    fn of(view: &AttachmentView) -> Self {
        match (view.state, view.kind) {
            (AttachmentState::Ready { .. }, AttachmentKind::Photo) => Self::Picture,
            (AttachmentState::Ready { .. }, AttachmentKind::Video) => {
                Self::Video { has_poster: view.has_poster, duration_ms: view.duration_ms }
            }
            (AttachmentState::Processing { .. }, _) => Self::Coming { is_stranded: false },
            (AttachmentState::Incoming, _) => Self::Coming { is_stranded: true },
        }
    }
}

/// The element of a tile.
pub(super) fn tile_id(id: AttachmentId) -> String {
    format!("tile-{id}")
}

/// The button that moves a tile towards the beginning (-1) or the end (1).
pub(super) fn step_id(id: AttachmentId, by: isize) -> String {
    format!("{}-{id}", if by < 0 { "earlier" } else { "later" })
}

/// A picture or video that is on the draft.
#[component]
pub(super) fn Tile(
    id: AttachmentId,
    attachments: RwSignal<Vec<AttachmentView>>,
    /// Whether it goes for another.
    #[prop(into)]
    is_replaced: Signal<bool>,
    #[prop(into)] arranging: Signal<bool>,
    drag: Drag,
    acts: Acts,
) -> impl IntoView {
    let texts = &words().draft;
    let media = &words().media;
    let here = Memo::new(move |_| {
        let list = attachments.read();
        let index = list.iter().position(|view| view.attachment_id == id)?;
        Some((index, list.len(), list.get(index)?.clone()))
    });
    let looks = Memo::new(move |_| here.read().as_ref().map(|(_, _, view)| Looks::of(view)));
    let percent = Memo::new(move |_| match here.read().as_ref()?.2.state {
        AttachmentState::Processing { percent } => percent,
        AttachmentState::Incoming | AttachmentState::Ready { .. } => None,
    });
    let said = Memo::new(move |_| here.read().as_ref().map(|(n, all, view)| spoken(&slide(view), *n, *all)).unwrap_or_default());
    let is_cover = Memo::new(move |_| here.read().as_ref().is_some_and(|(n, all, _)| *n == 0 && *all > 1));
    let is_stranded = Memo::new(move |_| matches!(looks.get(), Some(Looks::Coming { is_stranded: true })));
    let label = move || {
        let cover = if is_cover.get() { format!(". {}", media.cover) } else { String::new() };
        format!("{}{cover}. {}", said.get(), media.view)
    };
    let face = move || match looks.get()? {
        Looks::Picture => {
            let open = move |_| acts.open.run(id);
            Some(
                view! {
                    <button type="button" class="photo-open" aria-label=label on:click=open data-test="photo-open">
                        <img src=ipc::preview_url(&id.to_string()) alt="" draggable="false" data-test="draft-photo"/>
                    </button>
                }
                .into_any(),
            )
        }
        Looks::Video { has_poster, duration_ms } => {
            let poster = has_poster.then(|| ipc::preview_url(&id.to_string()));
            let open = move |_| acts.open.run(id);
            Some(
                view! {
                    <button type="button" class="photo-open" aria-label=label on:click=open data-test="photo-open">
                        <Film poster/>
                        <Length duration_ms/>
                        <span class="unseen" data-test="draft-video"></span>
                    </button>
                }
                .into_any(),
            )
        }
        Looks::Coming { is_stranded: true } => {
            Some(view! { <span class="photo-state stranded">{texts.photo_stranded}</span> }.into_any())
        }
        Looks::Coming { is_stranded: false } => {
            let state = move || percent.get().map_or_else(|| texts.photo_processing.to_owned(), words().processing_progress);
            Some(
                view! {
                    <span class="photo-state" data-test="photo-processing">{state}</span>
                    <progress class="progress" max="100" value=move || percent.get() aria-label=said></progress>
                }
                .into_any(),
            )
        }
    };
    let can_go =
        move |by: isize| here.read().as_ref().is_some_and(|(n, all, _)| n.checked_add_signed(by).is_some_and(|to| to < *all));
    let step = move |by: isize, glyph: Glyph, label: &'static str, hook: &'static str| {
        view! {
            <button type="button" class="round photo-step" id=step_id(id, by) disabled=move || !can_go(by) data-test=hook
                aria-label=move || format!("{label}: {}", said.get()) on:click=move |_| acts.step.run((id, by))>
                <Icon glyph/>
            </button>
        }
    };
    let remove_label = move || format!("{}: {}", texts.photo_remove, said.get());
    let press = move |event: ev::PointerEvent| {
        if arranging.get_untracked() {
            drag.press(id, &attachments.read_untracked(), &event);
        }
    };
    let lift = move |event: ev::PointerEvent| {
        if let Some(to) = drag.lift(id, &event) {
            acts.drop.run((id, to));
        }
    };
    view! {
        <li class="photo" id=tile_id(id) class:held=move || drag.holds(id) class:aimed=move || drag.aims_at(id)
            style:transform=move || drag.transform(id) data-test="photo-tile" data-id=id.to_string()
            on:pointerdown=press on:pointermove=move |event| drag.drag(id, &event) on:pointerup=lift
            on:pointercancel=move |_| drag.cancel()>
            {face}
            <Show when=move || is_cover.get()><span class="photo-cover" aria-hidden="true" data-test="photo-cover">{media.cover}</span></Show>
            <Show when=move || is_replaced.get()><span class="photo-state over">{media.replacing}</span></Show>
            <Show when=move || !arranging.get()>
                <button type="button" class="round over" id=Doomed::File(id).button_id() aria-label=remove_label data-test="photo-remove"
                    on:click=move |_| acts.remove.run(Doomed::File(id))>
                    <Icon glyph=Glyph::Cross/>
                </button>
                // Below the cross, so after it.
                <Show when=move || is_stranded.get()>
                    <button type="button" class="button quiet photo-retry" data-test="photo-retry" on:click=move |_| acts.again.run(id)
                        aria-label=move || format!("{}: {}", words().common.retry, said.get())>
                        {words().common.retry}
                    </button>
                </Show>
            </Show>
            <Show when=move || arranging.get()>
                <div class="photo-steps">
                    {step(-1, Glyph::Back, media.earlier, "photo-earlier")}
                    {step(1, Glyph::Forward, media.later, "photo-later")}
                </div>
            </Show>
        </li>
    }
}

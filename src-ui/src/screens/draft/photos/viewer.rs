//! A draft's pictures and videos over the whole screen, with what can be done about each.

use leptos::{html, prelude::*};
use pakn_api::{
    id::AttachmentId,
    ipc::{AttachmentKind, AttachmentState, AttachmentView},
};
use web_sys::File;

use super::{Doomed, slide};
use crate::{
    components::{
        icon::{Glyph, Icon},
        lightbox::{Lightbox, Slide},
    },
    text::words,
};

/// What can be done with the one that is shown.
#[derive(Clone, Copy)]
pub(super) struct Acts {
    pub(super) cover: Callback<AttachmentId>,
    pub(super) retake: Callback<(AttachmentId, AttachmentKind)>,
    pub(super) replace: Callback<(AttachmentId, File)>,
    pub(super) remove: Callback<Doomed>,
}

/// Those that are ready, for as long as `shown` names one.
#[component]
pub(super) fn Viewer(
    attachments: RwSignal<Vec<AttachmentView>>,
    shown: RwSignal<Option<String>>,
    /// Whether the device has a camera of its own to take another with.
    #[prop(into)]
    camera: Signal<bool>,
    /// No more may come, so that none can be there before another goes.
    #[prop(into)]
    full: Signal<bool>,
    acts: Acts,
) -> impl IntoView {
    let is_ready = |view: &&AttachmentView| matches!(view.state, AttachmentState::Ready { .. });
    let slides = Signal::derive(move || attachments.read().iter().filter(is_ready).map(slide).collect::<Vec<Slide>>());
    let here = Memo::new(move |_| {
        let list = attachments.read();
        let shown = shown.read();
        let view = list.iter().find(|view| Some(view.attachment_id.to_string()) == *shown)?;
        Some((view.attachment_id, view.kind))
    });
    view! {
        <Lightbox slides shown>
            {move || here.get().map(|(id, kind)| view! { <Buttons id kind camera full acts/> })}
        </Lightbox>
    }
}

#[component]
fn Buttons(id: AttachmentId, kind: AttachmentKind, camera: Signal<bool>, full: Signal<bool>, acts: Acts) -> impl IntoView {
    let texts = &words().media;
    let input = NodeRef::<html::Input>::new();
    let picked = move |_| {
        let file = input.get_untracked().and_then(|input| {
            let file = input.files().and_then(|files| files.item(0));
            // Emptied, so that choosing the same file again counts as a choice.
            input.set_value("");
            file
        });
        if let Some(file) = file {
            acts.replace.run((id, file));
        }
    };
    let again = move || {
        if full.get() {
            view! { <p class="lightbox-note">{texts.replace_full}</p> }.into_any()
        } else if camera.get() {
            view! {
                <button type="button" class="lightbox-act" data-test="photo-retake" on:click=move |_| acts.retake.run((id, kind))>
                    <Icon glyph=Glyph::Camera/>
                    <span>{texts.retake}</span>
                </button>
            }
            .into_any()
        } else {
            view! {
                <label class="lightbox-act">
                    <input class="unseen" type="file" accept=super::super::add_photos::ACCEPT node_ref=input on:change=picked data-test="photo-replace"/>
                    <Icon glyph=Glyph::Swap/>
                    <span>{texts.replace}</span>
                </label>
            }
            .into_any()
        }
    };
    view! {
        <div class="lightbox-acts">
            {(kind == AttachmentKind::Photo).then(|| view! {
                <button type="button" class="lightbox-act" data-test="photo-blur" on:click=move |_| acts.cover.run(id)>
                    <Icon glyph=Glyph::Mask/>
                    <span>{words().blur.open}</span>
                </button>
            })}
            {again}
            <button type="button" class="lightbox-act" data-test="viewer-remove" on:click=move |_| acts.remove.run(Doomed::File(id))>
                <Icon glyph=Glyph::Bin/>
                <span>{words().draft.photo_remove}</span>
            </button>
        </div>
    }
}

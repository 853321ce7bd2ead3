//! The draft's pictures and videos: those that are ready, those on their way, and those that could not be used.
//!
//! `shots` asks the device's camera and gallery, `tile` and `arrange` are the row, `viewer` is the whole screen,
//! `cover` and `areas` make parts unrecognisable, `still` finds a picture for a video that has none.

mod areas;
mod arrange;
mod coming;
mod cover;
mod shots;
mod still;
mod tile;
mod viewer;

use leptos::{prelude::*, task::spawn_local};
use pakn_api::{
    id::AttachmentId,
    ipc::{AppError, AttachmentKind, AttachmentView},
    model::photo::MAX_PER_REPORT,
};

use self::{
    arrange::Drag,
    coming::{Coming, Failed, dismiss_id},
    cover::Cover,
    shots::{ShotButtons, Shots},
    tile::{Tile, step_id},
    viewer::Viewer,
};
use super::{
    add_photos::AddPhotos,
    editor::Desk,
    problems::Question,
    room::{NoRoom, follow_room, is_none_left},
    stage::Stage,
    uploads::{Upload, moved},
};
use crate::{
    components::{
        confirm::Confirm,
        entry::Problem,
        focus::{focus_soon, following},
        icon::{Glyph, Icon},
        lightbox::{Slide, spoken},
        notice::{Notice, Tone},
    },
    ipc,
    state::store,
    text::words,
};

/// What is about to be given up, and asked about first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doomed {
    /// What is on the draft, ready or not: it may be the only one there is.
    File(AttachmentId),
    /// A file that could not be read or kept, and may be the only one there is.
    Failed(u64),
}

impl Doomed {
    /// The id of the button that gives it up.
    fn button_id(self) -> String {
        match self {
            Self::File(id) => format!("remove-{id}"),
            Self::Failed(key) => dismiss_id(key),
        }
    }
}

/// Where the focus goes when one of these has gone: to the next one's button, else to adding pictures.
fn focus_after(gone: Doomed, list: impl Iterator<Item = Doomed>) {
    focus_soon(following(list, gone).map_or_else(|| Question::Photos.id().to_owned(), Doomed::button_id));
}

fn failed_files(list: &[Upload]) -> Vec<Upload> {
    list.iter().filter(|upload| matches!(upload.stage, Stage::Failed(_))).cloned().collect()
}

/// A picture or video of the draft as the lightbox shows it.
fn slide(view: &AttachmentView) -> Slide {
    let key = view.attachment_id.to_string();
    Slide {
        url: ipc::photo_url(&key),
        small: ipc::preview_url(&key),
        kind: view.kind,
        name: view.name.clone(),
        duration_ms: view.duration_ms,
        key,
    }
}

/// What is said when one has come in.
fn arrival(list: &[AttachmentView]) -> String {
    let notice = list.last().and_then(|view| view.notice).map(words().photo_notice);
    let videos = list.iter().filter(|view| view.kind == AttachmentKind::Video).count();
    let news = format!("{}. {}", words().draft.photo_ready, (words().media_count)(list.len() - videos, videos));
    notice.map_or_else(|| news.clone(), |notice| format!("{news}. {notice}"))
}

/// What is said when one has been moved: where it is now.
fn settled(list: &[AttachmentView], id: AttachmentId) -> String {
    let Some((index, view)) = list.iter().enumerate().find(|(_, view)| view.attachment_id == id) else { return String::new() };
    let said = spoken(&slide(view), index, list.len());
    if index == 0 { format!("{said}. {}", words().media.cover) } else { said }
}

#[component]
pub(super) fn Photos(desk: Desk) -> impl IntoView {
    let store = store();
    let texts = &words().draft;
    let problem = desk.problem(Question::Photos);
    let uploads = desk.uploads.get_value();
    let (list, attachments) = (RwSignal::from(uploads.list), RwSignal::from(uploads.attachments));
    let replaced = RwSignal::from(uploads.replaced);
    let error = RwSignal::new(None::<String>);
    let taken = Memo::new(move |_| {
        let coming = list.read().iter().filter(|upload| !upload.stage.is_refused()).count();
        attachments.read().len() + coming
    });
    let full = Signal::derive(move || taken.get() >= MAX_PER_REPORT);
    let room = follow_room(Memo::new(move |_| attachments.read().len()));
    let closed = Signal::derive(move || full.get() || is_none_left(room.error.read().as_ref()));
    // Unknown until the shell has said; where it can't say, a file input always works.
    let camera = Memo::new(move |_| match (store.info.value.read().as_ref(), store.info.error.read().as_ref()) {
        (Some(info), _) => Some(info.camera),
        (None, Some(_)) => Some(false),
        (None, None) => None,
    });
    let shots = Shots::new(desk);
    still::follow(desk, attachments);

    let on_files = Callback::new(move |files| desk.uploads.with_value(|uploads| uploads.take(files)));
    Effect::new(move |before: Option<usize>| {
        let now = attachments.read();
        if before.is_some_and(|before| now.len() > before) {
            store.announce(arrival(&now));
        }
        now.len()
    });
    let (asking, doomed) = (RwSignal::new(false), RwSignal::new(None::<Doomed>));
    let ask = Callback::new(move |what| {
        doomed.set(Some(what));
        asking.set(true);
    });
    let forget = Callback::new(move |key| {
        let failed = list.with_untracked(|list| failed_files(list));
        focus_after(Doomed::Failed(key), failed.into_iter().map(|upload| Doomed::Failed(upload.key)));
        desk.uploads.with_value(|uploads| uploads.forget(key));
    });
    let remove = move |id| {
        let uploads = desk.uploads.get_value();
        spawn_local(async move {
            let before: Vec<_> = uploads.attachments.read_untracked().iter().map(|view| view.attachment_id).collect();
            let answer = uploads.remove(id).await;
            if answer.is_ok() && error.try_set(None).is_none() {
                focus_after(Doomed::File(id), before.into_iter().map(Doomed::File));
            } else {
                error.try_set(answer.err().map(|error| (words().app_error)(&error)));
            }
        });
    };
    let again = Callback::new(move |id| {
        let uploads = desk.uploads.get_value();
        error.set(None);
        // Its own button goes while it is worked on.
        focus_soon(Doomed::File(id).button_id());
        spawn_local(async move {
            error.try_set(uploads.prepare_again(id).await.err().map(|error| (words().app_error)(&error)));
        });
    });
    let give_up = move |()| match doomed.get_untracked() {
        Some(Doomed::File(id)) => remove(id),
        Some(Doomed::Failed(key)) => forget.run(key),
        None => {}
    };

    let arranging = RwSignal::new(false);
    let several = Memo::new(move |_| attachments.read().len() > 1);
    let arranges = Signal::derive(move || arranging.get() && several.get());
    let drag = Drag::new();
    let place = Callback::new(move |(id, to): (AttachmentId, usize)| {
        let uploads = desk.uploads.get_value();
        let before: Vec<_> = attachments.read_untracked().iter().map(|view| view.attachment_id).collect();
        spawn_local(async move {
            let answer = uploads.order(moved(&before, id, to)).await;
            let sentence =
                answer.err().map(|error: AppError| format!("{} {}", words().media.order_failed, (words().app_error)(&error)));
            error.try_set(sentence);
        });
        store.announce(settled(&attachments.read_untracked(), id));
    });
    let step = Callback::new(move |(id, by): (AttachmentId, isize)| {
        let to =
            attachments.read_untracked().iter().position(|view| view.attachment_id == id).and_then(|n| n.checked_add_signed(by));
        let Some(to) = to else { return };
        place.run((id, to));
        // A button that is moved in the page loses the focus, and one at the end of the row can't have it.
        let last = attachments.read_untracked().len().saturating_sub(1);
        let still_can = if by < 0 { to > 0 } else { to < last };
        focus_soon(step_id(id, if still_can { by } else { -by }));
    });

    let shown = RwSignal::new(None::<String>);
    let covering = RwSignal::new(None::<AttachmentId>);
    let open = Callback::new(move |id: AttachmentId| {
        if !arranges.get_untracked() {
            shown.set(Some(id.to_string()));
        }
    });
    let tile_acts = tile::Acts { open, remove: ask, again, step, drop: place };
    let viewer_acts = viewer::Acts {
        cover: Callback::new(move |id| covering.set(Some(id))),
        retake: Callback::new(move |(id, kind)| {
            shown.set(None);
            shots.retake(id, kind);
        }),
        replace: Callback::new(move |(id, file)| {
            shown.set(None);
            desk.uploads.with_value(|uploads| uploads.take_instead(file, id));
        }),
        remove: ask,
    };
    let covered = Callback::new(move |(before, now): (AttachmentId, AttachmentView)| {
        let uploads = desk.uploads.get_value();
        // First what is shown, so that the viewer goes on with it.
        let key = now.attachment_id.to_string();
        uploads.swap(before, now);
        shown.set(Some(key));
        spawn_local(async move { uploads.refresh().await });
        store.announce(words().blur.covered);
    });

    let ids = move || attachments.read().iter().map(|view| view.attachment_id).collect::<Vec<_>>();
    let coming = move || list.get().into_iter().filter(|upload| !matches!(upload.stage, Stage::Failed(_))).collect::<Vec<_>>();
    let tile = move |id| {
        let is_replaced = Signal::derive(move || replaced.read().contains(&id));
        view! { <Tile id attachments is_replaced arranging=arranges drag acts=tile_acts/> }
    };
    view! {
        <section class="sheet">
            <h2 id="photos-heading">{texts.photos_heading}</h2>
            <p class="entry-hint" id="photos-hint">{texts.photos_hint}</p>
            <div class="entry" class:wrong=move || problem.get().is_some()>
                <ul class="photos" class:alone=move || taken.get() == 0 class:arranging=arranges>
                    <For each=ids key=|id| *id children=tile/>
                    <For each=coming key=|upload| upload.key children=move |upload| view! { <Coming upload list forget/> }/>
                    <Show when=move || camera.get() == Some(false)><AddPhotos closed on_files/></Show>
                </ul>
                <Show when=move || several.get()><ArrangeSwitch arranging/></Show>
                <Show when=move || camera.get() == Some(true)><ShotButtons shots closed/></Show>
                <Show when=move || full.get()><p class="entry-hint">{texts.photos_full}</p></Show>
                <Show when=move || !full.get()><NoRoom room/></Show>
                <Problem id="photos" problem/>
            </div>
            <Troubles desk list ask forget/>
            <Notices attachments/>
            {move || error.get().map(|sentence| view! { <Notice tone=Tone::Bad><p data-test="photos-error">{sentence}</p></Notice> })}
        </section>
        <Viewer attachments shown camera=Signal::derive(move || camera.get() == Some(true)) full acts=viewer_acts/>
        <Cover covering on_done=covered/>
        <Confirm open=asking title=texts.photo_remove_title text=texts.photo_remove_text yes=texts.photo_remove destructive=true
            on_yes=give_up/>
    }
}

/// Turns arranging on and off.
#[component]
fn ArrangeSwitch(arranging: RwSignal<bool>) -> impl IntoView {
    let texts = &words().media;
    view! {
        <p class="entry-hint">{move || if arranging.get() { texts.arrange_hint } else { texts.cover_hint }}</p>
        <button type="button" class="button quiet" aria-pressed=move || arranging.get().to_string() data-test="photos-arrange"
            on:click=move |_| arranging.update(|on| *on = !*on)>
            <Icon glyph=Glyph::Swap/>
            <span>{move || if arranging.get() { texts.arrange_done } else { texts.arrange }}</span>
        </button>
    }
}

/// Files that can't be used, or could not be read or kept.
#[component]
fn Troubles(desk: Desk, list: RwSignal<Vec<Upload>>, ask: Callback<Doomed>, forget: Callback<u64>) -> impl IntoView {
    let try_again = Callback::new(move |key| desk.uploads.with_value(|uploads| uploads.try_again(key)));
    let failure = move |upload: Upload| {
        let again = upload.stage.may_be_tried_again().then_some(try_again);
        let Stage::Failed(trouble) = upload.stage else { return None };
        let on_dismiss = if again.is_some() { Callback::new(move |key| ask.run(Doomed::Failed(key))) } else { forget };
        Some(view! { <Failed name=upload.name trouble key=upload.key again on_dismiss/> })
    };
    view! { <For each=move || list.with(|list| failed_files(list)) key=|upload| upload.key children=failure/> }
}

/// What is odd about those that came in all the same.
#[component]
fn Notices(attachments: RwSignal<Vec<AttachmentView>>) -> impl IntoView {
    let told = |view: AttachmentView| {
        let sentence = (words().photo_notice)(view.notice?);
        Some(view! {
            <div class="notice tone-info photo-message" data-test="photo-message">
                <Icon glyph=Glyph::Info/>
                <p class="notice-body"><strong>{view.name}</strong>" "{sentence}</p>
            </div>
        })
    };
    move || attachments.get().into_iter().filter_map(told).collect_view()
}

#[cfg(test)]
mod tests;

//! The draft's pictures: those that are ready, those on their way, and those that could not be used.

use leptos::{html, prelude::*, task::spawn_local};
use pakn_api::{
    ipc::{AppError, AttachmentState, AttachmentView},
    model::photo::MAX_PER_REPORT,
};

use super::{
    editor::Desk,
    problems::Question,
    stage::{Stage, Trouble},
    uploads::Upload,
};
use crate::{
    components::{
        entry::Problem,
        icon::{Glyph, Icon},
        notice::{Notice, Tone},
    },
    ipc,
    state::store,
    text::words,
};

#[component]
pub(super) fn Photos(desk: Desk) -> impl IntoView {
    let store = store();
    let texts = &words().draft;
    let problem = desk.problem(Question::Photos);
    let uploads = desk.uploads.get_value();
    let (list, attachments) = (RwSignal::from(uploads.list), RwSignal::from(uploads.attachments));
    let picker = NodeRef::<html::Input>::new();
    let error = RwSignal::new(None::<AppError>);
    let taken = Memo::new(move |_| {
        let coming = list.read().iter().filter(|upload| !upload.stage.is_refused()).count();
        attachments.read().len() + coming
    });
    let full = move || taken.get() >= MAX_PER_REPORT;

    let picked = move |_| {
        let Some(input) = picker.get_untracked() else { return };
        let files: Vec<_> =
            input.files().map(|files| (0..files.length()).filter_map(|n| files.item(n)).collect()).unwrap_or_default();
        // Emptied, so that choosing the same file again counts as a choice.
        input.set_value("");
        desk.uploads.with_value(|uploads| uploads.take(files));
    };
    Effect::new(move |before: Option<usize>| {
        let now = attachments.read().len();
        if before.is_some_and(|before| now > before) {
            store.announce(format!("{}. {}", texts.photo_ready, (words().photo_count)(now)));
        }
        now
    });
    let remove = Callback::new(move |attachment_id| {
        let uploads = desk.uploads.get_value();
        spawn_local(async move {
            error.try_set(uploads.remove(attachment_id).await.err());
        });
    });
    let forget = Callback::new(move |key| desk.uploads.with_value(|uploads| uploads.forget(key)));
    let try_again = Callback::new(move |key| desk.uploads.with_value(|uploads| uploads.try_again(key)));

    let coming = move || list.get().into_iter().filter(|upload| !matches!(upload.stage, Stage::Failed(_))).collect::<Vec<_>>();
    let failed = move || {
        let failed = |upload: Upload| {
            let again = upload.stage.may_be_tried_again().then_some(try_again);
            match upload.stage {
                Stage::Failed(trouble) => Some(view! { <Failed name=upload.name trouble key=upload.key again forget/> }),
                Stage::Queued | Stage::Reading(_) | Stage::Preparing => None,
            }
        };
        list.get().into_iter().filter_map(failed).collect_view()
    };
    let told = move || {
        let told = |picture: AttachmentView| {
            let sentence = (words().photo_notice)(picture.notice?);
            Some(view! {
                <div class="notice tone-info photo-message" data-test="photo-message">
                    <Icon glyph=Glyph::Info/>
                    <p class="notice-body"><strong>{picture.name}</strong>" "{sentence}</p>
                </div>
            })
        };
        attachments.get().into_iter().filter_map(told).collect_view()
    };

    view! {
        <section class="sheet">
            <h2 id="photos-heading">{texts.photos_heading}</h2>
            <p class="entry-hint" id="photos-hint">{texts.photos_hint}</p>
            <div class="entry" class:wrong=move || problem.get().is_some()>
                <ul class="photos">
                    <For each=move || attachments.get() key=|picture| (picture.attachment_id, std::mem::discriminant(&picture.state))
                        children=move |picture| view! { <Picture picture remove/> }/>
                    <For each=coming key=|upload| upload.key children=move |upload| view! { <Coming upload list forget/> }/>
                    <li class="photo-add" class:alone=move || taken.get() == 0 class:hidden=full>
                        <label>
                            <input id="photos" type="file" accept="image/*" multiple=true node_ref=picker on:change=picked disabled=full
                                data-test="draft-photo-input" aria-describedby="photos-hint photos-problem"/>
                            <span class="photo-add-face">
                                <Icon glyph=Glyph::Camera/>
                                <span>{move || if taken.get() == 0 { texts.photos_add } else { texts.photos_add_more }}</span>
                            </span>
                        </label>
                    </li>
                </ul>
                <Show when=full><p class="entry-hint">{texts.photos_full}</p></Show>
                <Problem id="photos" problem/>
            </div>
            {failed}
            {told}
            {move || error.get().map(|error| view! { <Notice tone=Tone::Bad><p>{(words().app_error)(&error)}</p></Notice> })}
        </section>
    }
}

/// A picture that is on the draft.
#[component]
fn Picture(picture: AttachmentView, remove: Callback<pakn_api::id::AttachmentId>) -> impl IntoView {
    let texts = &words().draft;
    let id = picture.attachment_id;
    let face = match picture.state {
        AttachmentState::Ready { .. } => {
            view! { <img src=ipc::preview_url(&id.to_string()) alt=picture.name.clone() data-test="draft-photo"/> }.into_any()
        }
        AttachmentState::Processing => view! { <span class="photo-state">{texts.photo_processing}</span> }.into_any(),
        AttachmentState::Incoming => view! { <span class="photo-state">{texts.photo_stranded}</span> }.into_any(),
    };
    view! {
        <li class="photo">
            {face}
            <button type="button" class="round over" aria-label=format!("{} {}", texts.photo_remove, picture.name) data-test="photo-remove"
                on:click=move |_| remove.run(id)>
                <Icon glyph=Glyph::Cross/>
            </button>
        </li>
    }
}

/// A file on its way.
#[component]
fn Coming(upload: Upload, list: RwSignal<Vec<Upload>>, forget: Callback<u64>) -> impl IntoView {
    let texts = &words().draft;
    let key = upload.key;
    let shown = Memo::new(move |_| {
        let list = list.read();
        match list.iter().find(|upload| upload.key == key).map(|upload| &upload.stage) {
            Some(Stage::Queued) => (texts.photo_waiting.to_owned(), Some(0)),
            Some(Stage::Reading(percent)) => ((words().photo_progress)(*percent), Some(*percent)),
            Some(Stage::Preparing | Stage::Failed(_)) | None => (texts.photo_processing.to_owned(), None),
        }
    });
    let label = format!("{}: {}", texts.photo_incoming, upload.name);
    view! {
        <li class="photo coming" data-test="photo-coming">
            <span class="photo-state">{move || shown.get().0}</span>
            <progress class="progress" max="100" value=move || shown.get().1 aria-label=label></progress>
            <button type="button" class="round over" aria-label=format!("{} {}", texts.photo_remove, upload.name) on:click=move |_| forget.run(key)>
                <Icon glyph=Glyph::Cross/>
            </button>
        </li>
    }
}

/// A file that can't be used, or could not be read or kept, by its name, and why.
#[component]
fn Failed(name: String, trouble: Trouble, key: u64, again: Option<Callback<u64>>, forget: Callback<u64>) -> impl IntoView {
    let texts = &words().draft;
    let sentence = match trouble {
        Trouble::App(error) => (words().app_error)(&error),
        Trouble::Unreadable => texts.photo_unreadable.to_owned(),
    };
    let dismiss = if again.is_some() { texts.photo_remove } else { texts.photo_dismiss };
    view! {
        <div class="notice tone-bad photo-message" role="alert" data-test="photo-message">
            <Icon glyph=Glyph::Alert/>
            <div class="notice-body">
                <p><strong>{name.clone()}</strong>" "{sentence}</p>
                {again.map(|again| view! {
                    <button type="button" class="button quiet" data-test="photo-again" on:click=move |_| again.run(key)>
                        {words().common.retry}
                    </button>
                })}
            </div>
            <button type="button" class="round" aria-label=format!("{dismiss} {name}") on:click=move |_| forget.run(key)>
                <Icon glyph=Glyph::Cross/>
            </button>
        </div>
    }
}

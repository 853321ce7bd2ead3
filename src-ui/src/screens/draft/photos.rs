//! The draft's pictures: those that are ready, those on their way, and those that could not be used.

use leptos::{prelude::*, task::spawn_local};
use pakn_api::{
    id::AttachmentId,
    ipc::{AppError, AttachmentState, AttachmentView},
    model::photo::MAX_PER_REPORT,
};

use super::{
    add_photos::AddPhotos,
    editor::Desk,
    problems::Question,
    room::{NoRoom, follow_room, is_none_left},
    stage::{Stage, Trouble},
    uploads::Upload,
};
use crate::{
    components::{
        confirm::Confirm,
        entry::Problem,
        focus::{focus_soon, following},
        icon::{Glyph, Icon},
        notice::{Notice, Tone},
    },
    ipc,
    state::store,
    text::words,
};

/// What is about to be given up, and asked about first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doomed {
    Picture(AttachmentId),
    /// A file that could not be read or kept, and may be the only one there is.
    File(u64),
}

impl Doomed {
    /// The id of the button that gives it up.
    fn button_id(self) -> String {
        match self {
            Self::Picture(id) => format!("remove-{id}"),
            Self::File(key) => format!("dismiss-{key}"),
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

/// What is said when a picture has come in.
fn arrival(pictures: &[AttachmentView]) -> String {
    let notice = pictures.last().and_then(|picture| picture.notice).map(words().photo_notice);
    let news = format!("{}. {}", words().draft.photo_ready, (words().photo_count)(pictures.len()));
    notice.map_or_else(|| news.clone(), |notice| format!("{news}. {notice}"))
}

#[component]
pub(super) fn Photos(desk: Desk) -> impl IntoView {
    let store = store();
    let texts = &words().draft;
    let problem = desk.problem(Question::Photos);
    let uploads = desk.uploads.get_value();
    let (list, attachments) = (RwSignal::from(uploads.list), RwSignal::from(uploads.attachments));
    let error = RwSignal::new(None::<AppError>);
    let taken = Memo::new(move |_| {
        let coming = list.read().iter().filter(|upload| !upload.stage.is_refused()).count();
        attachments.read().len() + coming
    });
    let full = move || taken.get() >= MAX_PER_REPORT;
    let room = follow_room(Memo::new(move |_| attachments.read().len()));
    let closed = Signal::derive(move || full() || is_none_left(room.error.read().as_ref()));

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
        focus_after(Doomed::File(key), failed.into_iter().map(|upload| Doomed::File(upload.key)));
        desk.uploads.with_value(|uploads| uploads.forget(key));
    });
    let remove = move |id| {
        let uploads = desk.uploads.get_value();
        spawn_local(async move {
            let before: Vec<_> = uploads.attachments.read_untracked().iter().map(|picture| picture.attachment_id).collect();
            let answer = uploads.remove(id).await;
            if answer.is_ok() && error.try_set(None).is_none() {
                focus_after(Doomed::Picture(id), before.into_iter().map(Doomed::Picture));
            } else {
                error.try_set(answer.err());
            }
        });
    };
    let give_up = move |()| match doomed.get_untracked() {
        Some(Doomed::Picture(id)) => remove(id),
        Some(Doomed::File(key)) => forget.run(key),
        None => {}
    };
    let try_again = Callback::new(move |key| desk.uploads.with_value(|uploads| uploads.try_again(key)));

    let coming = move || list.get().into_iter().filter(|upload| !matches!(upload.stage, Stage::Failed(_))).collect::<Vec<_>>();
    let failed = move || list.with(|list| failed_files(list));
    let failure = move |upload: Upload| {
        let again = upload.stage.may_be_tried_again().then_some(try_again);
        let Stage::Failed(trouble) = upload.stage else { return None };
        let on_dismiss = if again.is_some() { Callback::new(move |key| ask.run(Doomed::File(key))) } else { forget };
        Some(view! { <Failed name=upload.name trouble key=upload.key again on_dismiss/> })
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
                <ul class="photos" class:alone=move || taken.get() == 0>
                    <For each=move || attachments.get() key=|picture| (picture.attachment_id, std::mem::discriminant(&picture.state))
                        children=move |picture| view! { <Picture picture on_remove=ask/> }/>
                    <For each=coming key=|upload| upload.key children=move |upload| view! { <Coming upload list forget/> }/>
                    <AddPhotos closed on_files/>
                </ul>
                <Show when=full><p class="entry-hint">{texts.photos_full}</p></Show>
                <Show when=move || !full()><NoRoom room/></Show>
                <Problem id="photos" problem/>
            </div>
            <For each=failed key=|upload| upload.key children=failure/>
            {told}
            {move || error.get().map(|error| view! { <Notice tone=Tone::Bad><p>{(words().app_error)(&error)}</p></Notice> })}
        </section>
        <Confirm open=asking title=texts.photo_remove_title text=texts.photo_remove_text yes=texts.photo_remove destructive=true
            on_yes=give_up/>
    }
}

/// A picture that is on the draft.
#[component]
fn Picture(picture: AttachmentView, on_remove: Callback<Doomed>) -> impl IntoView {
    let texts = &words().draft;
    let id = picture.attachment_id;
    let doomed = Doomed::Picture(id);
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
            <button type="button" class="round over" id=doomed.button_id() aria-label=format!("{} {}", texts.photo_remove, picture.name)
                data-test="photo-remove" on:click=move |_| on_remove.run(doomed)>
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
fn Failed(name: String, trouble: Trouble, key: u64, again: Option<Callback<u64>>, on_dismiss: Callback<u64>) -> impl IntoView {
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
            <button type="button" class="round" id=Doomed::File(key).button_id() aria-label=format!("{dismiss} {name}")
                on:click=move |_| on_dismiss.run(key)>
                <Icon glyph=Glyph::Cross/>
            </button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use pakn_api::model::photo::PhotoNotice;

    use super::*;

    #[test]
    fn what_is_odd_about_a_picture_is_said_when_it_comes_in() {
        let picture = |notice| AttachmentView {
            attachment_id: AttachmentId::new(1, [1; 10]),
            name: String::new(),
            state: AttachmentState::Processing,
            notice,
        };
        let odd = PhotoNotice::NameSaysOtherFormat;
        let sentence = (words().photo_notice)(odd);
        assert!(arrival(&[picture(None), picture(Some(odd))]).ends_with(sentence));
        assert!(!arrival(&[picture(Some(odd)), picture(None)]).contains(sentence), "it was said before");
    }
}

//! Files that are not on the draft: on their way, or of no use.

use leptos::prelude::*;

use super::super::{
    stage::{Stage, Trouble},
    uploads::Upload,
};
use crate::{
    components::icon::{Glyph, Icon},
    text::words,
};

/// The button that gives a failed file up.
pub(super) fn dismiss_id(key: u64) -> String {
    format!("dismiss-{key}")
}

/// A file on its way.
#[component]
pub(super) fn Coming(upload: Upload, list: RwSignal<Vec<Upload>>, forget: Callback<u64>) -> impl IntoView {
    let texts = &words().draft;
    let key = upload.key;
    let shown = Memo::new(move |_| {
        let list = list.read();
        match list.iter().find(|upload| upload.key == key).map(|upload| &upload.stage) {
            Some(Stage::Queued) => (texts.photo_waiting.to_owned(), Some(0)),
            Some(Stage::Reading(percent)) => ((words().photo_progress)(*percent), Some(*percent)),
            Some(Stage::Preparing(Some(percent))) => ((words().processing_progress)(*percent), Some(*percent)),
            Some(Stage::Preparing(None) | Stage::Failed(_)) | None => (texts.photo_processing.to_owned(), None),
        }
    });
    let label = format!("{}: {}", texts.photo_incoming, upload.name);
    view! {
        <li class="photo coming" data-test="photo-coming">
            <span class="photo-state">{move || shown.get().0}</span>
            <progress class="progress" max="100" value=move || shown.get().1 aria-label=label></progress>
            <button type="button" class="round over" aria-label=format!("{} {}", texts.photo_remove, upload.name) data-test="coming-remove"
                on:click=move |_| forget.run(key)>
                <Icon glyph=Glyph::Cross/>
            </button>
        </li>
    }
}

/// A file that can't be used, or could not be read or kept, by its name, and why.
#[component]
pub(super) fn Failed(
    name: String,
    trouble: Trouble,
    key: u64,
    again: Option<Callback<u64>>,
    on_dismiss: Callback<u64>,
) -> impl IntoView {
    let texts = &words().draft;
    let sentence = match trouble {
        Trouble::App(error) | Trouble::Given(error) => (words().app_error)(&error),
        Trouble::Unreadable => texts.photo_unreadable.to_owned(),
        Trouble::Lost => words().media.lost.to_owned(),
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
            <button type="button" class="round" id=dismiss_id(key) aria-label=format!("{dismiss} {name}") data-test="photo-dismiss"
                on:click=move |_| on_dismiss.run(key)>
                <Icon glyph=Glyph::Cross/>
            </button>
        </div>
    }
}

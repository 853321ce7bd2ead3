//! Putting the draft aside. Nothing is asked first: it can be taken back for a day.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use pakn_api::ipc::{AppError, DiscardDraft};

use super::desk::Desk;
use crate::{
    autosave::Autosave,
    components::{
        icon::{Glyph, Icon},
        notice::{Notice, Tone},
    },
    ipc,
    screens::discarded::JustDiscarded,
    state::store,
    text::words,
};

/// Where it leads.
const AFTERWARDS: &str = "/reports";

#[component]
pub(super) fn Discard(desk: Desk) -> impl IntoView {
    let store = store();
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<AppError>));
    let navigate = StoredValue::new_local(use_navigate());
    let report_id = desk.report_id;
    let discard = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let autosave = desk.autosave.get_value();
        let pictures = desk.uploads.with_value(|uploads| uploads.attachments.read_untracked().len());
        let is_blank = desk.form.read_untracked().is_blank() && pictures == 0;
        spawn_local(async move {
            // What can't be kept just now is thrown away as it was kept last.
            let _ = autosave.flush().await;
            match ipc::invoke(DiscardDraft { report_id }).await {
                Ok(()) | Err(AppError::NotFound) => {
                    Autosave::close(&autosave);
                    store.fleeting_drafts.write_value().insert(report_id);
                    if !is_blank {
                        store.just_discarded.set(Some(JustDiscarded { report_id, on: AFTERWARDS, instead: None }));
                    }
                    let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
                    navigate.try_with_value(|go| go(AFTERWARDS, options));
                }
                Err(error) => {
                    busy.try_set(false);
                    problem.try_set(Some(error));
                }
            }
        });
    };
    view! {
        {move || problem.get().map(|error| view! { <Notice tone=Tone::Bad><p>{(words().app_error)(&error)}</p></Notice> })}
        <button type="button" class="button text-danger" data-test="draft-discard" disabled=busy on:click=discard>
            <Icon glyph=Glyph::Bin/>
            <span>{words().draft.discard}</span>
        </button>
    }
}

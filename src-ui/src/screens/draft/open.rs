//! Loading a draft for one of its screens: its form as it is being written, where somebody is at it, else as it was kept.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use pakn_api::{
    id::ReportId,
    ipc::{AppError, DraftView, GetDraft, SaveDraft},
};

use crate::{
    autosave::Autosave,
    components::{
        notice::Failure,
        screen::{Screen, use_back},
    },
    ipc,
    loaded::Loaded,
    screens::lost::Gone,
    state::store,
    text::words,
};

/// What is shown of a draft, and of its form.
pub(super) type Show = fn(DraftView, Autosave) -> AnyView;

/// The draft named by the address.
#[component]
pub(super) fn Open(show: Show) -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").and_then(|id| id.parse::<ReportId>().ok()));
    let store = store();
    move || match id.get() {
        Some(report_id) if store.fleeting_drafts.read_value().contains(&report_id) => view! { <StepOver/> }.into_any(),
        Some(report_id) => view! { <Load report_id show/> }.into_any(),
        None => view! { <NoDraft/> }.into_any(),
    }
}

/// Goes on back past a draft that is none any more: the back key came upon its place in the history.
#[component]
fn StepOver() -> impl IntoView {
    let back = use_back("/reports");
    Effect::new(back);
    view! { <p class="loading">{words().common.loading}</p> }
}

#[component]
fn Load(report_id: ReportId, show: Show) -> impl IntoView {
    let store = store();
    let texts = &words().draft;
    // Whether it is a draft now, the answer says.
    if store.sent_unseen.get_untracked() == Some(report_id) {
        store.sent_unseen.set(None);
    }
    let is_sent = Memo::new(move |_| store.sent_unseen.get() == Some(report_id));
    // Held from before the question: the answer may be older than what a save on its way keeps.
    let live = StoredValue::new(store.live_drafts().get(report_id));
    let asked = store.uploads(report_id).ask();
    let loaded = Loaded::<DraftView>::new();
    loaded.load(GetDraft { report_id });
    let autosave = move |draft: &DraftView| {
        let form = draft.form.clone();
        let start = || Autosave::new(form, move |form| ipc::invoke(SaveDraft { report_id, form }));
        live.get_value().unwrap_or_else(|| store.live_drafts().get_or(report_id, start))
    };
    move || match (loaded.value.get(), loaded.error.get()) {
        (Some(_), _) if is_sent.get() => view! { <StepOver/> }.into_any(),
        (Some(draft), _) => {
            store.uploads(report_id).know(asked, draft.attachments.clone());
            let autosave = autosave(&draft);
            show(draft, autosave)
        }
        (None, Some(AppError::NotFound | AppError::NotEditable)) if store.sent_drafts.read_value().contains(&report_id) => {
            view! { <StepOver/> }.into_any()
        }
        (None, Some(AppError::NotFound | AppError::NotEditable)) => view! { <NoDraft/> }.into_any(),
        (None, Some(error)) => view! {
            <Screen title=texts.title back="/reports">
                <Failure sentence=(words().app_error)(&error) on_retry=move |()| loaded.load(GetDraft { report_id })/>
            </Screen>
        }
        .into_any(),
        (None, None) => view! { <p class="loading">{words().common.loading}</p> }.into_any(),
    }
}

#[component]
fn NoDraft() -> impl IntoView {
    let texts = &words().draft;
    view! {
        <Screen title=texts.title back="/reports">
            <Gone title=texts.gone_title text=texts.gone_text/>
        </Screen>
    }
}

//! Drafts put aside: the way back, offered at once on the next screen and for a day in the list.

use leptos::{html, prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use pakn_api::{
    id::ReportId,
    ipc::{AppError, DraftSummary, ListDiscarded, RestoreDraft, Unfollow},
};

use super::{
    attempt::{Attempt, AttemptError},
    cards::{DraftLines, when},
};
use crate::{
    components::{
        focus::focus_heading,
        icon::{Glyph, Icon},
        sticky::tell_height,
    },
    ipc,
    loaded::Loaded,
    state::{Store, store},
    text::words,
};

/// A draft that was just put aside, and the screen on which it can be taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct JustDiscarded {
    pub(crate) report_id: ReportId,
    pub(crate) on: &'static str,
    /// It gave way to a report of another's, which is followed.
    pub(crate) instead: Option<Instead>,
}

/// What is followed in the stead of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Instead {
    pub(crate) report_id: ReportId,
    /// It was not followed before.
    pub(crate) is_new: bool,
}

/// Takes a draft back; one that is a draft again can be come upon in the history. What was followed only in its stead is
/// followed no longer.
async fn take_back(store: Store, just: &JustDiscarded) -> Result<(), AppError> {
    ipc::invoke(RestoreDraft { report_id: just.report_id }).await?;
    store.fleeting_drafts.write_value().remove(&just.report_id);
    if let Some(instead) = just.instead.filter(|instead| instead.is_new) {
        match ipc::invoke(Unfollow { report_id: instead.report_id }).await {
            // It is followed no longer already.
            Ok(()) | Err(AppError::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Says that a draft was put aside, with the way back; until it is closed or another screen is gone to.
#[component]
pub(crate) fn Undo() -> impl IntoView {
    let store = store();
    let texts = &words().discarded;
    let path = use_location().pathname;
    let navigate = StoredValue::new_local(use_navigate());
    let problem = RwSignal::new(None::<AppError>);
    let shown = Memo::new(move |_| store.just_discarded.get().filter(|just| path.read().as_str() == just.on));
    Effect::new(move |before: Option<bool>| {
        let now = shown.read().is_some();
        problem.set(None);
        // It was on a screen that has been left.
        if before == Some(true) && !now {
            store.just_discarded.set(None);
        }
        now
    });
    let undo = move |_| {
        let Some(just) = store.just_discarded.get_untracked() else { return };
        spawn_local(async move {
            match take_back(store, &just).await {
                Ok(()) => {
                    store.just_discarded.set(None);
                    store.announce(texts.restored);
                    navigate.try_with_value(|go| go(&format!("/draft/{}", just.report_id), NavigateOptions::default()));
                }
                Err(error) => {
                    problem.try_set(Some(error));
                }
            }
        });
    };
    let close = move |_| {
        store.just_discarded.set(None);
        focus_heading();
    };
    let gave_way = move || shown.read().as_ref().is_some_and(|just| just.instead.is_some());
    let said = move || match problem.get() {
        None if gave_way() => words().similar.done.to_owned(),
        None => texts.discarded.to_owned(),
        Some(AppError::NotFound) => texts.gone.to_owned(),
        Some(error) => (words().app_error)(&error),
    };
    let place = NodeRef::<html::Div>::new();
    tell_height(place, "--undo-height");
    view! {
        <div class="undo-place" role="status" node_ref=place>
            <Show when=move || shown.read().is_some()>
                <div class="undo" data-test="undo">
                    <p>{said}</p>
                    <button type="button" class="link" data-test="undo-discard" on:click=undo>{texts.undo}</button>
                    <button type="button" class="round" aria-label=texts.close on:click=close><Icon glyph=Glyph::Cross/></button>
                </div>
            </Show>
        </div>
    }
}

/// What was put aside within a day, each with the way back; nothing where there is nothing.
#[component]
pub(crate) fn Discarded() -> impl IntoView {
    let store = store();
    let texts = &words().discarded;
    let list = Loaded::<Vec<DraftSummary>>::new();
    Effect::new(move || {
        store.drafts_changed.track();
        list.load(ListDiscarded {});
    });
    let attempt = Attempt::new();
    let restore = move |report_id| {
        attempt.run(RestoreDraft { report_id }, move |()| {
            store.fleeting_drafts.write_value().remove(&report_id);
            store.just_discarded.set(None);
            store.announce(texts.restored);
            focus_heading();
        });
    };
    let drafts = move || list.value.get().unwrap_or_default();
    let key = |draft: &DraftSummary| (draft.report_id, draft.title.clone(), draft.cover, draft.updated_at.0);
    let row = move |draft: DraftSummary| {
        let report_id = draft.report_id;
        let time = (words().edited_at)(&when(draft.updated_at));
        view! {
            <li class="card put-aside" data-test="discarded-card">
                <DraftLines draft/>
                <span class="card-time">{time}</span>
                <button type="button" class="button quiet" data-test="discarded-restore" disabled=attempt.busy on:click=move |_| restore(report_id)>
                    <Icon glyph=Glyph::Retry/>
                    <span>{texts.restore}</span>
                </button>
            </li>
        }
    };
    let any = Memo::new(move |_| list.value.read().as_ref().is_some_and(|list| !list.is_empty()));
    view! {
        <Show when=move || any.get()>
            <details class="scope discarded" data-test="discarded">
                <summary><Icon glyph=Glyph::Bin/><span>{texts.heading}</span></summary>
                <p class="fine">{texts.text}</p>
                <ul class="cards"><For each=drafts key children=row/></ul>
            </details>
        </Show>
        <AttemptError attempt hook="discarded-error"/>
    }
}

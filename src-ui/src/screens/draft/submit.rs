//! Handing the draft over: first what is wrong, then what is typed is kept, then it goes to the outbox.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use pakn_api::{
    ipc::{self as api, AppError, SessionView},
    model::report::FormProblem,
};

use super::{desk::Desk, problems::Question};
use crate::{
    autosave::Autosave,
    components::{
        focus::{focus_on, focus_soon},
        icon::{Glyph, Icon},
        notice::{Notice, Tone},
    },
    ipc,
    screens::gate::{GATE, Gate},
    state::store,
    text::words,
};

/// The id of the button that sends.
const BUTTON: &str = "draft-submit";

#[component]
pub(super) fn Submit(desk: Desk) -> impl IntoView {
    let store = store();
    let texts = &words().draft;
    let navigate = StoredValue::new_local(use_navigate());
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<AppError>);
    let expired = move || matches!(store.session.value.get(), Some(SessionView::Expired { .. }));
    let leave = move |()| desk.autosave.with_value(Autosave::keep);
    let submit = move |_| {
        if busy.get_untracked() {
            return;
        }
        error.set(None);
        desk.tick.notify();
        if !desk.problems.read_untracked().is_empty() {
            return show_problems(desk, |_| true);
        }
        busy.set(true);
        let autosave = desk.autosave.get_value();
        spawn_local(async move {
            let answer = hand_over(&autosave, desk).await;
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    autosave.close();
                    // The way back comes upon the draft's places in the history.
                    store.sent_drafts.write_value().insert(desk.report_id);
                    let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
                    if navigate.try_with_value(|go| go(&format!("/reports/{}", desk.report_id), options)).is_none() {
                        // Nothing is kept any more of what is typed into it.
                        store.sent_unseen.set(Some(desk.report_id));
                    }
                }
                Err(problem) => {
                    if let AppError::NotAllowedYet { missing } = &problem {
                        store.gate.tell(missing.clone());
                        focus_soon(GATE.to_owned());
                    }
                    error.try_set(Some(problem));
                }
            }
        });
    };
    let lacks = Memo::new(move |_| store.gate.value.read().as_ref().is_some_and(|missing| !missing.is_empty()));
    let told = move || {
        let outdated = |error: &AppError| matches!(error, AppError::NotAllowedYet { .. }) && !lacks.get();
        error.get().filter(|error| !outdated(error))
    };
    let hint = move || {
        // What is said there is true of a report that can be sent.
        (!lacks.get()).then(|| {
            let sentence = if expired() { words().gate.expired } else { texts.submit_hint };
            view! { <p class="fine" data-test="submit-hint">{sentence}</p> }
        })
    };
    view! {
        <Gate here=format!("/draft/{}/review", desk.report_id) on_leave=leave then=BUTTON/>
        <div class="submit">
            {move || {
                told().map(|error| {
                    view! { <Notice tone=Tone::Bad><p data-test="submit-error">{(words().app_error)(&error)}</p></Notice> }
                })
            }}
            <button type="button" class="button big" id=BUTTON data-test="draft-submit" disabled=busy on:click=submit>
                <Icon glyph=Glyph::Send/>
                <span>{move || if busy.get() { texts.submitting } else { texts.submit }}</span>
            </button>
            {hint}
        </div>
    }
}

async fn hand_over(autosave: &Autosave, desk: Desk) -> Result<(), AppError> {
    autosave.flush().await?;
    ipc::invoke(api::Submit { report_id: desk.report_id }).await
}

/// Tells what is wrong of what this screen asks. The summary takes the focus when it first appears; after that, the first
/// question does.
pub(super) fn show_problems(desk: Desk, here: fn(FormProblem) -> bool) {
    if !desk.tried.get_untracked() {
        desk.tried.set(true);
        return;
    }
    let first = desk.problems.read_untracked().iter().find(|problem| here(**problem)).map(|problem| Question::of(*problem));
    if let Some(target) = first.and_then(|question| desk.target(question)) {
        focus_on(&target);
    }
}

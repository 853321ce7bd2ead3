//! My reports: drafts first, then what has been handed over, each with where it is.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use pakn_api::ipc::{AppError, CreateDraft, ListDrafts, ListReports};

use super::{
    cards::{DraftCards, ReportCards},
    outbox::OutboxCard,
};
use crate::{
    components::{
        icon::{Glyph, Icon},
        notice::{Failure, Notice, Tone},
        scene::EmptyNotebook,
        screen::Screen,
    },
    ipc,
    state::store,
    text::words,
};

/// The list.
#[component]
pub(crate) fn Reports() -> impl IntoView {
    let store = store();
    let texts = &words().reports;
    Effect::new(move || {
        store.drafts.load(ListDrafts {});
        store.reports.load(ListReports {});
    });
    let drafts = Signal::derive(move || store.drafts.value.get().unwrap_or_default());
    let any_draft = Memo::new(move |_| !drafts.read().is_empty());
    let any_report = Memo::new(move |_| store.reports.value.read().as_ref().is_some_and(|list| !list.is_empty()));
    let failure = move || {
        let error = store.reports.error.get().or_else(|| store.drafts.error.get())?;
        let again = move |()| {
            store.drafts.load(ListDrafts {});
            store.reports.load(ListReports {});
        };
        Some(view! { <Failure sentence=(words().app_error)(&error) on_retry=again/> })
    };
    let nothing = Memo::new(move |_| {
        let known = store.drafts.value.read().is_some() && store.reports.value.read().is_some();
        known && !any_draft.get() && !any_report.get()
    });
    view! {
        <Screen title=texts.title>
            {failure}
            <OutboxCard/>
            <Show when=move || any_draft.get()>
                <section>
                    <h2>{texts.drafts}</h2>
                    <DraftCards drafts/>
                </section>
            </Show>
            <Show when=move || any_report.get()>
                <section>
                    <h2>{texts.reports}</h2>
                    <ReportCards/>
                </section>
            </Show>
            <Show when=move || nothing.get()><Empty/></Show>
        </Screen>
    }
}

/// Nothing written yet.
#[component]
fn Empty() -> impl IntoView {
    let texts = &words().reports;
    let navigate = StoredValue::new_local(use_navigate());
    let problem = RwSignal::new(None::<AppError>);
    let start = move |_| {
        spawn_local(async move {
            match ipc::invoke(CreateDraft { field: None }).await {
                Ok(draft) => {
                    navigate.try_with_value(|go| go(&format!("/draft/{}", draft.report_id), NavigateOptions::default()));
                }
                Err(error) => {
                    problem.try_set(Some(error));
                }
            }
        });
    };
    view! {
        <section class="empty">
            <EmptyNotebook/>
            <h2>{texts.empty_title}</h2>
            <p>{texts.empty_text}</p>
            <button type="button" class="button" on:click=start><Icon glyph=Glyph::Plus/><span>{texts.create}</span></button>
            {move || problem.get().map(|error| view! { <Notice tone=Tone::Bad><p>{(words().app_error)(&error)}</p></Notice> })}
        </section>
    }
}

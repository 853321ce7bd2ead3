//! Choosing what a report is about: every field with its subjects on one screen, a search over them, and a way past
//! all of it for whoever would rather write. What can't wait is said first, with the numbers to call.
//!
//! `/new` begins a report with the choice; a draft's own `/draft/ID/subject` gives it another one.

mod fields;
mod found;
mod urgent;

use std::sync::Arc;

use leptos::{html, prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use pakn_api::{
    id::ReportId,
    ipc::{AppError, CreateDraft, SaveDraft},
    model::{
        catalogue::{FieldCode, SubjectCode},
        suggest::SubjectIndex,
    },
};

pub(crate) use self::urgent::CallNow;
use self::{fields::AllFields, found::Found, urgent::Urgent};
use crate::{
    components::{
        icon::{Glyph, Icon},
        notice::{Notice, Tone},
        screen::Screen,
    },
    ipc,
    screens::scope::Scope,
    state::store,
    text::words,
};

/// The path that begins a report.
pub(crate) const NEW: &str = "/new";

/// A subject in its field.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Chosen {
    pub(crate) field: FieldCode,
    pub(crate) subject: SubjectCode,
}

/// The catalogue made ready to be searched, anew when it changes.
pub(crate) fn use_index() -> Memo<Arc<SubjectIndex>> {
    let store = store();
    Memo::new(move |_| Arc::new(SubjectIndex::of(&store.catalogue.read())))
}

/// Begins a report.
#[component]
pub(crate) fn New() -> impl IntoView {
    let navigate = StoredValue::new_local(use_navigate());
    let query = use_query_map();
    let field = Memo::new(move |_| query.read().get("field").and_then(|code| FieldCode::parse(&code).ok()));
    let (starting, problem) = (RwSignal::new(false), RwSignal::new(None::<AppError>));
    let start = move |chosen: Option<Chosen>, words: String| {
        if starting.get_untracked() {
            return;
        }
        starting.set(true);
        spawn_local(async move {
            let begun = begin(chosen, words).await;
            starting.try_set(false);
            match begun {
                Ok(report_id) => {
                    // The way back from the form leads to where this was come from.
                    let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
                    navigate.try_with_value(|go| go(&format!("/draft/{report_id}"), options));
                }
                Err(error) => {
                    problem.try_set(Some(error));
                }
            }
        });
    };
    let texts = &words().choose;
    view! {
        <Screen title=texts.title back="/">
            {move || problem.get().map(|error| view! { <Notice tone=Tone::Bad><p>{(words().app_error)(&error)}</p></Notice> })}
            <Chooser at=field current=Signal::stored(None) on_choice=move |chosen| start(Some(chosen), String::new())
                on_write=Callback::new(move |words| start(None, words))/>
        </Screen>
    }
}

/// A draft with what is known of it.
async fn begin(chosen: Option<Chosen>, words: String) -> Result<ReportId, AppError> {
    let field = chosen.as_ref().map(|chosen| chosen.field.clone());
    let draft = ipc::invoke(CreateDraft { field }).await?;
    let mut form = draft.form.clone();
    form.subject = chosen.map(|chosen| chosen.subject);
    form.content = words;
    if form != draft.form {
        ipc::invoke(SaveDraft { report_id: draft.report_id, form }).await?;
    }
    Ok(draft.report_id)
}

/// What there is to choose from.
#[component]
pub(crate) fn Chooser(
    /// The field to begin at.
    #[prop(into)]
    at: Signal<Option<FieldCode>>,
    /// What is chosen already.
    #[prop(into)]
    current: Signal<Option<Chosen>>,
    #[prop(into)] on_choice: Callback<Chosen>,
    /// Called by whoever would rather write, with what is in the search box.
    #[prop(optional)]
    on_write: Option<Callback<String>>,
) -> impl IntoView {
    let texts = &words().choose;
    let typed = RwSignal::new(String::new());
    let searching = Memo::new(move |_| !typed.read().trim().is_empty());
    let input = NodeRef::<html::Input>::new();
    let write = on_write.map(|on_write| {
        let label = move || match typed.read().trim() {
            "" => texts.write.to_owned(),
            words => (crate::text::words().write_this)(words),
        };
        view! {
            <button type="button" class="button quiet wide" data-test="choose-write"
                on:click=move |_| on_write.run(typed.read_untracked().trim().to_owned())>
                <Icon glyph=Glyph::Pencil/>
                <span>{label}<small>{texts.write_hint}</small></span>
            </button>
        }
    });
    view! {
        <Urgent/>
        <div class="choose-search">
            <label class="unseen" for="choose-search">{texts.search}</label>
            <Icon glyph=Glyph::Search/>
            <input id="choose-search" class="box" type="search" enterkeyhint="search" autocomplete="off" autocapitalize="none"
                spellcheck="false" placeholder=texts.search data-test="choose-search" aria-describedby="choose-hint" node_ref=input
                on:input=move |event| typed.set(event_target_value(&event))/>
        </div>
        <p class="fine" id="choose-hint">{texts.search_hint}</p>
        {write}
        <Show when=move || searching.get() fallback=move || view! { <AllFields at current on_choice/> }>
            <Found typed current on_choice/>
        </Show>
        <Scope/>
    }
}

//! What the draft is about: shown on its form, chosen anew on a screen of its own, suggested from what is written.

use leptos::prelude::*;
use leptos_router::components::A;
use pakn_api::ipc::DraftView;

use super::{desk::Desk, leaving::keep_on_leaving, problems::Question};
use crate::{
    autosave::Autosave,
    components::{
        entry::Problem,
        focus::focus_soon,
        icon::{Glyph, Icon},
        pictures::SubjectPicture,
        screen::{Screen, use_back},
    },
    screens::choose::{CallNow, Chooser, Chosen, use_index},
    state::store,
    text::words,
};

fn choose(desk: Desk, chosen: Chosen) {
    desk.change(|form| {
        form.field = Some(chosen.field);
        form.subject = Some(chosen.subject);
    });
}

/// The chosen subject, and the way to another one.
#[component]
pub(super) fn ChosenSubject(desk: Desk) -> impl IntoView {
    let texts = &words().compose;
    let chosen = desk.chosen();
    let (of_field, of_subject) = (desk.problem(Question::Field), desk.problem(Question::Subject));
    let problem = Signal::derive(move || of_field.get().or(of_subject.get()));
    let href = format!("/draft/{}/subject", desk.report_id);
    let field = Signal::derive(move || desk.form.read().field.clone());
    let body = move || {
        let (name, small, picture) = match chosen.get() {
            (Some(field), Some(subject)) => {
                let (name, of) = (subject.name.clone(), field.name.clone());
                (name, of, view! { <SubjectPicture field subject/> }.into_any())
            }
            (Some(_) | None, _) => (
                texts.subject_none.to_owned(),
                texts.subject_none_text.to_owned(),
                view! { <Icon glyph=Glyph::Flag/> }.into_any(),
            ),
        };
        view! {
            <span class="field-icon">{picture}</span>
            <p class="chosen-name"><strong data-test="draft-subject">{name}</strong><small>{small}</small></p>
        }
    };
    let label = move || if chosen.read().1.is_some() { texts.subject_change } else { texts.subject_choose };
    view! {
        <section class="sheet chosen" class:wrong=move || problem.get().is_some() id="subject" tabindex="-1" aria-describedby="subject-problem">
            <h2 class="unseen">{words().draft.subject}</h2>
            <div class="chosen-line">
                {body}
                <A href=href attr:class="button quiet" attr:data-test="draft-choose" on:click=move |_| desk.keep()>{label}</A>
            </div>
            <Problem id="subject" problem/>
            <CallNow field/>
        </section>
    }
}

/// Subjects that what is written speaks for, where none is chosen.
#[component]
pub(super) fn Suggestions(desk: Desk) -> impl IntoView {
    let store = store();
    let texts = &words().compose;
    let index = use_index();
    let chosen = desk.chosen();
    let suggestions = Memo::new(move |_| {
        if chosen.read().1.is_some() {
            return Vec::new();
        }
        let form = desk.form.read();
        index.read().suggest(&format!("{}\n{}", form.title, form.content))
    });
    let take = move |chosen: Chosen, name: String| {
        choose(desk, chosen);
        store.announce(format!("{}: {name}", texts.chosen));
        // The button that was pressed goes with the others.
        focus_soon(Question::Content.id().to_owned());
    };
    let list = move || {
        let catalogue = store.catalogue.read();
        let row = |suggestion: pakn_api::model::suggest::Suggestion| {
            let field = catalogue.field(&suggestion.field)?.clone();
            let subject = field.subject(&suggestion.subject)?.clone();
            let name = subject.name.clone();
            let chosen = Chosen { field: suggestion.field, subject: suggestion.subject };
            let hook = format!("suggest-{}", chosen.subject);
            let press = {
                let name = name.clone();
                move |_| take(chosen.clone(), name.clone())
            };
            Some(view! {
                <li>
                    <button type="button" class="subject-tile" data-test=hook on:click=press>
                        <SubjectPicture field subject/>
                        <span class="subject-name">
                            <span>{name}</span>
                            <small class="because">{(words().because)(&suggestion.because)}</small>
                        </span>
                    </button>
                </li>
            })
        };
        suggestions.get().into_iter().filter_map(row).collect_view()
    };
    view! {
        <Show when=move || !suggestions.read().is_empty()>
            <div class="suggest" role="group" aria-labelledby="suggest" data-test="suggest">
                <p id="suggest"><strong>{texts.suggest}</strong></p>
                <ul class="subjects one">{list}</ul>
            </div>
        </Show>
    }
}

/// Choosing another subject. Answers to what the other one asked are kept, in case of a way back.
#[component]
pub(super) fn OtherSubject(draft: DraftView, autosave: Autosave) -> impl IntoView {
    let store = store();
    let report_id = draft.report_id;
    let desk = Desk::new(store, report_id, &autosave);
    keep_on_leaving(store, &autosave, &store.uploads(report_id), report_id);
    let current = Signal::derive(move || {
        let form = desk.form.read();
        let (field, subject) = form.field.clone().zip(form.subject.clone())?;
        Some(Chosen { field, subject })
    });
    let at = Signal::stored(desk.form.with_untracked(|form| form.field.clone()));
    let back = use_back("/reports");
    let on_choice = UnsyncCallback::new(move |chosen: Chosen| {
        choose(desk, chosen);
        desk.keep();
        back();
    });
    let on_choice = StoredValue::new_local(on_choice);
    view! {
        <Screen title=words().choose.change_title back="/reports">
            <Chooser at current on_choice=Callback::new(move |chosen| { on_choice.try_with_value(|go| go.run(chosen)); })/>
        </Screen>
    }
}

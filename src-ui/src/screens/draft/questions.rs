//! The draft's questions, one component each; place and pictures have files of their own.
//!
//! Text boxes are written to once, when the screen opens: setting their value while a Vietnamese
//! keyboard composes a syllable would break it.

use leptos::prelude::*;
use pakn_api::model::{
    catalogue::SubjectCode,
    words::{Content as ContentWords, Title as TitleWords, count},
};

use super::{editor::Desk, problems::Question};
use crate::{
    components::{
        entry::{Entry, Problem, described_by},
        icon::{Glyph, Icon},
    },
    local_time::{self, LocalTime},
    state::store,
    text::words,
};

#[component]
pub(super) fn Fields(desk: Desk) -> impl IntoView {
    let store = store();
    let problem = desk.problem(Question::Field);
    let list = move || {
        let catalogue = store.catalogue.read();
        catalogue.fields.iter().map(|field| (field.code.clone(), field.name.clone())).collect::<Vec<_>>()
    };
    let option = move |(code, name): (pakn_api::model::catalogue::FieldCode, String)| {
        let (glyph, hook) = (Glyph::of_field(&code), format!("field-{code}"));
        let value = code.to_string();
        let chosen = {
            let code = code.clone();
            move || desk.form.read().field.as_ref() == Some(&code)
        };
        let choose = move |_| {
            desk.change(|form| {
                if form.field.as_ref() != Some(&code) {
                    form.field = Some(code.clone());
                    form.subject = None;
                }
            });
        };
        view! {
            <label class="choice tall" data-test=hook>
                <input type="radio" name="field" value=value prop:checked=chosen on:change=choose/>
                <span class="choice-face"><Icon glyph/><span>{name}</span></span>
            </label>
        }
    };
    view! {
        <fieldset class="entry" class:wrong=move || problem.get().is_some() id="field" tabindex="-1" aria-describedby="field-problem">
            <legend class="entry-label">{words().draft.field}</legend>
            <Problem id="field" problem/>
            <div class="choices two"><For each=list key=|item| item.clone() children=option/></div>
        </fieldset>
    }
}

#[component]
pub(super) fn Subjects(desk: Desk) -> impl IntoView {
    let store = store();
    let problem = desk.problem(Question::Subject);
    let field = Memo::new(move |_| desk.form.read().field.clone());
    let list = move || {
        let catalogue = store.catalogue.read();
        let found = field.get().and_then(|code| catalogue.field(&code).cloned());
        found.map(|found| found.subjects.into_iter().map(|s| (found.code.clone(), s)).collect::<Vec<_>>()).unwrap_or_default()
    };
    let option = move |code: SubjectCode, name: String| {
        let hook = format!("subject-{code}");
        let value = code.to_string();
        let chosen = {
            let code = code.clone();
            move || desk.form.read().subject.as_ref() == Some(&code)
        };
        let choose = move |_| desk.change(|form| form.subject = Some(code.clone()));
        view! {
            <label class="choice" data-test=hook>
                <input type="radio" name="subject" value=value prop:checked=chosen on:change=choose/>
                <span class="choice-face">{name}</span>
            </label>
        }
    };
    view! {
        <Show when=move || field.get().is_some()>
            <fieldset class="entry" class:wrong=move || problem.get().is_some() id="subject" tabindex="-1"
                aria-describedby="subject-problem">
                <legend class="entry-label">{words().draft.subject}</legend>
                <Problem id="subject" problem/>
                <div class="choices">
                    <For each=list key=|(field, subject)| (field.clone(), subject.code.clone(), subject.name.clone())
                        children=move |(_, subject)| option(subject.code, subject.name)/>
                </div>
            </fieldset>
        </Show>
    }
}

/// Characters used of those allowed; spoken only when few are left.
#[component]
fn Counter(#[prop(into)] used: Signal<usize>, max: usize) -> impl IntoView {
    let near = Memo::new(move |_| used.get() * 10 >= max * 9);
    view! {
        <p class="counter" class:over=move || { used.get() > max }>
            <span aria-hidden="true">{move || (words().counter)(used.get(), max)}</span>
            <span class="unseen" aria-live="polite">{move || near.get().then(|| (words().counter_spoken)(used.get(), max))}</span>
        </p>
    }
}

#[component]
pub(super) fn Title(desk: Desk) -> impl IntoView {
    let texts = &words().draft;
    let problem = desk.problem(Question::Title);
    let first = desk.form.read_untracked().title.clone();
    let used = Memo::new(move |_| count(&desk.form.read().title));
    let invalid = move || problem.get().is_some().to_string();
    // A long title is read on several lines but has none: typed breaks are held back, pasted ones are spaces.
    let no_line_break = |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" && !event.is_composing() {
            event.prevent_default();
        }
    };
    let change = move |event| {
        let text = event_target_value(&event).replace(['\r', '\n'], " ");
        desk.change(|form| form.title = text);
    };
    view! {
        <Entry id="title" label=texts.title_label hint=texts.title_hint problem>
            <textarea id="title" class="box short" rows="2" autocomplete="off" autocapitalize="sentences" enterkeyhint="next"
                data-test="draft-title" aria-describedby=described_by("title") aria-invalid=invalid on:keydown=no_line_break
                on:input=change>{first}</textarea>
            <Counter used max=TitleWords::MAX_CHARS/>
        </Entry>
    }
}

#[component]
pub(super) fn Content(desk: Desk) -> impl IntoView {
    let texts = &words().draft;
    let problem = desk.problem(Question::Content);
    let first = desk.form.read_untracked().content.clone();
    let used = Memo::new(move |_| count(&desk.form.read().content));
    let invalid = move || problem.get().is_some().to_string();
    view! {
        <Entry id="content" label=texts.content_label hint=texts.content_hint problem>
            <textarea id="content" class="box tall" rows="5" autocapitalize="sentences" data-test="draft-content"
                aria-describedby=described_by("content") aria-invalid=invalid
                on:input=move |event| { let text = event_target_value(&event); desk.change(|form| form.content = text) }>{first}</textarea>
            <Counter used max=ContentWords::MAX_CHARS/>
        </Entry>
    }
}

#[component]
pub(super) fn Time(desk: Desk) -> impl IntoView {
    let texts = &words().draft;
    let problem = desk.problem(Question::Time);
    let first = desk.form.read_untracked().happened_at.map(|at| LocalTime::of(at).to_input());
    let now = || LocalTime::of(local_time::now()).to_input();
    let latest = RwSignal::new(now());
    // The minute moves on while the screen is open; a picker looks at it when it opens.
    let look_at_clock = move || {
        latest.set(now());
        desk.tick.notify();
    };
    let invalid = move || problem.get().is_some().to_string();
    let change = move |event| {
        let at = LocalTime::from_input(&event_target_value(&event)).map(LocalTime::instant);
        desk.change(|form| form.happened_at = at);
    };
    view! {
        <Entry id="time" label=texts.time hint=texts.time_hint problem>
            <input id="time" class="box" type="datetime-local" max=latest data-test="draft-time" aria-describedby=described_by("time")
                aria-invalid=invalid value=first on:focus=move |_| look_at_clock() on:pointerdown=move |_| look_at_clock()
                on:input=change/>
        </Entry>
    }
}

#[component]
pub(super) fn Sender(desk: Desk) -> impl IntoView {
    let texts = &words().draft;
    let hidden = Memo::new(move |_| desk.form.read().anonymous);
    let change = move |event| {
        let anonymous = event_target_checked(&event);
        desk.change(|form| form.anonymous = anonymous);
    };
    view! {
        <label class="switch">
            <input type="checkbox" role="switch" prop:checked=hidden on:change=change aria-describedby="anonymous-means"
                data-test="draft-anonymous"/>
            <span class="switch-face"></span>
            <span class="switch-label">{texts.anonymous}</span>
        </label>
        <ul class="means" id="anonymous-means">
            <li>
                <Icon glyph=Glyph::Mask/>
                <span>{move || if hidden.get() { texts.anonymous_public } else { texts.anonymous_off }}</span>
            </li>
            <li><Icon glyph=Glyph::Person/><span>{texts.anonymous_agency}</span></li>
        </ul>
    }
}

#[component]
pub(super) fn Truth(desk: Desk) -> impl IntoView {
    let problem = desk.problem(Question::Truth);
    let confirmed = Memo::new(move |_| desk.form.read().truth_confirmed);
    let change = move |event| {
        let confirmed = event_target_checked(&event);
        desk.change(|form| form.truth_confirmed = confirmed);
    };
    view! {
        <div class="entry" class:wrong=move || problem.get().is_some()>
            <label class="check">
                <input id="truth" type="checkbox" prop:checked=confirmed on:change=change aria-describedby="truth-problem"
                    data-test="draft-truth"/>
                <span class="check-face"><Icon glyph=Glyph::Check/></span>
                <span>{words().draft.truth}</span>
            </label>
            <Problem id="truth" problem/>
        </div>
    }
}

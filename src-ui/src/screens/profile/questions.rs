//! The profile's questions; dates are boxes of their own, the address has a file of its own.
//!
//! Text boxes are written to when the screen opens and when a card filled the form: setting their value while a
//! Vietnamese keyboard composes a syllable would break it.

use leptos::{ev, html, prelude::*};
use pakn_api::model::{person::Gender, profile::ProfileForm};

use super::{editor::Desk, problems::Question};
use crate::{
    components::{
        date_boxes::DateBoxes,
        entry::{Entry, Problem, described_by},
        icon::{Glyph, Icon},
    },
    text::words,
};

/// How a line of text is typed.
#[derive(Clone, Copy)]
pub(super) struct Typing {
    pub(super) hint: &'static str,
    pub(super) kind: &'static str,
    pub(super) keyboard: &'static str,
    pub(super) capitals: &'static str,
    pub(super) autocomplete: &'static str,
}

/// Words, as a phone's keyboard begins them.
pub(super) const WORDS: Typing = Typing { hint: "", kind: "text", keyboard: "text", capitals: "words", autocomplete: "off" };

/// A question for one line of text.
#[component]
pub(super) fn Line(
    desk: Desk,
    question: Question,
    typing: Typing,
    read: fn(&ProfileForm) -> &String,
    write: fn(&mut ProfileForm) -> &mut String,
) -> impl IntoView {
    let id = question.id();
    let problem = desk.problem(question);
    let input = NodeRef::<html::Input>::new();
    let first = desk.form.with_untracked(|form| read(form).clone());
    Effect::new(move || {
        desk.refilled.track();
        if let Some(input) = input.get() {
            let now = desk.form.with_untracked(|form| read(form).clone());
            if input.value() != now {
                input.set_value(&now);
            }
        }
    });
    let invalid = move || problem.get().is_some().to_string();
    let change = move |event: ev::Event| {
        let text = event_target_value(&event);
        desk.change(|form| *write(form) = text);
    };
    view! {
        <Entry id label=question.label() hint=typing.hint problem>
            <input id=id class="box" type=typing.kind inputmode=typing.keyboard autocapitalize=typing.capitals
                autocomplete=typing.autocomplete spellcheck="false" enterkeyhint="next" data-test=id
                aria-describedby=described_by(id) aria-invalid=invalid value=first node_ref=input on:input=change
                on:focusout=move |_| desk.leave(question)/>
        </Entry>
    }
}

#[component]
pub(super) fn IssuedOn(desk: Desk) -> impl IntoView {
    let question = Question::IssuedOn;
    let text = Memo::new(move |_| desk.form.read().issued_on.clone());
    view! {
        <DateBoxes id=question.id() hook="profile-issued" label=question.label() text problem=desk.problem(question)
            on_change=move |text| desk.change(|form| form.issued_on = text) on_left=move |()| desk.leave(question)/>
    }
}

#[component]
pub(super) fn BornOn(desk: Desk) -> impl IntoView {
    let question = Question::BornOn;
    let text = Memo::new(move |_| desk.form.read().born_on.clone());
    view! {
        <DateBoxes id=question.id() hook="profile-born" label=question.label() text problem=desk.problem(question) birthday=true
            on_change=move |text| desk.change(|form| form.born_on = text) on_left=move |()| desk.leave(question)/>
    }
}

/// The offices that issue cards, one tap each, above the line for any other.
#[component]
pub(super) fn IssuedBy(desk: Desk) -> impl IntoView {
    let texts = &words().profile;
    let suggestion = move |office: &'static str, hook: &'static str| {
        let is_chosen = move || desk.form.read().issued_by.trim() == office;
        let choose = move |_| {
            desk.change(|form| office.clone_into(&mut form.issued_by));
            desk.refill();
        };
        view! {
            <button type="button" class="suggestion" aria-pressed=move || is_chosen().to_string() data-test=hook on:click=choose>{office}</button>
        }
    };
    let typing = Typing { hint: texts.issued_by_hint, capitals: "sentences", ..WORDS };
    view! {
        <div class="with-suggestions">
            <Line desk question=Question::IssuedBy typing read=|form| &form.issued_by write=|form| &mut form.issued_by/>
            <div class="suggestions">
                {suggestion(texts.issued_by_police, "profile-issued-by-police")}
                {suggestion(texts.issued_by_ministry, "profile-issued-by-ministry")}
            </div>
        </div>
    }
}

#[component]
pub(super) fn GenderQuestion(desk: Desk) -> impl IntoView {
    let texts = &words().profile;
    let problem = desk.problem(Question::Gender);
    let id = Question::Gender.id();
    let option = move |gender: Gender, name: &'static str, hook: &'static str| {
        let chosen = Memo::new(move |_| desk.form.read().gender == Some(gender));
        view! {
            <label class="choice" data-test=hook>
                <input type="radio" name="gender" prop:checked=chosen on:change=move |_| desk.change(|form| form.gender = Some(gender))/>
                <span class="choice-face">{name}</span>
            </label>
        }
    };
    view! {
        <fieldset class="entry" class:wrong=move || problem.get().is_some() id=id tabindex="-1" aria-describedby=format!("{id}-problem")>
            <legend class="entry-label">{texts.gender}</legend>
            <div class="choices three">
                {option(Gender::Male, texts.male, "profile-gender-male")}
                {option(Gender::Female, texts.female, "profile-gender-female")}
                {option(Gender::Other, texts.other, "profile-gender-other")}
            </div>
            <Problem id problem/>
        </fieldset>
    }
}

/// Asked of children only, as soon as the date of birth says so.
#[component]
pub(super) fn Guardian(desk: Desk) -> impl IntoView {
    let texts = &words().profile;
    let is_childs = Memo::new(move |_| desk.form.with(|form| form.is_childs(super::editor::today())));
    let problem = desk.problem(Question::GuardianAgrees);
    let agrees = Memo::new(move |_| desk.form.read().guardian_agrees);
    let id = Question::GuardianAgrees.id();
    let change = move |event| {
        let agrees = event_target_checked(&event);
        desk.change(|form| form.guardian_agrees = agrees);
    };
    view! {
        <Show when=move || is_childs.get()>
            <section class="sheet" data-test="profile-guardian">
                <h2>{texts.guardian_heading}</h2>
                <p>{texts.guardian_text}</p>
                <Line desk question=Question::GuardianName typing=WORDS read=|form| &form.guardian_name
                    write=|form| &mut form.guardian_name/>
                <div class="entry" class:wrong=move || problem.get().is_some()>
                    <label class="check">
                        <input id=id type="checkbox" prop:checked=agrees on:change=change aria-describedby=format!("{id}-problem")
                            data-test=id/>
                        <span class="check-face"><Icon glyph=Glyph::Check/></span>
                        <span>{texts.guardian_agrees}</span>
                    </label>
                    <Problem id problem/>
                </div>
            </section>
        </Show>
    }
}

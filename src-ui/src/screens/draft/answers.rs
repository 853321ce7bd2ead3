//! What the chosen subject asks beside what every report says: the server's questions, in its order.
//!
//! Answers stay in the form by the question's code, also while another subject is chosen. Boxes are written to once, as
//! those of `questions`; a question that changes on the server is built anew.

use leptos::prelude::*;
use pakn_api::model::{
    catalogue::{ChoiceCode, QuestionCode},
    question::{Choice, MAX_ANSWER_CHARS, Question as Asked, QuestionKind, TypedAnswer},
    words::count,
};

use super::{
    desk::{Desk, answer_id},
    problems::Question,
    questions::Counter,
};
use crate::{
    components::{
        entry::{Entry, Problem, described_by},
        icon::{Glyph, Icon},
        notice::{Notice, Tone},
    },
    local_time::{self, LocalTime},
    text::words,
};

/// From so many characters on, a text has several lines and a counter.
const LONG: u16 = 100;

/// The subject's questions; nothing where it has none that this version can ask.
#[component]
pub(super) fn Answers(desk: Desk) -> impl IntoView {
    let chosen = desk.chosen();
    let questions = Memo::new(move |_| {
        let asked = |asked: &Asked| asked.required || asked.kind != QuestionKind::Unknown;
        let subject = chosen.get().1;
        subject.map(|subject| subject.questions.into_iter().filter(asked).collect::<Vec<_>>()).unwrap_or_default()
    });
    let problem = desk.problem(Question::Answers);
    let list = move || questions.get().into_iter().map(|asked| view! { <One asked desk/> }).collect_view();
    view! {
        <Show when=move || !questions.read().is_empty()>
            <section class="sheet answers" id="answers" tabindex="-1" aria-describedby="answers-problem">
                <h2>{words().compose.answers_heading}</h2>
                {list}
                <Problem id="answers" problem/>
            </section>
        </Show>
    }
}

/// The label, with a word where it may be left open.
fn label(asked: &Asked) -> String {
    if asked.required { asked.label.clone() } else { format!("{} ({})", asked.label, words().compose.may_be_left) }
}

/// What helps to answer: the server's words and the limits.
fn hint(asked: &Asked) -> String {
    let limits = match &asked.kind {
        QuestionKind::Number { min, max, unit, .. } => Some((words().number_range)(*min, *max, unit.as_deref())),
        QuestionKind::Many { at_most, .. } => at_most.map(words().at_most),
        QuestionKind::Text { .. } | QuestionKind::One { .. } | QuestionKind::DateTime { .. } | QuestionKind::Unknown => None,
    };
    asked.hint.clone().into_iter().chain(limits).collect::<Vec<_>>().join(" · ")
}

#[component]
fn One(asked: Asked, desk: Desk) -> impl IntoView {
    match asked.kind.clone() {
        QuestionKind::Text { max_chars } => view! { <Words asked desk max_chars=max_chars.min(MAX_ANSWER_CHARS)/> }.into_any(),
        QuestionKind::Number { decimals, unit, .. } => view! { <Number asked desk decimals unit/> }.into_any(),
        QuestionKind::One { options } => view! { <Options asked desk options several=false/> }.into_any(),
        QuestionKind::Many { options, .. } => view! { <Options asked desk options several=true/> }.into_any(),
        QuestionKind::DateTime { past_only } => view! { <Moment asked desk past_only/> }.into_any(),
        QuestionKind::Unknown => {
            let id = answer_id(&asked.code);
            view! {
                <div id=id tabindex="-1" data-test="answer-unknown">
                    <p class="entry-label">{asked.label}</p>
                    <Notice tone=Tone::Warn><p>{words().compose.newer_needed}</p></Notice>
                </div>
            }
            .into_any()
        }
    }
}

fn answer(desk: Desk, code: &QuestionCode, typed: Option<TypedAnswer>) {
    desk.change(|form| match typed {
        Some(typed) => {
            form.answers.insert(code.clone(), typed);
        }
        None => {
            form.answers.remove(code);
        }
    });
}

/// The words as they stand; none where another kind of answer was given.
fn words_of(desk: Desk, code: &QuestionCode) -> String {
    desk.form.with_untracked(|form| match form.answers.get(code) {
        Some(TypedAnswer::Words(words)) => words.clone(),
        Some(TypedAnswer::Chosen(_) | TypedAnswer::At(_)) | None => String::new(),
    })
}

fn typed_words(text: String) -> Option<TypedAnswer> {
    (!text.trim().is_empty()).then_some(TypedAnswer::Words(text))
}

#[component]
fn Words(asked: Asked, desk: Desk, max_chars: u16) -> impl IntoView {
    let (id, code) = (answer_id(&asked.code), asked.code.clone());
    let problem = desk.answer_problem(code.clone());
    let invalid = move || problem.get().is_some().to_string();
    let first = words_of(desk, &code);
    let used = RwSignal::new(count(&first));
    let change = move |event| {
        let text = event_target_value(&event);
        used.set(count(&text));
        answer(desk, &code, typed_words(text));
    };
    let described = described_by(&id);
    let required = asked.required.to_string();
    let control = if max_chars > LONG {
        view! {
            <textarea id=id.clone() class="box short" rows="2" autocapitalize="sentences" data-test=id.clone() aria-describedby=described
                aria-invalid=invalid aria-required=required on:input=change>{first}</textarea>
            <Counter used max=usize::from(max_chars)/>
        }
        .into_any()
    } else {
        view! {
            <input id=id.clone() class="box" type="text" autocomplete="off" autocapitalize="sentences" data-test=id.clone()
                aria-describedby=described aria-invalid=invalid aria-required=required value=first on:input=change/>
        }
        .into_any()
    };
    view! { <Entry id label=label(&asked) hint=hint(&asked) problem>{control}</Entry> }
}

#[component]
fn Number(asked: Asked, desk: Desk, decimals: u8, unit: Option<String>) -> impl IntoView {
    let (id, code) = (answer_id(&asked.code), asked.code.clone());
    let problem = desk.answer_problem(code.clone());
    let invalid = move || problem.get().is_some().to_string();
    let first = words_of(desk, &code);
    let change = move |event| answer(desk, &code, typed_words(event_target_value(&event)));
    let mode = if decimals == 0 { "numeric" } else { "decimal" };
    view! {
        <Entry id=id.clone() label=label(&asked) hint=hint(&asked) problem>
            <div class="with-unit">
                <input id=id.clone() class="box" type="text" inputmode=mode autocomplete="off" data-test=id.clone()
                    aria-describedby=described_by(&id) aria-invalid=invalid aria-required=asked.required.to_string() value=first on:input=change/>
                {unit.map(|unit| view! { <span aria-hidden="true">{unit}</span> })}
            </div>
        </Entry>
    }
}

fn is_chosen(desk: Desk, code: &QuestionCode, option: &ChoiceCode) -> bool {
    desk.form.with(|form| matches!(form.answers.get(code), Some(TypedAnswer::Chosen(chosen)) if chosen.contains(option)))
}

/// What is chosen once an option is ticked, or no longer.
fn choose(before: Option<&TypedAnswer>, option: &ChoiceCode, ticked: bool, several: bool) -> Option<TypedAnswer> {
    let mut chosen = match before {
        Some(TypedAnswer::Chosen(chosen)) if several => chosen.clone(),
        Some(TypedAnswer::Chosen(_) | TypedAnswer::Words(_) | TypedAnswer::At(_)) | None => std::collections::BTreeSet::new(),
    };
    if ticked {
        chosen.insert(option.clone());
    } else {
        chosen.remove(option);
    }
    (!chosen.is_empty()).then_some(TypedAnswer::Chosen(chosen))
}

/// One of several, or any of them.
#[component]
fn Options(asked: Asked, desk: Desk, options: Vec<Choice>, several: bool) -> impl IntoView {
    let (id, code) = (answer_id(&asked.code), asked.code.clone());
    let problem = desk.answer_problem(code.clone());
    let kind = if several { "checkbox" } else { "radio" };
    let name = id.clone();
    let row = {
        let (code, id) = (code.clone(), id.clone());
        move |option: Choice| {
            let hook = format!("{id}-{}", option.code);
            let checked = {
                let (code, option) = (code.clone(), option.code.clone());
                move || is_chosen(desk, &code, &option)
            };
            let change = {
                let (code, option) = (code.clone(), option.code.clone());
                move |event| {
                    let ticked = event_target_checked(&event);
                    let typed = desk.form.with_untracked(|form| choose(form.answers.get(&code), &option, ticked, several));
                    answer(desk, &code, typed);
                }
            };
            view! {
                <label class="choice">
                    <input type=kind name=name.clone() data-test=hook prop:checked=checked on:change=change/>
                    <span class="choice-face"><Icon glyph=Glyph::Check/>{option.label}</span>
                </label>
            }
        }
    };
    // A radio button can't be let go of by itself.
    let may_clear = {
        let code = code.clone();
        let needed = several || asked.required;
        Memo::new(move |_| !needed && desk.form.with(|form| form.answers.contains_key(&code)))
    };
    let clear = StoredValue::new(code);
    let (hint, hint_id, described) = (hint(&asked), format!("{id}-hint"), described_by(&id));
    view! {
        <fieldset class="entry" class:wrong=move || problem.get().is_some() id=id.clone() tabindex="-1" aria-describedby=described data-test=id.clone()>
            <legend class="entry-label">{label(&asked)}</legend>
            {(!hint.is_empty()).then(|| view! { <p class="entry-hint" id=hint_id>{hint}</p> })}
            <div class="choices ticked">{options.into_iter().map(row).collect_view()}</div>
            <Show when=move || may_clear.get()>
                <button type="button" class="link" on:click=move |_| clear.with_value(|code| answer(desk, code, None))>
                    {words().compose.clear_choice}
                </button>
            </Show>
            <Problem id=id.clone() problem/>
        </fieldset>
    }
}

#[component]
fn Moment(asked: Asked, desk: Desk, past_only: bool) -> impl IntoView {
    let (id, code) = (answer_id(&asked.code), asked.code.clone());
    let problem = desk.answer_problem(code.clone());
    let invalid = move || problem.get().is_some().to_string();
    let first = desk.form.with_untracked(|form| match form.answers.get(&code) {
        Some(TypedAnswer::At(at)) => LocalTime::of(*at).to_input(),
        Some(TypedAnswer::Words(_) | TypedAnswer::Chosen(_)) | None => String::new(),
    });
    let latest = past_only.then(|| LocalTime::of(local_time::now()).to_input());
    let change = move |event| {
        desk.tick.notify();
        let at = LocalTime::from_input(&event_target_value(&event)).map(LocalTime::instant);
        answer(desk, &code, at.map(TypedAnswer::At));
    };
    view! {
        <Entry id=id.clone() label=label(&asked) hint=hint(&asked) problem>
            <input id=id.clone() class="box" type="datetime-local" max=latest data-test=id.clone() aria-describedby=described_by(&id)
                aria-invalid=invalid aria-required=asked.required.to_string() value=first on:input=change/>
        </Entry>
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use pakn_api::Timestamp;

    use super::*;

    fn code(text: &str) -> ChoiceCode {
        ChoiceCode::parse(text).unwrap()
    }

    fn chosen(codes: &[&str]) -> Option<TypedAnswer> {
        Some(TypedAnswer::Chosen(codes.iter().map(|text| code(text)).collect()))
    }

    #[test]
    fn options_are_ticked_one_or_several() {
        let table = [
            (None, "a", true, false, chosen(&["a"])),
            (chosen(&["a"]), "b", true, false, chosen(&["b"])),
            (chosen(&["a"]), "b", true, true, chosen(&["a", "b"])),
            (chosen(&["a", "b"]), "a", false, true, chosen(&["b"])),
            (chosen(&["a"]), "a", false, true, None),
            (Some(TypedAnswer::At(Timestamp(1))), "a", true, true, chosen(&["a"])),
        ];
        for (before, option, ticked, several, expected) in table {
            assert_eq!(choose(before.as_ref(), &code(option), ticked, several), expected, "{before:?} {option}");
        }
    }

    #[test]
    fn nothing_but_white_space_is_no_answer() {
        assert_eq!(typed_words(" \n".to_owned()), None);
        assert_eq!(typed_words("3 ".to_owned()), Some(TypedAnswer::Words("3 ".to_owned())), "as typed");
    }

    #[test]
    fn limits_are_said_with_what_helps() {
        let kind = QuestionKind::Number { min: 0.0, max: 5.5, decimals: 1, unit: Some("m".to_owned()) };
        let hinted = Some("Ước chừng".to_owned());
        let asked =
            Asked { code: QuestionCode::parse("sau").unwrap(), label: "Sâu".to_owned(), hint: hinted, required: false, kind };
        assert_eq!(hint(&asked), "Ước chừng · Từ 0 đến 5,5 m");
        assert_eq!(label(&asked), "Sâu (không bắt buộc)");
        assert_eq!(label(&Asked { required: true, ..asked }), "Sâu");
    }
}

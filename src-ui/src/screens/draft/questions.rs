//! The draft's words: content and title.
//!
//! Text boxes are written to once, when the screen opens: setting their value while a Vietnamese
//! keyboard composes a syllable would break it.

use leptos::prelude::*;
use pakn_api::model::words::{Content as ContentWords, Title as TitleWords, count};

use super::{desk::Desk, problems::Question, subject::Suggestions};
use crate::{
    components::entry::{Entry, described_by},
    text::words,
};

/// Characters used of those allowed; spoken only when few are left.
#[component]
pub(super) fn Counter(#[prop(into)] used: Signal<usize>, max: usize) -> impl IntoView {
    let near = Memo::new(move |_| used.get() * 10 >= max * 9);
    view! {
        <p class="counter" class:over=move || { used.get() > max }>
            <span aria-hidden="true">{move || (words().counter)(used.get(), max)}</span>
            <span class="unseen" aria-live="polite">{move || near.get().then(|| (words().counter_spoken)(used.get(), max))}</span>
        </p>
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
        <Entry id="content" label=words().compose.content_label hint=texts.content_hint problem>
            <textarea id="content" class="box tall" rows="5" autocapitalize="sentences" data-test="draft-content"
                aria-describedby=described_by("content") aria-invalid=invalid
                on:input=move |event| { let text = event_target_value(&event); desk.change(|form| form.content = text) }>{first}</textarea>
            <Counter used max=ContentWords::MAX_CHARS/>
        </Entry>
        <Suggestions desk/>
    }
}

/// The title that the content makes, where none is typed.
fn made(title: &str, content: &str) -> Option<String> {
    let content = ContentWords::parse(content).ok().filter(|_| title.trim().is_empty())?;
    Some(TitleWords::of_content(&content).into())
}

/// May be left open: what it will be is shown then.
#[component]
pub(super) fn Title(desk: Desk) -> impl IntoView {
    let texts = &words().compose;
    let problem = desk.problem(Question::Title);
    let first = desk.form.read_untracked().title.clone();
    let used = Memo::new(move |_| count(&desk.form.read().title));
    let invalid = move || problem.get().is_some().to_string();
    let made = Memo::new(move |_| desk.form.with(|form| made(&form.title, &form.content)));
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
                data-test="draft-title" aria-describedby=described_by("title") aria-invalid=invalid placeholder=texts.title_empty
                on:keydown=no_line_break on:input=change>{first}</textarea>
            <div class="beside-counter">
                <p class="entry-hint" data-test="title-made">{move || made.get().map(|title| (words().title_made)(&title))}</p>
                <Counter used max=TitleWords::MAX_CHARS/>
            </div>
        </Entry>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_that_will_be_is_shown_where_none_is_typed() {
        let table = [
            ("", "Ổ gà to. Xe hay ngã.", Some("Ổ gà to")),
            ("  ", "Ổ gà to", Some("Ổ gà to")),
            ("Của tôi", "Ổ gà to", None),
            ("", "  ", None),
        ];
        for (title, content, expected) in table {
            assert_eq!(made(title, content).as_deref(), expected, "{title:?} {content:?}");
        }
    }
}

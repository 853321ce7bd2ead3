//! A date in three boxes with their names: day, month, year.
//!
//! Outside it is one text, day first; as soon as it is a date, in the form `07/04/1990`. A whole date that comes into
//! any of the boxes (pasted, or filled in by the system) fills all three; nothing else moves by itself.

use leptos::{ev, html, prelude::*};
use pakn_api::model::date::Date;
use wasm_bindgen::JsCast;

use super::entry::Problem;
use crate::text::words;

/// What stands in the three boxes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Boxes {
    day: String,
    month: String,
    year: String,
}

impl Boxes {
    /// A text's parts; what has no parts stands in the first box.
    fn of(text: &str) -> Self {
        let text = Date::parse(text).map_or_else(|_| text.to_owned(), Date::day_first);
        let mut parts = text.splitn(3, '/').map(str::to_owned);
        let mut next = || parts.next().unwrap_or_default();
        Self { day: next(), month: next(), year: next() }
    }

    /// One text of them, empty where all are. [`Boxes::of`] takes it apart again.
    fn text(&self) -> String {
        let [day, month, year] = [&self.day, &self.month, &self.year].map(|part| part.trim().replace('/', ""));
        if [&day, &month, &year].iter().all(|part| part.is_empty()) {
            return String::new();
        }
        let text = format!("{day}/{month}/{year}");
        Date::parse(&text).map_or(text, Date::day_first)
    }

    /// A whole date that came into one box.
    fn whole(typed: &str) -> Option<Self> {
        Date::parse(typed).ok().map(|date| Self::of(&date.day_first()))
    }
}

/// A question for a date.
#[component]
pub(crate) fn DateBoxes(
    /// The id of the first box.
    id: &'static str,
    /// What tests find the boxes by: `<hook>-day`, `<hook>-month`, `<hook>-year`.
    hook: &'static str,
    label: &'static str,
    /// The date as one text.
    #[prop(into)]
    text: Signal<String>,
    #[prop(into)] problem: Signal<Option<&'static str>>,
    /// Whether it is the citizen's own birthday, which the system may know.
    #[prop(optional)]
    birthday: bool,
    #[prop(into)] on_change: Callback<String>,
    /// The focus has left all three.
    #[prop(into)]
    on_left: Callback<()>,
) -> impl IntoView {
    let texts = &words().profile;
    let boxes = RwSignal::new(text.with_untracked(|text| Boxes::of(text)));
    // Filled from elsewhere. What is being typed is the same text already.
    Effect::new(move || {
        let text = text.get();
        if boxes.with_untracked(Boxes::text) != text {
            boxes.set(Boxes::of(&text));
        }
    });
    let group = NodeRef::<html::Fieldset>::new();
    let left = move |event: ev::FocusEvent| {
        let stays = event
            .related_target()
            .and_then(|target| target.dyn_into::<web_sys::Node>().ok())
            .is_some_and(|target| group.get_untracked().is_some_and(|group| group.contains(Some(&target))));
        if !stays {
            on_left.run(());
        }
    };
    let one = move |part: &'static str, name: &'static str, read: fn(&Boxes) -> &String, write: fn(&mut Boxes) -> &mut String| {
        let typed = move |event: ev::Event| {
            let typed = event_target_value(&event);
            boxes.update(|boxes| match Boxes::whole(&typed) {
                Some(whole) => *boxes = whole,
                None => *write(boxes) = typed,
            });
            on_change.run(boxes.with_untracked(Boxes::text));
        };
        let box_id = if part == "day" { id.to_owned() } else { format!("{id}-{part}") };
        let autocomplete = if birthday { format!("bday-{part}") } else { "off".to_owned() };
        view! {
            <label class="date-part" class:date-year=part == "year">
                <span>{name}</span>
                <input id=box_id class="box" type="text" inputmode="numeric" autocomplete=autocomplete
                    data-test=format!("{hook}-{part}") aria-describedby=format!("{id}-hint {id}-problem")
                    aria-invalid=move || problem.get().is_some().to_string()
                    prop:value=move || boxes.with(|boxes| read(boxes).clone()) on:input=typed/>
            </label>
        }
    };
    view! {
        <fieldset class="entry" class:wrong=move || problem.get().is_some() node_ref=group on:focusout=left>
            <legend class="entry-label">{label}</legend>
            <p class="entry-hint" id=format!("{id}-hint")>{texts.date_hint}</p>
            <div class="date-boxes">
                {one("day", texts.day, |b| &b.day, |b| &mut b.day)}
                {one("month", texts.month, |b| &b.month, |b| &mut b.month)}
                {one("year", texts.year, |b| &b.year, |b| &mut b.year)}
            </div>
            <Problem id problem/>
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxes(day: &str, month: &str, year: &str) -> Boxes {
        Boxes { day: day.to_owned(), month: month.to_owned(), year: year.to_owned() }
    }

    #[test]
    fn three_boxes_make_one_text_and_come_back_from_it() {
        let table = [
            (boxes("7", "4", "1990"), "07/04/1990", boxes("07", "04", "1990")),
            (boxes(" 07", "04", "1990 "), "07/04/1990", boxes("07", "04", "1990")),
            (boxes("", "", ""), "", boxes("", "", "")),
            (boxes("7", "", ""), "7//", boxes("7", "", "")),
            (boxes("", "", "1990"), "//1990", boxes("", "", "1990")),
            (boxes("31", "4", "1990"), "31/4/1990", boxes("31", "4", "1990")),
            (boxes("7/", "4", "90"), "7/4/90", boxes("7", "4", "90")),
        ];
        for (typed, text, again) in table {
            assert_eq!(typed.text(), text, "{typed:?}");
            assert_eq!(Boxes::of(text), again, "{text}");
            assert_eq!(Boxes::of(text).text(), text, "what is kept is not changed by being shown");
        }
    }

    #[test]
    fn a_whole_date_in_any_box_fills_all() {
        for pasted in ["07/04/1990", "07041990", "7-4-1990", " 7.4.1990 ", "7 4 1990"] {
            assert_eq!(Boxes::whole(pasted), Some(boxes("07", "04", "1990")), "{pasted}");
        }
        for typed in ["7", "07", "0704", "1990", "07/04", "07041", "31041990", "07/04/90"] {
            assert_eq!(Boxes::whole(typed), None, "{typed}");
        }
    }
}

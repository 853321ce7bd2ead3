//! A dialog over the whole screen to choose one of very many by searching: a box, how many were found, and rows.
//!
//! What is found is drawn a page at a time, more of it as it is scrolled, so that thousands open at once. Escape, the
//! cross and the device's own way back close it and choose nothing.

use leptos::{html, prelude::*};

use super::{
    icon::{Glyph, Icon},
    modal::{close_by_way_back, show_while},
};
use crate::text::words;

/// How many rows are drawn at a time.
const PAGE: usize = 40;
/// How near to the end of what is drawn more is drawn, in pixels.
const NEAR_PX: i32 = 800;

/// One of what can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PickerRow {
    /// What it is known by.
    pub(crate) code: u32,
    /// Its name.
    pub(crate) name: String,
    /// What helps to recognise it.
    pub(crate) detail: Option<String>,
}

/// How many rows are drawn after scrolling to this place.
const fn drawn_after(drawn: usize, all: usize, scrolled_px: i32, seen_px: i32, drawn_px: i32) -> usize {
    if drawn < all && scrolled_px.saturating_add(seen_px).saturating_add(NEAR_PX) >= drawn_px {
        drawn.saturating_add(PAGE)
    } else {
        drawn
    }
}

/// The dialog. What is in it is made when it opens and goes when it closes.
#[component]
pub(crate) fn Picker(
    /// Whether it is shown.
    open: RwSignal<bool>,
    title: &'static str,
    /// What a search finds, best first; everything for an empty one.
    #[prop(into)]
    find: Callback<String, Vec<PickerRow>>,
    /// How many were found, in words.
    count: fn(usize) -> String,
    /// The one that is chosen now.
    #[prop(into)]
    chosen: Signal<Option<u32>>,
    #[prop(into)] on_pick: Callback<u32>,
    /// What stands between the search and what is found.
    #[prop(optional, into)]
    scope: ViewFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    show_while(open, dialog);
    close_by_way_back(open, move || open.set(false));
    let scope = StoredValue::new(scope);
    let pick = Callback::new(move |code| {
        on_pick.run(code);
        open.set(false);
    });
    view! {
        <dialog class="picker" node_ref=dialog aria-label=title on:close=move |_| open.set(false) data-test="picker">
            <Show when=move || open.get()>
                <Search title open find count chosen pick scope=scope.get_value()/>
            </Show>
        </dialog>
    }
}

#[component]
fn Search(
    title: &'static str,
    open: RwSignal<bool>,
    find: Callback<String, Vec<PickerRow>>,
    count: fn(usize) -> String,
    chosen: Signal<Option<u32>>,
    pick: Callback<u32>,
    scope: ViewFn,
) -> impl IntoView {
    let texts = &words().picker;
    let input = NodeRef::<html::Input>::new();
    let list = NodeRef::<html::Div>::new();
    let text = RwSignal::new(String::new());
    let found = Memo::new(move |_| find.run(text.get()));
    let drawn = RwSignal::new(PAGE);
    Effect::new(move || {
        found.track();
        drawn.set(PAGE);
        if let Some(list) = list.get_untracked() {
            list.set_scroll_top(0);
        }
    });
    Effect::new(move || {
        if let Some(input) = input.get() {
            // The box is the first thing in the dialog all the same.
            let _ = input.focus();
        }
    });
    let scrolled = move |_| {
        if let Some(list) = list.get_untracked() {
            let all = found.read_untracked().len();
            let now = drawn.get_untracked();
            let more = drawn_after(now, all, list.scroll_top(), list.client_height(), list.scroll_height());
            if more != now {
                drawn.set(more);
            }
        }
    };
    let rows = move || found.with(|found| found.iter().take(drawn.get()).cloned().collect::<Vec<_>>());
    let row = move |row: PickerRow| {
        let code = row.code;
        let current = move || (chosen.get() == Some(code)).then_some("true");
        view! {
            <li>
                <button type="button" class="picker-row" data-test="picker-row" data-code=code.to_string() aria-current=current
                    on:click=move |_| pick.run(code)>
                    <span class="picker-name">
                        <span>{row.name}</span>
                        {row.detail.map(|detail| view! { <small>{detail}</small> })}
                    </span>
                    <Show when=move || current().is_some()><Icon glyph=Glyph::Check/></Show>
                </button>
            </li>
        }
    };
    view! {
        <header class="picker-top">
            <div class="picker-bar">
                <h2>{title}</h2>
                <button type="button" class="round" aria-label=texts.close data-test="picker-close" on:click=move |_| open.set(false)>
                    <Icon glyph=Glyph::Cross/>
                </button>
            </div>
            <label class="unseen" for="picker-search">{texts.search}</label>
            <input id="picker-search" class="box" type="search" enterkeyhint="search" autocomplete="off" autocapitalize="none"
                spellcheck="false" placeholder=texts.search data-test="picker-search" aria-describedby="picker-hint" node_ref=input
                on:input=move |event| text.set(event_target_value(&event))/>
            <p class="fine" id="picker-hint">{texts.search_hint}</p>
            {scope.run()}
            <p class="picker-count" role="status" data-test="picker-count">{move || found.with(|found| count(found.len()))}</p>
        </header>
        <div class="picker-list" node_ref=list on:scroll=scrolled>
            <ul><For each=rows key=|row| (row.code, row.detail.clone()) children=row/></ul>
            <Show when=move || found.with(Vec::is_empty)>
                <div class="picker-none">
                    <p><strong>{texts.none_title}</strong></p>
                    <p>{texts.none_text}</p>
                </div>
            </Show>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_is_drawn_near_the_end_and_no_more_than_there_is() {
        let table = [
            ("at the top of a long page", (40, 3_321, 0, 600, 2_400), 40),
            ("near its end", (40, 3_321, 1_100, 600, 2_400), 80),
            ("everything is drawn", (3_360, 3_321, 158_000, 600, 159_000), 3_360),
            ("a page that is shorter than the screen", (40, 41, 0, 3_000, 2_000), 80),
            ("nothing found", (40, 0, 0, 600, 600), 40),
        ];
        for (what, (drawn, all, scrolled, seen, height), expected) in table {
            assert_eq!(drawn_after(drawn, all, scrolled, seen, height), expected, "{what}");
        }
    }

    #[test]
    fn scrolling_on_and_on_reaches_the_last_of_all_wards() {
        let (row_px, seen_px, all) = (48, 600, 3_321);
        let mut drawn = PAGE;
        for _ in 0..all {
            let height = i32::try_from(drawn.min(all)).unwrap_or(i32::MAX) * row_px;
            drawn = drawn_after(drawn, all, height - seen_px, seen_px, height);
        }
        assert!((all..all + PAGE).contains(&drawn), "{drawn}");
    }
}

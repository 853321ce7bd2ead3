//! What was saved from a damaged database, told once, one by one, until it has been read.

use leptos::{prelude::*, task::spawn_local};
use pakn_api::ipc::{AppError, DismissSalvage, LostItem, Salvage};

use super::cards::when;
use crate::{
    components::{
        focus::focus_heading,
        icon::{Glyph, Icon},
    },
    ipc,
    state::store,
    text::words,
};

/// The notice; nothing when nothing happened.
#[component]
pub(crate) fn SalvageNotice() -> impl IntoView {
    let store = store();
    let salvage = Memo::new(move |_| store.salvage.value.get().flatten());
    move || salvage.get().map(|salvage| view! { <Told salvage/> })
}

/// A report's title, or what stands for one.
pub(super) fn title_or_untitled(title: &str) -> String {
    match title.trim() {
        "" => words().home.untitled.to_owned(),
        title => title.to_owned(),
    }
}

fn lost_line(lost: &LostItem) -> String {
    let title = lost.title.as_deref().map_or_else(|| words().salvage.no_title.to_owned(), title_or_untitled);
    let what = if lost.was_sent { words().salvage.was_sent } else { words().salvage.was_draft };
    format!("{title} ({what})")
}

/// A heading and what stands under it, line by line; nothing without lines.
pub(super) fn titles(heading: &'static str, lines: Vec<String>) -> Option<impl IntoView> {
    (!lines.is_empty()).then(|| {
        view! {
            <h3>{heading}</h3>
            <ul class="told">{lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
        }
    })
}

#[component]
fn Told(salvage: Salvage) -> impl IntoView {
    let store = store();
    let texts = &words().salvage;
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<AppError>));
    let dismiss = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let answer = ipc::invoke(DismissSalvage {}).await;
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    store.salvage.tell(None);
                    focus_heading();
                }
                Err(error) => {
                    problem.try_set(Some(error));
                }
            }
        });
    };
    let named = |list: &[String]| list.iter().map(|title| title_or_untitled(title)).collect::<Vec<_>>();
    let lost = salvage.lost.iter().map(lost_line).collect::<Vec<_>>();
    let whole = lost.is_empty();
    view! {
        <div class="notice tone-warn" role="alert" data-test="salvage">
            <Icon glyph=Glyph::Alert/>
            <div class="notice-body">
                <h2>{texts.heading}</h2>
                <p>{if whole { texts.all_back } else { texts.some_back }}</p>
                <p>{(words().salvaged_at)(&when(salvage.at))}</p>
                {titles(texts.drafts, named(&salvage.drafts))}
                {titles(texts.unsent, named(&salvage.unsent))}
                {(salvage.loose_photos > 0).then(|| view! { <p>{(words().loose_photos)(salvage.loose_photos)}</p> })}
                {titles(texts.lost, lost)}
                {(!whole).then(|| view! { <p>{texts.lost_next}</p> })}
                {move || problem.get().map(|error| view! { <p role="alert">{(words().app_error)(&error)}</p> })}
                <button type="button" class="button quiet" data-test="salvage-dismiss" disabled=busy on:click=dismiss>
                    {words().draft.photo_dismiss}
                </button>
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lost_is_told_by_as_much_as_is_known_of_it() {
        let lost =
            |title: Option<&str>, was_sent| lost_line(&LostItem { report_id: None, title: title.map(str::to_owned), was_sent });
        let told =
            [lost(Some("Ổ gà"), true), lost(Some("Ổ gà"), false), lost(Some(" "), true), lost(None, true), lost(None, false)];
        assert!(told.iter().take(2).all(|line| line.starts_with("Ổ gà")), "{told:?}");
        let mut different = told.to_vec();
        different.sort_unstable();
        different.dedup();
        assert_eq!(different.len(), told.len(), "{told:?}");
    }
}

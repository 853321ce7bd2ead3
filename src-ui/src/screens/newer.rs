//! When the data were written by a newer version of the app: what is in there, and that it waits unharmed.

use leptos::prelude::*;
use pakn_api::ipc::AppError;

use super::salvage::{title_or_untitled, titles};
use crate::{
    components::icon::{Glyph, Icon},
    text::words,
};

/// The titles in a newer database, if that is what an error says: drafts, then reports that wait.
pub(crate) fn newer(error: &AppError) -> Option<(Vec<String>, Vec<String>)> {
    let AppError::NewerDatabase { drafts, unsent } = error else { return None };
    Some((drafts.clone(), unsent.clone()))
}

/// Says that the app is to be updated, and names what waits for that.
#[component]
pub(crate) fn Newer(drafts: Vec<String>, unsent: Vec<String>) -> impl IntoView {
    let texts = &words().newer;
    let named = |list: Vec<String>| list.iter().map(|title| title_or_untitled(title)).collect::<Vec<_>>();
    let any = !(drafts.is_empty() && unsent.is_empty());
    view! {
        <div class="notice tone-warn" role="alert" data-test="newer-database">
            <Icon glyph=Glyph::Info/>
            <div class="notice-body">
                <h2>{texts.heading}</h2>
                <p>{texts.text}</p>
                {any.then(|| view! { <p>{texts.safe}</p> })}
                {titles(texts.drafts, named(drafts))}
                {titles(texts.unsent, named(unsent))}
                <p>{texts.how}</p>
            </div>
        </div>
    }
}

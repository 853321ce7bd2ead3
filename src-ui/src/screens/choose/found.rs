//! What a search for a subject finds.

use leptos::prelude::*;
use pakn_api::model::{
    catalogue::{Field, Subject},
    suggest::Suggestion,
};

use super::{Chosen, fields::Tile, use_index};
use crate::{state::store, text::words};

/// The subjects that fit what is typed, best first.
#[component]
pub(super) fn Found(typed: RwSignal<String>, current: Signal<Option<Chosen>>, on_choice: Callback<Chosen>) -> impl IntoView {
    let store = store();
    let texts = &words().choose;
    let index = use_index();
    let found = Memo::new(move |_| {
        let suggestions = index.read().search(&typed.read());
        let catalogue = store.catalogue.read();
        let whole = |s: Suggestion| {
            let field = catalogue.field(&s.field)?;
            Some((field.clone(), field.subject(&s.subject)?.clone(), s.because))
        };
        suggestions.into_iter().filter_map(whole).collect::<Vec<(Field, Subject, Vec<String>)>>()
    });
    let key = |(field, subject, because): &(Field, Subject, Vec<String>)| {
        (field.code.clone(), subject.code.clone(), subject.name.clone(), because.clone())
    };
    let tile = move |(field, subject, because): (Field, Subject, Vec<String>)| {
        view! { <li><Tile field subject because current on_choice with_field=true/></li> }
    };
    view! {
        <section>
            <p class="fine" role="status" data-test="choose-count">{move || (words().subjects_found)(found.read().len())}</p>
            <ul class="subjects one"><For each=move || found.get() key children=tile/></ul>
            <Show when=move || found.read().is_empty()>
                <p><strong>{texts.none_title}</strong></p>
                <p>{texts.none_text}</p>
            </Show>
        </section>
    }
}

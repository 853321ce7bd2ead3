//! Every field with its subjects, each with its picture.

use leptos::prelude::*;
use pakn_api::model::catalogue::{Field, FieldCode, Subject};

use super::{CallNow, Chosen};
use crate::{
    components::{
        focus::focus_on,
        icon::{Glyph, Icon},
        pictures::{FieldPicture, SubjectPicture},
    },
    state::store,
    text::words,
};

/// The id of a field's heading.
fn heading_id(code: &FieldCode) -> String {
    format!("field-{code}")
}

fn lead_to(code: &FieldCode) {
    if let Some(heading) = document().get_element_by_id(&heading_id(code)) {
        focus_on(&heading);
    }
}

/// The fields one below the other; begins at the given one.
#[component]
pub(super) fn AllFields(
    at: Signal<Option<FieldCode>>,
    current: Signal<Option<Chosen>>,
    on_choice: Callback<Chosen>,
) -> impl IntoView {
    let store = store();
    if let Some(code) = at.get_untracked() {
        // After the screen's heading, which takes the focus when it is come to.
        request_animation_frame(move || request_animation_frame(move || lead_to(&code)));
    }
    let fields = move || store.catalogue.read().fields.clone();
    let key = |field: &Field| {
        let subjects: Vec<_> = field.subjects.iter().map(|s| (s.code.clone(), s.name.clone(), s.icon.clone())).collect();
        (field.code.clone(), field.name.clone(), field.icon.clone(), field.public, subjects)
    };
    let jump = move |field: Field| {
        let code = field.code.clone();
        view! {
            <li>
                <button type="button" class="jump" on:click=move |_| lead_to(&code)>
                    <FieldPicture field=field.clone()/>
                    <span>{field.name}</span>
                </button>
            </li>
        }
    };
    view! {
        <nav aria-label=words().choose.fields>
            <ul class="jumps"><For each=fields key children=jump/></ul>
        </nav>
        <For each=fields key children=move |field| view! { <OneField field current on_choice/> }/>
    }
}

#[component]
fn OneField(field: Field, current: Signal<Option<Chosen>>, on_choice: Callback<Chosen>) -> impl IntoView {
    let id = heading_id(&field.code);
    let code = field.code.clone();
    let tiles = field.subjects.iter().map(|subject| {
        view! { <li><Tile field=field.clone() subject=subject.clone() because=Vec::new() current on_choice/></li> }
    });
    let tiles = tiles.collect_view();
    view! {
        <section aria-labelledby=id.clone()>
            <h2 class="field-heading" id=id.clone() tabindex="-1">
                <span class="field-icon"><FieldPicture field=field.clone()/></span>
                <span>{field.name.clone()}</span>
            </h2>
            <CallNow field=Signal::stored(Some(code))/>
            <ul class="subjects">{tiles}</ul>
        </section>
    }
}

/// A subject to be tapped.
#[component]
pub(super) fn Tile(
    field: Field,
    subject: Subject,
    /// The words that speak for it.
    because: Vec<String>,
    current: Signal<Option<Chosen>>,
    on_choice: Callback<Chosen>,
    /// Whether the field is named too.
    #[prop(optional)]
    with_field: bool,
) -> impl IntoView {
    let chosen = Chosen { field: field.code.clone(), subject: subject.code.clone() };
    let hook = format!("subject-{}", subject.code);
    let (name, in_field) = (subject.name.clone(), field.code.to_string());
    let of = with_field.then(|| view! { <small>{field.name.clone()}</small> });
    let why = (!because.is_empty()).then(|| view! { <small class="because">{(words().because)(&because)}</small> });
    let is_current = {
        let chosen = chosen.clone();
        Memo::new(move |_| current.read().as_ref() == Some(&chosen))
    };
    view! {
        <button type="button" class="subject-tile" data-test=hook data-field=in_field
            aria-current=move || is_current.get().then_some("true") on:click=move |_| on_choice.run(chosen.clone())>
            <SubjectPicture field subject/>
            <span class="subject-name"><span>{name}</span>{of}{why}</span>
            <Show when=move || is_current.get()><Icon glyph=Glyph::Check/></Show>
        </button>
    }
}

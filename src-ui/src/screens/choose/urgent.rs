//! What can't wait: the numbers to call, before anything else and within one tap.

use leptos::prelude::*;
use pakn_api::model::{
    catalogue::{Catalogue, FieldCode},
    jurisdiction::Hotline,
};

use crate::{
    components::icon::{Glyph, Icon},
    state::store,
    text::words,
};

/// Who is called for what is happening right now in a field that is not shown to others: the police.
const POLICE: &str = "113";

/// What a number is for, in a word or two: what stands before a colon or comma.
fn short(name: &str) -> &str {
    name.split([':', ',']).next().unwrap_or(name).trim()
}

#[component]
fn Call(hotline: Hotline) -> impl IntoView {
    let label = (words().call_about)(&hotline.number, &hotline.name);
    view! {
        <a class="call" href=format!("tel:{}", hotline.number) aria-label=label data-test=format!("call-{}", hotline.number)>
            <Icon glyph=Glyph::Phone/>
            <span><strong>{hotline.number.clone()}</strong>" "<small>{short(&hotline.name).to_owned()}</small></span>
        </a>
    }
}

/// All numbers, in a row.
#[component]
pub(super) fn Urgent() -> impl IntoView {
    let store = store();
    let calls = move || {
        let here = store.jurisdiction.read();
        here.hotlines.iter().map(|hotline| view! { <li><Call hotline=hotline.clone()/></li> }).collect_view()
    };
    view! {
        <section class="urgent" aria-labelledby="urgent">
            <h2 id="urgent">{words().choose.urgent}</h2>
            <ul>{calls}</ul>
        </section>
    }
}

/// The number to call while it is happening, in fields where that matters.
fn to_call(catalogue: &Catalogue, hotlines: &[Hotline], field: Option<&FieldCode>) -> Option<Hotline> {
    let hidden = field.and_then(|code| catalogue.field(code)).is_some_and(|field| !field.public);
    hotlines.iter().find(|hotline| hidden && hotline.number == POLICE).cloned()
}

/// Asks whether it is happening right now, with the number to call; nothing in fields where nobody is in danger.
#[component]
pub(crate) fn CallNow(#[prop(into)] field: Signal<Option<FieldCode>>) -> impl IntoView {
    let store = store();
    let hotline = Memo::new(move |_| to_call(&store.catalogue.read(), &store.jurisdiction.read().hotlines, field.get().as_ref()));
    move || {
        hotline.get().map(|hotline| {
            view! {
                <div class="call-now">
                    <p>{words().choose.now}</p>
                    <Call hotline/>
                </div>
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use pakn_api::model::jurisdiction::Jurisdiction;

    use super::*;

    #[test]
    fn whoever_reports_a_crime_is_asked_whether_it_is_happening() {
        let catalogue = Catalogue::builtin();
        let hotlines = Jurisdiction::builtin().hotlines;
        let number = |code: &str| to_call(&catalogue, &hotlines, FieldCode::parse(code).ok().as_ref()).map(|found| found.number);
        assert_eq!(number("an-ninh-trat-tu").as_deref(), Some("113"));
        assert_eq!((number("moi-truong"), number("no-such-field")), (None, None));
        assert_eq!(to_call(&catalogue, &[], FieldCode::parse("an-ninh-trat-tu").ok().as_ref()), None);
    }

    #[test]
    fn a_number_is_named_in_a_word_or_two() {
        for (name, expected) in
            [("Công an: an ninh, trật tự", "Công an"), ("Cứu hỏa, cứu nạn", "Cứu hỏa"), ("Cấp cứu y tế", "Cấp cứu y tế")]
        {
            assert_eq!(short(name), expected);
        }
    }
}

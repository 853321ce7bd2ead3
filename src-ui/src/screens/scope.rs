//! What is not accepted, said kindly and before anybody types in vain.

use leptos::prelude::*;

use crate::{
    components::icon::{Glyph, Icon},
    state::store,
    text::words,
};

/// What is not accepted, folded away until asked for.
#[component]
pub(crate) fn Scope(
    /// Whether the hotlines can be called from here; the home screen has them beside it.
    #[prop(optional)]
    calls: bool,
) -> impl IntoView {
    let store = store();
    let home = &words().home;
    let numbers = move || {
        let here = store.jurisdiction.read();
        let link = |number: &str| {
            view! {
                <a class="button quiet" href=format!("tel:{number}")>
                    <Icon glyph=Glyph::Phone/>
                    <span>{home.call}" "{number.to_owned()}</span>
                </a>
            }
        };
        here.hotlines.iter().map(|hotline| link(&hotline.number)).collect_view()
    };
    view! {
        <details class="scope">
            <summary><Icon glyph=Glyph::Info/><span>{home.scope_heading}</span></summary>
            <p>{home.scope_text}</p>
            <ul>
                {[home.scope_not, home.scope_complaints, home.scope_rules, home.scope_emergency, home.scope_vague]
                    .map(|sentence| view! { <li>{sentence}</li> })
                    .collect_view()}
            </ul>
            {calls.then(|| view! { <p class="actions">{numbers}</p> })}
        </details>
    }
}

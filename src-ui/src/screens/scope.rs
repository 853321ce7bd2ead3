//! What is not accepted, said kindly and before anybody types in vain.

use leptos::prelude::*;

use crate::{
    components::icon::{Glyph, Icon},
    text::words,
};

/// What is not accepted, folded away until asked for.
#[component]
pub(crate) fn Scope() -> impl IntoView {
    let home = &words().home;
    view! {
        <details class="scope">
            <summary><Icon glyph=Glyph::Info/><span>{home.scope_heading}</span></summary>
            <p>{home.scope_text}</p>
            <ul>
                {[home.scope_not, home.scope_complaints, home.scope_rules, home.scope_emergency, home.scope_vague]
                    .map(|sentence| view! { <li>{sentence}</li> })
                    .collect_view()}
            </ul>
        </details>
    }
}

//! It is done: who came to register is told so, and goes on to where they were going.

use leptos::prelude::*;
use pakn_api::ipc::CodePurpose;

use super::Flow;
use crate::{
    components::icon::{Glyph, Icon},
    text::words,
};

#[component]
pub(super) fn Done(flow: Flow, what: CodePurpose) -> impl IntoView {
    let texts = &words().enter;
    let heading = match what {
        CodePurpose::Register => texts.registered,
        CodePurpose::ResetPassword => texts.was_reset,
    };
    crate::state::store().announce(format!("{heading}. {}", texts.signed_in));
    view! {
        <section class="success" data-test="register-done">
            <span class="success-mark"><Icon glyph=Glyph::Check/></span>
            <h2>{heading}</h2>
            <p>{texts.signed_in}</p>
            <button type="button" class="button wide" data-test="register-go-on" on:click=move |_| flow.onward.go()>{texts.go_on}</button>
        </section>
    }
}

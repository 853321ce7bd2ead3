//! Where a wrong address leads, and what stands in place of something that is gone.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::{
    components::{scene::EmptyNotebook, screen::Screen},
    text::words,
};

/// No such screen.
#[component]
pub(crate) fn Lost() -> impl IntoView {
    let common = &words().common;
    view! {
        <Screen title=common.not_found_title back="/">
            <Gone title="" text=common.not_found_text/>
        </Screen>
    }
}

/// Something that was here once.
#[component]
pub(crate) fn Gone(title: &'static str, text: &'static str) -> impl IntoView {
    view! {
        <section class="empty">
            <EmptyNotebook/>
            {(!title.is_empty()).then(|| view! { <h2>{title}</h2> })}
            <p>{text}</p>
            <A href="/" attr:class="button">{words().common.go_home}</A>
        </section>
    }
}

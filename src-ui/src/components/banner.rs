//! The strip at the top that says what is wrong with the connection; silent when nothing is.

use leptos::prelude::*;
use leptos_router::components::A;

use super::icon::{Glyph, Icon};
use crate::text::words;

/// What the banner has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BannerState {
    /// Nothing.
    Silent,
    /// The server can't be reached, or is in trouble.
    Trouble(String),
    /// Reports wait for somebody to sign in.
    SignIn(String),
}

/// The strip; its region stays in the page, so that a screen reader hears what comes into it.
#[component]
pub(crate) fn Banner(#[prop(into)] state: Signal<BannerState>) -> impl IntoView {
    let strip = move || match state.get() {
        BannerState::Silent => None,
        BannerState::Trouble(sentence) => Some(
            view! {
                <p class="banner" data-test="banner">
                    <Icon glyph=Glyph::CloudOff/>
                    <span>{sentence}</span>
                </p>
            }
            .into_any(),
        ),
        BannerState::SignIn(sentence) => Some(
            view! {
                <p class="banner" data-test="banner">
                    <Icon glyph=Glyph::Person/>
                    <span>{sentence}" " <A href="/sign-in?next=/reports">{words().common.sign_in}</A></span>
                </p>
            }
            .into_any(),
        ),
    };
    view! { <div role="status" aria-live="polite">{strip}</div> }
}

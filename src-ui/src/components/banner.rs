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
    Trouble {
        /// What is wrong, and how many reports wait for it to pass.
        sentence: String,
        /// Whether it leads to what waits.
        leads_on: bool,
    },
    /// Reports wait for somebody to sign in.
    SignIn(String),
}

/// The strip; its region stays in the page, so that a screen reader hears what comes into it.
#[component]
pub(crate) fn Banner(#[prop(into)] state: Signal<BannerState>) -> impl IntoView {
    let strip = move || {
        match state.get() {
        BannerState::Silent => None,
        BannerState::Trouble { sentence, leads_on } => Some(
            view! {
                <p class="banner" data-test="banner">
                    <Icon glyph=Glyph::CloudOff/>
                    <span>{sentence}</span>
                    {leads_on
                        .then(|| {
                            view! { <A href="/outbox" attr:data-test="banner-outbox" attr:aria-label=words().outbox.see_all>{words().home.outbox_open}</A> }
                        })}
                </p>
            }
            .into_any(),
        ),
        BannerState::SignIn(sentence) => Some(
            view! {
                <p class="banner" data-test="banner">
                    <Icon glyph=Glyph::Person/>
                    <span>{sentence}</span>
                    <A href="/sign-in?next=/outbox">{words().common.sign_in}</A>
                </p>
            }
            .into_any(),
        ),
    }
    };
    view! { <div role="status" aria-live="polite">{strip}</div> }
}

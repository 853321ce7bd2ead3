//! A framed sentence with an icon: something to know, to mind, to mend, or to be glad of.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// How a notice is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Info,
    Good,
    Warn,
    Bad,
}

impl Tone {
    /// The class that colours it.
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Info => "tone-info",
            Self::Good => "tone-good",
            Self::Warn => "tone-warn",
            Self::Bad => "tone-bad",
        }
    }

    const fn glyph(self) -> Glyph {
        match self {
            Self::Info => Glyph::Info,
            Self::Good => Glyph::Check,
            Self::Warn | Self::Bad => Glyph::Alert,
        }
    }
}

/// A framed sentence. A bad one is read out at once; news of another tone is for the announcer to tell, as
/// a region that comes with its text often stays unheard.
#[component]
pub(crate) fn Notice(tone: Tone, children: Children) -> impl IntoView {
    let role = (tone == Tone::Bad).then_some("alert");
    view! {
        <div class=format!("notice {}", tone.class()) role=role>
            <Icon glyph=tone.glyph()/>
            <div class="notice-body">{children()}</div>
        </div>
    }
}

/// What went wrong with loading something, and a button to try again.
#[component]
pub(crate) fn Failure(#[prop(into)] sentence: String, #[prop(into)] on_retry: Callback<()>) -> impl IntoView {
    view! {
        <Notice tone=Tone::Bad>
            <p>{sentence}</p>
            <button type="button" class="button quiet" on:click=move |_| on_retry.run(())>{crate::text::words().common.retry}</button>
        </Notice>
    }
}

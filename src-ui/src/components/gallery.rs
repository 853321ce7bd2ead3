//! A report's pictures and videos in a row, each opening large.

use leptos::prelude::*;
use pakn_api::ipc::AttachmentKind;

use super::{
    icon::{Glyph, Icon},
    lightbox::{Lightbox, Slide, spoken},
};
use crate::text::words;

/// Pictures and videos, in their order.
#[component]
pub(crate) fn Gallery(slides: Vec<Slide>) -> impl IntoView {
    let shown = RwSignal::new(None::<String>);
    let count = slides.len();
    let tile = |(index, slide): (usize, Slide)| {
        let name = format!("{}. {}", spoken(&slide, index, count), words().report.photo_open);
        let key = slide.key.clone();
        view! {
            <li>
                <button type="button" class="gallery-tile" on:click=move |_| shown.set(Some(key.clone())) aria-label=name
                    data-test="gallery-tile">
                    <Face slide alone=count == 1/>
                </button>
            </li>
        }
    };
    view! {
        <ul class="gallery" class:single=count == 1>{slides.iter().cloned().enumerate().map(tile).collect_view()}</ul>
        <Lightbox slides=Signal::stored(slides) shown/>
    }
}

#[component]
fn Face(slide: Slide, alone: bool) -> impl IntoView {
    match slide.kind {
        AttachmentKind::Photo => {
            let url = if alone { slide.url } else { slide.small };
            view! { <img src=url alt="" loading="lazy" data-test="report-photo"/> }.into_any()
        }
        AttachmentKind::Video => view! {
            <Film poster=Some(slide.small)/>
            <Length duration_ms=slide.duration_ms/>
        }
        .into_any(),
    }
}

/// A video's still, or a sign for one where there is none.
#[component]
pub(crate) fn Film(poster: Option<String>) -> impl IntoView {
    let bare = RwSignal::new(poster.is_none());
    let still = poster.map(|poster| {
        view! {
            <img src=poster alt="" class:hidden=bare on:error=move |_| bare.set(true) data-test="video-still"/>
        }
    });
    view! {
        {still}
        <Show when=move || bare.get()>
            <span class="film" data-test="video-bare"><Icon glyph=Glyph::Film/></span>
        </Show>
    }
}

/// How long a video is, over its still.
#[component]
pub(crate) fn Length(duration_ms: Option<u32>) -> impl IntoView {
    view! {
        <span class="film-length" aria-hidden="true">
            <Icon glyph=Glyph::Play/>
            {duration_ms.map(words().duration)}
        </span>
    }
}

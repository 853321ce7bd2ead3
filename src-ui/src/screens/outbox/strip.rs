//! A report's pictures in a row, each with how far it has come.

use leptos::prelude::*;
use pakn_api::ipc::FileProgress;

use crate::{
    components::icon::{Glyph, Icon},
    ipc,
    text::words,
};

/// The pictures; nothing where there are none. A picture is drawn once, its progress changes in place.
#[component]
pub(crate) fn Strip(#[prop(into)] files: Signal<Vec<FileProgress>>) -> impl IntoView {
    let pictures = Memo::new(move |_| files.read().iter().map(|file| file.photo.clone()).collect::<Vec<_>>());
    let tile = move |(nth, photo): (usize, String)| {
        let name = move || (words().photo_nth)(nth + 1, pictures.read().len());
        let file = Memo::new(move |_| files.read().get(nth).cloned());
        let told = Memo::new(move |_| file.read().as_ref().map(words().file_progress).unwrap_or_default());
        let whole = Memo::new(move |_| file.read().as_ref().is_some_and(FileProgress::is_whole));
        let max = move || file.read().as_ref().map_or(1, |file| file.total_bytes.max(1));
        let value = move || file.read().as_ref().map_or(0, |file| file.sent_bytes);
        view! {
            <li class="strip-photo" class:whole=whole data-test="file-progress">
                <img src=ipc::preview_url(&photo) alt="" loading="lazy"/>
                <progress class="progress" max=max value=value aria-label=name aria-valuetext=told></progress>
                // The bar says it to the ear already.
                <p class="strip-state" aria-hidden="true">
                    {move || whole.get().then(|| view! { <Icon glyph=Glyph::Check/> })}
                    <span>{told}</span>
                </p>
            </li>
        }
    };
    view! {
        <Show when=move || !pictures.read().is_empty()>
            <ul class="strip-photos" aria-label=words().report.photos>
                <For each=move || pictures.get().into_iter().enumerate() key=|picture| picture.clone() children=tile/>
            </ul>
        </Show>
    }
}

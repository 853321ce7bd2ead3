//! A row of pictures, each opening large.

use leptos::{html, prelude::*};

use super::icon::{Glyph, Icon};
use crate::text::words;

/// Pictures by their addresses.
#[component]
pub(crate) fn Gallery(urls: Vec<String>) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let shown = RwSignal::new((0, String::new()));
    let count = urls.len();
    let tile = |(index, url): (usize, String)| {
        let name = (words().photo_nth)(index + 1, count);
        let open = {
            let url = url.clone();
            move |_| {
                shown.set((index, url.clone()));
                if let Some(dialog) = dialog.get() {
                    // Shown already, or gone with its screen.
                    let _ = dialog.show_modal();
                }
            }
        };
        view! {
            <li>
                <button type="button" class="gallery-tile" on:click=open aria-label=format!("{name}. {}", words().report.photo_open)>
                    <img src=url alt="" loading="lazy" data-test="report-photo"/>
                </button>
            </li>
        }
    };
    let close = move |_| {
        if let Some(dialog) = dialog.get() {
            dialog.close();
        }
    };
    view! {
        <ul class="gallery" class:single=count == 1>{urls.into_iter().enumerate().map(tile).collect_view()}</ul>
        <dialog class="lightbox" node_ref=dialog aria-label=words().report.photos>
            <button type="button" class="round" aria-label=words().report.close_photo on:click=close>
                <Icon glyph=Glyph::Cross/>
            </button>
            <Show when=move || shown.with(|(_, url)| !url.is_empty())>
                <img src=move || shown.get().1 alt=move || (words().photo_nth)(shown.get().0 + 1, count)/>
            </Show>
        </dialog>
    }
}

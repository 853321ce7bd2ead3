//! The tiles that add pictures and videos where the shell has no camera: from the gallery, and with the camera on
//! devices held in the hand.

use leptos::{html, prelude::*};
use web_sys::File;

use crate::{
    components::icon::{Glyph, Icon},
    text::words,
};

/// What is taken in: pictures, and videos of phones.
pub(super) const ACCEPT: &str = "image/*,video/mp4,video/quicktime";
/// What the camera is asked for: an input that also takes videos doesn't open it.
const ACCEPT_SHOT: &str = "image/*";

/// Where pictures come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// Android's web view opens the camera only for an input that asks for nothing else.
    Camera,
    Gallery,
}

/// Whether a finger points here: such devices have a camera at their back.
fn is_held_in_the_hand() -> bool {
    window().match_media("(pointer: coarse)").ok().flatten().is_some_and(|media| media.matches())
}

/// The tiles, as items of the list of pictures.
#[component]
pub(super) fn AddPhotos(
    /// No more pictures may come, or there is no room for one.
    #[prop(into)]
    closed: Signal<bool>,
    on_files: Callback<Vec<File>>,
) -> impl IntoView {
    view! {
        {is_held_in_the_hand().then(|| view! { <Tile source=Source::Camera closed on_files/> })}
        <Tile source=Source::Gallery closed on_files/>
    }
}

#[component]
fn Tile(source: Source, closed: Signal<bool>, on_files: Callback<Vec<File>>) -> impl IntoView {
    let texts = &words().draft;
    let input = NodeRef::<html::Input>::new();
    let (id, hook, accept, capture, glyph, label) = match source {
        Source::Camera => ("camera", "draft-camera-input", ACCEPT_SHOT, Some("environment"), Glyph::Camera, texts.photos_take),
        Source::Gallery => ("photos", "draft-photo-input", ACCEPT, None, Glyph::Picture, texts.photos_pick),
    };
    let picked = move |_| {
        let Some(input) = input.get_untracked() else { return };
        let files = input.files().map(|files| (0..files.length()).filter_map(|n| files.item(n)).collect());
        // Emptied, so that choosing the same file again counts as a choice.
        input.set_value("");
        on_files.run(files.unwrap_or_default());
    };
    view! {
        <li class="photo-add" class:hidden=closed>
            <label>
                <input id=id type="file" accept=accept capture=capture multiple=source == Source::Gallery node_ref=input on:change=picked
                    disabled=closed data-test=hook aria-describedby="photos-hint photos-problem"/>
                <span class="photo-add-face">
                    <Icon glyph/>
                    <span>{label}</span>
                </span>
            </label>
        </li>
    }
}

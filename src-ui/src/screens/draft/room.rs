//! Whether there is room for another picture, known before the camera opens.
//!
//! A file input opens only within a tap, which can't wait for an answer: so it is asked when the screen
//! opens, after each picture that came or went, and when the citizen comes back from making room.

use leptos::prelude::*;
use pakn_api::ipc::{AppError, CheckRoom};

use super::problems::Question;
use crate::{
    components::{
        focus::focus_soon,
        notice::{Notice, Tone},
    },
    loaded::Loaded,
    text::words,
};

/// Asks now and whenever it may have changed; what stays in the way is in the answer's error.
pub(super) fn follow_room(pictures: Memo<usize>) -> Loaded<()> {
    let room = Loaded::new();
    Effect::new(move || {
        pictures.track();
        room.load(CheckRoom {});
    });
    let came_back = window_event_listener_untyped("visibilitychange", move |_| {
        if !document().hidden() {
            room.load(CheckRoom {});
        }
    });
    on_cleanup(move || came_back.remove());
    room
}

/// Whether pictures need not even be taken. What can't be asked is found out by trying.
pub(super) fn is_none_left(error: Option<&AppError>) -> bool {
    error == Some(&AppError::StorageFull)
}

/// Says that there is no room, and has it looked at again.
#[component]
pub(super) fn NoRoom(room: Loaded<()>) -> impl IntoView {
    let texts = &words().draft;
    let none = Memo::new(move |_| is_none_left(room.error.read().as_ref()));
    let asked = StoredValue::new(false);
    Effect::new(move || {
        // The button that was pressed goes with the notice.
        if !none.get() && asked.get_value() {
            focus_soon(Question::Photos.id().to_owned());
        }
    });
    let look_again = move |_| {
        asked.set_value(true);
        room.load(CheckRoom {});
    };
    view! {
        <Show when=move || none.get()>
            <Notice tone=Tone::Warn>
                <p data-test="no-room">{texts.no_room}</p>
                <button type="button" class="button quiet" data-test="room-again" on:click=look_again>
                    {texts.room_again}
                </button>
            </Notice>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_full_device_keeps_the_camera_shut() {
        assert!(is_none_left(Some(&AppError::StorageFull)));
        for error in [None, Some(AppError::Bug), Some(AppError::StorageBroken), Some(AppError::NotFound)] {
            assert!(!is_none_left(error.as_ref()), "{error:?}");
        }
    }
}

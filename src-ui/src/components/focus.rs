//! Where the focus goes when what had it goes away.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The item after the given one, if both are in the list.
pub(crate) fn following<T: PartialEq + Copy>(list: impl IntoIterator<Item = T>, gone: T) -> Option<T> {
    list.into_iter().skip_while(|item| *item != gone).nth(1)
}

/// Gives the focus to the element of this id once what has just changed is drawn; to nothing if it is not there.
pub(crate) fn focus_soon(id: String) {
    request_animation_frame(move || {
        if let Some(target) = document().get_element_by_id(&id).and_then(|target| target.dyn_into::<HtmlElement>().ok()) {
            // A courtesy: what can't take the focus is still there to be found.
            let _ = target.focus();
        }
    });
}

/// As [`focus_soon`], where what had the focus has gone with what has just changed.
pub(crate) fn focus_if_lost(id: &'static str) {
    request_animation_frame(move || {
        let has_it = document().active_element().is_some_and(|element| element.tag_name() != "BODY");
        if !has_it {
            focus_soon(id.to_owned());
        }
    });
}

/// Brings a question to the eye and the fingers.
pub(crate) fn focus_on(target: &web_sys::Element) {
    target.scroll_into_view();
    if let Some(target) = target.dyn_ref::<HtmlElement>() {
        // What can't take the focus has been scrolled to.
        let _ = target.focus();
    }
}

/// Gives the focus to the screen's heading, where reading starts.
pub(crate) fn focus_heading() {
    if let Some(heading) =
        document().query_selector(".screen h1").ok().flatten().and_then(|heading| heading.dyn_into::<HtmlElement>().ok())
    {
        // As above.
        let _ = heading.focus();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_focus_moves_on_to_what_follows() {
        for (gone, expected) in [(1, Some(2)), (2, Some(3)), (3, None), (4, None)] {
            assert_eq!(following([1, 2, 3], gone), expected, "{gone}");
        }
    }
}

//! What stands over a screen until it is closed.

use std::{cell::RefCell, rc::Rc, time::Duration};

use leptos::{ev, html, leptos_dom::helpers::WindowListenerHandle, prelude::*};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlDialogElement, HtmlElement};

/// Shows a dialog while `open` says so: the browser keeps the focus inside, and Escape closes it. A heading that
/// can take the focus gets it, so that a long text is begun at its beginning.
pub(crate) fn show_while(open: RwSignal<bool>, dialog: NodeRef<html::Dialog>) {
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        match (open.get(), dialog.open()) {
            (true, false) => {
                // A dialog that is no longer in the page can't be shown, and nobody misses it.
                drop(dialog.show_modal());
                request_animation_frame(move || begin(&dialog));
            }
            (false, true) => dialog.close(),
            (true, true) | (false, false) => {}
        }
    });
}

fn begin(dialog: &HtmlDialogElement) {
    let heading = dialog.query_selector("h2[tabindex]").ok().flatten().and_then(|heading| heading.dyn_into::<HtmlElement>().ok());
    if let Some(heading) = heading {
        // A courtesy: the browser has put the focus somewhere in the dialog already.
        let _ = heading.focus();
        dialog.set_scroll_top(0);
    }
}

/// What a history state says while something is open over the screen.
const MARK: &str = "over";

/// What is open over the screen, the topmost last, each with how it is left.
#[derive(Default)]
struct Over {
    open: Vec<(u32, Rc<dyn Fn()>)>,
    given: u32,
    listener: Option<WindowListenerHandle>,
}

thread_local! {
    static OVER: RefCell<Over> = RefCell::default();
}

/// Has the device's way back leave what is open over the screen instead of the screen. `leave` may ask first, and what
/// then stays open is left by the next step back.
pub(crate) fn close_by_way_back(open: RwSignal<bool>, leave: impl Fn() + 'static) {
    let leave: Rc<dyn Fn()> = Rc::new(leave);
    let id = OVER.with_borrow_mut(|over| {
        over.given += 1;
        over.given
    });
    Effect::new(move || {
        if open.get() {
            opened(id, Rc::clone(&leave));
        } else {
            closed(id);
        }
    });
    on_cleanup(move || closed(id));
}

fn opened(id: u32, leave: Rc<dyn Fn()>) {
    OVER.with_borrow_mut(|over| {
        over.open.retain(|(other, _)| *other != id);
        over.open.push((id, leave));
        over.listener.get_or_insert_with(|| window_event_listener(ev::popstate, |_| stepped_back()));
    });
    mark();
}

fn closed(id: u32) {
    let was_open = OVER.with_borrow_mut(|over| {
        let before = over.open.len();
        over.open.retain(|(other, _)| *other != id);
        over.open.len() < before
    });
    if was_open {
        // Not before another that takes its place has opened.
        set_timeout(unmark, Duration::ZERO);
    }
}

fn stepped_back() {
    if is_marked() {
        return;
    }
    let topmost = OVER.with_borrow(|over| over.open.last().map(|(_, leave)| Rc::clone(leave)));
    if let Some(leave) = topmost {
        leave();
        set_timeout(mark, Duration::ZERO);
    }
}

/// Whether the page's history stands at such a mark.
fn is_marked() -> bool {
    window().history().and_then(|history| history.state()).is_ok_and(|state| state == JsValue::from_str(MARK))
}

/// Leaves a step in the page's history to come back from, for as long as something is open.
fn mark() {
    let is_open = OVER.with_borrow(|over| !over.open.is_empty());
    if let (true, false, Ok(history)) = (is_open, is_marked(), window().history()) {
        // Where history can't be changed, the way back leaves the screen, as it does everywhere else.
        let _ = history.push_state_with_url(&JsValue::from_str(MARK), "", None);
    }
}

/// Takes the step away again, once nothing is open.
fn unmark() {
    let listener = OVER.with_borrow_mut(|over| if over.open.is_empty() { over.listener.take() } else { None });
    let Some(listener) = listener else { return };
    listener.remove();
    if let (true, Ok(history)) = (is_marked(), window().history()) {
        // As above.
        let _ = history.back();
    }
}

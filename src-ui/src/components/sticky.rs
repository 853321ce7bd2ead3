//! What sticks to an edge of the window says how high it is: what takes the focus is then scrolled clear of it
//! (`scroll-padding` in base.css), and it lets go of the edge where it would take too much of the window (page.css).

use leptos::{html::ElementType, prelude::*};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{HtmlElement, ResizeObserver};

/// Keeps a custom property of the page at the element's height in pixels, for as long as the element is there.
pub(crate) fn tell_height<E>(node: NodeRef<E>, property: &'static str)
where
    E: ElementType + 'static,
    E::Output: AsRef<HtmlElement> + JsCast + Clone + 'static,
{
    Effect::new(move || {
        let Some(element) = node.get() else { return };
        let element = AsRef::<HtmlElement>::as_ref(&element).clone();
        let measured = element.clone();
        let told = Closure::<dyn FnMut()>::new(move || set(property, Some(measured.offset_height())));
        // Without an observer the page keeps to what the styles assume.
        let Ok(observer) = ResizeObserver::new(told.as_ref().unchecked_ref()) else { return };
        observer.observe(&element);
        let held = StoredValue::new_local((observer, told));
        on_cleanup(move || {
            held.try_with_value(|(observer, _)| observer.disconnect());
            set(property, None);
        });
    });
}

fn set(property: &str, height_px: Option<i32>) {
    let Some(page) = document().document_element().and_then(|page| page.dyn_into::<HtmlElement>().ok()) else { return };
    // A property that can't be set leaves what the styles assume.
    match height_px {
        Some(height_px) => drop(page.style().set_property(property, &format!("{height_px}px"))),
        None => drop(page.style().remove_property(property)),
    }
}

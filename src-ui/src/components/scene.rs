//! The pictures of our own: a nhà rông, the communal house of the highlands, before its mountains.

use leptos::prelude::*;

/// The communal house before the mountains, for the head of the home screen.
#[component]
pub(crate) fn Highlands() -> impl IntoView {
    let drawing = r#"
        <path class="far" d="M0 96 38 62l26 20 44-46 40 40 34-28 46 38 38-30 54 40v44H0Z"/>
        <path class="near" d="M0 118c40-22 78-24 122-10 54 17 96 2 198-14v46H0Z"/>
        <g class="house" transform="translate(16 0)">
            <path d="M252 104c5-23 10-45 15-58 5 13 10 35 15 58Z"/>
            <path d="M247 104h40v4h-40Z"/>
            <path d="M251 108h3v13h-3ZM259 108h3v13h-3ZM272 108h3v13h-3ZM280 108h3v13h-3Z"/>
            <path class="door" d="M264 94h6v10h-6Z"/>
        </g>"#;
    view! {
        <svg class="scene" viewBox="0 0 320 140" preserveAspectRatio="xMaxYMax slice" aria-hidden="true" focusable="false"
            inner_html=drawing></svg>
    }
}

/// An empty notebook by the house, for lists that have nothing in them yet.
#[component]
pub(crate) fn EmptyNotebook() -> impl IntoView {
    let drawing = r#"
        <ellipse class="ground" cx="100" cy="122" rx="84" ry="9"/>
        <g class="house"><path d="M28 96c5-28 10-52 15-68 5 16 10 40 15 68Z"/><path d="M23 96h40v4H23Z"/>
        <path d="M27 100h3v20h-3ZM56 100h3v20h-3ZM41 100h3v20h-3Z"/></g>
        <rect class="page" x="84" y="30" width="72" height="90" rx="8"/>
        <path class="lines" d="M98 52h44M98 68h44M98 84h28"/>
        <circle class="pin" cx="150" cy="98" r="18"/>
        <path class="plus" d="M150 90v16M142 98h16"/>"#;
    view! { <svg class="empty-picture" viewBox="0 0 200 134" aria-hidden="true" focusable="false" inner_html=drawing></svg> }
}

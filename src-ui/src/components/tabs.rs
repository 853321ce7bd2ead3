//! The bar of tabs at the bottom, within a thumb's reach.

use leptos::{html, prelude::*};
use leptos_router::{components::A, hooks::use_location};

use super::{
    icon::{Glyph, Icon},
    sticky::tell_height,
};
use crate::text::words;

/// The three tabs; the one whose screens are being looked at is marked as current.
#[component]
pub(crate) fn Tabs(
    /// How many reports need the citizen.
    #[prop(into)]
    attention: Signal<u32>,
) -> impl IntoView {
    let common = &words().common;
    let path = use_location().pathname;
    let current = move |here: bool| if here { "page" } else { "false" };
    let home = move || current(["/", "/new"].contains(&path.get().as_str()));
    let reports =
        move || current(["/reports", "/outbox", "/draft", "/followed"].iter().any(|place| path.get().starts_with(place)));
    let settings = move || {
        current(
            ["/settings", "/sign-in", "/register", "/forgot", "/profile", "/account", "/legal"]
                .iter()
                .any(|place| path.get().starts_with(place)),
        )
    };
    let bar = NodeRef::<html::Nav>::new();
    tell_height(bar, "--tabs-height");
    view! {
        <nav class="tabs" node_ref=bar aria-label=common.tabs_label>
            <A href="/" exact=true attr:class="tab" attr:data-current=home attr:data-test="tab-home">
                <Icon glyph=Glyph::Home/>
                <span>{common.tab_home}</span>
            </A>
            <A href="/reports" attr:class="tab" attr:data-current=reports attr:data-test="tab-reports">
                <span class="tab-icon">
                    <Icon glyph=Glyph::List/>
                    <Show when=move || { attention.get() > 0 }>
                        <span class="dot">{move || attention.get()}<span class="unseen">{words().reports.needs_you}</span></span>
                    </Show>
                </span>
                <span>{common.tab_reports}</span>
            </A>
            <A href="/settings" attr:class="tab" attr:data-current=settings attr:data-test="tab-settings">
                <Icon glyph=Glyph::Gear/>
                <span>{common.tab_settings}</span>
            </A>
        </nav>
    }
}

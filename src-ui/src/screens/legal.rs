//! The terms of use and the privacy notice, readable without a network: as screens, and over a screen that is not to be left.

use leptos::{html, prelude::*};

use crate::{
    components::{
        icon::{Glyph, Icon},
        modal::show_while,
        screen::Screen,
    },
    state::store,
    text::{Document, words},
};

/// The stable name of a text, for tests.
const fn name(document: Document) -> &'static str {
    match document {
        Document::Terms => "terms",
        Document::Privacy => "privacy",
    }
}

/// The terms of use.
#[component]
pub(crate) fn TermsScreen() -> impl IntoView {
    view! { <Reading document=Document::Terms/> }
}

/// The privacy notice.
#[component]
pub(crate) fn PrivacyScreen() -> impl IntoView {
    view! { <Reading document=Document::Privacy/> }
}

#[component]
fn Reading(document: Document) -> impl IntoView {
    view! {
        <Screen title=(words().legal_text)(document).title back="/settings">
            <Body document/>
        </Screen>
    }
}

/// The text itself, with the names of the place it speaks for.
#[component]
fn Body(document: Document) -> impl IntoView {
    let store = store();
    let text = (words().legal_text)(document);
    let fill = move |paragraph: &'static str| {
        let here = store.jurisdiction.read();
        paragraph.replace("{area}", &here.name).replace("{province}", &here.province).replace("{portal}", &here.portal_url)
    };
    let section = move |heading: &'static str, paragraphs: &'static [&'static str]| {
        view! {
            <section>
                <h2>{heading}</h2>
                {paragraphs.iter().map(|paragraph| view! { <p>{move || fill(paragraph)}</p> }).collect_view()}
            </section>
        }
    };
    view! {
        <div class="legal" data-test=format!("legal-{}", name(document))>
            <p class="fine">{(words().legal_version)(text.version)}</p>
            {text.sections.iter().map(|(heading, paragraphs)| section(heading, paragraphs)).collect_view()}
        </div>
    }
}

/// A link that opens the text over the screen, so that nothing typed there is lost.
#[component]
pub(crate) fn LegalLink(document: Document) -> impl IntoView {
    let text = (words().legal_text)(document);
    let open = RwSignal::new(false);
    let dialog = NodeRef::<html::Dialog>::new();
    show_while(open, dialog);
    view! {
        <button type="button" class="link" data-test=format!("open-{}", name(document)) on:click=move |_| open.set(true)>{text.title}</button>
        <dialog class="dialog reader" node_ref=dialog aria-label=text.title on:close=move |_| open.set(false)>
            <header class="reader-bar">
                <h2 tabindex="-1">{text.title}</h2>
                <button type="button" class="round" aria-label=words().legal.close data-test="legal-close" on:click=move |_| open.set(false)>
                    <Icon glyph=Glyph::Cross/>
                </button>
            </header>
            <Show when=move || open.get()><Body document/></Show>
        </dialog>
    }
}

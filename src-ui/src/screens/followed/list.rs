//! What is followed, in the list of reports.

use leptos::prelude::*;
use leptos_router::components::A;
use pakn_api::{id::ReportId, ipc::SimilarReport};

use super::{Photo, StatusPill};
use crate::{
    screens::cards::{field_name, when},
    state::store,
    text::words,
};

/// A card for each; nothing where nothing is followed.
#[component]
pub(crate) fn FollowedCards() -> impl IntoView {
    let store = store();
    let texts = &words().followed;
    let any = Memo::new(move |_| store.followed.value.read().as_ref().is_some_and(|list| !list.is_empty()));
    view! {
        <Show when=move || any.get()>
            <section data-test="followed">
                <h2>{texts.heading}</h2>
                <ul class="cards">
                    <For each=move || store.followed.value.get().unwrap_or_default() key=key
                        children=|report| view! { <FollowedCard report/> }/>
                </ul>
            </section>
        </Show>
    }
}

fn key(report: &SimilarReport) -> (ReportId, String, &'static str, Option<String>) {
    (report.report_id, report.title.clone(), report.status.as_str(), report.cover.clone())
}

#[component]
fn FollowedCard(report: SimilarReport) -> impl IntoView {
    let field = report.field.clone();
    view! {
        <li>
            <A href=format!("/followed/{}", report.report_id) attr:class="card" attr:data-test="followed-card">
                <Photo path=report.cover field=report.field/>
                <span class="card-body">
                    <span class="card-title">{report.title}</span>
                    <span class="card-line">{move || field_name(&field)}" · "{when(report.received_at)}</span>
                    <span class="card-foot"><StatusPill status=report.status/></span>
                </span>
            </A>
        </li>
    }
}

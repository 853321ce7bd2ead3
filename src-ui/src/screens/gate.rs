//! What is missing before a report can be sent, as a list that leads there and back. What is done is ticked.

use leptos::prelude::*;
use pakn_api::{
    ipc::{GetGate, Missing},
    model::consent::ConsentPurpose,
};

use super::{consent::ConsentDialog, onward::detour};
use crate::{
    components::{
        focus::focus_if_lost,
        icon::{Glyph, Icon},
    },
    state::store,
    text::words,
};

/// The id of the list's heading, which takes the focus when sending was tried in vain.
pub(crate) const GATE: &str = "gate";

/// The rows, in the order in which they are led to, and whether each is done.
fn rows(missing: &[Missing]) -> [(Missing, bool); 3] {
    [Missing::Account, Missing::Profile, Missing::ReportsConsent].map(|what| (what, !missing.contains(&what)))
}

/// The list; nothing where nothing is missing or it is not known.
#[component]
pub(crate) fn Gate(
    /// The path that shows it.
    #[prop(into)]
    here: String,
    /// Told before it leads away.
    #[prop(into)]
    on_leave: Callback<()>,
    /// The id of what takes the focus when the last thing is done here.
    then: &'static str,
) -> impl IntoView {
    let store = store();
    let texts = &words().gate;
    let here = StoredValue::new(here);
    let asking = RwSignal::new(false);
    store.gate.load(GetGate {});
    let missing = Memo::new(move |_| store.gate.value.get().unwrap_or_default());
    // Only what was missing once is told to be complete now.
    let was_missing = RwSignal::new(false);
    Effect::new(move || {
        if !missing.read().is_empty() {
            was_missing.set(true);
        } else if was_missing.get_untracked() {
            store.announce(texts.complete);
        }
    });
    // The button that was pressed goes with what it did. What changes by itself takes nobody anywhere.
    let agreed = RwSignal::new(false);
    Effect::new(move || {
        let missing = missing.read();
        if agreed.get() && !missing.contains(&Missing::ReportsConsent) {
            agreed.set(false);
            focus_if_lost(if missing.is_empty() { then } else { GATE });
        }
    });
    let way = move |screen: &str, hook: &'static str, label: &'static str, first: bool| {
        let href = here.with_value(|here| detour(screen, here));
        let class = if first { "button" } else { "button quiet" };
        view! { <a class=class href=href data-test=hook on:click=move |_| on_leave.run(())>{label}</a> }
    };
    let row = move |(number, what, done, first): (usize, Missing, bool, bool)| {
        let has_account = !missing.read_untracked().contains(&Missing::Account);
        let (name, text) = match what {
            Missing::Account => (texts.account, texts.account_text),
            Missing::Profile if has_account => (texts.profile, texts.profile_text),
            // A profile is an account's: without one there is nothing to keep it for.
            Missing::Profile => (texts.profile, texts.profile_later),
            Missing::ReportsConsent => (texts.consent, texts.consent_text),
        };
        let ways = (!done).then(|| match what {
            Missing::Account => view! {
                {way("/register", "gate-account", texts.register, first)}
                {way("/sign-in", "gate-sign-in", texts.sign_in, false)}
            }
            .into_any(),
            Missing::Profile => has_account.then(|| way("/profile", "gate-profile", texts.fill, first)).into_any(),
            Missing::ReportsConsent => {
                let class = if first { "button" } else { "button quiet" };
                view! {
                    <button type="button" class=class data-test="gate-consent" on:click=move |_| asking.set(true)>{texts.read}</button>
                }
                .into_any()
            }
        });
        let mark = if done { view! { <Icon glyph=Glyph::Check/> }.into_any() } else { number.into_any() };
        view! {
            <li class="gate-row" class:done=done>
                <span class="gate-mark" aria-hidden="true">{mark}</span>
                <div class="gate-body">
                    <p><strong>{name}</strong>{done.then(|| view! { <span class="unseen">": "{texts.done}</span> })}</p>
                    {(!done).then(|| view! { <p class="fine">{text}</p> })}
                    {ways.map(|ways| view! { <div class="actions">{ways}</div> })}
                </div>
            </li>
        }
    };
    let list = move || {
        let missing = missing.read();
        let first = rows(&missing).into_iter().find(|(_, done)| !done).map(|(what, _)| what);
        let numbered = rows(&missing).into_iter().enumerate();
        numbered.map(|(n, (what, done))| row((n + 1, what, done, first == Some(what)))).collect_view()
    };
    view! {
        <Show when=move || !missing.read().is_empty()>
            <section class="sheet gate" data-test="gate">
                <h2 id=GATE tabindex="-1">{texts.heading}</h2>
                <p>{texts.text}</p>
                <ol>{list}</ol>
            </section>
        </Show>
        <ConsentDialog open=asking purpose=ConsentPurpose::Reports on_agreed=move |()| agreed.set(true)/>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_missing_is_ticked_in_its_place() {
        let table: [(&[Missing], [bool; 3]); 4] = [
            (&[Missing::Account, Missing::Profile, Missing::ReportsConsent], [false, false, false]),
            (&[Missing::ReportsConsent, Missing::Profile], [true, false, false]),
            (&[Missing::Profile], [true, false, true]),
            (&[], [true, true, true]),
        ];
        for (missing, expected) in table {
            assert_eq!(rows(missing).map(|(_, done)| done), expected, "{missing:?}");
        }
    }
}

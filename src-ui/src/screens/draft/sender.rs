//! *Gửi ẩn danh*: whether the sender is shown, and to whom, in a plain table.

use leptos::prelude::*;

use super::desk::Desk;
use crate::text::words;

#[component]
pub(super) fn Sender(desk: Desk) -> impl IntoView {
    let hidden = Memo::new(move |_| desk.form.read().anonymous);
    let change = move |event| {
        let anonymous = event_target_checked(&event);
        desk.change(|form| form.anonymous = anonymous);
    };
    view! {
        <label class="switch">
            <input id="sender" type="checkbox" role="switch" prop:checked=hidden on:change=change aria-describedby="who-sees-what"
                data-test="draft-anonymous"/>
            <span class="switch-face"></span>
            <span class="switch-label">{words().draft.anonymous}</span>
        </label>
        <WhoSeesWhat hidden/>
    }
}

/// Who sees what, not anonymous and anonymous; the one that is chosen stands out.
#[component]
fn WhoSeesWhat(hidden: Memo<bool>) -> impl IntoView {
    let texts = &words().compose;
    let column = move |label: &'static str, of_hidden: bool| {
        view! {
            <th scope="col" class:now=move || hidden.get() == of_hidden>
                {label}
                <Show when=move || hidden.get() == of_hidden><span class="unseen">" ("{texts.who_now}")"</span></Show>
            </th>
        }
    };
    let row = move |(who, named, anonymous): (&'static str, &'static str, &'static str)| {
        view! {
            <tr>
                <th scope="row">{who}</th>
                <td class:now=move || !hidden.get()>{named}</td>
                <td class:now=hidden>{anonymous}</td>
            </tr>
        }
    };
    let rows = [
        (texts.reader_public, texts.sees_name, texts.sees_nothing),
        (texts.reader_agency, texts.sees_name_phone, texts.sees_nothing),
        (texts.reader_centre, texts.sees_all, texts.sees_all),
    ];
    view! {
        <table class="who-sees" id="who-sees-what" data-test="who-sees-what">
            <caption>{texts.who_caption}</caption>
            <thead>
                <tr>
                    <th scope="col">{texts.who_reader}</th>
                    {column(texts.who_named, false)}
                    {column(texts.who_hidden, true)}
                </tr>
            </thead>
            <tbody>{rows.map(row).collect_view()}</tbody>
        </table>
    }
}

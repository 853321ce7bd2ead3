//! Filling the form from an identity card: with the shell's scanner, or from a picture that is read and forgotten.

use base64::{Engine, engine::general_purpose::STANDARD};
use leptos::{html, prelude::*, task::spawn_local};
use pakn_api::{
    ipc::{AppError, CARD_BYTES, ReadCard, ScanCard},
    model::profile::ProfileForm,
};
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use super::{editor::Desk, problems::Question, scanning::Scanning};
use crate::{
    components::{
        icon::{Glyph, Icon},
        notice::{Notice, Tone},
    },
    ipc,
    state::store,
    text::words,
};

/// Takes what a card said over into the form; says which questions it answered anew. What was typed while it was being
/// read stays, where the card says nothing about it.
fn take(form: &mut ProfileForm, asked: &ProfileForm, read: ProfileForm) -> Vec<Question> {
    let filled: Vec<_> = [
        (Question::Name, read.full_name != asked.full_name),
        (Question::Number, read.identity_number != asked.identity_number),
        (Question::IssuedOn, read.issued_on != asked.issued_on),
        (Question::Gender, read.gender != asked.gender),
        (Question::BornOn, read.born_on != asked.born_on),
        (Question::Province, read.province != asked.province),
        (Question::Ward, read.ward != asked.ward),
        (Question::Street, read.street != asked.street),
    ]
    .into_iter()
    .filter_map(|(question, is_new)| is_new.then_some(question))
    .collect();
    for question in &filled {
        match question {
            Question::Name => form.full_name.clone_from(&read.full_name),
            Question::Number => form.identity_number.clone_from(&read.identity_number),
            Question::IssuedOn => form.issued_on.clone_from(&read.issued_on),
            Question::Gender => form.gender = read.gender,
            Question::BornOn => form.born_on.clone_from(&read.born_on),
            Question::Province => form.province = read.province,
            Question::Ward => form.ward = read.ward,
            Question::Street => form.street.clone_from(&read.street),
            // Not on a card.
            Question::IssuedBy | Question::Email | Question::GuardianName | Question::GuardianAgrees => {}
        }
    }
    filled
}

/// Why a picture was not read.
#[derive(Clone, Debug, PartialEq)]
enum Trouble {
    TooLarge,
    Unreadable,
    Said(AppError),
}

impl Trouble {
    fn sentence(&self) -> String {
        match self {
            Self::TooLarge => words().card.too_large.to_owned(),
            Self::Unreadable => words().card.unreadable.to_owned(),
            Self::Said(error) => (words().app_error)(error),
        }
    }
}

/// The picture's bytes, held only while they are handed over.
async fn bytes_of(file: File) -> Result<String, Trouble> {
    if file.size() > CARD_BYTES as f64 {
        return Err(Trouble::TooLarge);
    }
    let buffer = JsFuture::from(file.array_buffer()).await.map_err(|_| Trouble::Unreadable)?;
    Ok(STANDARD.encode(js_sys::Uint8Array::new(&buffer).to_vec()))
}

async fn read(file: Option<File>, form: ProfileForm) -> Result<ProfileForm, Trouble> {
    match file {
        Some(file) => {
            let base64 = bytes_of(file).await?;
            ipc::invoke(ReadCard { base64, form }).await.map_err(Trouble::Said)
        }
        None => ipc::invoke(ScanCard { form }).await.map_err(Trouble::Said),
    }
}

/// The part of the screen that fills the form from a card.
#[component]
pub(super) fn Card(desk: Desk) -> impl IntoView {
    let store = store();
    let texts = &words().card;
    let busy = RwSignal::new(false);
    let scanning = RwSignal::new(false);
    let outcome = RwSignal::new(None::<Result<Vec<Question>, Trouble>>);
    let start = Callback::new(move |file: Option<File>| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        outcome.set(None);
        let scans = file.is_none();
        scanning.set(scans);
        let autosave = desk.autosave.get_value();
        let asked = desk.form.get_untracked();
        spawn_local(async move {
            let answer = read(file, asked.clone()).await;
            busy.try_set(false);
            // Whoever has given the scan up knows why there is nothing.
            let given_up = scans && scanning.try_get_untracked() == Some(false);
            scanning.try_set(false);
            if given_up && answer.is_err() {
                return;
            }
            let told = answer.map(|read| {
                let mut filled = Vec::new();
                autosave.change(|form| filled = take(form, &asked, read));
                desk.refill();
                filled.iter().for_each(|question| desk.leave(*question));
                filled
            });
            if let Ok(filled) = &told {
                store.announce(if filled.is_empty() { texts.nothing_new.to_owned() } else { list(texts.filled, filled) });
            }
            outcome.try_set(Some(told));
        });
    });
    let scanner = move || store.info.value.read().as_ref().is_some_and(|info| info.card_scanner);
    let told = move || {
        outcome.get().map(|outcome| match outcome {
            Ok(filled) => {
                let left = left_to_fill(desk);
                let next = if left.is_empty() { texts.nothing_left.to_owned() } else { list(texts.still, &left) };
                let done = if filled.is_empty() { texts.nothing_new.to_owned() } else { list(texts.filled, &filled) };
                view! { <Notice tone=Tone::Good><p data-test="profile-card-filled">{done}</p><p>{next}</p></Notice> }.into_any()
            }
            Err(trouble) => view! {
                <Notice tone=Tone::Bad>
                    <p data-test="profile-card-error">{trouble.sentence()}</p>
                    <p>{texts.by_hand}</p>
                </Notice>
            }
            .into_any(),
        })
    };
    view! {
        <section class="sheet">
            <h2>{texts.heading}</h2>
            <p>{texts.text}</p>
            <div class="card-ways">
                <Show when=scanner>
                    <button type="button" class="button wide" data-test="profile-card-scan" disabled=busy on:click=move |_| start.run(None)>
                        <Icon glyph=Glyph::Camera/>
                        <span>{texts.scan}</span>
                    </button>
                </Show>
                <PictureOf hook="profile-card-camera" capture=true busy on_file=start/>
                <PictureOf hook="profile-card-file" capture=false busy on_file=start/>
            </div>
            <p class="fine">{texts.promise}</p>
            {move || busy.get().then(|| view! { <p role="status">{texts.reading}</p> })}
            {told}
        </section>
        <Scanning open=scanning/>
    }
}

/// Questions by their names, as a sentence.
fn list(what: &str, questions: &[Question]) -> String {
    let names: Vec<_> = questions.iter().map(|question| question.label().to_lowercase()).collect();
    format!("{what} {}.", names.join("; "))
}

/// The questions that still want an answer.
fn left_to_fill(desk: Desk) -> Vec<Question> {
    let mut left: Vec<_> = desk.problems.read().iter().map(|problem| Question::of(*problem)).collect();
    left.dedup();
    left
}

/// Takes a picture or chooses one.
#[component]
fn PictureOf(hook: &'static str, capture: bool, busy: RwSignal<bool>, on_file: Callback<Option<File>>) -> impl IntoView {
    let texts = &words().card;
    let input = NodeRef::<html::Input>::new();
    let (glyph, label) = if capture { (Glyph::Camera, texts.take) } else { (Glyph::Picture, texts.pick) };
    let picked = move |_| {
        let Some(input) = input.get_untracked() else { return };
        let file = input.files().and_then(|files| files.item(0));
        // Emptied, so that the picture is not held here and choosing it again counts as a choice.
        input.set_value("");
        if let Some(file) = file {
            on_file.run(Some(file));
        }
    };
    view! {
        <label class="button quiet wide file-button" class:busy=busy>
            <input type="file" accept="image/*" capture=capture.then_some("environment") node_ref=input on:change=picked disabled=busy
                data-test=hook/>
            <Icon glyph/>
            <span>{label}</span>
        </label>
    }
}

#[cfg(test)]
mod tests {
    use pakn_api::model::person::Gender;

    use super::*;

    fn form(edit: impl FnOnce(&mut ProfileForm)) -> ProfileForm {
        let mut form = ProfileForm::default();
        edit(&mut form);
        form
    }

    #[test]
    fn a_card_answers_its_questions_and_leaves_what_was_typed_meanwhile() {
        let asked = form(|f| f.street = "12 Trần Phú".to_owned());
        let mut now = form(|f| {
            f.street = "12 Trần Phú, tổ 3".to_owned();
            f.full_name = "Nguyên".to_owned();
            f.issued_by = "Bộ Công an".to_owned();
        });
        let read = form(|f| {
            f.street = "12 Trần Phú".to_owned();
            f.full_name = "Nguyễn Thị An".to_owned();
            f.identity_number = "062190000123".to_owned();
            f.gender = Some(Gender::Female);
        });
        assert_eq!(take(&mut now, &asked, read), [Question::Name, Question::Number, Question::Gender]);
        assert_eq!(now.full_name, "Nguyễn Thị An");
        assert_eq!((now.street.as_str(), now.issued_by.as_str()), ("12 Trần Phú, tổ 3", "Bộ Công an"));
        assert_eq!(now.gender, Some(Gender::Female));
    }

    #[test]
    fn a_card_that_says_nothing_new_answers_nothing() {
        let asked = form(|f| f.full_name = "Nguyễn Thị An".to_owned());
        let mut now = asked.clone();
        assert_eq!(take(&mut now, &asked, asked.clone()), []);
        assert!(now == asked);
    }

    #[test]
    fn what_was_filled_is_told_by_name() {
        assert_eq!(list("Đã điền:", &[Question::Name, Question::BornOn]), "Đã điền: họ và tên; ngày sinh.");
    }
}

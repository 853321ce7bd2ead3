//! The page on which an account is deleted without the app, as the stores ask for: number, code, done.
//!
//! Like codes themselves it tells nothing about a number to who has not its code. What goes on between the two forms
//! is in the forms.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use pakn_api::{
    ErrorCode,
    id::CodeId,
    model::{code::OneTimeCode, phone::PhoneNumber},
    wire::path,
};
use serde::Deserialize;

use crate::{
    app::Shared,
    auth::peer::Peer,
    codes, deletion,
    error::ApiError,
    http::{
        page::{Page, escaped},
        read,
    },
    text::delete_account as text,
};

/// What the forms send.
#[derive(Deserialize, utoipa::ToSchema)]
pub(crate) struct Form {
    /// The account's number, as typed.
    phone: String,
    /// Names the code that was sent; absent from the first form.
    code_id: Option<CodeId>,
    /// The code, as typed.
    code: Option<String>,
}

/// The page: asks for a number.
#[utoipa::path(
    get, path = "/delete-account", tag = "pages",
    responses((status = 200, description = "A form, in Vietnamese", body = String, content_type = "text/html; charset=utf-8")),
)]
pub(crate) async fn form() -> Response {
    ask(StatusCode::OK, "", None).into_response()
}

/// Sends a code to a number; with the code, deletes the number's account.
#[utoipa::path(
    post, path = "/delete-account", tag = "pages",
    request_body(content = Form, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "A code is on its way, or the account is deleted", body = String, content_type = "text/html; charset=utf-8"),
        (status = 400, description = "Not sent by the form", body = String, content_type = "text/html; charset=utf-8"),
        (status = 404, description = "The code is right and its number has no citizen's account", body = String, content_type = "text/html; charset=utf-8"),
        (status = 410, description = "The code can't be used any more", body = String, content_type = "text/html; charset=utf-8"),
        (status = 422, description = "No number, or not the code", body = String, content_type = "text/html; charset=utf-8"),
        (status = 429, description = "Too many tries", body = String, content_type = "text/html; charset=utf-8"),
        (status = 500, description = "The server's own fault", body = String, content_type = "text/html; charset=utf-8"),
        (status = 503, description = "For the moment not", body = String, content_type = "text/html; charset=utf-8"),
    ),
)]
pub(crate) async fn submit(State(app): State<Shared>, peer: Peer, form: Result<read::Form<Form>, ApiError>) -> Response {
    let Form { phone: typed, code_id, code } = match form {
        Ok(read::Form(form)) => form,
        Err(error) => return refused(&error, "", None).into_response(),
    };
    let Ok(phone) = PhoneNumber::parse(&typed) else {
        return ask(StatusCode::UNPROCESSABLE_ENTITY, &typed, Some(text::BAD_PHONE)).into_response();
    };
    let page = match (code_id, code) {
        (Some(code_id), Some(code)) => delete(&app, peer, &phone, code_id, &code).await,
        (Some(_), None) | (None, _) => send(&app, peer, phone).await,
    };
    page.into_response()
}

/// The first step: a code is sent to whatever number this is.
async fn send(app: &Shared, peer: Peer, phone: PhoneNumber) -> Page {
    let code_id = CodeId::new(u64::try_from(app.clock.now().0).unwrap_or_default(), rand::random());
    match codes::ask(app, code_id, phone.clone(), peer).await {
        Ok(sent) => {
            confirm(StatusCode::OK, &phone, code_id, &text::sent(&phone.national(), sent.expires_in_s.div_ceil(60)), None)
        }
        Err(error) => refused(&error, &phone.national(), None),
    }
}

/// The second: who has the code has the number, and may delete its account.
async fn delete(app: &Shared, peer: Peer, phone: &PhoneNumber, code_id: CodeId, typed: &str) -> Page {
    let Ok(code) = OneTimeCode::parse(typed) else {
        return confirm(StatusCode::UNPROCESSABLE_ENTITY, phone, code_id, "", Some(text::BAD_CODE));
    };
    let deleted = match codes::prove(app, code_id, code, peer).await {
        Ok(proved) if proved.used.is_some() || proved.phone != *phone => Err(codes::used()),
        Ok(proved) => deletion::delete(app, proved.phone, None).await.map_err(ApiError::from),
        Err(error) => Err(error),
    };
    match deleted {
        Ok(true) => Page {
            status: StatusCode::OK,
            title: text::DONE_TITLE,
            body: format!("<p>{}</p>{}", text::DONE, list(&text::STAYS)),
            retry_after: None,
        },
        Ok(false) => ask(StatusCode::NOT_FOUND, "", Some(text::NO_ACCOUNT)),
        Err(error) => refused(&error, &phone.national(), Some((phone, code_id))),
    }
}

/// The page that asks for a number.
fn ask(status: StatusCode, typed: &str, complaint: Option<&str>) -> Page {
    let body = format!(
        "<p>{}</p>{}{}<p>{}</p><form method=\"post\" action=\"{}\">{}<label for=\"phone\">{}</label>\
         <input id=\"phone\" name=\"phone\" type=\"tel\" inputmode=\"tel\" autocomplete=\"tel\" maxlength=\"40\" required value=\"{}\">\
         <button>{}</button></form>",
        text::INTRO,
        list(&text::GOES),
        list(&text::STAYS),
        text::UNSENT,
        path::DELETE_ACCOUNT,
        alert(complaint),
        text::PHONE,
        escaped(typed),
        text::ASK,
    );
    Page { status, title: text::TITLE, body, retry_after: None }
}

/// The page that asks for the code.
fn confirm(status: StatusCode, phone: &PhoneNumber, code_id: CodeId, told: &str, complaint: Option<&str>) -> Page {
    let body = format!(
        "<p>{told}</p>{}{}<form method=\"post\" action=\"{here}\">{}<input type=\"hidden\" name=\"phone\" value=\"{}\">\
         <input type=\"hidden\" name=\"code_id\" value=\"{code_id}\"><label for=\"code\">{}</label>\
         <input id=\"code\" name=\"code\" inputmode=\"numeric\" autocomplete=\"one-time-code\" maxlength=\"20\" required autofocus>\
         <button>{}</button></form><p><a href=\"{here}\">{}</a></p>",
        list(&text::GOES),
        list(&text::STAYS),
        alert(complaint),
        escaped(phone.as_e164()),
        text::CODE,
        text::DELETE,
        text::AGAIN,
        here = path::DELETE_ACCOUNT,
    );
    Page { status, title: text::TITLE, body, retry_after: None }
}

/// What the page says to a refusal; `trying` is the code that may still be tried.
fn refused(error: &ApiError, typed: &str, trying: Option<(&PhoneNumber, CodeId)>) -> Page {
    let status = StatusCode::from_u16(error.code().http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let code = error.code();
    let over = [ErrorCode::CodeWrong, ErrorCode::CodeExpired, ErrorCode::CodeExhausted, ErrorCode::CodeUsed];
    let page = if let (Some(left @ 1..), Some((phone, code_id))) = (error.tries_left(), trying) {
        confirm(status, phone, code_id, "", Some(&text::wrong(left)))
    } else if over.contains(&code) {
        ask(status, typed, Some(text::CODE_OVER))
    } else if code == ErrorCode::RateLimited {
        ask(status, typed, Some(text::TOO_OFTEN))
    } else {
        ask(status, typed, Some(text::LATER))
    };
    Page { retry_after: error.retry_after_seconds(), ..page }
}

fn alert(complaint: Option<&str>) -> String {
    complaint.map_or_else(String::new, |text| format!("<p class=\"bad\" role=\"alert\">{}</p>", escaped(text)))
}

fn list((heading, items): &(&str, &[&str])) -> String {
    let items: String = items.iter().map(|item| format!("<li>{item}</li>")).collect();
    format!("<h2>{heading}</h2><ul>{items}</ul>")
}

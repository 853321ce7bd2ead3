//! The contract itself, made from the handlers' own descriptions.

use axum::Json;
use utoipa::{
    Modify, OpenApi,
    openapi::security::{Http, HttpAuthScheme, SecurityScheme},
};

use super::{
    accounts, agency, changes, codes, consents, delete_account, deletion, documents, export, follows, health, keys, media,
    password, profile, public, refused, reports, session, sessions, uploads,
};

#[derive(OpenApi)]
#[openapi(
    info(title = "PAKN", description = "Citizens' field reports: what an app and a server say to each other. See API.md."),
    paths(
        health::health,
        document,
        documents::jurisdiction,
        documents::fields,
        keys::published,
        session::sign_in,
        session::who,
        session::sign_out,
        codes::ask,
        codes::check,
        accounts::create,
        accounts::reset_password,
        password::change,
        sessions::list,
        sessions::end_others,
        sessions::end,
        uploads::options,
        uploads::create,
        uploads::head,
        uploads::append,
        uploads::give_up,
        uploads::overridden,
        media::head,
        media::get,
        reports::create,
        reports::view,
        reports::receipt,
        changes::page,
        profile::get,
        profile::put,
        consents::record,
        follows::list,
        follows::put,
        public::page,
        public::view,
        public::similar,
        public::file,
        agency::page,
        agency::view,
        agency::file,
        export::all,
        deletion::delete,
        delete_account::form,
        delete_account::submit,
    ),
    components(schemas(pakn_api::wire::Problem, pakn_api::wire::SignedReceipt, pakn_api::id::UploadId)),
    modifiers(&Token),
)]
struct Contract;

struct Token;

impl Modify for Token {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    }
}

/// The OpenAPI document.
#[must_use]
pub fn contract() -> utoipa::openapi::OpenApi {
    Contract::openapi()
}

/// This document.
#[utoipa::path(
    get, path = "/v1/openapi.json", tag = "server",
    responses((status = 200, description = "OpenAPI 3.1", body = serde_json::Value), refused::Public),
)]
pub(crate) async fn document() -> Json<utoipa::openapi::OpenApi> {
    Json(contract())
}

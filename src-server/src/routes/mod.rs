//! Every route of the contract, in one table: what is not a row here is not mounted.
//!
//! A row says who may call (`Access`); the access matrix in the tests runs over this table and
//! holds each handler to its row, so a route can't be added without saying.

use axum::{
    Router,
    http::Method,
    routing::{MethodFilter, MethodRouter, on},
};
use pakn_api::wire::path;

use crate::app::Shared;
use crate::http::observe;

pub(crate) mod accounts;
pub(crate) mod agency;
pub(crate) mod changes;
pub(crate) mod codes;
pub(crate) mod consents;
pub(crate) mod delete_account;
pub(crate) mod deletion;
pub(crate) mod documents;
pub(crate) mod export;
pub(crate) mod follows;
pub(crate) mod health;
pub(crate) mod keys;
pub(crate) mod media;
pub(crate) mod openapi;
pub(crate) mod password;
pub(crate) mod profile;
pub(crate) mod public;
mod refused;
pub(crate) mod reports;
pub(crate) mod session;
pub(crate) mod sessions;
pub(crate) mod signed_in;
pub(crate) mod uploads;

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anyone.
    Public,
    /// Any signed-in account, a citizen's or an agency's, which acts for itself.
    Account,
    /// The account, a citizen's or an agency's, to which the thing named in the path belongs.
    AccountOwner,
    /// Any signed-in citizen, who acts for or sees only what is theirs.
    Citizen,
    /// The citizen to whom the thing named in the path belongs; for others there is nothing there.
    Owner,
    /// Any signed-in account of an agency, which sees only what its agency handles.
    Agency,
    /// The agency that handles the thing named in the path; for other agencies there is nothing there.
    HandlingAgency,
}

/// One method of one path.
#[derive(Clone)]
pub struct Route {
    /// Its method. `GET` answers `HEAD` too where no row does.
    pub method: Method,
    /// Its path's template, from `pakn_api::wire::path`.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
    handler: MethodRouter<Shared>,
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} ({:?})", self.method, self.path, self.access)
    }
}

macro_rules! routes {
    ($($method:ident $path:expr, $access:ident => $handler:path;)*) => {
        vec![$(Route {
            method: Method::$method,
            path: $path,
            access: Access::$access,
            handler: on(MethodFilter::$method, $handler),
        }),*]
    };
}

/// The contract's routes.
#[must_use]
pub fn table() -> Vec<Route> {
    routes! {
        GET path::HEALTH, Public => health::health;
        GET path::OPENAPI, Public => openapi::document;
        GET path::JURISDICTION, Public => documents::jurisdiction;
        GET path::FIELDS, Public => documents::fields;
        GET path::KEYS, Public => keys::published;
        POST path::SESSION, Public => session::sign_in;
        GET path::SESSION, Account => session::who;
        DELETE path::SESSION, Account => session::sign_out;
        POST path::CODES, Public => codes::ask;
        POST path::CODE, Public => codes::check;
        POST path::ACCOUNTS, Public => accounts::create;
        POST path::PASSWORD_RESETS, Public => accounts::reset_password;
        PUT path::PASSWORD, Account => password::change;
        GET path::SESSIONS, Account => sessions::list;
        DELETE path::SESSIONS, Account => sessions::end_others;
        DELETE path::ONE_SESSION, AccountOwner => sessions::end;
        OPTIONS path::UPLOADS, Public => uploads::options;
        POST path::UPLOADS, Citizen => uploads::create;
        HEAD path::UPLOAD, Owner => uploads::head;
        PATCH path::UPLOAD, Owner => uploads::append;
        DELETE path::UPLOAD, Owner => uploads::give_up;
        POST path::UPLOAD, Owner => uploads::overridden;
        HEAD path::MEDIUM, Owner => media::head;
        GET path::MEDIUM, Owner => media::get;
        POST path::REPORTS, Citizen => reports::create;
        GET path::REPORT, Owner => reports::view;
        GET path::RECEIPT, Owner => reports::receipt;
        GET path::CHANGES, Citizen => changes::page;
        GET path::PROFILE, Citizen => profile::get;
        PUT path::PROFILE, Citizen => profile::put;
        POST path::CONSENTS, Citizen => consents::record;
        GET path::FOLLOWS, Citizen => follows::list;
        PUT path::FOLLOW, Citizen => follows::put;
        GET path::PUBLIC_REPORTS, Public => public::page;
        GET path::PUBLIC_REPORT, Public => public::view;
        GET path::PUBLIC_SIMILAR, Public => public::similar;
        GET path::PUBLIC_MEDIUM, Public => public::file;
        GET path::AGENCY_REPORTS, Agency => agency::page;
        GET path::AGENCY_REPORT, HandlingAgency => agency::view;
        GET path::AGENCY_MEDIUM, HandlingAgency => agency::file;
        GET path::EXPORT, Citizen => export::all;
        POST path::DELETION, Citizen => deletion::delete;
        GET path::DELETE_ACCOUNT, Public => delete_account::form;
        POST path::DELETE_ACCOUNT, Public => delete_account::submit;
    }
}

/// The table, mounted.
pub(crate) fn router(app: Shared) -> Router {
    let routes = table().into_iter().fold(Router::new(), |router, route| router.route(route.path, route.handler));
    let routes =
        routes.fallback(observe::no_such_path).method_not_allowed_fallback(observe::no_such_method).with_state(app.clone());
    observe::surround(routes, &app)
}

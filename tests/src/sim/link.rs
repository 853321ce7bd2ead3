//! The link between device and server, as a `Remote`: what becomes of each request is its fate.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use pakn_api::{
    ErrorCode, Timestamp,
    id::{MediaHash, ReportId},
    model::{
        catalogue::{Catalogue, FieldCode},
        jurisdiction::Jurisdiction,
        place::Position,
    },
    wire::{
        ChangePage, CreateReport, FollowList, Problem, PublicPage, PutFollow, PutProfile, Receipt, RecordConsent, SignIn,
        SignedIn, SimilarPage, StoredProfile, keys::KeySet,
    },
};
use pakn_core::{
    remote::{Accounts, Fresh, NewUpload, OnSent, Public, Remote, RemoteError, Upload},
    secrets::Token,
};
use tokio::time::sleep;

use super::{
    fate::Fate,
    power::Power,
    tally::Fault,
    world::{Packet, World},
};
use crate::model_server::{Answer, NoAccounts, State};

/// A life's link.
pub(super) struct Link {
    world: Arc<World>,
    power: Arc<Power>,
}

/// A request, by what tells it from others.
struct Request {
    kind: &'static str,
    about: u128,
    packet: Option<Packet>,
    /// Its bytes, if it carries a file's.
    carries: Bytes,
}

impl Request {
    const fn new(kind: &'static str, about: u128) -> Self {
        Self { kind, about, packet: None, carries: Bytes::new() }
    }
}

fn unavailable() -> RemoteError {
    RemoteError::Problem { problem: Problem::new(ErrorCode::Unavailable, ""), retry_after_ms: None }
}

fn about(hash: MediaHash) -> u128 {
    hash.as_bytes().iter().take(16).fold(0, |n, byte| n << 8 | u128::from(*byte))
}

impl Link {
    /// A link of this life.
    #[must_use]
    pub(super) const fn new(world: Arc<World>, power: Arc<Power>) -> Self {
        Self { world, power }
    }

    /// Carries a request out as its fate will have it. `act` is the server's part, told with which bytes.
    async fn pass<T: Send>(
        &self,
        request: Request,
        act: impl Fn(&mut State, &[u8], Timestamp) -> Answer<T> + Send + Sync,
    ) -> Result<T, RemoteError> {
        if !self.power.asking() {
            return Err(RemoteError::NotSent);
        }
        let Request { kind, about, packet, carries } = request;
        let Fate { fault, there_ms, back_ms, keeps, late_ms } =
            self.world.fate(kind, about, packet.is_some(), !carries.is_empty());
        if let Some(fault) = fault {
            self.world.tally.count(fault);
        }
        sleep(Duration::from_millis(there_ms)).await;
        self.world.deliver(false);
        let arrive = |bytes: &[u8]| act(&mut self.world.server(), bytes, self.world.now());
        let answer = match fault {
            None | Some(Fault::Slow) => arrive(&carries).map_err(RemoteError::from),
            Some(Fault::NeverLeft) => Err(RemoteError::NotSent),
            Some(Fault::Portal) => Err(RemoteError::NotUnderstood),
            Some(Fault::Unavailable) => Err(unavailable()),
            Some(Fault::ReplyLost) => arrive(&carries).map_err(RemoteError::from).and(Err(RemoteError::Lost)),
            Some(Fault::EndedMeanwhile) => {
                drop(arrive(&carries));
                self.world.server().end_sessions();
                Err(RemoteError::Lost)
            }
            Some(Fault::Mangled) => arrive(&carries).map_err(RemoteError::from).and(Err(RemoteError::NotUnderstood)),
            Some(Fault::GatewayTimeout) => arrive(&carries).map_err(RemoteError::from).and(Err(unavailable())),
            Some(Fault::Twice) => {
                drop(arrive(&carries));
                arrive(&carries).map_err(RemoteError::from)
            }
            Some(Fault::Cut) => {
                let kept = carries.len() * usize::from(keeps) / 256;
                drop(arrive(carries.get(..kept).unwrap_or(&carries)));
                Err(RemoteError::Lost)
            }
            Some(Fault::Late | Fault::TwiceLate) => {
                if let Some(packet) = packet {
                    self.world.hold_up(packet, late_ms);
                }
                if fault == Some(Fault::Late) { Err(RemoteError::Lost) } else { arrive(&carries).map_err(RemoteError::from) }
            }
            // No fate of a request.
            Some(_) => Err(RemoteError::Lost),
        };
        if !self.power.answered() {
            return Err(RemoteError::Lost);
        }
        sleep(Duration::from_millis(back_ms)).await;
        answer
    }
}

#[async_trait]
impl Remote for Link {
    async fn sign_in(&self, request: &SignIn) -> Result<SignedIn, RemoteError> {
        self.pass(Request::new("sign in", 0), |server, _, _| server.sign_in(request)).await
    }

    async fn sign_out(&self, token: &Token) -> Result<(), RemoteError> {
        self.pass(Request::new("sign out", 0), |server, _, _| server.sign_out(token.reveal())).await
    }

    async fn catalogue(&self, etag: Option<&str>) -> Result<Fresh<Catalogue>, RemoteError> {
        self.pass(Request::new("fields", 0), |server, _, _| Ok(server.fields(etag))).await
    }

    async fn jurisdiction(&self, etag: Option<&str>) -> Result<Fresh<Jurisdiction>, RemoteError> {
        self.pass(Request::new("jurisdiction", 0), |server, _, _| Ok(server.profile(etag))).await
    }

    async fn keys(&self) -> Result<KeySet, RemoteError> {
        self.pass(Request::new("keys", 0), |server, _, _| Ok(server.keys())).await
    }

    async fn create_upload(&self, token: &Token, new: NewUpload, first: Bytes, on_sent: OnSent) -> Result<Upload, RemoteError> {
        let request = Request {
            packet: Some(Packet::Upload(token.reveal().to_owned(), new, first.clone())),
            carries: first.clone(),
            ..Request::new("create upload", new.upload_id.uuid().as_u128())
        };
        on_sent(first.len() as u64);
        self.pass(request, |server, bytes, now| server.create_upload(token.reveal(), new, bytes, now)).await
    }

    async fn upload_offset(&self, token: &Token, url: &str) -> Result<Option<u64>, RemoteError> {
        self.pass(Request::new("upload offset", 0), |server, _, _| server.upload_offset(token.reveal(), url)).await
    }

    async fn append_upload(
        &self,
        token: &Token,
        url: &str,
        offset: u64,
        bytes: Bytes,
        on_sent: OnSent,
    ) -> Result<u64, RemoteError> {
        let request = Request {
            packet: Some(Packet::Append(token.reveal().to_owned(), url.to_owned(), offset, bytes.clone())),
            carries: bytes.clone(),
            ..Request::new("append", url.bytes().fold(0, |n, byte| n.rotate_left(7) ^ u128::from(byte)))
        };
        on_sent(bytes.len() as u64);
        self.pass(request, |server, bytes, now| server.append_upload(token.reveal(), url, offset, bytes, now)).await
    }

    async fn get_medium(&self, token: &Token, hash: MediaHash) -> Result<Bytes, RemoteError> {
        self.pass(Request::new("medium", about(hash)), |server, _, _| server.medium(token.reveal(), hash)).await
    }

    async fn create_report(&self, token: &Token, request: &CreateReport) -> Result<Receipt, RemoteError> {
        let asked = Request {
            packet: Some(Packet::Report(token.reveal().to_owned(), request.clone())),
            ..Request::new("report", request.op_id.uuid().as_u128())
        };
        self.pass(asked, |server, _, now| server.create_report(token.reveal(), request, now)).await
    }

    async fn receipt(&self, token: &Token, report_id: ReportId) -> Result<Receipt, RemoteError> {
        let request = Request::new("receipt", report_id.uuid().as_u128());
        self.pass(request, |server, _, _| server.receipt(token.reveal(), report_id)).await
    }

    async fn profile(&self, token: &Token) -> Result<StoredProfile, RemoteError> {
        self.pass(Request::new("profile", 0), |server, _, _| server.profile_of(token.reveal())).await
    }

    async fn put_profile(&self, token: &Token, request: &PutProfile) -> Result<StoredProfile, RemoteError> {
        let asked = Request {
            packet: Some(Packet::Profile(token.reveal().to_owned(), request.clone())),
            ..Request::new("put profile", request.op_id.uuid().as_u128())
        };
        self.pass(asked, |server, _, now| server.put_profile(token.reveal(), request, now)).await
    }

    async fn record_consent(&self, token: &Token, request: &RecordConsent) -> Result<(), RemoteError> {
        let asked = Request {
            packet: Some(Packet::Consent(token.reveal().to_owned(), request.clone())),
            ..Request::new("consent", request.op_id.uuid().as_u128())
        };
        self.pass(asked, |server, _, _| server.record_consent(token.reveal(), request)).await
    }

    fn accounts(&self) -> &dyn Accounts {
        &NoAccounts
    }

    fn public(&self) -> &dyn Public {
        self
    }

    async fn changes(&self, token: &Token, after: u64) -> Result<ChangePage, RemoteError> {
        self.pass(Request::new("changes", 0), |server, _, _| server.changes(token.reveal(), after)).await
    }
}

#[async_trait]
impl Public for Link {
    async fn public_reports(&self, after: u64) -> Result<PublicPage, RemoteError> {
        self.pass(Request::new("public", 0), |server, _, _| Ok(server.public_reports(after))).await
    }

    async fn similar(&self, field: &FieldCode, near: &Position) -> Result<SimilarPage, RemoteError> {
        self.pass(Request::new("similar", 0), |server, _, _| Ok(server.similar(field, near))).await
    }

    async fn public_medium(&self, hash: MediaHash) -> Result<Bytes, RemoteError> {
        self.pass(Request::new("public medium", about(hash)), |server, _, _| server.public_medium(hash)).await
    }

    async fn put_follow(&self, token: &Token, report_id: ReportId, request: &PutFollow) -> Result<(), RemoteError> {
        let asked = Request::new("follow", request.op_id.uuid().as_u128());
        self.pass(asked, |server, _, _| server.put_follow(token.reveal(), report_id, *request)).await
    }

    async fn follows(&self, token: &Token) -> Result<FollowList, RemoteError> {
        self.pass(Request::new("follows", 0), |server, _, _| server.follows(token.reveal())).await
    }
}

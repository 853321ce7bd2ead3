//! What a PAKN server shows of others' reports, which needs no account, and following them, which does.

use async_trait::async_trait;
use bytes::Bytes;
use pakn_api::{
    id::{MediaHash, ReportId},
    model::{catalogue::FieldCode, place::Position},
    wire::{FollowList, PublicPage, PutFollow, SimilarPage, path},
};
use reqwest::Method;

use super::{
    HttpRemote, RemoteError,
    answer::{body, read},
    http::{MAX_MEDIUM, json},
};
use crate::secrets::Token;

/// The part of a PAKN server that shows reports to others than their senders.
#[async_trait]
pub trait Public: Send + Sync {
    /// `GET /v1/public/reports`.
    async fn public_reports(&self, after: u64) -> Result<PublicPage, RemoteError>;
    /// `GET /v1/public/similar`.
    async fn similar(&self, field: &FieldCode, near: &Position) -> Result<SimilarPage, RemoteError>;
    /// `GET /v1/public/media/{sha256}`.
    async fn public_medium(&self, hash: MediaHash) -> Result<Bytes, RemoteError>;
    /// `PUT /v1/me/follows/{report_id}`.
    async fn put_follow(&self, token: &Token, report_id: ReportId, request: &PutFollow) -> Result<(), RemoteError>;
    /// `GET /v1/me/follows`.
    async fn follows(&self, token: &Token) -> Result<FollowList, RemoteError>;
}

/// The address of a question about a place. Five decimals are a metre.
fn near_path(field: &FieldCode, near: &Position) -> String {
    format!("{}?field={field}&lat={:.5}&lon={:.5}", path::PUBLIC_SIMILAR, near.lat(), near.lon())
}

#[async_trait]
impl Public for HttpRemote {
    async fn public_reports(&self, after: u64) -> Result<PublicPage, RemoteError> {
        let path = format!("{}?after={after}", path::PUBLIC_REPORTS);
        read(self.send(self.request(Method::GET, &path, None)).await?).await
    }

    async fn similar(&self, field: &FieldCode, near: &Position) -> Result<SimilarPage, RemoteError> {
        read(self.send(self.request(Method::GET, &near_path(field, near), None)).await?).await
    }

    async fn public_medium(&self, hash: MediaHash) -> Result<Bytes, RemoteError> {
        let response = self.send(self.request(Method::GET, &path::public_medium(hash), None)).await?;
        body(response, MAX_MEDIUM).await
    }

    async fn put_follow(&self, token: &Token, report_id: ReportId, request: &PutFollow) -> Result<(), RemoteError> {
        self.done(json(self.request(Method::PUT, &path::follow(report_id), Some(token)), request)).await
    }

    async fn follows(&self, token: &Token) -> Result<FollowList, RemoteError> {
        read(self.send(self.request(Method::GET, path::FOLLOWS, Some(token))).await?).await
    }
}

//! The part of the scripted link on which reports are shown to others and followed.

use async_trait::async_trait;
use bytes::Bytes;
use pakn_api::{
    id::{MediaHash, ReportId},
    model::{catalogue::FieldCode, place::Position},
    wire::{FollowList, PublicPage, PutFollow, SimilarPage},
};
use pakn_core::{
    remote::{Public, Remote as _, RemoteError},
    secrets::Token,
};

use super::{Scripted, What};

#[async_trait]
impl Public for Scripted {
    async fn public_reports(&self, after: u64) -> Result<PublicPage, RemoteError> {
        self.pass(What::PublicReports, self.inner.public().public_reports(after)).await
    }

    async fn similar(&self, field: &FieldCode, near: &Position) -> Result<SimilarPage, RemoteError> {
        self.pass(What::Similar, self.inner.public().similar(field, near)).await
    }

    async fn public_medium(&self, hash: MediaHash) -> Result<Bytes, RemoteError> {
        self.pass(What::PublicMedium, self.inner.public().public_medium(hash)).await
    }

    async fn put_follow(&self, token: &Token, report_id: ReportId, request: &PutFollow) -> Result<(), RemoteError> {
        self.pass(What::PutFollow, self.inner.public().put_follow(token, report_id, request)).await
    }

    async fn follows(&self, token: &Token) -> Result<FollowList, RemoteError> {
        self.pass(What::Follows, self.inner.public().follows(token)).await
    }
}

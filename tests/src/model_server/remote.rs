//! The model as a `Remote`: every request arrives, every answer comes back.

use async_trait::async_trait;
use bytes::Bytes;
use pakn_api::{
    id::{MediaHash, ReportId},
    model::{
        catalogue::{Catalogue, FieldCode},
        jurisdiction::Jurisdiction,
        place::Position,
    },
    wire::{
        ChangePage, CreateReport, FollowList, PublicPage, PutFollow, PutProfile, Receipt, RecordConsent, SignIn, SignedIn,
        SimilarPage, StoredProfile, keys::KeySet,
    },
};
use pakn_core::{
    remote::{Accounts, Fresh, NewUpload, OnSent, Public, Remote, RemoteError, Upload},
    secrets::Token,
};

use super::{ModelServer, no_accounts::NoAccounts};

#[async_trait]
impl Remote for ModelServer {
    async fn sign_in(&self, request: &SignIn) -> Result<SignedIn, RemoteError> {
        Ok(self.state().sign_in(request)?)
    }

    async fn sign_out(&self, token: &Token) -> Result<(), RemoteError> {
        Ok(self.state().sign_out(token.reveal())?)
    }

    async fn catalogue(&self, etag: Option<&str>) -> Result<Fresh<Catalogue>, RemoteError> {
        Ok(self.state().fields(etag))
    }

    async fn jurisdiction(&self, etag: Option<&str>) -> Result<Fresh<Jurisdiction>, RemoteError> {
        Ok(self.state().profile(etag))
    }

    async fn keys(&self) -> Result<KeySet, RemoteError> {
        Ok(self.state().keys())
    }

    async fn create_upload(&self, token: &Token, new: NewUpload, first: Bytes, _: OnSent) -> Result<Upload, RemoteError> {
        Ok(self.state().create_upload(token.reveal(), new, &first, self.now())?)
    }

    async fn upload_offset(&self, token: &Token, url: &str) -> Result<Option<u64>, RemoteError> {
        Ok(self.state().upload_offset(token.reveal(), url)?)
    }

    async fn append_upload(&self, token: &Token, url: &str, offset: u64, bytes: Bytes, _: OnSent) -> Result<u64, RemoteError> {
        Ok(self.state().append_upload(token.reveal(), url, offset, &bytes, self.now())?)
    }

    async fn get_medium(&self, token: &Token, hash: MediaHash) -> Result<Bytes, RemoteError> {
        Ok(self.state().medium(token.reveal(), hash)?)
    }

    async fn create_report(&self, token: &Token, request: &CreateReport) -> Result<Receipt, RemoteError> {
        Ok(self.state().create_report(token.reveal(), request, self.now())?)
    }

    async fn receipt(&self, token: &Token, report_id: ReportId) -> Result<Receipt, RemoteError> {
        Ok(self.state().receipt(token.reveal(), report_id)?)
    }

    async fn profile(&self, token: &Token) -> Result<StoredProfile, RemoteError> {
        Ok(self.state().profile_of(token.reveal())?)
    }

    async fn put_profile(&self, token: &Token, request: &PutProfile) -> Result<StoredProfile, RemoteError> {
        Ok(self.state().put_profile(token.reveal(), request, self.now())?)
    }

    async fn record_consent(&self, token: &Token, request: &RecordConsent) -> Result<(), RemoteError> {
        Ok(self.state().record_consent(token.reveal(), request)?)
    }

    fn accounts(&self) -> &dyn Accounts {
        &NoAccounts
    }

    fn public(&self) -> &dyn Public {
        self
    }

    async fn changes(&self, token: &Token, after: u64) -> Result<ChangePage, RemoteError> {
        Ok(self.state().changes(token.reveal(), after)?)
    }
}

#[async_trait]
impl Public for ModelServer {
    async fn public_reports(&self, after: u64) -> Result<PublicPage, RemoteError> {
        Ok(self.state().public_reports(after))
    }

    async fn similar(&self, field: &FieldCode, near: &Position) -> Result<SimilarPage, RemoteError> {
        Ok(self.state().similar(field, near))
    }

    async fn public_medium(&self, hash: MediaHash) -> Result<Bytes, RemoteError> {
        Ok(self.state().public_medium(hash)?)
    }

    async fn put_follow(&self, token: &Token, report_id: ReportId, request: &PutFollow) -> Result<(), RemoteError> {
        Ok(self.state().put_follow(token.reveal(), report_id, *request)?)
    }

    async fn follows(&self, token: &Token) -> Result<FollowList, RemoteError> {
        Ok(self.state().follows(token.reveal())?)
    }
}

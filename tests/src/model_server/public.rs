//! What others than the sender see of a report that was accepted, and following it.

use bytes::Bytes;
use pakn_api::{
    ErrorCode,
    id::{MediaHash, OpId, ReportId, UserId},
    model::{catalogue::FieldCode, place::Position, status::ReportStatus},
    wire::{FollowList, PublicPage, PublicReport, PutFollow, SimilarPage},
};

use super::{Answer, Held, State};

/// Reports in a page, as the real server gives them to who doesn't ask for another number.
const PAGE: usize = 50;
/// Most that are near.
const NEAREST: usize = 10;

/// What an operation said of following.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SaidOfFollowing {
    user: UserId,
    report_id: ReportId,
    following: bool,
}

impl State {
    fn public_view(&self, report_id: ReportId) -> Option<PublicReport> {
        self.reports.get(&report_id).and_then(|held| self.seen_by_anybody(report_id, held))
    }

    fn seen_by_anybody(&self, report_id: ReportId, held: &Held) -> Option<PublicReport> {
        let view = held.view.as_ref()?;
        let said = &held.submission;
        let accepted = !matches!(view.status, ReportStatus::Received | ReportStatus::Refused);
        let anybodys = self.catalogue.field(&said.field).is_some_and(|field| field.public);
        let name = self.person(held.user).map(super::Person::name).filter(|name| !name.is_empty());
        (accepted && anybodys).then(|| PublicReport {
            report_id,
            revision: view.revision,
            status: view.status,
            received_at: view.received_at,
            field: said.field.clone(),
            subject: said.subject.clone(),
            title: said.title.clone(),
            content: said.content.clone(),
            happened_at: said.happened_at,
            position: said.place.position,
            ward: said.ward,
            address: said.address.clone(),
            media: said.media.clone(),
            sender: name.filter(|_| !said.anonymous),
        })
    }

    /// `GET /v1/public/reports`.
    #[must_use]
    pub fn public_reports(&self, after: u64) -> PublicPage {
        let after = if after <= self.last_change { after } else { 0 };
        let mut changed: Vec<_> = self.reports.iter().filter(|(_, held)| held.change > after).collect();
        changed.sort_unstable_by_key(|(_, held)| held.change);
        let more = changed.len() > PAGE;
        changed.truncate(PAGE);
        let mut page = PublicPage {
            reports: Vec::new(),
            gone: Vec::new(),
            cursor: changed.last().map_or(after, |(_, held)| held.change),
            more,
        };
        for (id, held) in changed {
            match self.seen_by_anybody(*id, held) {
                Some(report) => page.reports.push(report),
                None => page.gone.extend((after > 0).then_some(*id)),
            }
        }
        page
    }

    /// `GET /v1/public/similar`.
    #[must_use]
    pub fn similar(&self, field: &FieldCode, near: &Position) -> SimilarPage {
        let within = f64::from(self.jurisdiction.similar_within_m);
        let public = self.reports.iter().filter_map(|(id, held)| self.seen_by_anybody(*id, held));
        let open = public.filter(|report| report.field == *field && report.status.is_open());
        let mut found: Vec<_> = open.map(|report| (near.distance_m(&report.position), report)).collect();
        found.retain(|(distance, _)| *distance <= within);
        found.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        SimilarPage { reports: found.into_iter().take(NEAREST).map(|(_, report)| report).collect() }
    }

    /// `GET /v1/public/media/{sha256}`.
    ///
    /// # Errors
    /// `not_found`.
    pub fn public_medium(&self, hash: MediaHash) -> Answer<Bytes> {
        let shows = |(id, held): (&ReportId, &Held)| {
            let shown = self.seen_by_anybody(*id, held)?.media.iter().any(|medium| medium.sha256 == hash);
            shown.then_some(held.user)
        };
        let of = |user| self.media.get(&(user, hash)).map(|medium| medium.bytes.clone());
        self.reports.iter().filter_map(shows).find_map(of).ok_or_else(|| ErrorCode::NotFound.into())
    }

    /// `PUT /v1/me/follows/{report_id}`.
    ///
    /// # Errors
    /// As the contract has it.
    pub fn put_follow(&mut self, token: &str, report_id: ReportId, request: PutFollow) -> Answer<()> {
        let user = self.who(token)?;
        let PutFollow { op_id, following } = request;
        let said = SaidOfFollowing { user, report_id, following };
        if let Some(first) = self.said_of_following.get(&op_id) {
            return if *first == said { Ok(()) } else { Err(ErrorCode::OpIdReused.into()) };
        }
        if following && self.public_view(report_id).is_none() {
            return Err(ErrorCode::NotFound.into());
        }
        self.said_of_following.insert(op_id, said);
        *self.created.account_operations.entry(op_id).or_default() += 1;
        let follows = self.follows.entry(user).or_default();
        follows.retain(|id| *id != report_id);
        follows.extend(following.then_some(report_id));
        Ok(())
    }

    /// `GET /v1/me/follows`.
    ///
    /// # Errors
    /// `unauthenticated`.
    pub fn follows(&self, token: &str) -> Answer<FollowList> {
        let user = self.who(token)?;
        let ids = self.follows.get(&user).into_iter().flatten().rev();
        Ok(FollowList { reports: ids.filter_map(|id| self.public_view(*id)).collect() })
    }
}

/// What was said of following, by operation.
pub(super) type OfFollowing = std::collections::BTreeMap<OpId, SaidOfFollowing>;

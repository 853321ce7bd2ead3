//! The change feed: each report once, at its latest change.

use pakn_api::wire::ChangePage;

use super::{Answer, State};

/// Reports in a page, as the real server gives them to who doesn't ask for another number.
const PAGE: usize = 50;

impl State {
    /// `GET /v1/me/changes`.
    ///
    /// # Errors
    /// `unauthenticated`.
    pub fn changes(&self, token: &str, after: u64) -> Answer<ChangePage> {
        let user = self.who(token)?;
        let after = if after <= self.last_change { after } else { 0 };
        let mut changed: Vec<_> = self.reports.values().filter(|held| held.user == user && held.change > after).collect();
        changed.sort_unstable_by_key(|held| held.change);
        let more = changed.len() > PAGE;
        changed.truncate(PAGE);
        let cursor = changed.last().map_or(after, |held| held.change);
        Ok(ChangePage { reports: changed.into_iter().filter_map(|held| held.view.clone()).collect(), cursor, more })
    }
}

//! A citizen at the other end of a bad link: what is written there without a network, and how it comes over.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use pakn_core::remote::{HttpRemote, http::Patience};

use crate::{
    batch::{Batch, photo},
    citizen::Citizen,
    link::{Access, Conditions, Counts, Link},
    local_server::LocalServer,
    wait::until,
};

/// A day's reports come over within this, or never.
const LIMIT: Duration = Duration::from_secs(180);
/// The app tries by itself at least as often, even where a request is just being waited for in vain.
const NEXT_TRY: Duration = Duration::from_secs(60);

/// A server, a link to it, and a signed-in citizen.
pub struct Linked {
    /// The server.
    pub server: LocalServer,
    /// The only way to it.
    pub link: Link,
    /// Who is at its other end.
    pub citizen: Citizen,
    /// What was written so far.
    pub batch: Batch,
    _folder: tempfile::TempDir,
}

/// How a batch came over.
#[derive(Clone, Copy, Debug)]
pub struct Crossing {
    /// From the first try that could get through until all was known to be there.
    pub took: Duration,
    /// The least that the link needs for those bytes.
    pub needed: Duration,
    /// Bytes put on the link.
    pub sent: u64,
    /// Bytes of the files and of what the reports say.
    pub useful: u64,
    /// Where it was spent.
    pub counts: Counts,
}

#[expect(clippy::cast_precision_loss, reason = "some megabytes")]
impl Crossing {
    /// How often each byte was sent.
    #[must_use]
    pub const fn bytes_ratio(&self) -> f64 {
        self.sent as f64 / self.useful as f64
    }

    /// How much longer it took than the link needs.
    #[must_use]
    pub const fn time_ratio(&self) -> f64 {
        self.took.as_secs_f64() / self.needed.as_secs_f64()
    }
}

impl Linked {
    /// Starts all three.
    ///
    /// # Errors
    /// When one of them can't.
    pub async fn new(conditions: Conditions, patience: Patience) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let server = LocalServer::start(&folder.path().join("server")).await?;
        let link = Link::open(server.address(), conditions).await?;
        let remote = HttpRemote::with_patience(&link.url(), patience)?;
        let citizen = Citizen::open_through(&folder.path().join("device"), Arc::new(remote)).await?;
        // This, too, goes over the bad link.
        until("signed in", LIMIT, async || Ok(citizen.sign_in().await.ok())).await?;
        Ok(Self { server, link, citizen, batch: Batch::default(), _folder: folder })
    }

    /// Writes and sends reports while nobody gets through.
    ///
    /// # Errors
    /// When the core refuses.
    pub async fn write_offline(&mut self, reports: usize, photos: usize, photo_bytes: usize) -> anyhow::Result<()> {
        self.link.let_in(Access::Refused);
        for _ in 0..reports {
            self.batch.send(&self.citizen, (0..photos).map(|_| photo(photo_bytes)).collect()).await?;
        }
        Ok(())
    }

    /// Lets the citizen through and waits, without a hand on anything, until all has arrived; once.
    ///
    /// # Errors
    /// When it takes too long, or the server holds anything else than that.
    pub async fn cross(&self) -> anyhow::Result<Crossing> {
        self.link.let_in(Access::Open);
        let before = self.link.counts();
        let tries = async || Ok((self.link.counts().connections > before.connections).then_some(()));
        until("a try", NEXT_TRY, tries).await?;
        // What the reports themselves say is some kilobytes, known once they are there.
        let (start, needed) = (Instant::now(), self.link.time_for(self.batch.file_bytes()));
        self.citizen.until_all_sent(LIMIT).await?;
        let took = start.elapsed();
        let counts = self.link.counts();
        let useful = self.batch.held_once_by(&self.server).await?;
        Ok(Crossing { took, needed, sent: counts.up.sent - before.up.sent, useful, counts })
    }
}

//! One life of the app's process: opened on the folder, used, and ended by death or by the schedule.

use std::{collections::VecDeque, path::PathBuf, sync::Arc};

use anyhow::{Context as _, bail, ensure};
use pakn_core::{Client, Config, Error, Trigger, ambient::Ambient};

use super::{
    link::Link,
    look::look,
    oracle::Oracle,
    power::{Body, Power, Surroundings},
    schedule::Step,
    tally::Fault,
    world::World,
};

/// One run of a schedule.
pub(super) struct Run {
    /// Everything beside the device.
    pub(super) world: Arc<World>,
    /// The device, beside its files.
    pub(super) body: Arc<Body>,
    /// Its files.
    pub(super) folder: PathBuf,
    /// What was promised.
    pub(super) oracle: Oracle,
    /// What is still to come.
    pub(super) steps: VecDeque<Step>,
    /// Attachment ids given so far.
    pub(super) named: u64,
}

/// How a life ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The process died.
    Died,
    /// Nothing more is to come.
    Over,
}

/// How something the citizen did ended.
pub(super) enum Did<T> {
    /// As it should.
    Done(T),
    /// It was refused, and nothing happened.
    Refused(Error),
    /// The storage failed: it may have happened.
    Unsure,
    /// The process died: it may have happened.
    Died,
}

/// One life.
pub(super) struct Life<'a> {
    /// The run it is part of.
    pub(super) run: &'a mut Run,
    /// The process.
    pub(super) power: Arc<Power>,
    client: Option<Client>,
}

/// Whether an error comes from the device's own storage.
const fn is_of_storage(error: &Error) -> bool {
    matches!(error, Error::Store(_) | Error::Vault(_) | Error::Tokens(_) | Error::Folder(_))
}

impl<'a> Life<'a> {
    /// A life that has not begun.
    #[must_use]
    pub(super) fn new(run: &'a mut Run) -> Self {
        let power = Arc::new(Power::new(Arc::clone(&run.world), Arc::clone(&run.body)));
        Self { run, power, client: None }
    }

    /// The core, once it is open.
    ///
    /// # Errors
    /// When it is not.
    pub(super) fn client(&self) -> anyhow::Result<Client> {
        self.client.clone().context("the app is not open")
    }

    /// Whether the app is open.
    #[must_use]
    pub(super) const fn is_open(&self) -> bool {
        self.client.is_some()
    }

    /// Does something unless the process dies meanwhile.
    pub(super) async fn alive<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.power.died() => None,
            done = work => (!self.power.is_dead()).then_some(done),
        }
    }

    /// As [`Life::alive`], for what the citizen does.
    ///
    /// # Errors
    /// When the storage fails although there is room.
    pub(super) async fn does<T>(&self, work: impl Future<Output = Result<T, Error>>) -> anyhow::Result<Did<T>> {
        self.run.body.take_refused();
        Ok(match self.alive(work).await {
            None => Did::Died,
            Some(Ok(done)) => Did::Done(done),
            Some(Err(error)) if is_of_storage(&error) => {
                ensure!(self.run.body.take_refused(), "the storage failed although there is room: {error}");
                Did::Unsure
            }
            Some(Err(error @ Error::Bug(_))) => bail!("{error}"),
            Some(Err(error)) => Did::Refused(error),
        })
    }

    /// Opens the app, and looks at what is there. `false` when it can't be opened for want of room.
    ///
    /// # Errors
    /// When it can't be opened otherwise, or shows something else than was promised.
    pub(super) async fn open(&mut self) -> anyhow::Result<Did<bool>> {
        let surroundings = Arc::new(Surroundings(Arc::clone(&self.power)));
        let remote = Arc::new(Link::new(Arc::clone(&self.run.world), Arc::clone(&self.power)));
        let config = Config {
            data_dir: self.run.folder.clone(),
            server_url: "http://127.0.0.1:1".to_owned(),
            tokens: Arc::clone(&surroundings) as _,
            device_name: None,
        };
        let ambient: Arc<dyn Ambient> = surroundings;
        let opened = self.does(Client::open_with(config, remote, ambient)).await?;
        let refused = self.run.body.take_refused();
        match opened {
            Did::Died => {
                self.run.world.tally.count(Fault::DiedStarting);
                Ok(Did::Died)
            }
            Did::Unsure => Ok(Did::Done(false)),
            Did::Refused(error) => bail!("the app can't be opened: {error}"),
            Did::Done(client) => {
                tokio::spawn(client.run());
                client.trigger(Trigger::Started);
                self.client = Some(client);
                self.run.oracle.unswept = refused;
                self.look().await?;
                Ok(Did::Done(true))
            }
        }
    }

    /// Holds the device to what was promised.
    ///
    /// # Errors
    /// When it shows something else.
    pub(super) async fn look(&mut self) -> anyhow::Result<()> {
        let client = self.client()?;
        look(&client, &mut self.run.oracle, &self.run.world).await
    }

    /// Lives until death, or until nothing more is to come.
    ///
    /// # Errors
    /// When something promised is not kept.
    pub(super) async fn live(mut self) -> anyhow::Result<End> {
        self.run.world.begin_life();
        let end = self.go().await;
        self.run.world.end_life();
        end
    }

    async fn go(&mut self) -> anyhow::Result<End> {
        if let Did::Died = self.open().await? {
            return Ok(End::Died);
        }
        while let Some(step) = self.run.steps.pop_front() {
            if !self.is_open() && step.needs_the_app() {
                match self.open().await? {
                    Did::Died => return Ok(End::Died),
                    Did::Done(true) => {}
                    _ => continue,
                }
            }
            let end = self.take(step).await.with_context(|| format!("{step:?}"))?;
            if end == End::Died || self.power.is_dead() {
                return Ok(End::Died);
            }
        }
        Ok(End::Over)
    }
}

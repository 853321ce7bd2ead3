//! What a citizen says of themselves: their profile, and whether reports may be sent in their name.

use anyhow::{Context as _, bail, ensure};
use pakn_api::{
    id::UserId,
    ipc::{GetConsents, GetProfile, Missing, ProfileState, SaveProfile, SetConsent},
    model::{
        consent::{Consent, ConsentPurpose},
        email::Email,
        profile::{Profile, ProfileForm},
    },
};
use pakn_core::Client;

use super::{
    life::{Did, End, Life, Run},
    oracle::Oracle,
    tally::Fault,
    world::Person,
};

/// What was last said, or perhaps that.
#[derive(Clone, Debug)]
pub(super) struct Said<T> {
    /// For certain.
    pub(super) last: T,
    /// Or that, if what was done last happened all the same.
    pub(super) maybe: Option<T>,
}

impl<T: PartialEq + Copy> Said<T> {
    const fn new(last: T) -> Self {
        Self { last, maybe: None }
    }

    fn now(&mut self, last: T) {
        *self = Self { last, maybe: None };
    }

    /// Holds what is seen to what was said; where two things may be, it is that from now on.
    fn settle(&mut self, seen: T) -> bool {
        let fits = seen == self.last || self.maybe == Some(seen);
        if fits {
            self.now(seen);
        }
        fits
    }

    fn may_be(&self, value: T) -> bool {
        self.last == value || self.maybe == Some(value)
    }
}

/// What somebody said of themselves.
#[derive(Clone, Debug)]
pub(super) struct Myself {
    /// The number in their street, which rises with every change.
    pub(super) street: Said<u32>,
    /// Whether reports may be sent in their name.
    pub(super) agreed: Said<bool>,
    /// What another device of theirs made of their e-mail address.
    pub(super) email: Option<Email>,
}

impl Default for Myself {
    fn default() -> Self {
        Self { street: Said::new(0), agreed: Said::new(true), email: None }
    }
}

/// The number in a street, as [`Life::save_profile`] writes it.
fn number(street: &str) -> u32 {
    street.strip_prefix("Hẻm ").and_then(|rest| rest.split(' ').next()).and_then(|n| n.parse().ok()).unwrap_or(0)
}

/// The number in somebody's street.
#[must_use]
pub(super) fn number_of(profile: Option<&Profile>) -> u32 {
    profile.map_or(0, |profile| number(profile.address.street.as_str()))
}

impl Oracle {
    /// What somebody said of themselves.
    pub(super) fn myself(&mut self, user: UserId) -> &mut Myself {
        self.people.entry(user).or_default()
    }

    /// What is missing before whoever is signed in may send something; two things may be, or one.
    fn missing(&mut self) -> Vec<Vec<Missing>> {
        let Some(user) = self.account else {
            return vec![vec![Missing::Account, Missing::Profile, Missing::ReportsConsent]];
        };
        let agreed = &self.myself(user).agreed;
        let mut may = Vec::new();
        if agreed.may_be(true) {
            may.push(Vec::new());
        }
        if agreed.may_be(false) {
            may.push(vec![Missing::ReportsConsent]);
        }
        may
    }

    /// Whether a report may be sent now, as far as is known.
    pub(super) fn may_send(&mut self) -> bool {
        self.missing().iter().any(Vec::is_empty)
    }

    /// Whether this may be what is missing.
    pub(super) fn may_be_missing(&mut self, missing: &Vec<Missing>) -> bool {
        self.missing().contains(missing)
    }
}

/// Holds what the device says of its owner to what they said.
///
/// # Errors
/// When it says something else.
pub(super) async fn look_at_myself(client: &Client, oracle: &mut Oracle) -> anyhow::Result<()> {
    let Some(user) = oracle.account else { return Ok(()) };
    let form = client.get_profile(GetProfile {}).await?.form;
    let given = client.get_consents(GetConsents {}).await?;
    let agreed = given.iter().any(|view| view.purpose == ConsentPurpose::Reports && view.is_given());
    let myself = oracle.myself(user);
    ensure!(myself.street.settle(number(&form.street)), "the profile says {:?} instead of {myself:?}", form.street);
    ensure!(myself.agreed.settle(agreed), "the consent is {agreed} instead of {myself:?}");
    Ok(())
}

impl Life<'_> {
    /// Moves into another street.
    pub(super) async fn save_profile(&mut self) -> anyhow::Result<End> {
        let Some(user) = self.run.oracle.account else { return Ok(End::Over) };
        let client = self.client()?;
        self.run.oracle.streets += 1;
        let street = self.run.oracle.streets;
        let form = ProfileForm { street: format!("Hẻm {street} Trần Phú"), ..client.get_profile(GetProfile {}).await?.form };
        let did = self.does(client.save_profile(SaveProfile { form })).await?;
        self.run.world.tally.count(Fault::ProfileChanged);
        let said = &mut self.run.oracle.myself(user).street;
        match did {
            Did::Done(_) => said.now(street),
            Did::Refused(error) => bail!("the profile can't be saved: {error}"),
            Did::Unsure | Did::Died => {
                said.maybe = Some(street);
                return self.unsure(&did).await;
            }
        }
        Ok(End::Over)
    }

    /// Agrees that reports are sent in one's name, or takes it back.
    pub(super) async fn agree(&mut self, given: bool) -> anyhow::Result<End> {
        let Some(user) = self.run.oracle.account else { return Ok(End::Over) };
        let client = self.client()?;
        let did = self.does(client.set_consent(SetConsent { purpose: ConsentPurpose::Reports, given })).await?;
        let said = &mut self.run.oracle.myself(user).agreed;
        match did {
            Did::Done(_) => said.now(given),
            Did::Refused(error) => bail!("a consent can't be said: {error}"),
            Did::Unsure | Did::Died => {
                said.maybe = Some(given);
                return self.unsure(&did).await;
            }
        }
        Ok(End::Over)
    }

    /// Whether the server has what this person said, and the device knows so.
    pub(super) async fn is_known_as_said(&mut self, person: &Person) -> anyhow::Result<bool> {
        let view = self.client()?.get_profile(GetProfile {}).await?;
        let agreed = self.run.oracle.myself(person.user).agreed.last;
        ensure!(!matches!(view.state, ProfileState::Refused { .. }), "the profile is refused");
        let server = self.run.world.server();
        let profile = server.person(person.user).and_then(|person| person.profile().profile).context("no profile")?;
        let heard = |said: &Consent| said.purpose == ConsentPurpose::Reports && said.given == agreed;
        let consents = server.person(person.user).map(|person| person.consents()).unwrap_or_default();
        let known = view.state == ProfileState::Stored && view.form == ProfileForm::of(&profile);
        Ok(known && consents.iter().any(heard))
    }
}

impl Run {
    /// Another device of somebody's changes their e-mail address.
    pub(super) fn change_elsewhere(&mut self, user: UserId, n: u8) -> anyhow::Result<()> {
        let email = Email::parse(&format!("hom-thu-{n}@example.vn"))?;
        let there = email.clone();
        self.world.server().change_elsewhere(user, |profile| profile.email = Some(there));
        self.oracle.myself(user).email = Some(email);
        Ok(())
    }

    /// Compares who the server takes people for with what they said.
    ///
    /// # Errors
    /// When something said last is not what counts, or something was carried out twice.
    pub(super) fn judge_people(&self) -> anyhow::Result<()> {
        let server = self.world.server();
        for (user, myself) in &self.oracle.people {
            let person = server.person(*user).context("an account is gone")?;
            let profile = person.profile().profile.context("a profile is gone")?;
            let agreed = person.consents().iter().any(|said| said.purpose == ConsentPurpose::Reports && said.given);
            ensure!(number_of(Some(&profile)) == myself.street.last, "the server has {profile:?}, said was {myself:?}");
            ensure!(agreed == myself.agreed.last, "the server was told {agreed}, said was {myself:?}");
            ensure!(myself.email.is_none() || profile.email == myself.email, "what another device said is lost: {myself:?}");
        }
        let created = server.created();
        ensure!(created.account_operations.values().all(|times| *times == 1), "a change of an account was made twice");
        Ok(())
    }
}

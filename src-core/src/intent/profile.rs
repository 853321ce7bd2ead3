//! The citizen's own profile: kept while it is typed, checked and handed to the outbox when it is saved.

use pakn_api::{
    id::{OpId, UserId},
    ipc::{Change, GetProfile, KeepProfileForm, ProfileState, ProfileView, SaveProfile},
    model::{
        date::Date,
        profile::{Profile, ProfileForm},
    },
};
use rusqlite::{Connection, Transaction};

use super::units::units;
use crate::{
    Client, Trigger,
    ambient::new_id,
    error::Error,
    store::{
        self,
        account_outbox::{self, AccountParked},
        profile,
        setting::{self, AccountKey},
    },
};

impl Client {
    /// The profile as last typed, and where the saved one stands.
    ///
    /// # Errors
    /// [`Error::SignedOut`] when there is no account it could be of.
    pub async fn get_profile(&self, _: GetProfile) -> Result<ProfileView, Error> {
        let view = |db: &Connection| account(db)?.map(|user_id| view(db, user_id)).transpose();
        self.inner.store.read(view).await?.ok_or(Error::SignedOut)
    }

    /// Keeps what is typed. Durable when it answers.
    ///
    /// # Errors
    /// [`Error::SignedOut`] when there is no account it could be of.
    pub async fn keep_profile_form(&self, args: KeepProfileForm) -> Result<(), Error> {
        let keep = move |tx: &Transaction<'_>| {
            let Some(user_id) = account(tx)? else { return Ok(Err(Error::SignedOut)) };
            let kept = profile::last(tx, user_id)?.map(|profile| ProfileForm::of(&profile)).unwrap_or_default();
            if args.form == kept {
                profile::forget_typed(tx, user_id)?;
            } else {
                profile::keep_typed(tx, user_id, &args.form)?;
            }
            Ok(Ok(()))
        };
        self.inner.store.write(keep).await?
    }

    /// Takes a form as the profile. It goes to the server by itself, before reports that are sent from now on.
    ///
    /// # Errors
    /// [`Error::Profile`] with everything that is wrong, [`Error::SignedOut`] without an account. What is typed is
    /// kept either way.
    pub async fn save_profile(&self, args: SaveProfile) -> Result<ProfileView, Error> {
        let now = self.inner.ambient.now();
        let op_id = new_id!(self.inner.ambient, OpId);
        let form = args.form.clone();
        let checking = tokio::task::spawn_blocking(move || check(&form, Date::in_vietnam(now)));
        let profile = match checking.await.map_err(|_| Error::Bug("checking was cut short"))? {
            Ok(profile) => profile,
            Err(error) => {
                self.keep_profile_form(KeepProfileForm { form: args.form }).await?;
                return Err(error);
            }
        };
        let save = move |tx: &Transaction<'_>| {
            let Some(user_id) = account(tx)? else { return Ok(Err(Error::SignedOut)) };
            profile::forget_typed(tx, user_id)?;
            let rests = account_outbox::profiles(tx, user_id)?.pop().is_some_and(|row| row.parked.is_some());
            if rests || profile::last(tx, user_id)?.as_ref() != Some(&profile) {
                profile::enqueue(tx, op_id, user_id, profile, now)?;
            }
            Ok(Ok(view(tx, user_id)?))
        };
        let view = self.inner.store.write(save).await??;
        self.inner.tell(Change::Account);
        self.inner.tell(Change::Session);
        self.inner.tell(Change::Reports);
        self.trigger(Trigger::Submitted);
        Ok(view)
    }
}

/// The account that is, or last was, signed in.
fn account(db: &Connection) -> store::Result<Option<UserId>> {
    Ok(setting::get::<AccountKey>(db)?.map(|account| account.user_id))
}

/// The profile that a form makes, its ward among those there are.
fn check(form: &ProfileForm, today: Date) -> Result<Profile, Error> {
    let profile = form.check(today).map_err(Error::Profile)?;
    let problems = profile.problems(today, Some(units()?));
    if problems.is_empty() { Ok(profile) } else { Err(Error::Profile(problems)) }
}

fn view(db: &Connection, user_id: UserId) -> store::Result<ProfileView> {
    let typed = profile::typed(db, user_id)?;
    let state = match account_outbox::profiles(db, user_id)?.pop() {
        None if profile::stored(db, user_id)?.profile.is_some() => ProfileState::Stored,
        None => ProfileState::Missing,
        Some(row) => match row.parked {
            None => ProfileState::Waiting,
            Some(AccountParked::InvalidProfile { problems }) => ProfileState::Refused { problems },
            Some(AccountParked::Refused { .. } | AccountParked::TooManyAttempts) => {
                ProfileState::Refused { problems: Vec::new() }
            }
        },
    };
    let edited = typed.is_some();
    let form = match typed {
        Some(form) => form,
        None => profile::last(db, user_id)?.map(|profile| ProfileForm::of(&profile)).unwrap_or_default(),
    };
    Ok(ProfileView { form, edited, state })
}

//! The administrative units: as text for pickers, read for checking.

use std::sync::LazyLock;

use pakn_api::{
    ipc::GetUnits,
    model::unit::{DATA, Units},
};

use crate::{Client, error::Error};

impl Client {
    /// The units as text.
    ///
    /// # Errors
    /// None so far.
    pub async fn get_units(&self, _: GetUnits) -> Result<String, Error> {
        Ok(DATA.to_owned())
    }
}

/// The units, read when first asked for.
///
/// # Errors
/// When they can't be read, which their own tests would have told.
pub(super) fn units() -> Result<&'static Units, Error> {
    static UNITS: LazyLock<Option<Units>> = LazyLock::new(|| Units::parse(DATA).ok());
    UNITS.as_ref().ok_or(Error::Bug("the units can't be read"))
}

//! Where the device is.

use pakn_api::{
    ipc::{AppError, Locate},
    model::{consent::ConsentPurpose, place::Place},
};
use tauri::State;

use crate::{Core, platform::Location};

#[tauri::command]
pub(crate) async fn locate(args: Locate, core: State<'_, Core>, location: State<'_, Location>) -> Result<Place, AppError> {
    let Locate {} = args;
    if !core.client().await?.has_consent(ConsentPurpose::Location).await? {
        return Err(AppError::ConsentNeeded { purpose: ConsentPurpose::Location });
    }
    location.locate().await.map_err(|reason| AppError::Location { reason })
}

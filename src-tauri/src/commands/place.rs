//! Where the device is.

use pakn_api::{
    ipc::{AppError, Locate},
    model::place::Place,
};
use tauri::State;

use crate::platform::Location;

#[tauri::command]
pub(crate) async fn locate(args: Locate, location: State<'_, Location>) -> Result<Place, AppError> {
    let Locate {} = args;
    location.locate().await.map_err(|reason| AppError::Location { reason })
}

//! Permissions for the app's commands, capabilities from the top-level folder, and Tauri's own set-up.

use std::{fs, path::Path};

use tauri_build::{AppManifest, Attributes};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The folder is embedded. Made empty here, the shell can be checked before the UI is built.
    let dist = Path::new("../target/ui/dist");
    fs::create_dir_all(dist)?;
    println!("cargo:rerun-if-changed={}", dist.display());
    println!("cargo:rerun-if-changed=../capabilities");
    println!("cargo:rerun-if-env-changed=KONTUMS_SERVER");
    let attributes = Attributes::new()
        .capabilities_path_pattern("../capabilities/**/*")
        .app_manifest(AppManifest::new().commands(pakn_api::ipc::COMMANDS));
    // tauri-build's error says what is wrong only in its alternate form.
    tauri_build::try_build(attributes).map_err(|error| format!("{error:#}").into())
}

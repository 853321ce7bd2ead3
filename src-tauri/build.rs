//! Permissions for the app's commands, capabilities from the top-level folder, the UI packed for
//! embedding, and Tauri's own set-up.
//!
//! The UI is packed here, not by `generate_context!` in the crate: Cargo compiles the library and its
//! tests side by side, and one would embed what the other has only half written.

use std::{env, fs, io::ErrorKind, path::Path};

use tauri_build::{AppManifest, Attributes, CodegenContext};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The folder is embedded. Made empty here, the shell can be checked before the UI is built.
    let dist = Path::new("../target/ui/dist");
    fs::create_dir_all(dist)?;
    println!("cargo:rerun-if-changed={}", dist.display());
    println!("cargo:rerun-if-changed=../capabilities");
    println!("cargo:rerun-if-env-changed=KONTUMS_SERVER");
    // Whoever listens on the phone itself would be taken for the server, and told the password.
    let is_for_phones = matches!(env::var("CARGO_CFG_TARGET_OS")?.as_str(), "android" | "ios");
    if is_for_phones && env::var("PROFILE")? == "release" && env::var("KONTUMS_SERVER").is_err() {
        return Err("a release for phones needs KONTUMS_SERVER, the address of its server".into());
    }
    // Packed files are kept by their content's hash, the half-written one of a build that was stopped too.
    match fs::remove_dir_all(Path::new(&env::var("OUT_DIR")?).join("tauri-codegen-assets")) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
        Ok(()) | Err(_) => {}
    }
    let attributes = Attributes::new()
        .capabilities_path_pattern("../capabilities/**/*")
        .codegen(CodegenContext::new())
        .app_manifest(AppManifest::new().commands(pakn_api::ipc::COMMANDS));
    // tauri-build's error says what is wrong only in its alternate form.
    tauri_build::try_build(attributes).map_err(|error| format!("{error:#}").into())
}

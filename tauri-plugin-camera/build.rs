//! Where the native halves lie. There are no commands for a page, and so no permissions.

fn main() {
    tauri_plugin::Builder::new(&[]).android_path("android").ios_path("ios").build();
}

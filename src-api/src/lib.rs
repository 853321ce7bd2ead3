//! The shared vocabulary of the app, the offline core and the PAKN server.
//!
//! Here live ids, values that are valid once they exist, the pure rules that the form, the core and
//! the server all run, the types that travel over HTTP (`wire`) and over Tauri's IPC (`ipc`), and the
//! closed set of error codes. Nothing here does I/O, reads a clock or draws a random number, and
//! everything builds for `wasm32-unknown-unknown`.

pub mod error_code;
pub mod id;
pub mod ipc;
pub mod model;
pub mod time;
pub mod wire;

pub use error_code::ErrorCode;
pub use time::Timestamp;

//! The desktop's program; phones enter through the library.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() {
    kontums_lib::run();
}

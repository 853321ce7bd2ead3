//! The parts that screens are made of: signals in, callbacks out, no commands to the shell.

pub(crate) mod banner;
pub(crate) mod confirm;
pub(crate) mod date_boxes;
pub(crate) mod entry;
pub(crate) mod focus;
pub(crate) mod gallery;
pub(crate) mod gesture;
pub(crate) mod icon;
pub(crate) mod lightbox;
pub(crate) mod map;
pub(crate) mod modal;
pub(crate) mod notice;
pub(crate) mod password_box;
pub(crate) mod picker;
pub(crate) mod pictures;
pub(crate) mod scene;
pub(crate) mod screen;
pub(crate) mod sticky;
pub(crate) mod tabs;
pub(crate) mod whereabouts;

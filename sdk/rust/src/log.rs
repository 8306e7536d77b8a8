//! Lines for the delivery's history. The host keeps the first few and hides secret settings in them.

pub use crate::bindings::tocsin::connector::log::{Level, write};

pub fn debug(message: impl AsRef<str>) {
    write(Level::Debug, message.as_ref());
}

pub fn info(message: impl AsRef<str>) {
    write(Level::Info, message.as_ref());
}

pub fn warning(message: impl AsRef<str>) {
    write(Level::Warning, message.as_ref());
}

pub fn error(message: impl AsRef<str>) {
    write(Level::Error, message.as_ref());
}

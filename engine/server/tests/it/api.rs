//! The JSON API, asked by programs with tokens: what they read, what they may do, what is refused and with which words.

mod acting;
mod door;
mod downtimes;
pub mod program;
mod reach;
mod reading;
mod receivers;

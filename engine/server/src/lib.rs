//! The program `tocsin`: HTTP, store, use cases, tasks, command line.
//!
//! The natural way through the house: `http` takes bytes and people in, `usecase` decides with the pure core and writes
//! through `engine`, `task` moves on what time and the outbox make due. Only `store` knows SQL, only `http` knows HTTP,
//! only `clock` reads the clock.

pub mod actor;
pub mod app;
pub mod cli;
pub mod clock;
pub mod connectors;
pub mod content;
pub mod demo;
pub mod engine;
pub mod fault;
pub mod http;
pub mod ids;
pub mod link;
pub mod metrics;
pub mod names;
pub mod provision;
pub mod refusals;
pub mod rehearse;
pub mod secret;
pub mod settings;
pub mod store;
pub mod task;
pub mod totp;
pub mod translate;
pub mod usecase;
pub mod version;
pub mod wording;

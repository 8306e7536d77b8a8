//! The database: SQLite beside the program, or PostgreSQL for several nodes. Only this folder knows SQL.
//!
//! Reads for pages go to [`Store::readers`]; everything that writes goes through the engine's writer, which holds one
//! transaction for many use cases (see `engine/writer.rs`).

pub mod open;
pub mod sql;

pub mod account;
pub mod agent_account;
pub mod alert;
pub mod api_token;
pub mod audit;
pub mod book;
pub mod connector;
pub mod event;
pub mod host;
pub mod host_write;
pub mod instance;
pub mod instance_facts;
pub mod key_check;
mod later;
pub mod link;
pub mod manner;
pub mod outbox;
pub mod pace;
pub mod page;
pub mod policy;
pub mod provision;
pub mod receiver;
pub mod rehearse;
pub mod rejected;
pub mod saved_view;
pub mod silence;
pub mod tidy;
pub mod trouble;

pub use open::{OpenError, Store};
pub use sql::{Pool, Tx};

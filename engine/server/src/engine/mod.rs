//! The engine room: hosts in memory, one writer, and the way a use case runs through them.
//!
//! - `fleet`: the current state of every host, in memory, and the door through which an unchanged check-in leaves
//!   without a write;
//! - `glance`: the short way of an unchanged check-in;
//! - `work`: what a use case holds while it runs: the transaction, drafts of the hosts it touches, the book;
//! - `writer`: takes queued use cases, runs many in one transaction, commits, publishes, answers all;
//! - `instance`: what operators say of this instance beside policies;
//! - `channels`: what far sides can bear; `pace`: how fast messages may follow each other;
//! - `places`: how many deliveries may be under way;
//! - `laid_down`: what operators have laid down, as one snapshot;
//! - `commit`: what happens to the drafts at the end of a transaction;
//! - `load`: from rows to memory, at the start; `follow`: what other nodes wrote, later;
//! - `shared`: what the writer, the collector and the tasks hold in common;
//! - `apply`: turns the effects of a decision into rows.

pub mod apply;
pub mod bus;
pub mod channels;
pub mod commit;
pub mod fleet;
mod follow;
pub mod glance;
pub mod instance;
pub mod laid_down;
mod load;
pub mod pace;
pub mod places;
pub mod shared;
pub mod words;
pub mod work;
pub mod writer;

pub use bus::{Bus, Topic};
pub use fleet::{Cell, Fleet};
pub use shared::Shared;
pub use work::{UseCase, Work};
pub use writer::Engine;

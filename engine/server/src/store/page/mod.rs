//! What pages read beside the state in memory: lists and histories, each bounded. Nothing here writes.

pub mod alert;
pub mod audit;
pub mod connector;
pub mod delivery;
pub mod downtime;
pub mod held_back;
pub mod history;
pub mod oldest;
pub mod policy;
pub mod pulse;
pub mod receiver;
pub mod rejected;
pub mod silence;
pub mod week;

/// Rows of one page of a list: more is scrolled past, not read.
pub const PAGE_ROWS: i64 = 100;
/// Larger than any id: the first page of a list that runs from the newest.
pub const FROM_NEWEST: i64 = i64::MAX;

//! The deciding core: facts, policy and `now` in; effects with named reasons out.
//!
//! Invariants, on which the tests of the whole engine rest:
//! - no I/O, no clock, no randomness, no threads: moments and ids are arguments, so a seed reproduces every decision;
//! - knows nothing of the agent's XML, of SQL, of HTTP or of WebAssembly;
//! - the state changes only through [`observe`] and the functions of [`act`]; what is told is decided only by
//!   [`resolve()`]; each returns the [`Effect`]s that make its outcome durable, and those are written in one commit.
//!
//! The rules are numbered (T1 … L5); comments and reasons name the rule they implement.

mod id;
mod moment;

pub mod alert;
pub mod book;
pub mod effect;
pub mod host;
pub mod observation;
pub mod suppression;

pub use alert::{Acknowledgement, Alert, AlertKind, CloseReason, Subject, Timer, Told};
pub use book::{Book, Every, Policy, Rule, Say, Settings, Target, Tier};
pub use effect::{Effect, Notice, NoticeKind, Reason};
pub use host::{Admission, Host, Liveness, Service};
pub use id::{AlertId, DowntimeId, GroupId, HostId, IdSource, NoticeId, PolicyId, ReceiverId, RuleId, SilenceId};
pub use moment::{Moment, Span};
pub use observation::{Observation, ObservedEvent, ObservedService};
pub use suppression::{Downtime, DowntimeSchedule, Scope, Silence, Suppressor};

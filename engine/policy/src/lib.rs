//! The deciding core: facts, policy and `now` in; effects with named reasons out.
//!
//! Invariants, on which the tests of the whole engine rest:
//! - no I/O, no clock, no randomness, no threads: moments and ids are arguments, so a seed reproduces every decision;
//! - knows nothing of the agent's XML, of SQL, of HTTP or of WebAssembly;
//! - the state changes only through [`observe`] and the functions of [`act`]; what is told is decided only by
//!   [`resolve()`]; each returns the [`Effect`]s that make its outcome durable, and those are written in one commit.
//!
//! The rules are numbered (T1 … L5); comments and reasons name the rule they implement.

mod change;
mod close;
mod conditions;
mod due;
mod engine;
mod event;
mod id;
mod moment;
mod problem;
mod refusal;
mod services;
mod spoken;
mod tell;
mod text;
mod twin;

pub mod act;
pub mod alert;
pub mod book;
pub mod calendar;
pub mod decide;
pub mod effect;
pub mod host;
pub mod liveness;
pub mod observation;
pub mod observe;
pub mod outbox;
pub mod outlook;
pub mod resolve;
pub mod retry;
pub mod suppress;
pub mod suppression;
pub mod words;

pub use act::silence_length;
pub use alert::{Acknowledgement, Alert, AlertKind, Basis, CloseReason, Held, Subject, Timer, Told};
pub use book::{Book, Every, Group, Policy, Rule, Say, Settings, Target, Tier};
pub use calendar::{
    ActiveHours, ClockChange, ClockTime, CronExpression, DowntimeSchedule, Occurrence, ScheduleError, Weekdays, Zone,
};
pub use decide::{HostFacts, Ladder, Rung, Standing, decide_policy, deciding};
pub use due::due_at;
pub use effect::{Effect, HistoryLine, Notice, NoticeKind, Reason};
pub use engine::Engine;
pub use event::is_overtaken;
pub use host::{Admission, Host, Liveness, Memory, Service, Twin};
pub use id::{AlertId, DowntimeId, GroupId, HostId, IdSource, NoticeId, PolicyId, ReceiverId, RuleId, SilenceId};
pub use moment::{Moment, Span};
pub use observation::{Observation, ObservedEvent, ObservedService};
pub use observe::observe;
pub use outlook::{Outlook, outlook, silent_because};
pub use refusal::Refusal;
pub use resolve::{resolve, wake_at};
pub use spoken::Spoken;
pub use suppress::{covers, suppressor};
pub use suppression::{Downtime, Scope, Silence, Suppressor};
pub use twin::Former;
pub use words::Names;

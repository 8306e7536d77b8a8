//! An alert: one open problem of one service, or of the host itself, from first sign to recovery.

use serde::{Deserialize, Serialize};

use crate::{AlertId, Moment, ReceiverId, RuleId};

/// What the alert is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Subject {
    /// The host itself: no check-in (T5).
    Host,
    /// A service of it, by name.
    Service(Box<str>),
}

/// Whether something is wrong or has merely changed (E3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AlertKind {
    /// Lasts until recovery, with reminders.
    Problem,
    /// A notice: told once, no reminders, no recovery.
    Change,
}

/// Why an alert ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CloseReason {
    /// No condition fails any more, or the host checked in again.
    Recovered,
    /// The service is no longer monitored (R3).
    Unmonitored,
    /// The service is gone from the agent's configuration, or changed its type (R3).
    Vanished,
    /// A change was told, or found nobody to be told.
    Told,
    /// The host was ignored, blocked or deleted by an operator.
    Dismissed,
}

/// An open alert with everything that its next notification depends on.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    pub id: AlertId,
    pub subject: Subject,
    pub kind: AlertKind,
    pub opened_at: Moment,
    /// Monit's words, newest first line; for a host that is down, ours.
    pub message: String,
    pub acknowledgement: Option<Acknowledgement>,
    /// One for each rule that has committed something for this alert.
    pub timers: Vec<Timer>,
    /// One for each receiver that was told.
    pub told: Vec<Told>,
    /// What was due and held back last, for each rule; so that a reason is recorded once and not at every look (S8).
    pub held: Vec<Held>,
}

/// Somebody is on it (S4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Acknowledgement {
    pub by: String,
    pub note: String,
    pub at: Moment,
    /// Exclusive end; [`Moment::FAR`] is "until recovery".
    pub until: Moment,
}

/// When a rule last committed for an alert (N2).
#[derive(Clone, Debug, PartialEq)]
pub struct Timer {
    pub rule: RuleId,
    pub last_commit_at: Moment,
}

/// What a receiver has had of an alert (R1).
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    pub receiver: ReceiverId,
    /// The rule that told it last.
    pub rule: RuleId,
    pub last_at: Moment,
    /// Whether the rules that told it want the recovery told as well.
    pub recovery: bool,
}

/// A due notification that was held back: by which rule, due when, why.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    pub rule: RuleId,
    pub due_at: Moment,
    pub reason: crate::Reason,
}

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
    /// One for each rule that has had a part in this alert since its first commit.
    pub timers: Vec<Timer>,
    /// One for each receiver that was told.
    pub told: Vec<Told>,
    /// What was due and held back last, for each rule; so that a reason is recorded once and not at every look (S8).
    pub held: Vec<Held>,
}

impl Alert {
    /// A new alert of which nobody was told.
    pub fn open(id: AlertId, subject: Subject, kind: AlertKind, opened_at: Moment, message: String) -> Alert {
        Alert {
            id,
            subject,
            kind,
            opened_at,
            message,
            acknowledgement: None,
            timers: Vec::new(),
            told: Vec::new(),
            held: Vec::new(),
        }
    }
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

/// What the next due time of a rule counts from, for one alert (N2, N5).
#[derive(Clone, Debug, PartialEq)]
pub struct Timer {
    pub rule: RuleId,
    /// The commit that the rule counts from: its own last one, or by `basis` what stands for it.
    pub last_commit_at: Moment,
    pub basis: Basis,
}

/// What [`Timer::last_commit_at`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// The last commit of the rule itself: due an interval later.
    Own,
    /// The opening of the alert; another rule of the policy has committed, this one still keeps its delay (T6).
    Opening,
    /// The last commit by any rule when this one became new to the open alert: due an interval later (N5).
    Joined,
}

/// What a receiver has had of an alert (R1).
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    pub receiver: ReceiverId,
    /// The rule in whose name the end is told: one that has told it and wants that, else one that told it last.
    pub rule: RuleId,
    /// The urgency of that rule, if it goes by one.
    pub urgency: Option<u8>,
    pub last_at: Moment,
    /// Whether the rules that told it want the recovery told as well.
    pub recovery: bool,
}

/// A due notification that was held back: by which rule (`None`: before any rule was asked), due when, why.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    pub rule: Option<RuleId>,
    pub due_at: Moment,
    pub reason: crate::Reason,
}

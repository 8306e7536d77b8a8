//! What a decision did, as values: the server writes them in one commit, the rehearsal prints them, tests compare them.

use serde::{Deserialize, Serialize};

use crate::{
    Acknowledgement, Alert, AlertId, AlertKind, CloseReason, Moment, NoticeId, PolicyId, ReceiverId, RuleId, Silence,
    SilenceId, Span, Subject, Suppressor, Tier, Timer, Told,
};

/// One durable consequence. The order of a list of effects is the order in which they happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// The facts of the host itself changed: name, poll interval, incarnation, stopped, down or up, admission, twin.
    /// That it was seen once more is no change.
    HostChanged,
    /// A service is new or changed; see `Host::services`. A later time of its last check alone is no change.
    ServiceChanged {
        name: Box<str>,
    },
    /// A service is gone from the agent's configuration.
    ServiceVanished {
        name: Box<str>,
    },
    AlertOpened {
        alert: Alert,
    },
    /// A further condition or new text; the alert goes on (N3).
    AlertTextChanged {
        id: AlertId,
        message: String,
    },
    AlertAcknowledged {
        id: AlertId,
        acknowledgement: Acknowledgement,
    },
    AlertReleased {
        id: AlertId,
    },
    AlertClosed {
        id: AlertId,
        subject: Subject,
        opened_at: Moment,
        closed_at: Moment,
        reason: CloseReason,
    },
    /// A line for the history of the host.
    History {
        subject: Subject,
        at: Moment,
        line: HistoryLine,
    },
    /// A notification was decided: to be delivered.
    Notify {
        notice: Notice,
    },
    /// A silence began; to be stored with its host.
    SilenceStarted {
        silence: Silence,
    },
    /// A silence lasts longer than was said at its start.
    SilenceExtended {
        id: SilenceId,
        end: Moment,
    },
    /// A silence was ended early.
    SilenceEnded {
        id: SilenceId,
        at: Moment,
    },
    /// What a rule counts from was set or moved: replaces the alert's timer of this rule.
    TimerSet {
        alert: AlertId,
        timer: Timer,
    },
    /// A receiver was told: replaces the alert's entry of this receiver. Comes with every P and R, never with V.
    ReceiverTold {
        alert: AlertId,
        told: Told,
    },
    /// Something was due and not sent, once for each due time and reason (S8).
    Withheld {
        alert: AlertId,
        rule: Option<RuleId>,
        due_at: Moment,
        reason: Reason,
    },
}

/// What is remembered of a check-in beside its state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "kebab-case")]
pub enum HistoryLine {
    /// An event in the agent's words; `late` says that it changed nothing (I2).
    Event {
        id: u32,
        state: u8,
        action: u8,
        message: String,
        collected_us: i64,
        late: bool,
    },
    HostDown,
    HostUp {
        down_for: Span,
    },
    TwinDetected {
        other_name: Box<str>,
    },
}

/// The kind of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NoticeKind {
    /// P: a problem, told for the first time to this receiver.
    Problem,
    /// P of an alert that is a change (E3).
    Change,
    /// R.
    Reminder,
    /// V.
    Recovery,
}

/// One notification for one receiver, decided and not yet delivered.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    pub id: NoticeId,
    pub alert: AlertId,
    pub subject: Subject,
    pub alert_kind: AlertKind,
    pub kind: NoticeKind,
    pub receiver: ReceiverId,
    /// The moment of the commit.
    pub at: Moment,
    /// The rule that told it; for a recovery the rule that told the receiver last.
    pub rule: RuleId,
    pub urgency: Option<u8>,
    pub opened_at: Moment,
    /// Set for a recovery.
    pub ended: Option<(Moment, CloseReason)>,
    pub message: String,
    pub reason: Reason,
}

/// Why something was told, or was not: the closed list of S8. The same sentence serves the UI, the API, the log and
/// the rehearsal: see [`Reason::sentence`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "because", rename_all = "kebab-case")]
pub enum Reason {
    /// First notice of a rule.
    FirstNotice { tier: Tier, policy: PolicyId },
    /// The interval has passed.
    IntervalPassed { tier: Tier, policy: PolicyId, every: Span },
    /// Released from a suppression, and overdue (S3).
    Released { tier: Tier, policy: PolicyId, due_at: Moment },
    /// Overdue without having been held back: the engine did not run, or an edit has put the due time into the past (N5).
    Overdue { tier: Tier, policy: PolicyId, due_at: Moment },
    /// The end of an alert, to somebody who was told of it (R1).
    Ended { close: CloseReason },
    /// Not told: no tier has an enabled policy.
    NoPolicy,
    /// Not told: the deciding tier says MUTE (T4).
    Muted { tier: Tier, policy: PolicyId },
    /// Not told: a suppressor is in force.
    Suppressed { by: Suppressor },
    /// Not told yet: the rule does not speak at this hour; it does from `until` on.
    OutsideActiveHours { until: Moment },
    /// Not told: the host is not approved, or ignored (I4).
    NotAdmitted { pending: bool },
    /// Not told: the rule does not want changes (E3).
    ChangesNotWanted,
    /// Not told: the rule does not want recoveries.
    RecoveryNotWanted,
    /// Not told: nobody was told of the problem (R1).
    NobodyWasTold,
    /// Not told yet: after an engine start a reminder waits for fresh evidence (L5).
    AwaitsCheckIn,
}

//! When a rule is due for an alert (N1, N2, N5), and what keeps it waiting although it is.

use crate::liveness::patience;
use crate::{Alert, Basis, Book, Engine, Every, Host, Moment, Rule, RuleId, Span, Subject, Timer};

/// Shorter intervals would be a flood and not a reminder; the forms refuse them, this is the floor below the forms.
const SHORTEST_INTERVAL: Span = Span::seconds(1);
/// For a rule that names an urgency which is not in the book any more.
const INTERVAL_OF_NO_URGENCY: Span = Span::minutes(30);

impl Book {
    /// The re-notify interval of a rule.
    pub fn interval(&self, every: Every) -> Span {
        let interval = match every {
            Every::Urgency(urgency) => self.urgencies.get(&urgency).copied().unwrap_or(INTERVAL_OF_NO_URGENCY),
            Every::Interval(span) => span,
        };
        interval.max(SHORTEST_INTERVAL)
    }
}

impl Rule {
    /// The urgency, if the rule goes by one.
    pub fn urgency(&self) -> Option<u8> {
        match self.every {
            Every::Urgency(urgency) => Some(urgency),
            Every::Interval(_) => None,
        }
    }
}

impl Alert {
    /// What this rule counts from, if it has had a part in the alert.
    pub fn timer(&self, rule: RuleId) -> Option<&Timer> {
        self.timers.iter().find(|timer| timer.rule == rule)
    }

    /// The last commit of a P or R by any rule.
    pub fn last_commit_at(&self) -> Option<Moment> {
        self.timers.iter().filter(|timer| timer.basis == Basis::Own).map(|timer| timer.last_commit_at).max()
    }
}

/// When `rule` is due for `alert`. In the past if it is overdue, be it for a suppression or for an edit; what is due
/// in the past goes out now.
pub fn due_at(alert: &Alert, rule: &Rule, book: &Book) -> Moment {
    let delayed = alert.opened_at + rule.after;
    let every = book.interval(rule.every);
    match alert.timer(rule.id) {
        Some(Timer { basis: Basis::Own, last_commit_at, .. }) => *last_commit_at + every,
        Some(Timer { basis: Basis::Opening, .. }) => delayed,
        Some(Timer { basis: Basis::Joined, last_commit_at, .. }) => joined(*last_commit_at, every, delayed),
        None => alert.last_commit_at().map_or(delayed, |last| joined(last, every, delayed)),
    }
}

/// N5, and its own delay holds for a rule that is new to an open alert as well.
fn joined(last_commit_at: Moment, every: Span, delayed: Moment) -> Moment {
    (last_commit_at + every).max(delayed)
}

/// When the hours of the rule begin, if they are not on: what is due is held back until then, as by a suppression that
/// covers this rule alone.
pub(crate) fn closed_until(rule: &Rule, engine: &Engine, now: Moment) -> Option<Moment> {
    let opens = rule.active.as_ref()?.closed_until(engine.wall(now))?;
    Some(engine.from_wall(opens))
}

/// Until when something that was overdue when the engine started has to wait, at `now` (L5):
/// - what a rule that has spoken of the alert says about a service, until the host checks in ([`Moment::FAR`]): the
///   service may be fine by now. It waits as a whole, also for a receiver that joined the rule meanwhile;
/// - anything about the host itself for one deadline: if it is up we hear of it within that time (L3);
/// - a first notice about a service does not wait.
pub(crate) fn awaits(
    host: &Host,
    book: &Book,
    engine: &Engine,
    alert: &Alert,
    rule: &Rule,
    now: Moment,
) -> Option<Moment> {
    if due_at(alert, rule, book) >= engine.started_at {
        return None;
    }
    match alert.subject {
        Subject::Host => Some(engine.started_at + patience(&host.liveness, book)).filter(|end| now < *end),
        Subject::Service(_) => {
            let reminder = alert.timer(rule.id).is_some_and(|timer| timer.basis == Basis::Own);
            let fresh = host.liveness.last_seen_at.is_some_and(|seen| seen >= engine.started_at);
            (reminder && !fresh).then_some(Moment::FAR)
        }
    }
}

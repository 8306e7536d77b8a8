//! What comes next for an open alert, for people who look at it: the next step of each rule of the deciding policy.

use crate::due::{awaits, closed_until, due_at};
use crate::tell::rules;
use crate::{
    Alert, AlertKind, Book, Engine, Host, Moment, NoticeKind, Reason, ReceiverId, Rule, RuleId, Suppressor, suppressor,
};

/// Suppressions that follow each other without a gap are looked through up to this many; a person plans fewer.
const MAX_SUCCESSIVE: usize = 16;

/// The next step of one rule, for the receivers that would get the same kind of notice.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlook {
    /// When it will go out if nothing changes; [`Moment::FAR`] if only a check-in or an operator can bring it about.
    pub at: Moment,
    /// When it is, or was, due by its interval or delay.
    pub due_at: Moment,
    pub rule: RuleId,
    pub receivers: Vec<ReceiverId>,
    pub what: NoticeKind,
    /// Who holds it back now, or will when it is due.
    pub held_by: Option<Suppressor>,
    /// It falls outside the active hours of the rule, which begin then.
    pub hours_begin_at: Option<Moment>,
    /// It waits for a sign of life since the engine started (L5).
    pub awaits_check_in: bool,
}

/// The next step of each rule; nothing for a host that takes no part, or if no policy decides or it says MUTE.
pub fn outlook(host: &Host, book: &Book, engine: &Engine, alert: &Alert, now: Moment) -> Vec<Outlook> {
    let Ok((_, rules)) = rules(host, book, &alert.subject) else { return Vec::new() };
    let speaks = |rule: &&Rule| alert.kind == AlertKind::Problem || (rule.changes && alert.timer(rule.id).is_none());
    let mut steps: Vec<Outlook> =
        rules.iter().filter(speaks).flat_map(|rule| steps_of(host, book, engine, alert, rule, now)).collect();
    steps.sort_by_key(|step| step.at);
    steps
}

/// Why nothing of an alert would be told now, whatever is due: nobody is to be told, or somebody holds it back. The
/// active hours of single rules are no such reason: see [`Outlook::hours_begin_at`].
pub fn silent_because(host: &Host, book: &Book, engine: &Engine, alert: &Alert, now: Moment) -> Option<Reason> {
    let held = || suppressor(host, book, engine, &alert.subject, Some(alert), now).map(|by| Reason::Suppressed { by });
    rules(host, book, &alert.subject).err().or_else(held)
}

fn steps_of(host: &Host, book: &Book, engine: &Engine, alert: &Alert, rule: &Rule, now: Moment) -> Vec<Outlook> {
    let change = alert.kind == AlertKind::Change;
    let due_at = if change { alert.opened_at } else { due_at(alert, rule, book) };
    let waits_until = if change { None } else { awaits(host, book, engine, alert, rule, now) };
    let ready_at = due_at.max(now).max(waits_until.unwrap_or(now));
    let held_by = suppressor(host, book, engine, &alert.subject, Some(alert), ready_at);
    let at = free_at(host, book, engine, alert, rule, ready_at);
    let hours_begin_at = closed_until(rule, engine, ready_at);
    let kind = |receiver: &ReceiverId| match alert.told.iter().any(|told| told.receiver == *receiver) {
        _ if change => NoticeKind::Change,
        true => NoticeKind::Reminder,
        false => NoticeKind::Problem,
    };
    [NoticeKind::Problem, NoticeKind::Change, NoticeKind::Reminder]
        .into_iter()
        .filter_map(|what| {
            let receivers: Vec<ReceiverId> =
                rule.receivers.iter().filter(|receiver| kind(receiver) == what).copied().collect();
            let held_by = held_by.clone();
            let awaits_check_in = waits_until.is_some();
            let step = Outlook { at, due_at, rule: rule.id, receivers, what, held_by, hours_begin_at, awaits_check_in };
            (!step.receivers.is_empty()).then_some(step)
        })
        .collect()
}

/// The first moment from `at` on at which nothing holds the rule back.
fn free_at(host: &Host, book: &Book, engine: &Engine, alert: &Alert, rule: &Rule, mut at: Moment) -> Moment {
    for _ in 0..MAX_SUCCESSIVE {
        let by = suppressor(host, book, engine, &alert.subject, Some(alert), at);
        match by.map(|by| by.until()).or_else(|| closed_until(rule, engine, at)) {
            Some(until) if at < Moment::FAR => at = until,
            _ => break,
        }
    }
    at.min(Moment::FAR)
}

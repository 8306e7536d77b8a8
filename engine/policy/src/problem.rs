//! An open problem whose time may have come: first notices and reminders.

use crate::due::{awaits, closed_until, due_at};
use crate::liveness::silence_message;
use crate::tell::{DueRule, rules, tell, withhold};
use crate::{Alert, Basis, Book, Effect, Engine, Host, IdSource, Moment, Reason, Rule, Subject, Timer, suppressor};

/// Tells what is due of a problem, or records why not.
pub(crate) fn remind(
    host: &Host,
    alert: &mut Alert,
    book: &Book,
    engine: &Engine,
    now: Moment,
    ids: &mut dyn IdSource,
    effects: &mut Vec<Effect>,
) {
    let (policy, rules) = match rules(host, book, &alert.subject) {
        Ok(decided) => decided,
        Err(reason) => return withhold(alert, None, alert.opened_at, reason, effects),
    };
    // N5: what is new to the alert counts from now on from its last commit, whatever the other rules do meanwhile.
    if let Some(last_commit_at) = alert.last_commit_at() {
        register(alert, rules, Basis::Joined, last_commit_at, effects);
    }
    let mut due: Vec<DueRule<'_>> = rules
        .iter()
        .map(|rule| DueRule { rule, due_at: due_at(alert, rule, book) })
        .filter(|due| due.due_at <= now)
        .collect();
    if due.is_empty() {
        return;
    }
    // S2: neither a commit nor a step of the due time.
    if let Some(by) = suppressor(host, book, engine, &alert.subject, Some(alert), now) {
        for due in due {
            withhold(alert, Some(due.rule.id), due.due_at, Reason::Suppressed { by: by.clone() }, effects);
        }
        return;
    }
    due.retain(|due| {
        let reason = match closed_until(due.rule, engine, now) {
            Some(until) => Some(Reason::OutsideActiveHours { until }),
            None => awaits(host, book, engine, alert, due.rule, now).map(|_| Reason::AwaitsCheckIn),
        };
        let speaks = reason.is_none();
        if let Some(reason) = reason {
            withhold(alert, Some(due.rule.id), due.due_at, reason, effects);
        }
        speaks
    });
    if due.is_empty() {
        return;
    }
    let message = match alert.subject {
        Subject::Host => silence_message(&host.liveness, now),
        Subject::Service(_) => alert.message.clone(),
    };
    tell(alert, &message, policy, &due, book, now, ids, effects);
    for due in &due {
        set_timer(alert, Timer { rule: due.rule.id, last_commit_at: now, basis: Basis::Own }, effects);
        alert.held.retain(|held| held.rule != Some(due.rule.id));
    }
    // T6: the rules that stood beside the first to speak keep their own delay.
    register(alert, rules, Basis::Opening, alert.opened_at, effects);
}

/// Gives each rule that has no timer yet one of this basis.
fn register(alert: &mut Alert, rules: &[Rule], basis: Basis, last_commit_at: Moment, effects: &mut Vec<Effect>) {
    for rule in rules {
        if alert.timer(rule.id).is_none() {
            set_timer(alert, Timer { rule: rule.id, last_commit_at, basis }, effects);
        }
    }
}

/// Replaces the alert's timer of the rule.
pub(crate) fn set_timer(alert: &mut Alert, timer: Timer, effects: &mut Vec<Effect>) {
    effects.push(Effect::TimerSet { alert: alert.id, timer: timer.clone() });
    match alert.timers.iter_mut().find(|known| known.rule == timer.rule) {
        Some(known) => *known = timer,
        None => alert.timers.push(timer),
    }
}

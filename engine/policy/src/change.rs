//! A change (E3): a notice and no open problem. It is told at its first possible moment and is over then. A delay of
//! the rule does not hold it (there is nothing that could recover meanwhile), a suppression does, and so do the active
//! hours of a rule. Rules outside of their hours do not keep the others waiting: these speak at once, and the change
//! stays open for those that wait.

use crate::due::closed_until;
use crate::problem::set_timer;
use crate::tell::{DueRule, rules, tell, withhold};
use crate::{Alert, Basis, Book, Effect, Engine, Host, IdSource, Moment, Reason, Rule, Timer, suppressor};

/// What became of a change.
#[derive(PartialEq, Eq)]
pub(crate) enum Fate {
    /// Told, or there is nobody to tell.
    Over,
    /// Held back until a suppression ends, or the hours of a rule begin.
    Held,
}

/// Tells a change to those who want changes, or records why not.
pub(crate) fn announce(
    host: &Host,
    alert: &mut Alert,
    book: &Book,
    engine: &Engine,
    now: Moment,
    ids: &mut dyn IdSource,
    effects: &mut Vec<Effect>,
) -> Fate {
    let due_at = alert.opened_at;
    let (policy, rules) = match rules(host, book, &alert.subject) {
        Ok(decided) => decided,
        Err(reason) => {
            withhold(alert, None, due_at, reason, effects);
            return Fate::Over;
        }
    };
    let (wanted, unwanted): (Vec<&Rule>, Vec<&Rule>) = rules.iter().partition(|rule| rule.changes);
    for rule in unwanted {
        withhold(alert, Some(rule.id), due_at, Reason::ChangesNotWanted, effects);
    }
    // Those that have spoken already have a timer.
    let wanted: Vec<&Rule> = wanted.into_iter().filter(|rule| alert.timer(rule.id).is_none()).collect();
    if wanted.is_empty() {
        return Fate::Over;
    }
    if let Some(by) = suppressor(host, book, engine, &alert.subject, Some(alert), now) {
        for rule in wanted {
            withhold(alert, Some(rule.id), due_at, Reason::Suppressed { by: by.clone() }, effects);
        }
        return Fate::Held;
    }
    let mut due = Vec::with_capacity(wanted.len());
    let mut fate = Fate::Over;
    for rule in wanted {
        match closed_until(rule, engine, now) {
            Some(until) => {
                withhold(alert, Some(rule.id), due_at, Reason::OutsideActiveHours { until }, effects);
                fate = Fate::Held;
            }
            None => due.push(DueRule { rule, due_at }),
        }
    }
    let message = alert.message.clone();
    tell(alert, &message, policy, &due, book, now, ids, effects);
    if fate == Fate::Held {
        for due in due {
            set_timer(alert, Timer { rule: due.rule.id, last_commit_at: now, basis: Basis::Own }, effects);
        }
    }
    fate
}

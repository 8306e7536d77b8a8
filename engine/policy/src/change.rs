//! A change (E3): a notice and no open problem. It is told at its first possible moment and is over then. A delay of
//! the rule does not hold it (there is nothing that could recover meanwhile), a suppression does.

use crate::tell::{DueRule, rules, tell, withhold};
use crate::{Alert, Book, Effect, Host, IdSource, Moment, Reason, Rule, suppressor};

/// What became of a change.
#[derive(PartialEq, Eq)]
pub(crate) enum Fate {
    /// Told, or there is nobody to tell.
    Over,
    /// Held back until a suppression ends.
    Held,
}

/// Tells a change to those who want changes, or records why not.
pub(crate) fn announce(
    host: &Host,
    alert: &mut Alert,
    book: &Book,
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
    if wanted.is_empty() {
        return Fate::Over;
    }
    if let Some(by) = suppressor(host, book, &alert.subject, Some(alert), now) {
        for rule in wanted {
            withhold(alert, Some(rule.id), due_at, Reason::Suppressed { by: by.clone() }, effects);
        }
        return Fate::Held;
    }
    let due: Vec<DueRule<'_>> = wanted.into_iter().map(|rule| DueRule { rule, due_at }).collect();
    let message = alert.message.clone();
    tell(alert, &message, policy, &due, book, now, ids, effects);
    Fate::Over
}

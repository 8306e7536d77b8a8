//! The time has come: everything that happens because time passes, or because operators changed the book.
//!
//! To be run for a host after each check-in and each action on it, in the same commit; for every host after an edit of
//! the book; and at [`wake_at`]. The order at one instant is that
//! of N4: suppressions are judged as they stand at `now`, check-ins and actions have been taken, then come the
//! deadline of the host and the timers of its alerts. A second run at the same instant does nothing.

use crate::change::{Fate, announce};
use crate::close::close;
use crate::due::{awaits, closed_until, due_at};
use crate::problem::remind;
use crate::tell::rules;
use crate::{Alert, AlertKind, Book, CloseReason, Effect, Engine, Host, IdSource, Moment, Span, liveness, suppressor};

/// Declares the host down if it is, and tells what is due of its alerts. A host without alerts costs a comparison of
/// two numbers and no allocation.
pub fn resolve(host: &mut Host, book: &Book, engine: &Engine, now: Moment, ids: &mut dyn IdSource) -> Vec<Effect> {
    let mut effects = Vec::new();
    host.silences.retain(|silence| now < silence.end);
    liveness::judge(host, book, engine, now, ids, &mut effects);
    if host.alerts.is_empty() {
        return effects;
    }
    let mut open = Vec::with_capacity(host.alerts.len());
    for mut alert in std::mem::take(&mut host.alerts) {
        release_expired(&mut alert, now, &mut effects);
        match alert.kind {
            AlertKind::Problem => remind(host, &mut alert, book, engine, now, ids, &mut effects),
            AlertKind::Change => {
                if announce(host, &mut alert, book, engine, now, ids, &mut effects) == Fate::Over {
                    close(alert, CloseReason::Told, now, ids, &mut effects);
                    continue;
                }
            }
        }
        open.push(alert);
    }
    host.alerts = open;
    effects
}

/// S4: an acknowledgement whose time is over is over.
fn release_expired(alert: &mut Alert, now: Moment, effects: &mut Vec<Effect>) {
    if alert.acknowledgement.as_ref().is_some_and(|held| held.until <= now) {
        alert.acknowledgement = None;
        effects.push(Effect::AlertReleased { id: alert.id });
    }
}

/// Until when [`resolve`] would do nothing if nothing new comes in: [`Moment::FAR`] is never. It may be early, never
/// late, and after a `resolve` at `now` it is later than `now`.
pub fn wake_at(host: &Host, book: &Book, engine: &Engine, now: Moment) -> Moment {
    let deadline = liveness::deadline(host, book, engine).unwrap_or(Moment::FAR);
    let wake = host.alerts.iter().map(|alert| alert_wakes(host, book, engine, alert, now)).fold(deadline, Moment::min);
    wake.clamp(now + Span(1), Moment::FAR)
}

fn alert_wakes(host: &Host, book: &Book, engine: &Engine, alert: &Alert, now: Moment) -> Moment {
    let ack_ends = alert.acknowledgement.as_ref().map_or(Moment::FAR, |held| held.until);
    let Ok((_, rules)) = rules(host, book, &alert.subject) else { return ack_ends };
    let released = || suppressor(host, book, engine, &alert.subject, Some(alert), now).map(|by| by.until());
    let open = |rule| released().or_else(|| closed_until(rule, engine, now));
    if alert.kind == AlertKind::Change {
        let silent = rules.iter().filter(|rule| rule.changes && alert.timer(rule.id).is_none());
        return silent.map(|rule| open(rule).unwrap_or(now)).min().unwrap_or(now).min(ack_ends);
    }
    let next = |rule| match due_at(alert, rule, book) {
        due if due > now => due,
        _ => open(rule).or_else(|| awaits(host, book, engine, alert, rule, now)).unwrap_or(now),
    };
    rules.iter().map(next).fold(ack_ends, Moment::min)
}

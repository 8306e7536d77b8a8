//! Whether the host is up (L1–L3): it is down when nothing arrived for a whole deadline, counted from its last
//! message or from our own start, whichever is later.

use crate::{Admission, Alert, AlertId, AlertKind, Book, Effect, Engine, HistoryLine, Host, IdSource, Moment, Span};
use crate::{Liveness, Subject};

/// How long the host may keep still: `missed cycles × poll interval`, never less than the floor (L1). After a clean
/// stop the agent's start delay comes on top: a reboot usually follows, and it is silent that much longer.
pub fn patience(liveness: &Liveness, book: &Book) -> Span {
    let cycles = liveness.missed_cycles.unwrap_or(book.settings.missed_cycles);
    let quiet = liveness.poll.0.saturating_mul(i64::from(cycles)).max(book.settings.deadline_floor.0);
    let delay = if liveness.stopped_at.is_some() { liveness.start_delay.0.max(0) } else { 0 };
    Span(quiet.saturating_add(delay))
}

/// When the host counts as down if nothing comes. `None`: it is down already, takes no part, or was never heard of.
pub fn deadline(host: &Host, book: &Book, engine: &Engine) -> Option<Moment> {
    if host.admission != Admission::Approved || host.liveness.down_since.is_some() {
        return None;
    }
    let heard_at = host.liveness.last_seen_at?.max(engine.ingest_since);
    Some(heard_at + patience(&host.liveness, book))
}

/// Declares the host down if its deadline has come. A check-in of the very same instant was taken before this (N4), so
/// that exactly at the deadline it still counts.
pub(crate) fn judge(
    host: &mut Host,
    book: &Book,
    engine: &Engine,
    now: Moment,
    ids: &mut dyn IdSource,
    effects: &mut Vec<Effect>,
) {
    if deadline(host, book, engine).is_some_and(|deadline| deadline <= now) {
        host.liveness.down_since = Some(now);
        effects.push(Effect::HostChanged);
        effects.push(Effect::History { subject: Subject::Host, at: now, line: HistoryLine::HostDown });
    }
    if wants_alert(host, book) {
        let message = silence_message(&host.liveness, now);
        let alert = Alert::open(AlertId(ids.next_id()), Subject::Host, AlertKind::Problem, now, message);
        effects.push(Effect::AlertOpened { alert: alert.clone() });
        host.alerts.push(alert);
    }
}

/// L2: a host whose agent said that it stops may be left in peace; it is down all the same, since nothing is known of
/// its services any more.
fn wants_alert(host: &Host, book: &Book) -> bool {
    host.admission == Admission::Approved
        && host.liveness.down_since.is_some()
        && (book.settings.stop_alerts || host.liveness.stopped_at.is_none())
        && host.alerts.iter().all(|alert| alert.subject != Subject::Host)
}

/// What a notice about a silent host says; made anew for each one, so that a reminder tells the present length.
pub(crate) fn silence_message(liveness: &Liveness, now: Moment) -> String {
    let quiet = liveness.last_seen_at.map_or(Span::ZERO, |seen| now - seen).words();
    match liveness.stopped_at {
        Some(_) => format!("agent stopped, and no check-in for {quiet}"),
        None => format!("no check-in for {quiet}"),
    }
}

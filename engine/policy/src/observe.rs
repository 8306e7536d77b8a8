//! A check-in: what an agent posts becomes facts, alerts and history. Nobody is told of a problem here, that is
//! decided by [`resolve`](crate::resolve()) right after; only the end of an alert is told by whoever ends it (R1).
//!
//! The services of the message are the truth (E1); its event brings promptness, text and history.

use crate::close::close;
use crate::event::{self, Fresh};
use crate::twin::{self, Sender};
use crate::{
    Alert, AlertId, AlertKind, Book, CloseReason, Effect, HistoryLine, Host, IdSource, Moment, Observation, Subject,
    services,
};

/// Takes one message of the agent into the facts. That the host was seen is in `host.liveness.last_seen_at` and is no
/// effect; a message that shows nothing new has none at all. What operators laid down is not asked: what is seen does
/// not depend on who wants to know.
pub fn observe(host: &mut Host, seen: &Observation, _book: &Book, now: Moment, ids: &mut dyn IdSource) -> Vec<Effect> {
    let mut effects = Vec::new();
    let known_incarnation = host.liveness.last_seen_at.map(|_| host.incarnation);
    let known_twin = host.twin.clone();
    let sender = twin::sender(host, seen, now);
    if host.twin != known_twin {
        effects.push(Effect::HostChanged);
    }
    if let Sender::Other { found } = sender {
        // E6: written down, and nothing else; not even a sign of life of the host that we follow.
        if let Some(event) = seen.event.as_ref().filter(|event| event.is_new) {
            event::record(event, true, now, &mut effects);
        }
        if let Some(twin) = host.twin.as_ref().filter(|_| found) {
            let line = HistoryLine::TwinDetected { other_name: twin.other_name.clone() };
            effects.push(Effect::History { subject: Subject::Host, at: now, line });
        }
        return effects;
    }
    let fresh = event::take(host, seen, now, &mut effects);
    hear(host, seen, fresh == Fresh::Stop, now, &mut effects);
    come_back(host, now, ids, &mut effects);
    let new_incarnation = known_incarnation.is_some_and(|known| known != seen.incarnation);
    services::reconcile(host, seen, fresh, new_incarnation, now, ids, &mut effects);
    if let Fresh::Changed(event) = fresh {
        note_change(host, &event.service, &event.message, now, ids, &mut effects);
    }
    effects
}

/// The agent's own facts.
fn hear(host: &mut Host, seen: &Observation, stops: bool, now: Moment, effects: &mut Vec<Effect>) {
    let liveness = &mut host.liveness;
    let unchanged = host.name == seen.host_name
        && liveness.poll == seen.poll
        && liveness.start_delay == seen.start_delay
        && liveness.stopped_at.is_some() == stops
        && host.incarnation == seen.incarnation
        && host.shares_bits == seen.shares_bits;
    liveness.last_seen_at = Some(now);
    if unchanged && !stops {
        return;
    }
    liveness.poll = seen.poll;
    liveness.start_delay = seen.start_delay;
    // L2: any later message means that it runs.
    liveness.stopped_at = stops.then_some(now);
    host.name = seen.host_name.clone();
    host.incarnation = seen.incarnation;
    host.shares_bits = seen.shares_bits;
    if effects.first() != Some(&Effect::HostChanged) {
        effects.push(Effect::HostChanged);
    }
}

/// A host that was down is up by any message, also by its stop.
fn come_back(host: &mut Host, now: Moment, ids: &mut dyn IdSource, effects: &mut Vec<Effect>) {
    let Some(since) = host.liveness.down_since.take() else { return };
    effects.push(Effect::HostChanged);
    let line = HistoryLine::HostUp { down_for: now - since };
    effects.push(Effect::History { subject: Subject::Host, at: now, line });
    if let Some(at) = host.alerts.iter().position(|alert| alert.subject == Subject::Host) {
        close(host.alerts.remove(at), CloseReason::Recovered, now, ids, effects);
    }
}

/// E3: a change opens a notice, or joins the one of the same service that is still held back. One that some rules have
/// told and others wait for is replaced: the ones hear of this change too, the others of the newest one.
fn note_change(
    host: &mut Host,
    service: &str,
    message: &str,
    now: Moment,
    ids: &mut dyn IdSource,
    effects: &mut Vec<Effect>,
) {
    if host.services.iter().all(|known| &*known.name != service) {
        return;
    }
    let message = crate::text::of_event(message);
    let subject = Subject::Service(service.into());
    let is_held = |alert: &Alert| alert.kind == AlertKind::Change && alert.subject == subject;
    if let Some(at) = host.alerts.iter().position(|alert| is_held(alert) && !alert.told.is_empty()) {
        close(host.alerts.remove(at), CloseReason::Told, now, ids, effects);
    }
    if let Some(alert) = host.alerts.iter_mut().find(|alert| is_held(alert)) {
        if alert.message != message {
            alert.message = message.clone();
            effects.push(Effect::AlertTextChanged { id: alert.id, message });
        }
        return;
    }
    let alert = Alert::open(AlertId(ids.next_id()), subject, AlertKind::Change, now, message);
    effects.push(Effect::AlertOpened { alert: alert.clone() });
    host.alerts.push(alert);
}

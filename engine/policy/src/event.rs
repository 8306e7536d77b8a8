//! The event of a message: always history, and where it is new, in time and about a service, promptness and text.

use crate::{Effect, HistoryLine, Host, Moment, Observation, ObservedEvent, Subject};

/// The agent itself started, reloaded or stopped (E5).
const INSTANCE: u32 = 65_536;
/// The outcome of an action that somebody asked for (E5).
const ACTION: u32 = 131_072;
/// The agent's action number of a stop.
const STOP: u8 = 3;
/// An event arises shortly before its check ends and can be overtaken by the status message that shows the end.
const OVERTAKEN_US: i64 = 500_000;
/// State that is out of order by less was overtaken by a newer message; by more, the agent's clock was set back.
const OUT_OF_ORDER_US: i64 = 300_000_000;

/// What is left of the event for the decisions, once it is in the history.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fresh<'e> {
    Nothing,
    /// The agent stops, and means it (L2).
    Stop,
    Failed(&'e ObservedEvent),
    Changed(&'e ObservedEvent),
}

impl<'e> Fresh<'e> {
    /// The event, if it says that this service failed by one of these bits.
    pub fn failure(self, service: &str, bits: u32) -> Option<&'e ObservedEvent> {
        match self {
            Fresh::Failed(event) if &*event.service == service && event.id & bits != 0 => Some(event),
            _ => None,
        }
    }
}

/// Writes the event down and says what it is good for. To be called before the services are taken over, since "late"
/// is measured against what was known before (I2).
pub(crate) fn take<'e>(host: &Host, seen: &'e Observation, now: Moment, effects: &mut Vec<Effect>) -> Fresh<'e> {
    // I1: the store knows it already.
    let Some(event) = seen.event.as_ref().filter(|event| event.is_new) else { return Fresh::Nothing };
    let late = if event.id == INSTANCE { is_stale_stop(event, seen) } else { is_late(event, host, seen) };
    record(event, late, now, effects);
    match (event.id, event.state) {
        _ if late => Fresh::Nothing,
        (INSTANCE, _) if event.action == STOP => Fresh::Stop,
        (INSTANCE | ACTION, _) => Fresh::Nothing,
        (_, 1) => Fresh::Failed(event),
        (_, 2) => Fresh::Changed(event),
        _ => Fresh::Nothing,
    }
}

/// A line of the history.
pub(crate) fn record(event: &ObservedEvent, late: bool, now: Moment, effects: &mut Vec<Effect>) {
    let subject = if event.id == INSTANCE { Subject::Host } else { Subject::Service(event.service.clone()) };
    let line = HistoryLine::Event {
        id: event.id,
        state: event.state,
        action: event.action,
        message: event.message.trim().to_owned(),
        collected_us: event.collected_us,
        late,
    };
    effects.push(Effect::History { subject, at: now, line });
}

/// E5: a stop that was queued by the process before the present one. The incarnation is the second in which the
/// present one read its configuration.
fn is_stale_stop(event: &ObservedEvent, seen: &Observation) -> bool {
    event.action == STOP && event.collected_us / 1_000_000 <= seen.incarnation
}

/// I2: older than the newest state of its service, unless the agent's clock was set back.
fn is_late(event: &ObservedEvent, host: &Host, seen: &Observation) -> bool {
    let Some(known) = host.services.iter().find(|service| service.name == event.service) else { return false };
    let block = seen.services.iter().find(|service| service.name == event.service);
    let set_back = |seen_us: i64| seen_us != 0 && known.collected_us - seen_us > OUT_OF_ORDER_US;
    let clock_set_back = block.is_some_and(|service| set_back(service.collected_us));
    !clock_set_back && known.collected_us - event.collected_us > OVERTAKEN_US
}

/// Whether a service's state was overtaken by the one we know, within one incarnation (I2).
pub fn is_overtaken(known_us: i64, seen_us: i64) -> bool {
    let behind = known_us - seen_us;
    seen_us != 0 && behind > 0 && behind <= OUT_OF_ORDER_US
}

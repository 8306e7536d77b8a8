//! The services of a message against those that are known: what is new, gone, failing, clear (E1, E2, L4, R3).

use std::collections::HashMap;

use crate::close::close;
use crate::conditions::{Circumstances, Verdict, judge};
use crate::event::{Fresh, is_overtaken};
use crate::{
    Alert, AlertId, AlertKind, CloseReason, Effect, Host, IdSource, Moment, Observation, ObservedEvent,
    ObservedService, Service, Spoken, Subject, spoken, text,
};

/// Takes the services over and opens, continues and closes their alerts.
pub(crate) fn reconcile(
    host: &mut Host,
    seen: &Observation,
    fresh: Fresh<'_>,
    new_incarnation: bool,
    now: Moment,
    ids: &mut dyn IdSource,
    effects: &mut Vec<Effect>,
) {
    let same_list = host.services.len() == seen.services.len()
        && host.services.iter().zip(&seen.services).all(|(known, seen)| is_same(known, seen));
    if !same_list {
        take_list(host, seen, now, ids, effects);
    }
    let Host { services, alerts, liveness, .. } = host;
    let spoken = &mut liveness.memory.spoken;
    let mut seen_next = seen.services.iter();
    for service in services {
        // The lists are in the same order now; a name that comes twice is skipped the second time.
        let Some(seen_service) = seen_next.by_ref().find(|seen| seen.name == service.name) else { break };
        if !new_incarnation && is_overtaken(service.collected_us, seen_service.collected_us) {
            continue;
        }
        let before = (service.monitor, service.status, service.status_hint, service.alerting, service.clear_since_us);
        if service.alerting == 0 && before.0 == seen_service.monitor && before.1 == seen_service.status && before.1 == 0
        {
            service.collected_us = seen_service.collected_us;
            service.status_hint = seen_service.status_hint;
            continue;
        }
        let how = Circumstances {
            new_incarnation,
            shares_bits: seen.shares_bits,
            in_the_middle_of_a_check: seen.event.as_ref().is_some_and(|event| arises(event, seen_service)),
        };
        let verdict = take_state(service, seen_service, how);
        let after = (service.monitor, service.status, service.status_hint, service.alerting, service.clear_since_us);
        if before != after {
            effects.push(Effect::ServiceChanged { name: service.name.clone() });
        }
        keep_words(spoken, service, before.3, fresh, alerts);
        follow(service, verdict, spoken, alerts, now, ids, effects);
    }
}

/// Whether the event arises from a check of this service that goes on. One that comes from the agent's queue is older than
/// the state around it, which is that of a check that has ended.
fn arises(event: &ObservedEvent, service: &ObservedService) -> bool {
    event.service == service.name && event.collected_us > service.collected_us
}

/// A type of its own makes a service a new one.
fn is_same(known: &Service, seen: &ObservedService) -> bool {
    known.name == seen.name && known.kind == seen.kind
}

/// L4, R3: takes over which services there are, in the agent's order, and closes the alerts of those that are gone.
fn take_list(host: &mut Host, seen: &Observation, now: Moment, ids: &mut dyn IdSource, effects: &mut Vec<Effect>) {
    let mut known: HashMap<Box<str>, Service> =
        std::mem::take(&mut host.services).into_iter().map(|service| (service.name.clone(), service)).collect();
    let mut listed = std::collections::HashSet::new();
    for seen in &seen.services {
        if !listed.insert(&*seen.name) {
            continue;
        }
        let kept = match known.get(&seen.name) {
            Some(service) if is_same(service, seen) => known.remove(&seen.name),
            _ => None,
        };
        host.services.push(kept.unwrap_or_else(|| {
            effects.push(Effect::ServiceChanged { name: seen.name.clone() });
            Service::new(seen)
        }));
    }
    let mut gone: Vec<Box<str>> = known.into_keys().collect();
    gone.sort();
    for name in gone {
        if !listed.contains(&*name) {
            effects.push(Effect::ServiceVanished { name: name.clone() });
        }
        spoken::forget(&mut host.liveness.memory.spoken, &name, 0);
        close_all(&mut host.alerts, &Subject::Service(name), CloseReason::Vanished, now, ids, effects);
    }
}

impl Service {
    /// A service that nothing is known of but its name; its state is taken over next.
    fn new(seen: &ObservedService) -> Service {
        Service {
            name: seen.name.clone(),
            kind: seen.kind,
            monitor: seen.monitor,
            status: 0,
            status_hint: 0,
            collected_us: 0,
            alerting: 0,
            clear_since_us: 0,
        }
    }
}

fn take_state(service: &mut Service, seen: &ObservedService, how: Circumstances) -> Verdict {
    let before = service.clone();
    service.monitor = seen.monitor;
    service.status = seen.status;
    service.status_hint = seen.status_hint;
    service.collected_us = seen.collected_us;
    judge(service, &before, how)
}

/// Keeps the agent's words, and forgets those of what is over.
fn keep_words(words: &mut Vec<Spoken>, service: &Service, alerting_before: u32, fresh: Fresh<'_>, alerts: &[Alert]) {
    // An alert from the store: its text stands for all that it was about, unless it was ours to begin with.
    if let Some(at) = problem_of(alerts, service)
        && words.iter().all(|known| known.service != service.name)
        && alerts[at].message != text::words(alerting_before)
    {
        spoken::remember(words, &service.name, alerting_before, alerts[at].message.clone());
    }
    let lasting = if service.monitor == 0 { 0 } else { service.alerting | service.status };
    if let Some(event) = fresh.failure(&service.name, lasting) {
        spoken::remember(words, &service.name, event.id, text::of_event(&event.message));
    }
    if !words.is_empty() {
        spoken::forget(words, &service.name, lasting);
    }
}

/// Opens, continues or closes the alert of a service after its state was judged.
fn follow(
    service: &Service,
    verdict: Verdict,
    words: &[Spoken],
    alerts: &mut Vec<Alert>,
    now: Moment,
    ids: &mut dyn IdSource,
    effects: &mut Vec<Effect>,
) {
    let subject = || Subject::Service(service.name.clone());
    match verdict {
        Verdict::Unknown => return,
        Verdict::Unmonitored => return close_all(alerts, &subject(), CloseReason::Unmonitored, now, ids, effects),
        Verdict::Judged => {}
    }
    match problem_of(alerts, service) {
        None if service.alerting == 0 => {}
        None => {
            let message = spoken::compose(words, service);
            let alert = Alert::open(AlertId(ids.next_id()), subject(), AlertKind::Problem, now, message);
            effects.push(Effect::AlertOpened { alert: alert.clone() });
            alerts.push(alert);
        }
        Some(at) if service.alerting == 0 => close(alerts.remove(at), CloseReason::Recovered, now, ids, effects),
        Some(at) => {
            // N3: it goes on.
            let alert = &mut alerts[at];
            let message = spoken::compose(words, service);
            if message != alert.message {
                alert.message = message.clone();
                effects.push(Effect::AlertTextChanged { id: alert.id, message });
            }
        }
    }
}

fn problem_of(alerts: &[Alert], service: &Service) -> Option<usize> {
    let is_its = |subject: &Subject| matches!(subject, Subject::Service(name) if *name == service.name);
    alerts.iter().position(|alert| alert.kind == AlertKind::Problem && is_its(&alert.subject))
}

fn close_all(
    alerts: &mut Vec<Alert>,
    subject: &Subject,
    reason: CloseReason,
    now: Moment,
    ids: &mut dyn IdSource,
    effects: &mut Vec<Effect>,
) {
    while let Some(at) = alerts.iter().position(|alert| alert.subject == *subject) {
        close(alerts.remove(at), reason, now, ids, effects);
    }
}

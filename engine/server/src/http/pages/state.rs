//! The state of hosts, services and alerts as a badge: a shape and colour (`kind`) and a word.

use std::borrow::Cow;

use serde::Serialize;
use tocsin_policy::{
    Admission, Alert, AlertKind, Book, Engine as EngineFacts, Host, Moment, Service, Subject, Suppressor, suppressor,
};

use crate::app::App;
use crate::http::session::Session;

/// Shape, colour and word of a state.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Badge {
    /// `ok`, `warning`, `critical`, `unknown`, `paused`, `held`, `info`
    pub kind: &'static str,
    pub word: Cow<'static, str>,
}

pub fn badge(kind: &'static str, word: impl Into<Cow<'static, str>>) -> Badge {
    Badge { kind, word: word.into() }
}

/// How it stands with everything, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Tally {
    pub firing: usize,
    pub acknowledged: usize,
    /// Held back by a silence, a downtime or a host that is down.
    pub held: usize,
    pub down: usize,
    pub healthy: usize,
    pub pending: usize,
    /// Hosts in all.
    pub hosts: usize,
    pub last_seen_ms: Option<i64>,
}

/// Counts hosts and open alerts, of those that the person knows of.
pub fn tally(app: &App, session: &Session) -> Tally {
    let (book, facts, now) = (app.engine.book(), app.engine.facts(), app.clock.now());
    let mut tally = Tally::default();
    let mut troubled = Vec::new();
    session.actor.reach.each(app.engine.fleet(), |state| {
        let host = &state.host;
        tally.hosts += 1;
        tally.last_seen_ms = tally.last_seen_ms.max(host.liveness.last_seen_at.map(|at| at.0));
        match host.admission {
            Admission::Approved if host.alerts.is_empty() => tally.add(host, |_| Standing::Firing),
            // What holds an alert back takes longer to find out: not while the fleet is looked at.
            Admission::Approved => troubled.push(host.clone()),
            Admission::Pending => tally.pending += 1,
            Admission::Ignored | Admission::Blocked => {}
        }
    });
    for host in &troubled {
        tally.add(host, |alert| standing(host, &book, &facts, alert, now));
    }
    tally
}

impl Tally {
    fn add(&mut self, host: &Host, standing: impl Fn(&Alert) -> Standing) {
        let down = host.liveness.down_since.is_some();
        self.down += usize::from(down);
        self.healthy += usize::from(!down && host.alerts.iter().all(|alert| alert.kind == AlertKind::Change));
        for alert in &host.alerts {
            match standing(alert) {
                Standing::Firing => self.firing += 1,
                Standing::Acknowledged => self.acknowledged += 1,
                Standing::Held(_) => self.held += 1,
            }
        }
    }
}

/// Whether somebody has to do something about an alert.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    Firing,
    Acknowledged,
    Held(Suppressor),
}

pub fn standing(host: &Host, book: &Book, engine: &EngineFacts, alert: &Alert, now: Moment) -> Standing {
    match suppressor(host, book, engine, &alert.subject, Some(alert), now) {
        None => Standing::Firing,
        Some(Suppressor::Acknowledgement { .. }) => Standing::Acknowledged,
        Some(by) => Standing::Held(by),
    }
}

pub fn of_alert(alert: &Alert, standing: &Standing) -> Badge {
    match standing {
        Standing::Acknowledged => badge("held", "acknowledged"),
        Standing::Held(Suppressor::Silence { .. }) => badge("held", "silenced"),
        Standing::Held(Suppressor::Downtime { .. }) => badge("held", "downtime"),
        Standing::Held(_) => badge("unknown", "host down"),
        Standing::Firing if alert.kind == AlertKind::Change => badge("info", "changed"),
        Standing::Firing if alert.subject == Subject::Host => badge("critical", "down"),
        Standing::Firing => badge("critical", "failed"),
    }
}

pub fn of_host(host: &Host) -> Badge {
    let failing = host.services.iter().any(|service| service.failed() != 0);
    let open = host.alerts.iter().any(|alert| alert.kind == AlertKind::Problem);
    match host.admission {
        Admission::Pending => return badge("unknown", "pending"),
        Admission::Ignored => return badge("paused", "ignored"),
        Admission::Blocked => return badge("paused", "blocked"),
        Admission::Approved => {}
    }
    match &host.liveness {
        life if life.down_since.is_some() => badge("critical", "down"),
        life if life.last_seen_at.is_none() => badge("unknown", "never seen"),
        life if life.stopped_at.is_some() => badge("warning", "agent stopped"),
        _ if failing || open => badge("critical", "failing"),
        _ => badge("ok", "healthy"),
    }
}

/// `open`: it has an open problem.
pub fn of_service(service: &Service, open: bool, host_is_down: bool) -> Badge {
    match service {
        _ if host_is_down => badge("unknown", "stale"),
        service if service.failed() != 0 => badge("critical", "failed"),
        service if service.monitor & 1 == 1 && service.status & service.status_hint != 0 => badge("info", "changed"),
        service if service.monitor & 2 == 2 => badge("unknown", "initializing"),
        service if service.monitor & 1 == 0 => badge("paused", "not monitored"),
        // Clear was seen, and a later check has yet to confirm it.
        _ if open => badge("warning", "recovering"),
        _ => badge("ok", "ok"),
    }
}

pub fn of_delivery(state: &str) -> Badge {
    match state {
        "delivered" => badge("ok", "delivered"),
        "due" => badge("unknown", "waiting"),
        "leased" => badge("unknown", "being sent"),
        "superseded" => badge("paused", "superseded"),
        _ => badge("critical", "not delivered"),
    }
}

pub fn of_attempt(outcome: &str) -> Badge {
    match outcome {
        "delivered" => badge("ok", "delivered"),
        "retry" => badge("warning", "failed, is tried again"),
        "permanent" => badge("critical", "refused"),
        "misconfigured" => badge("critical", "settings are wrong"),
        "contained" => badge("critical", "stopped by tocsin"),
        "lost" => badge("unknown", "interrupted"),
        other => badge("unknown", other.to_owned()),
    }
}

/// `P`, `R`, `V` … in words.
pub fn notice_words(kind: &str) -> &'static str {
    match kind {
        "problem" => "problem",
        "change" => "change",
        "reminder" => "reminder",
        "recovery" => "recovery",
        "acknowledged" => "acknowledgement",
        _ => "test message",
    }
}

/// Monit's number of the type of the service that stands for the whole machine. Its name is the host's, so it is called
/// `system` wherever services of many hosts are looked at.
const SYSTEM_KIND: u8 = 5;
const SYSTEM: &str = "system";

/// The name under which a service is known beyond its host.
pub fn common_name(service: &Service) -> &str {
    if service.kind == SYSTEM_KIND { SYSTEM } else { &service.name }
}

/// Whether an alert is about this service.
pub fn subject_is(subject: &Subject, service: &str) -> bool {
    matches!(subject, Subject::Service(name) if &**name == service)
}

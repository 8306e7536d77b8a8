//! Lets what happened happen again to the real engine, in its order, and takes down what it commits.
//!
//! As in `rehearse/play.rs`, unchanged check-ins are taken for granted: a host that was up counts as seen whenever the
//! engine looks at it. What is executed are the check-ins at which an alert began or ended, the acknowledgements, and
//! the looks that the engine itself asks for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tocsin_policy::{AlertKind, Book, HostId, Moment, Observation, ObservedEvent, ObservedService, Span, Subject};

use super::past::{Past, PastAlert, PastHost, Sent};
use super::stage::{AtOnce, Ground};
use super::{Failure, MAX_SENT};
use crate::clock::Clock;
use crate::engine::laid_down::LaidDown;
use crate::engine::{Engine, Shared};
use crate::fault::Fault;
use crate::ids::Ids;
use crate::metrics::Metrics;
use crate::rehearse::play::wakes;
use crate::secret::{KEY_BYTES, Keys};
use crate::store::Store;
use crate::store::outbox::kind_of;
use crate::store::page::week;
use crate::usecase::acknowledge::Until;
use crate::usecase::check_in::CheckIn;
use crate::usecase::wake::Wake;

/// The engine has been running for this long, beyond the patience with hosts, when the first alert begins.
pub(super) const LEAD: Span = Span::hours(24);
/// The poll interval of every host here, and the cycles that it may miss: a host goes down when its alert says so.
pub(super) const POLL: Span = Span::seconds(30);
pub(super) const MISSED: u32 = 3;
/// Monit's bit for "execution failed"; which one it was is not known any more, and no rule depends on it.
const FAILED: u32 = 0x1;
/// Monit's number of a process; no rule depends on it either.
const PROCESS: u8 = 3;
const MONITORED: u8 = 1;
/// An alert that was played began when the real one did; a host's own a moment later at most.
const SAME: Span = Span::seconds(5);

/// What the engine would have sent.
///
/// # Errors
/// When it would be too much, or the engine fails.
pub async fn play(past: &Past, book: Book) -> Result<Vec<Sent>, Failure> {
    let clock = Clock::manual(past.from - LEAD);
    let store = Arc::new(Store::memory().await.map_err(|error| Failure(error.to_string()))?);
    let (ids, keys) = (Arc::new(Ids::new(clock.clone(), 0)), Arc::new(Keys::new(&[0; KEY_BYTES])));
    let shared = Shared::new(store.clone(), clock.clone(), ids, keys, Arc::new(Metrics::new()), ("", false));
    let (engine, writer) = Engine::start(Arc::new(shared)).await?;
    let floor = book.settings.deadline_floor;
    engine.run(Ground::of(past)).await?;
    let laid_down = engine.shared().laid_down();
    engine.shared().take_up(LaidDown { book: Arc::new(book), ..laid_down });

    let hosts: Vec<HostId> = past.hosts.keys().copied().collect();
    let wakes = hosts.iter().map(|host| (*host, Moment::FAR)).collect();
    let agents = past.hosts.iter().map(|(id, host)| (*id, Agent::of(host))).collect();
    let patience = Span(POLL.0 * i64::from(MISSED)).max(floor);
    let mut play = Play { past, clock, engine, wakes, agents, patience };
    let played = play.run(&store).await;
    // The writer ends with its last handle, and the database with the writer.
    drop(play);
    let _ = writer.await;
    store.close().await;
    played
}

struct Play<'p> {
    past: &'p Past,
    clock: Clock,
    engine: Engine,
    /// When the engine wants to look at each host.
    wakes: BTreeMap<HostId, Moment>,
    agents: BTreeMap<HostId, Agent>,
    /// How long a host may keep still.
    patience: Span,
}

/// What a host would show if it checked in now.
struct Agent {
    id: Box<str>,
    name: Box<str>,
    services: BTreeMap<Box<str>, bool>,
    down: bool,
}

impl Agent {
    fn of(host: &PastHost) -> Agent {
        let services = host.host.services.iter().map(|service| (service.name.clone(), false)).collect();
        Agent { id: host.host.agent_id.clone(), name: host.host.name.clone(), services, down: false }
    }
}

/// Something that happened to an alert, by its place in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Happens {
    Acknowledged(usize),
    Ends(usize),
    Begins(usize),
}

impl Play<'_> {
    async fn run(&mut self, store: &Store) -> Result<Vec<Sent>, Failure> {
        let timeline = timeline(self.past);
        let mut events = timeline.iter().peekable();
        let mut now = self.past.from - LEAD;
        loop {
            let next_event = events.peek().map_or(Moment::FAR, |(at, _)| *at);
            let next_look = self.wakes.values().copied().min().unwrap_or(Moment::FAR);
            now = next_event.min(next_look).max(now);
            if now > self.past.to {
                return taken_down(self.past, store).await;
            }
            self.clock.set(now);
            let mut happens = Vec::new();
            while let Some((_, event)) = events.next_if(|(at, _)| *at <= now) {
                happens.push(*event);
            }
            self.instant(now, &happens).await?;
        }
    }

    /// N4: what people and agents do, then the engine's own looks.
    async fn instant(&mut self, now: Moment, happens: &[Happens]) -> Result<(), Failure> {
        let mut at_once = AtOnce::default();
        let (mut reports, mut woken): (BTreeSet<HostId>, BTreeSet<HostId>) = Default::default();
        for event in happens {
            self.happens(now, *event, &mut reports, &mut woken, &mut at_once);
        }
        woken.extend(self.wakes.iter().filter(|(_, at)| **at <= now).map(|(host, _)| *host));
        self.seen(now);
        let up: Vec<HostId> = reports.into_iter().filter(|host| !self.agents[host].down).collect();
        at_once.check_ins.extend(up.iter().map(|host| self.check_in(*host, now, None)));
        let moved: BTreeSet<HostId> = up.iter().chain(&woken).copied().chain(at_once.hosts()).collect();
        self.engine.run(at_once).await?;
        let looks = woken.iter().map(|host| self.engine.run(Wake(*host)));
        for looked in futures_util::future::join_all(looks).await {
            looked?;
        }
        for host in moved {
            let wake = wakes(&self.engine, host, !self.agents[&host].down, now);
            self.wakes.insert(host, wake);
        }
        Ok(())
    }

    fn happens(
        &mut self,
        now: Moment,
        event: Happens,
        reports: &mut BTreeSet<HostId>,
        woken: &mut BTreeSet<HostId>,
        at_once: &mut AtOnce,
    ) {
        let (Happens::Acknowledged(at) | Happens::Ends(at) | Happens::Begins(at)) = event;
        let alert = &self.past.alerts[at];
        let Some(agent) = self.agents.get_mut(&alert.host) else { return };
        match (event, &alert.subject) {
            (Happens::Acknowledged(_), subject) => {
                if let Some(held) = &alert.acknowledgement {
                    let until = if held.until >= Moment::FAR { Until::Recovery } else { Until::For(held.until - now) };
                    at_once.acknowledgements.push((alert.host, subject.clone(), held.by.clone(), until));
                }
            }
            (Happens::Begins(_), Subject::Host) => {
                agent.down = true;
                self.silent_since(alert.host, now - self.patience);
                woken.insert(alert.host);
            }
            (Happens::Ends(_), Subject::Host) => {
                agent.down = false;
                reports.insert(alert.host);
            }
            (Happens::Begins(_), Subject::Service(_)) if alert.kind == AlertKind::Change => {
                let check_in = self.check_in(alert.host, now, Some(alert));
                at_once.check_ins.push(check_in);
            }
            (Happens::Begins(_) | Happens::Ends(_), Subject::Service(service)) => {
                agent.services.insert(service.clone(), matches!(event, Happens::Begins(_)));
                reports.insert(alert.host);
            }
        }
    }

    /// Hosts that are up have checked in a moment ago.
    fn seen(&self, now: Moment) {
        for host in self.agents.iter().filter(|(_, agent)| !agent.down).map(|(host, _)| *host) {
            self.silent_since(host, now);
        }
    }

    fn silent_since(&self, host: HostId, at: Moment) {
        if let Some(cell) = self.engine.fleet().by_id(host) {
            Arc::make_mut(&mut cell.lock().host).liveness.last_seen_at = Some(at);
        }
    }

    /// `changed`: with the event of a change.
    fn check_in(&self, host: HostId, now: Moment, changed: Option<&PastAlert>) -> CheckIn {
        let agent = &self.agents[&host];
        let services = agent.services.iter().map(|(name, failed)| ObservedService {
            name: name.clone(),
            kind: PROCESS,
            monitor: MONITORED,
            status: if *failed { FAILED } else { 0 },
            status_hint: 0,
            collected_us: now.0 * 1_000,
        });
        let event = changed.and_then(|alert| match &alert.subject {
            Subject::Service(service) => Some(ObservedEvent {
                // Two changes of one service may have come at one instant; the agent's clock told them apart.
                collected_us: now.0 * 1_000 + alert.id.0 % 1_000,
                service: service.clone(),
                id: FAILED,
                state: 2,
                action: 1,
                message: alert.message.clone(),
                is_new: true,
            }),
            Subject::Host => None,
        });
        let seen = Observation {
            incarnation: 1,
            host_name: agent.name.clone(),
            poll: POLL,
            start_delay: Span::ZERO,
            shares_bits: false,
            services: services.collect(),
            event,
        };
        CheckIn {
            host: Some(host),
            agent_id: agent.id.clone(),
            seen,
            agent_version: "6.0.0".into(),
            platform: "{}".into(),
            address: Box::default(),
            account: Box::default(),
            body: Box::default(),
        }
    }
}

/// Everything that happened, in its order; of one instant in the order of N4, ends before beginnings.
fn timeline(past: &Past) -> Vec<(Moment, Happens)> {
    let mut timeline = Vec::with_capacity(past.alerts.len() * 2);
    for (at, alert) in past.alerts.iter().enumerate() {
        timeline.push((alert.opened_at, Happens::Begins(at)));
        timeline
            .extend(alert.closed_at.filter(|_| alert.kind == AlertKind::Problem).map(|end| (end, Happens::Ends(at))));
        let held = alert.acknowledgement.as_ref().filter(|held| held.at < held.until);
        timeline.extend(held.map(|held| (held.at.max(alert.opened_at), Happens::Acknowledged(at))));
    }
    timeline.sort();
    timeline
}

/// The notifications that were committed, each with the real alert that it would have been of.
async fn taken_down(past: &Past, store: &Store) -> Result<Vec<Sent>, Failure> {
    let limit = i64::try_from(MAX_SENT).unwrap_or(i64::MAX);
    let rows = week::played(&store.readers, limit).await.map_err(Fault::from)?;
    if rows.len() == MAX_SENT {
        return Err(Failure(format!(
            "it would have sent more than {MAX_SENT} notifications in seven days; lengthen the intervals"
        )));
    }
    let sent = rows.into_iter().filter_map(|row| {
        let is_it = |alert: &&PastAlert| {
            let service = match &alert.subject {
                Subject::Host => None,
                Subject::Service(name) => Some(&**name),
            };
            let kind = if row.alert_kind == "change" { AlertKind::Change } else { AlertKind::Problem };
            (alert.host.0, service, alert.kind) == (row.host_id, row.service.as_deref(), kind)
        };
        let apart = |alert: &&PastAlert| (alert.opened_at.0 - row.opened_at_ms).abs();
        let real = past.alerts.iter().filter(is_it).min_by_key(apart).filter(|alert| apart(alert) <= SAME.0)?;
        let (alert, receiver) = (real.id, tocsin_policy::ReceiverId(row.receiver_id));
        real.asked.then_some(Sent { alert, receiver, kind: kind_of(&row.kind)?, at: Moment(row.at_ms) })
    });
    Ok(sent.collect())
}

//! The stage: an engine over a database in memory, by a clock that is set by hand, with everything laid down that the
//! file declares. No connector runs here; receivers are rows that nobody delivers to.

use std::sync::Arc;

use tocsin_policy::{
    Admission, DowntimeId, DowntimeSchedule, GroupId, HostId, Moment, ReceiverId, Scope, Span, Subject, Target,
};

use super::instant::{Action, Instant, edit_groups, operator};
use super::scene::{Aim, HostNo, PolicySpec, Scene, Schedule, What};
use super::world::{World, agent_id};
use crate::clock::Clock;
use crate::engine::work::Running;
use crate::engine::{Engine, Shared, UseCase, Work};
use crate::fault::Fault;
use crate::ids::Ids;
use crate::metrics::Metrics;
use crate::secret::{KEY_BYTES, Keys};
use crate::store::receiver::ReceiverRow;
use crate::store::{self, Store};
use crate::usecase::downtime::SaveDowntime;
use crate::usecase::group::SaveGroup;
use crate::usecase::host::Admit;
use crate::usecase::policy::{RuleForm, SaveUrgency, SayForm};

/// The engine has been running for this long, beyond the patience with hosts, when the timeline begins.
const LEAD: Span = Span::hours(24);

/// The engine and the ids of what the file declares.
pub struct Stage {
    pub clock: Clock,
    pub store: Arc<Store>,
    ids: Arc<Ids>,
    keys: Arc<Keys>,
    metrics: Arc<Metrics>,
    /// None while it is stopped.
    engine: Option<Engine>,
    pub hosts: Vec<HostId>,
    pub groups: Vec<GroupId>,
    pub receivers: Vec<ReceiverId>,
    pub downtimes: Vec<DowntimeId>,
}

impl Stage {
    /// Sets up everything long before the start, with every host seen.
    ///
    /// # Errors
    /// When a use case refuses what the file lays down, or memory fails.
    pub async fn set_up(scene: &Scene, world: &World) -> Result<Stage, Fault> {
        let patience = scene.poll.0 * i64::from(scene.missed);
        let clock = Clock::manual(world.newest_cycle(scene.start - Span(patience) - LEAD));
        let store = Store::memory().await.map_err(|error| Fault::Internal(error.to_string()))?;
        let mut stage = Stage {
            ids: Arc::new(Ids::new(clock.clone(), 0)),
            clock,
            store: Arc::new(store),
            keys: Arc::new(Keys::new(&[0; KEY_BYTES])),
            metrics: Arc::new(Metrics::new()),
            engine: None,
            hosts: Vec::new(),
            groups: Vec::new(),
            receivers: Vec::new(),
            downtimes: Vec::new(),
        };
        stage.start_engine().await?;
        let ground = Ground::of(scene);
        (stage.groups, stage.receivers) = stage.engine()?.run(ground).await?;
        stage.bring_hosts(scene, world).await?;
        for policy in &scene.policies {
            let action = stage.policy(scene, policy);
            stage.lay_down(policy.line, action).await?;
        }
        for number in 0..scene.downtimes.len() {
            stage.plan(scene, number).await?;
        }
        Ok(stage)
    }

    /// The engine, while it runs.
    ///
    /// # Errors
    /// When it is stopped.
    pub fn engine(&self) -> Result<&Engine, Fault> {
        self.engine.as_ref().ok_or(Fault::ShuttingDown)
    }

    pub fn runs(&self) -> bool {
        self.engine.is_some()
    }

    /// A new process on the same database.
    pub async fn start_engine(&mut self) -> Result<(), Fault> {
        let (store, ids) = (self.store.clone(), self.ids.clone());
        let (keys, metrics) = (self.keys.clone(), self.metrics.clone());
        let shared = Shared::new(store, self.clock.clone(), ids, keys, metrics, ("", false));
        self.engine = Some(Engine::start(Arc::new(shared)).await?.0);
        Ok(())
    }

    /// Killed: what was committed is in the database, everything else is gone.
    pub fn stop_engine(&mut self) {
        self.engine = None;
    }

    async fn bring_hosts(&mut self, scene: &Scene, world: &World) -> Result<(), Fault> {
        let now = self.clock.now();
        let check_ins = (0..scene.hosts.len()).map(|host| world.check_in(host, None, now)).collect();
        self.engine()?.run(Instant { actions: Vec::new(), check_ins }).await?;
        for (host, spec) in scene.hosts.iter().enumerate() {
            let cell = self.engine()?.fleet().by_agent(&agent_id(host));
            let id = cell.map(|cell| cell.id).ok_or_else(|| Fault::Internal("a host has not come".to_owned()))?;
            self.hosts.push(id);
            let groups = spec.groups.iter().map(|group| self.groups[*group]).collect();
            self.engine()?.run(Admit { actor: operator(), host: id, admission: Admission::Approved }).await?;
            self.engine()?.run(edit_groups(id, groups)).await?;
        }
        Ok(())
    }

    async fn lay_down(&self, line: usize, action: Action) -> Result<(), Fault> {
        let refused = self.engine()?.run(Instant { actions: vec![(line, action)], check_ins: Vec::new() }).await?;
        match refused.first() {
            Some(refused) => Err(Fault::invalid(format!("line {}: {}", refused.line, refused.sentence))),
            None => Ok(()),
        }
    }

    async fn plan(&mut self, scene: &Scene, number: usize) -> Result<(), Fault> {
        let spec = &scene.downtimes[number];
        let title = format!("{}: {}", number + 1, spec.words);
        let schedule = match &spec.schedule {
            Schedule::Once { from, to } => {
                DowntimeSchedule::Once { start: scene.start + *from, end: scene.start + *to }
            }
            Schedule::Recurring(schedule) => schedule.clone(),
        };
        let scope = self.scope(scene, spec.aim);
        let id = self.engine()?.run(SaveDowntime { actor: operator(), title, scope, schedule }).await?;
        self.downtimes.push(id);
        Ok(())
    }

    fn scope(&self, scene: &Scene, aim: Aim) -> Scope {
        match aim {
            Aim::All => Scope::All,
            Aim::Group(group) => Scope::Group(self.groups[group]),
            Aim::Host(host) => Scope::Host(self.hosts[host]),
            Aim::Service(host, service) => {
                let service = scene.hosts[host].services[service].name.as_str().into();
                Scope::Service { host: self.hosts[host], service }
            }
        }
    }

    fn target(&self, scene: &Scene, aim: Aim) -> Target {
        match self.scope(scene, aim) {
            Scope::All => Target::Default,
            Scope::Group(group) => Target::Group(group),
            Scope::Host(host) => Target::Host(host),
            Scope::Service { host, service } => Target::Service { host, service },
        }
    }

    fn policy(&self, scene: &Scene, policy: &PolicySpec) -> Action {
        let form = |rule: &super::scene::RuleSpec| RuleForm {
            id: None,
            receivers: rule.receivers.iter().map(|receiver| self.receivers[*receiver]).collect(),
            every: rule.every,
            after: rule.after,
            recovery: rule.recovery,
            changes: true,
            active: rule.active.clone(),
        };
        let say = match &policy.rules {
            None => SayForm::Mute,
            Some(rules) => SayForm::Rules(rules.iter().map(form).collect()),
        };
        Action::SavePolicy { target: self.target(scene, policy.aim), enabled: policy.enabled, say }
    }

    /// What an operator does, with the ids of this stage; `None` for what happens in the world or to the engine.
    pub fn action(&self, scene: &Scene, what: &What) -> Option<Action> {
        let subject = |host: HostNo, service: Option<usize>| match service {
            Some(service) => Subject::Service(scene.hosts[host].services[service].name.as_str().into()),
            None => Subject::Host,
        };
        Some(match what {
            What::Acknowledge { host, service, until } => {
                Action::Acknowledge { host: self.hosts[*host], subject: subject(*host, *service), until: *until }
            }
            What::Unacknowledge { host, service } => {
                Action::Unacknowledge { host: self.hosts[*host], subject: subject(*host, *service) }
            }
            What::Silence { host, length } => Action::Silence { host: self.hosts[*host], length: length.clone() },
            What::Unsilence(host) => Action::Unsilence { host: self.hosts[*host] },
            What::CancelDowntime(number) => Action::EndDowntime(self.downtimes[*number]),
            What::Policy(policy) => self.policy(scene, policy),
            What::DeletePolicy(aim) => Action::DeletePolicy(self.target(scene, *aim)),
            What::Urgency(level, interval) => Action::SaveUrgency(*level, *interval),
            What::Join { host, group } => Action::Join { host: self.hosts[*host], group: self.groups[*group] },
            What::Leave { host, group } => Action::Leave { host: self.hosts[*host], group: self.groups[*group] },
            What::Fail { .. } | What::Fine { .. } | What::Last(_) | What::Back(_) => return None,
            What::EngineStops | What::EngineStarts => return None,
        })
    }
}

/// What is there before any host: groups, urgencies, the cycles that may be missed, receivers.
struct Ground {
    groups: Vec<(String, i32)>,
    urgencies: Vec<(u8, Span)>,
    missed: u32,
    receivers: Vec<String>,
}

impl Ground {
    fn of(scene: &Scene) -> Ground {
        Ground {
            groups: scene.groups.iter().map(|group| (group.name.clone(), group.priority)).collect(),
            urgencies: scene.urgencies.clone(),
            missed: scene.missed,
            receivers: scene.receivers.clone(),
        }
    }
}

impl UseCase for Ground {
    type Output = (Vec<GroupId>, Vec<ReceiverId>);

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, Self::Output> {
        Box::pin(async move {
            let (mut groups, mut receivers) = (Vec::new(), Vec::new());
            for (name, priority) in &self.groups {
                let save = SaveGroup { actor: operator(), id: None, name: name.clone(), priority: *priority };
                groups.push(save.run(work).await?);
            }
            for (level, interval) in &self.urgencies {
                SaveUrgency { actor: operator(), level: *level, interval: *interval }.run(work).await?;
            }
            let missed = self.missed.to_string();
            store::instance::set(&mut work.tx, store::book::MISSED_CYCLES, &missed).await?;
            for name in &self.receivers {
                let id = work.ids.next();
                let row = receiver(id, name, work.now);
                store::receiver::save(&mut work.tx, &row).await?;
                receivers.push(ReceiverId(id));
            }
            work.edit_book();
            Ok((groups, receivers))
        })
    }
}

fn receiver(id: i64, name: &str, now: Moment) -> ReceiverRow {
    ReceiverRow {
        id,
        name: name.to_owned(),
        connector: "rehearsal".to_owned(),
        settings: Vec::new(),
        private_network: false,
        enabled: true,
        broken_at_ms: None,
        broken_reason: None,
        created_at_ms: now.0,
        version: 1,
    }
}

//! What comes in from outside, as the use cases of the server: what operators do, and the check-ins of agents.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tocsin::actor::Actor;
use tocsin::engine::work::Running;
use tocsin::engine::{UseCase, Work};
use tocsin::fault::Fault;
use tocsin::store;
use tocsin::usecase::acknowledge::{Acknowledge, Unacknowledge, Until};
use tocsin::usecase::check_in::CheckIn;
use tocsin::usecase::downtime::{EndDowntime, SaveDowntime};
use tocsin::usecase::group::SaveGroup;
use tocsin::usecase::host::EditHost;
use tocsin::usecase::policy::{DeletePolicy, RuleForm, SavePolicy, SaveUrgency, SayForm};
use tocsin::usecase::silence::{EndSilences, SilenceHost};
use tocsin_policy::{
    AlertId, AlertKind, DowntimeId, DowntimeSchedule, GroupId, HostId, ReceiverId, RuleId, Scope, Subject, Target,
};

use super::plan::{Aim, Deed, HostNo, RuleSpec, ServiceNo, World};
use super::windows::When;

/// The ids of what the plan numbers.
pub struct Names {
    pub world: World,
    pub hosts: Vec<HostId>,
    pub groups: Vec<GroupId>,
    pub receivers: Vec<ReceiverId>,
    learnt: Mutex<Learnt>,
}

/// What got its id only when it was saved. An id that was learnt in a transaction that was undone names nothing, and the
/// use cases take it for nothing.
#[derive(Default)]
struct Learnt {
    rules: BTreeMap<u32, RuleId>,
    downtimes: BTreeMap<usize, DowntimeId>,
}

/// One input, to be run in one transaction with all others of its instant.
pub enum Incoming {
    Deed(Deed, Arc<Names>),
    CheckIn(Box<CheckIn>),
}

impl UseCase for Incoming {
    type Output = ();

    fn host(&self) -> Option<HostId> {
        match self {
            Incoming::CheckIn(check_in) => check_in.host,
            Incoming::Deed(deed, names) => match deed {
                Deed::Silence(host, _) | Deed::Unsilence(host) | Deed::Missed(host, _) => Some(names.hosts[*host]),
                Deed::Join(host, _) | Deed::Leave(host, _) => Some(names.hosts[*host]),
                _ => None,
            },
        }
    }

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            match self {
                Incoming::CheckIn(check_in) => check_in.run(work).await.map(drop),
                Incoming::Deed(deed, names) => names.perform(work, deed).await,
            }
        })
    }
}

/// Whoever does all this.
pub fn operator() -> Actor {
    Actor::system("the operator")
}

impl Names {
    pub fn new(world: World, hosts: Vec<HostId>, groups: Vec<GroupId>, receivers: Vec<ReceiverId>) -> Names {
        Names { world, hosts, groups, receivers, learnt: Mutex::default() }
    }

    async fn perform(&self, work: &mut Work, deed: &Deed) -> Result<(), Fault> {
        let actor = operator();
        match deed {
            Deed::Policy { aim, enabled, rules } => self.save_policy(work, *aim, *enabled, rules.as_deref()).await,
            Deed::DeletePolicy(aim) => DeletePolicy { actor, target: self.target(*aim) }.run(work).await,
            Deed::Urgency(level, interval) => SaveUrgency { actor, level: *level, interval: *interval }.run(work).await,
            Deed::Priority(group, priority) => {
                let (id, name) = (Some(self.groups[*group]), self.world.groups[*group].0.clone());
                SaveGroup { actor, id, name, priority: *priority }.run(work).await.map(drop)
            }
            Deed::Join(host, group) => self.edit_host(work, *host, |edit| edit.groups.push(self.groups[*group])).await,
            Deed::Leave(host, group) => {
                self.edit_host(work, *host, |edit| edit.groups.retain(|id| *id != self.groups[*group])).await
            }
            Deed::Missed(host, cycles) => self.edit_host(work, *host, |edit| edit.missed_cycles = *cycles).await,
            Deed::Acknowledge(host, service, length) => {
                let alert = self.open_alert(work, *host, *service).await?;
                let until = length.map_or(Until::Recovery, Until::For);
                Acknowledge { actor, alert, until, note: String::new() }.run(work).await
            }
            Deed::Unacknowledge(host, service) => {
                let alert = self.open_alert(work, *host, *service).await?;
                Unacknowledge { actor, alert }.run(work).await
            }
            Deed::Silence(host, length) => {
                let (host, length) = (self.hosts[*host], length.exactly());
                SilenceHost { actor, host, length, note: String::new() }.run(work).await.map(drop)
            }
            Deed::Unsilence(host) => EndSilences { actor, host: self.hosts[*host] }.run(work).await,
            Deed::Downtime(number, aim, when) => {
                let (title, scope, schedule) = (number.to_string(), self.scope(*aim), self.schedule(when));
                let id = SaveDowntime { actor, title, scope, schedule }.run(work).await?;
                self.learn(|learnt| learnt.downtimes.insert(*number, id));
                Ok(())
            }
            Deed::CancelDowntime(number) => {
                let id = self.learn(|learnt| learnt.downtimes.get(number).copied());
                let id = id.ok_or_else(|| Fault::not_found("it was never planned"))?;
                EndDowntime { actor, id }.run(work).await
            }
        }
    }

    async fn save_policy(
        &self,
        work: &mut Work,
        aim: Aim,
        enabled: bool,
        rules: Option<&[RuleSpec]>,
    ) -> Result<(), Fault> {
        let form = |rule: &RuleSpec| RuleForm {
            id: self.learn(|learnt| learnt.rules.get(&rule.key).copied()),
            receivers: rule.receivers.iter().map(|receiver| self.receivers[*receiver]).collect(),
            every: rule.every,
            after: rule.after,
            recovery: rule.recovery,
            changes: rule.changes,
            active: rule.active.as_ref().map(|hours| hours.to_string().parse().expect("hours")),
        };
        let say = rules.map_or(SayForm::Mute, |rules| SayForm::Rules(rules.iter().map(form).collect()));
        let save =
            SavePolicy { actor: operator(), target: self.target(aim), enabled, say, recognize: false, version: None };
        save.run(work).await?;
        let target = self.target(aim);
        let book = store::book::load(&mut work.tx).await?;
        if let Some(tocsin_policy::Say::Rules(saved)) = book.policies.get(&target).map(|policy| &policy.say) {
            let keys = rules.unwrap_or_default().iter().map(|rule| rule.key);
            self.learn(|learnt| learnt.rules.extend(keys.zip(saved.iter().map(|rule| rule.id))));
        }
        Ok(())
    }

    fn learn<T>(&self, with: impl FnOnce(&mut Learnt) -> T) -> T {
        with(&mut self.learnt.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A form shows what is there, and the operator changes one thing.
    async fn edit_host(&self, work: &mut Work, host: HostNo, change: impl FnOnce(&mut EditHost)) -> Result<(), Fault> {
        let id = self.hosts[host];
        let shown = &work.draft(id).await?.host;
        let (groups, missed_cycles) = (shown.groups.clone(), shown.liveness.missed_cycles);
        let (region, environment, labels) = (String::new(), String::new(), Vec::new());
        let mut edit = EditHost { actor: operator(), host: id, region, environment, labels, groups, missed_cycles };
        change(&mut edit);
        edit.run(work).await
    }

    async fn open_alert(&self, work: &mut Work, host: HostNo, service: Option<ServiceNo>) -> Result<AlertId, Fault> {
        let subject = match service {
            Some(service) => Subject::Service(self.service(host, service)),
            None => Subject::Host,
        };
        let open = &work.draft(self.hosts[host]).await?.host.alerts;
        let its = open.iter().find(|alert| alert.kind == AlertKind::Problem && alert.subject == subject);
        its.map(|alert| alert.id).ok_or_else(|| Fault::not_found("it has no open alert"))
    }

    fn service(&self, host: HostNo, service: ServiceNo) -> Box<str> {
        self.world.hosts[host].services[service].name.as_str().into()
    }

    fn scope(&self, aim: Aim) -> Scope {
        match aim {
            Aim::All => Scope::All,
            Aim::Group(group) => Scope::Group(self.groups[group]),
            Aim::Host(host) => Scope::Host(self.hosts[host]),
            Aim::Service(host, service) => {
                Scope::Service { host: self.hosts[host], service: self.service(host, service) }
            }
        }
    }

    fn target(&self, aim: Aim) -> Target {
        match self.scope(aim) {
            Scope::All => Target::Default,
            Scope::Group(group) => Target::Group(group),
            Scope::Host(host) => Target::Host(host),
            Scope::Service { host, service } => Target::Service { host, service },
        }
    }

    fn schedule(&self, when: &When) -> DowntimeSchedule {
        match when {
            When::Once(from, to) => {
                DowntimeSchedule::Once { start: self.world.start + *from, end: self.world.start + *to }
            }
            When::Again(window) => DowntimeSchedule::read(&window.to_string()).expect("a schedule"),
        }
    }
}

//! Turns what the engine has committed into lines: numbers become names, and reasons become sentences, while the book
//! under which they were decided is still there.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Value, json};
use tocsin_policy::{
    Book, GroupId, HostId, Moment, Names, PolicyId, Reason, ReceiverId, Say, Subject, Suppressor, Target, decide_policy,
};

use super::Failure;
use super::scene::Scene;
use super::script::{Line, Wanted};
use super::stage::Stage;
use super::time;
use crate::engine::Engine;
use crate::store::outbox::kind_of;
use crate::store::rehearse::{CommittedRow, HeldBackRow};

/// Knows all names, also of what has been deleted meanwhile.
pub struct Teller {
    pub wanted: Wanted,
    /// The newest rows that were told.
    pub last_committed: i64,
    pub last_held: i64,
    start: Moment,
    book: Arc<Book>,
    hosts: HashMap<i64, String>,
    groups: HashMap<GroupId, String>,
    receivers: HashMap<i64, String>,
    /// As they stand in a line: `default`, `group:web`, `host:web1`, `service:web1/nginx`.
    policies: HashMap<PolicyId, String>,
    /// The policy and the number of the rule in it: `default/1`.
    rules: HashMap<i64, String>,
}

impl Teller {
    pub fn new(scene: &Scene, stage: &Stage, wanted: Wanted) -> Teller {
        let hosts = stage.hosts.iter().zip(&scene.hosts).map(|(id, host)| (id.0, host.name.clone()));
        let groups = stage.groups.iter().zip(&scene.groups).map(|(id, group)| (*id, group.name.clone()));
        let receivers = stage.receivers.iter().zip(&scene.receivers).map(|(id, name)| (id.0, name.clone()));
        Teller {
            wanted,
            last_committed: 0,
            last_held: 0,
            start: scene.start,
            book: Arc::default(),
            hosts: hosts.collect(),
            groups: groups.collect(),
            receivers: receivers.collect(),
            policies: HashMap::new(),
            rules: HashMap::new(),
        }
    }

    /// The lines of what was committed and held back since the last time.
    ///
    /// # Errors
    /// When a reason cannot be read back, which would be a fault of ours.
    pub fn tell(
        &mut self,
        engine: &Engine,
        committed: Vec<CommittedRow>,
        held: Vec<HeldBackRow>,
    ) -> Result<Vec<Line>, Failure> {
        self.learn(engine.book());
        let mut lines = Vec::with_capacity(committed.len() + held.len());
        for row in committed {
            self.last_committed = self.last_committed.max(row.id);
            let reason = reason(&row.reason)?;
            let who = self.receivers.get(&row.receiver_id).cloned().unwrap_or_default();
            let mark = kind_of(&row.kind).map_or('?', |kind| kind.letter());
            let detail = self.wanted.json.then(|| {
                let about = (row.host_id, row.service.as_deref(), row.rule_id);
                let mut detail = self.detail(engine, about, row.at_ms, &reason);
                detail["urgency"] = json!(row.urgency);
                Box::new(detail)
            });
            let subject = self.subject(row.host_id, row.service.as_deref());
            let at = Moment(row.at_ms) - self.start;
            lines.push(Line { at, mark, subject, who, reason: reason.sentence(self), detail });
        }
        for row in held {
            self.last_held = self.last_held.max(row.id);
            let reason = reason(&row.reason)?;
            let detail = self.wanted.json.then(|| {
                let about = (row.host_id, row.service.as_deref(), row.rule_id);
                let mut detail = self.detail(engine, about, row.at_ms, &reason);
                detail["due"] = json!(self.moment(Moment(row.due_at_ms)));
                Box::new(detail)
            });
            let who = self.rule_of(row.rule_id, &reason);
            let subject = self.subject(row.host_id, row.service.as_deref());
            let at = Moment(row.at_ms) - self.start;
            lines.push(Line { at, mark: '-', subject, who, reason: reason.sentence(self), detail });
        }
        Ok(lines)
    }

    /// Learns the names in a new book.
    fn learn(&mut self, book: Arc<Book>) {
        if Arc::ptr_eq(&book, &self.book) {
            return;
        }
        for policy in book.policies.values() {
            let name = self.target(&policy.target);
            if let Say::Rules(rules) = &policy.say {
                let numbered = rules.iter().zip(1..).map(|(rule, number): (_, usize)| (rule.id.0, number));
                self.rules.extend(numbered.map(|(rule, number)| (rule, format!("{name}/{number}"))));
            }
            self.policies.insert(policy.id, name);
        }
        self.book = book;
    }

    fn target(&self, target: &Target) -> String {
        let host = |id: &HostId| self.hosts.get(&id.0).cloned().unwrap_or_default();
        match target {
            Target::Default => "default".to_owned(),
            Target::Group(id) => format!("group:{}", self.group(*id)),
            Target::Host(id) => format!("host:{}", host(id)),
            Target::Service { host: id, service } => format!("service:{}/{service}", host(id)),
        }
    }

    fn subject(&self, host: i64, service: Option<&str>) -> String {
        let host = self.hosts.get(&host).cloned().unwrap_or_default();
        service.map_or(host.clone(), |service| format!("{host}/{service}"))
    }

    /// The rule that was due; where no rule was asked, the policy that says so, or nothing.
    fn rule_of(&self, rule: Option<i64>, reason: &Reason) -> String {
        let policy = match reason {
            Reason::Muted { policy, .. } => self.policies.get(policy),
            _ => None,
        };
        rule.and_then(|rule| self.rules.get(&rule)).or(policy).cloned().unwrap_or_else(|| "-".to_owned())
    }

    /// The whole chain of reasons, about a host and maybe its service and the rule that was due.
    fn detail(&self, engine: &Engine, about: (i64, Option<&str>, Option<i64>), at: i64, reason: &Reason) -> Value {
        let (host, service, rule) = about;
        let rule = rule.and_then(|rule| self.rules.get(&rule));
        let because = serde_json::to_value(reason).unwrap_or_default()["because"].clone();
        let policy = match reason {
            Reason::FirstNotice { policy, .. }
            | Reason::IntervalPassed { policy, .. }
            | Reason::Released { policy, .. }
            | Reason::Overdue { policy, .. }
            | Reason::Muted { policy, .. } => self.policies.get(policy),
            _ => None,
        };
        // What was held back names what held it; its policy is that of the rule.
        let policy = policy.map(String::as_str).or_else(|| Some(rule?.rsplit_once('/')?.0));
        let subject = service.map_or(Subject::Host, |service| Subject::Service(service.into()));
        let tiers = engine.fleet().by_id(HostId(host)).map(|cell| {
            let host = cell.host();
            let rungs = decide_policy(&self.book, host.facts(), &subject).rungs;
            rungs
                .iter()
                .map(|rung| {
                    let (target, standing) = (self.target(&rung.target), rung.standing.sentence(self));
                    json!({ "tier": rung.tier, "target": target, "standing": standing })
                })
                .collect::<Vec<_>>()
        });
        let suppressor = match reason {
            Reason::Suppressed { by } => Some(self.suppressor(by)),
            _ => None,
        };
        let time = jiff::Timestamp::from_millisecond(at).map(|time| time.to_string()).unwrap_or_default();
        let tier = policy.and_then(|name| name.split(':').next().map(str::to_owned));
        json!({
            "time": time, "because": because, "tier": tier, "policy": policy, "rule": rule, "suppressor": suppressor, "tiers": tiers,
        })
    }

    fn suppressor(&self, by: &Suppressor) -> Value {
        let mut value = serde_json::to_value(by).unwrap_or_default();
        if let Some(fields) = value.as_object_mut() {
            fields.remove("id");
            for key in ["until", "since"] {
                if let Some(at) = fields.get(key).and_then(Value::as_i64) {
                    let at = Moment(at);
                    fields.insert(key.to_owned(), if at >= Moment::FAR { Value::Null } else { self.moment(at).into() });
                }
            }
        }
        value
    }
}

fn reason(text: &str) -> Result<Reason, Failure> {
    serde_json::from_str(text).map_err(|error| Failure(format!("a reason cannot be read back: {error}")))
}

impl Names for Teller {
    fn receiver(&self, id: ReceiverId) -> String {
        self.receivers.get(&id.0).cloned().unwrap_or_default()
    }

    fn policy(&self, id: PolicyId) -> String {
        match self.policies.get(&id).and_then(|name| name.split_once(':')) {
            Some((tier, name)) => format!("the policy of {tier} {name}"),
            None => "the default policy".to_owned(),
        }
    }

    fn group(&self, id: GroupId) -> String {
        self.groups.get(&id).cloned().unwrap_or_default()
    }

    fn moment(&self, at: Moment) -> String {
        time::write(at - self.start)
    }
}

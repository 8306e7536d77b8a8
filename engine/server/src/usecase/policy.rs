//! Policies: what each of the four tiers says, and how often an urgency repeats.

mod check;
mod recognize;
mod urgency;

use std::collections::BTreeSet;

use tocsin_policy::{ActiveHours, Every, PolicyId, ReceiverId, RuleId, Span, Target};

pub use check::check;
pub use recognize::is_unchanged;
pub use urgency::SaveUrgency;

use crate::actor::{Actor, Area, Role};
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::Fault;
use crate::store;
use crate::store::policy::KeptRule;

/// Rules of one policy; more could not be understood by anybody who is paged.
pub const RULES: usize = 20;
/// Receivers of one rule.
pub const RECEIVERS: usize = 50;
/// The core knows no shorter one.
pub const SHORTEST_INTERVAL: Span = Span::seconds(1);
/// As long as lengths can be written: who wants no reminders at all writes years.
pub const LONGEST_INTERVAL: Span = Span::hours(24 * 3_660);
/// What has lasted for a year is no news.
pub const LONGEST_DELAY: Span = Span::hours(24 * 366);

/// What a policy says, as it comes from a form or a document.
#[derive(Clone, Debug)]
pub enum SayForm {
    Mute,
    Rules(Vec<RuleForm>),
}

/// One notification variation, as it comes from a form or a document.
#[derive(Clone, Debug)]
pub struct RuleForm {
    /// Kept over edits, so that the timers of open alerts go on (N5); `None` is a new rule, unless it is to be recognized.
    pub id: Option<RuleId>,
    pub receivers: Vec<ReceiverId>,
    pub every: Every,
    pub after: Span,
    pub recovery: bool,
    pub changes: bool,
    /// When it may speak; `None` is always.
    pub active: Option<ActiveHours>,
}

/// Makes or replaces the policy of a target. Open alerts go on under it from the commit (T7, N5).
pub struct SavePolicy {
    pub actor: Actor,
    pub target: Target,
    pub enabled: bool,
    pub say: SayForm,
    /// Whether a rule without an id may be one of before: for who writes a policy anew and knows no ids.
    pub recognize: bool,
    /// The version that the form showed, 0 where there was none; a newer one in the database is not overwritten.
    /// `None`: whatever is there.
    pub version: Option<i64>,
}

impl UseCase for SavePolicy {
    type Output = PolicyId;

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, PolicyId> {
        Box::pin(async move {
            self.actor.may(Area::Setup, Role::Admin)?;
            let errors = check(&self.say, &work.book.urgencies);
            if !errors.is_empty() {
                return Err(Fault::fields(errors));
            }
            let name = describe(work, &self.target).await?;
            let old = store::policy::kept(&mut work.tx, &self.target).await?;
            self.compare(&name, old.as_ref().map(|old| old.version))?;

            let (id, there) = match old {
                Some(old) => (old.id, old.rules),
                None => (PolicyId(work.ids.next()), Vec::new()),
            };
            let (target, enabled, mute) = (&self.target, self.enabled, matches!(self.say, SayForm::Mute));
            let new = store::policy::NewPolicy { id, target, enabled, mute, by: &self.actor.name };
            store::policy::save_policy(&mut work.tx, &new, work.now).await?;
            let said = self.save_rules(work, id, &there).await?;

            work.edit_book();
            let said = if mute { "MUTE".to_owned() } else { said };
            let detail = if enabled { said } else { format!("disabled; {said}") };
            work.audit(&self.actor, "saved", &name, &detail).await?;
            Ok(id)
        })
    }
}

impl SavePolicy {
    /// Nobody's edit is overwritten unseen: the form names the version that it showed, 0 for none.
    fn compare(&self, name: &str, stored: Option<i64>) -> Result<(), Fault> {
        let sentence = match (self.version, stored) {
            (Some(shown), Some(stored)) if shown != stored => {
                format!("{name} was changed by somebody else meanwhile; compare both and save again")
            }
            (Some(shown), None) if shown > 0 => {
                format!("{name} was deleted by somebody else meanwhile; save again to make it anew")
            }
            _ => return Ok(()),
        };
        Err(Fault::conflict(sentence))
    }

    /// Writes the rules; the answer says in short what they are, for the audit log.
    async fn save_rules(&self, work: &mut Work, policy: PolicyId, there: &[KeptRule]) -> Result<String, Fault> {
        let mut forms: Vec<RuleForm> = match &self.say {
            SayForm::Mute => Vec::new(),
            SayForm::Rules(rules) => rules.clone(),
        };
        // An id that is not this policy's is a new rule: a form cannot take over another policy's timers.
        for form in &mut forms {
            form.id = form.id.filter(|id| there.iter().any(|rule| rule.id == *id));
        }
        let retired = store::policy::retired(&mut work.tx, &self.target).await?;
        if self.recognize {
            recognize::recognize(&mut forms, there, &retired);
        }
        let kept: BTreeSet<RuleId> = forms.iter().filter_map(|form| form.id).collect();
        for gone in there.iter().filter(|rule| !kept.contains(&rule.id)) {
            store::policy::retire(&mut work.tx, &self.target, gone, work.now).await?;
            store::policy::delete_rule(&mut work.tx, gone.id).await?;
        }
        for back in retired.iter().filter(|rule| kept.contains(&rule.id)) {
            store::policy::recall(&mut work.tx, back.id).await?;
        }
        let mut said = Vec::with_capacity(forms.len());
        for (place, form) in forms.iter().enumerate() {
            let mut receivers = form.receivers.clone();
            let mut seen = BTreeSet::new();
            receivers.retain(|receiver| seen.insert(*receiver));
            let mut names = Vec::with_capacity(receivers.len());
            for receiver in &receivers {
                let there = store::receiver::get(&mut work.tx, *receiver).await?;
                let there =
                    there.ok_or_else(|| Fault::conflict("one of the receivers is gone; load the page again"))?;
                names.push(there.name);
            }
            said.push(form.in_short(&names));
            let row = store::policy::RuleRow {
                id: form.id.unwrap_or_else(|| RuleId(work.ids.next())),
                receivers: &receivers,
                every: form.every,
                after: form.after,
                recovery: form.recovery,
                changes: form.changes,
                active: form.active.as_ref(),
            };
            store::policy::save_rule(&mut work.tx, policy, place, &row).await?;
        }
        Ok(said.join("; "))
    }
}

impl RuleForm {
    /// `ops e-mail, #db-alerts every 15m after 5m`
    fn in_short(&self, receivers: &[String]) -> String {
        let every = match self.every {
            Every::Urgency(level) => format!("at urgency {level}"),
            Every::Interval(span) => format!("every {}", span.words()),
        };
        let after = if self.after > Span::ZERO { format!(" after {}", self.after.words()) } else { String::new() };
        let hours = self.active.as_ref().map(|hours| format!(", only {hours}")).unwrap_or_default();
        format!("{} {every}{after}{hours}", receivers.join(", "))
    }
}

/// Removes the policy of a target: the next tier decides.
pub struct DeletePolicy {
    pub actor: Actor,
    pub target: Target,
}

impl UseCase for DeletePolicy {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Setup, Role::Admin)?;
            let name = describe(work, &self.target).await?;
            let kept = store::policy::kept(&mut work.tx, &self.target).await?;
            for rule in kept.iter().flat_map(|kept| &kept.rules) {
                store::policy::retire(&mut work.tx, &self.target, rule, work.now).await?;
            }
            if !store::policy::delete_policy(&mut work.tx, &self.target).await? {
                return Err(Fault::not_found(format!("{name} is not there; it may have been deleted meanwhile")));
            }
            work.edit_book();
            work.audit(&self.actor, "deleted", &name, "").await
        })
    }
}

/// The name of a target for people; refused when it is not there.
async fn describe(work: &mut Work, target: &Target) -> Result<String, Fault> {
    Ok(match target {
        Target::Default => "the default policy".to_owned(),
        Target::Group(id) => match work.book.groups.get(id) {
            Some(group) => format!("the policy of host group {}", group.name),
            // A group that was made in this very transaction is not in the book yet.
            None => "the policy of a new host group".to_owned(),
        },
        Target::Host(id) => format!("the policy of host {}", work.draft(*id).await?.host.name),
        Target::Service { host, service } => {
            format!("the policy of service {service} on {}", work.draft(*host).await?.host.name)
        }
    })
}

//! Policies: what each of the four tiers says, and how often an urgency repeats.

mod recognize;
mod urgency;

use std::collections::BTreeSet;

use tocsin_policy::{ActiveHours, Every, PolicyId, ReceiverId, RuleId, Span, Target};

pub use recognize::is_unchanged;
pub use urgency::SaveUrgency;

use crate::actor::{Actor, Role};
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::{Fault, FieldError};
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
    /// The version that the form showed; a newer one in the database is not overwritten. `None`: whatever is there.
    pub version: Option<i64>,
}

impl UseCase for SavePolicy {
    type Output = PolicyId;

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, PolicyId> {
        Box::pin(async move {
            self.actor.must_be(Role::Admin)?;
            self.check(work)?;
            let name = describe(work, &self.target).await?;
            let old = store::policy::kept(&mut work.tx, &self.target).await?;
            if let (Some(shown), Some(old)) = (self.version, &old)
                && shown != old.version
            {
                let sentence = format!("{name} was changed by somebody else meanwhile; load the page again");
                return Err(Fault::conflict(sentence));
            }

            let (id, there) = match old {
                Some(old) => (old.id, old.rules),
                None => (PolicyId(work.ids.next()), Vec::new()),
            };
            let mute = matches!(self.say, SayForm::Mute);
            store::policy::save_policy(&mut work.tx, id, &self.target, self.enabled, mute, work.now).await?;
            self.save_rules(work, id, &there).await?;

            work.edit_book();
            work.audit(&self.actor, "saved", &name, if mute { "MUTE" } else { "" }).await?;
            Ok(id)
        })
    }
}

impl SavePolicy {
    fn check(&self, work: &Work) -> Result<(), Fault> {
        let SayForm::Rules(rules) = &self.say else { return Ok(()) };
        let mut errors = Vec::new();
        let mut wrong = |field: String, message: String| errors.push(FieldError { field, message });
        if rules.is_empty() || rules.len() > RULES {
            wrong("rules".to_owned(), format!("a policy has 1 to {RULES} rules; to tell nobody, choose MUTE"));
        }
        for (at, rule) in rules.iter().enumerate() {
            if rule.receivers.is_empty() || rule.receivers.len() > RECEIVERS {
                wrong(format!("rules/{at}/receivers"), format!("choose 1 to {RECEIVERS} receivers"));
            }
            match rule.every {
                Every::Urgency(level) if !work.book.urgencies.contains_key(&level) => {
                    wrong(format!("rules/{at}/every"), format!("there is no urgency {level}"));
                }
                Every::Interval(span) if span < SHORTEST_INTERVAL || span > LONGEST_INTERVAL => {
                    let (least, most) = (SHORTEST_INTERVAL.words(), LONGEST_INTERVAL.words());
                    wrong(format!("rules/{at}/every"), format!("an interval from {least} to {most}"));
                }
                _ => {}
            }
            if rule.after < Span::ZERO || rule.after > LONGEST_DELAY {
                wrong(format!("rules/{at}/after"), format!("a delay of at most {}", LONGEST_DELAY.words()));
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(Fault::fields(errors)) }
    }

    async fn save_rules(&self, work: &mut Work, policy: PolicyId, there: &[KeptRule]) -> Result<(), Fault> {
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
        for (place, form) in forms.iter().enumerate() {
            let mut receivers = form.receivers.clone();
            let mut seen = BTreeSet::new();
            receivers.retain(|receiver| seen.insert(*receiver));
            for receiver in &receivers {
                if store::receiver::get(&mut work.tx, *receiver).await?.is_none() {
                    return Err(Fault::conflict("one of the receivers is gone; load the page again"));
                }
            }
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
        Ok(())
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
            self.actor.must_be(Role::Admin)?;
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

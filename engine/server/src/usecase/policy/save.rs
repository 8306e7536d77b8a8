//! A policy is made or replaced, with its rules.

use std::collections::BTreeSet;

use tocsin_policy::{PolicyId, RuleId, Target};

use super::form::{RuleForm, SayForm};
use super::{check, describe, recognize};
use crate::actor::{Actor, Area, Role};
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::Fault;
use crate::store;
use crate::store::policy::KeptRule;

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

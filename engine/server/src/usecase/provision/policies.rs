//! Policies of all four tiers.

use tocsin_policy::Target;

use super::Run;
use crate::fault::Fault;
use crate::provision::plan::{Aim, Policy, Say};
use crate::store;
use crate::store::policy::Kept;
use crate::usecase::policy::{RuleForm, SavePolicy, SayForm, is_unchanged};

impl Run<'_> {
    /// The default policy and those of groups.
    pub(super) async fn shared_policies(&mut self) -> Result<(), Fault> {
        for policy in &self.plan.policies {
            let target = match &policy.aim {
                Aim::All => Some(Target::Default),
                Aim::Group(group) => self.group_id(group).await?.map(Target::Group),
                Aim::Hosts(_) | Aim::Service(..) => {
                    // Its hosts may not be known yet, but its receivers must be.
                    self.form(policy).await?;
                    None
                }
            };
            if let Some(target) = target {
                self.policy(policy, target).await?;
            }
        }
        Ok(())
    }

    pub(super) async fn policy(&mut self, policy: &Policy, target: Target) -> Result<(), Fault> {
        let kept = store::policy::kept(&mut self.work.tx, &target).await?;
        let Some(say) = self.form(policy).await? else { return Ok(()) };
        if kept.is_some_and(|kept| same(&kept, policy.enabled, &say)) {
            return Ok(());
        }
        let (actor, enabled) = (self.actor.clone(), policy.enabled);
        self.run(&policy.at, SavePolicy { actor, target, enabled, say, recognize: true, version: None }).await?;
        Ok(())
    }

    /// With ids for names; `None` if a receiver is unknown, which is reported.
    async fn form(&mut self, policy: &Policy) -> Result<Option<SayForm>, Fault> {
        let Say::Rules(rules) = &policy.say else { return Ok(Some(SayForm::Mute)) };
        let (mut forms, mut complete) = (Vec::new(), true);
        for rule in rules {
            let mut receivers = Vec::new();
            for name in &rule.receivers {
                match self.receiver_id(name).await? {
                    Some(id) if !receivers.contains(&id) => receivers.push(id),
                    Some(_) => {}
                    None => complete = false,
                }
            }
            let (every, after, recovery, changes) = (rule.every, rule.after, rule.recovery, rule.changes);
            let active = rule.active.clone();
            forms.push(RuleForm { id: None, receivers, every, after, recovery, changes, active });
        }
        Ok(complete.then_some(SayForm::Rules(forms)))
    }
}

/// Whether saving would change nothing.
fn same(kept: &Kept, enabled: bool, say: &SayForm) -> bool {
    let rules: &[RuleForm] = match say {
        SayForm::Mute => &[],
        SayForm::Rules(rules) => rules,
    };
    (kept.enabled, kept.mute) == (enabled, matches!(say, SayForm::Mute))
        && kept.rules.len() == rules.len()
        && kept.rules.iter().zip(rules).all(|(kept, form)| is_unchanged(form, kept))
}

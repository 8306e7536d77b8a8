//! Policies of all four tiers. A rule that still tells the same receivers keeps its id, so that the timers of open
//! alerts go on (N5).

use tocsin_policy::{RuleId, Target};

use super::Run;
use crate::fault::Fault;
use crate::provision::plan::{Aim, Policy, Say};
use crate::store::provision::{Kept, KeptRule, policy as kept_policy};
use crate::usecase::policy::{RuleForm, SavePolicy, SayForm};

impl Run<'_> {
    /// The default policy and those of groups.
    pub(super) async fn shared_policies(&mut self) -> Result<(), Fault> {
        for policy in &self.plan.policies {
            let target = match &policy.aim {
                Aim::All => Some(Target::Default),
                Aim::Group(group) => self.group_id(group).await?.map(Target::Group),
                Aim::Hosts(_) | Aim::Service(..) => {
                    // Its hosts may not be known yet, but its receivers must be.
                    self.form(policy, &[]).await?;
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
        let kept = kept_policy(&mut self.work.tx, &target).await?;
        let rules = kept.as_ref().map(|kept| kept.rules.as_slice()).unwrap_or_default();
        let Some(say) = self.form(policy, rules).await? else { return Ok(()) };
        if kept.is_some_and(|kept| same(&kept, policy.enabled, &say)) {
            return Ok(());
        }
        let (actor, enabled) = (self.actor.clone(), policy.enabled);
        self.run(&policy.at, SavePolicy { actor, target, enabled, say, version: None }).await?;
        Ok(())
    }

    /// With ids for names; `None` if a receiver is unknown, which is reported.
    async fn form(&mut self, policy: &Policy, kept: &[KeptRule]) -> Result<Option<SayForm>, Fault> {
        let Say::Rules(rules) = &policy.say else { return Ok(Some(SayForm::Mute)) };
        let (mut forms, mut complete) = (Vec::new(), true);
        let mut taken: Vec<RuleId> = Vec::new();
        for rule in rules {
            let mut receivers = Vec::new();
            for name in &rule.receivers {
                match self.receiver_id(name).await? {
                    Some(id) if !receivers.contains(&id) => receivers.push(id),
                    Some(_) => {}
                    None => complete = false,
                }
            }
            let id =
                kept.iter().find(|kept| kept.receivers == receivers && !taken.contains(&kept.id)).map(|kept| kept.id);
            taken.extend(id);
            let (every, after, recovery, changes) = (rule.every, rule.after, rule.recovery, rule.changes);
            forms.push(RuleForm { id, receivers, every, after, recovery, changes, active: None });
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
    let alike = |(kept, form): (&KeptRule, &RuleForm)| {
        Some(kept.id) == form.id
            && (kept.every, kept.after) == (form.every, form.after)
            && (kept.recovery, kept.changes) == (form.recovery, form.changes)
    };
    (kept.enabled, kept.mute) == (enabled, matches!(say, SayForm::Mute))
        && kept.rules.len() == rules.len()
        && kept.rules.iter().zip(rules).all(alike)
}

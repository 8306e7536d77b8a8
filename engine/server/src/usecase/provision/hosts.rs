//! Entries about single hosts: attributes, policies, downtimes. Several may be about one host: attributes add up, a
//! later one wins where they differ; of policies for one target the last in the file wins.

use std::collections::BTreeMap;

use tocsin_policy::{Admission, HostId, Scope, Target};

use super::Run;
use crate::fault::Fault;
use crate::provision::plan::{self, Aim, Policy};
use crate::usecase::host::{Admit, EditHost};

impl Run<'_> {
    pub(super) async fn host(&mut self, id: HostId) -> Result<(), Fault> {
        let draft = match self.work.draft(id).await {
            Ok(draft) => draft,
            // Deleted meanwhile: there is nothing to do.
            Err(Fault::Refused(_)) => return Ok(()),
            Err(other) => return Err(other),
        };
        let (name, agent_id) = (draft.host.name.to_string(), draft.host.agent_id.to_string());
        let plan = self.plan;
        let about: Vec<&plan::Host> = plan.hosts.iter().filter(|host| host.hosts.include(&name, &agent_id)).collect();
        self.attributes(id, &about).await?;

        let mut policies: BTreeMap<Option<&str>, &Policy> = BTreeMap::new();
        for policy in &plan.policies {
            match &policy.aim {
                Aim::Hosts(hosts) if hosts.include(&name, &agent_id) => policies.insert(None, policy),
                Aim::Service(hosts, service) if hosts.include(&name, &agent_id) => {
                    policies.insert(Some(service), policy)
                }
                _ => None,
            };
        }
        for (service, policy) in policies {
            let target = match service {
                Some(service) => Target::Service { host: id, service: service.into() },
                None => Target::Host(id),
            };
            self.policy(policy, target).await?;
        }
        for downtime in &plan.downtimes {
            let scope = match &downtime.aim {
                Aim::Hosts(hosts) if hosts.include(&name, &agent_id) => Scope::Host(id),
                Aim::Service(hosts, service) if hosts.include(&name, &agent_id) => {
                    Scope::Service { host: id, service: service.as_str().into() }
                }
                _ => continue,
            };
            self.downtime(downtime, scope).await?;
        }
        Ok(())
    }

    /// Admission first, so that the groups it joins find it approved.
    async fn attributes(&mut self, id: HostId, about: &[&plan::Host]) -> Result<(), Fault> {
        let Some(last) = about.last() else { return Ok(()) };
        let actor = self.actor.clone();
        let waits = self.work.draft(id).await?.host.admission == Admission::Pending;
        if waits && about.iter().any(|host| host.approve) {
            self.run(&last.at, Admit { actor: actor.clone(), host: id, admission: Admission::Approved }).await?;
        }

        let draft = self.work.draft(id).await?;
        let profile = draft.profile.clone();
        let now = EditHost {
            actor,
            host: id,
            region: profile.region.to_string(),
            environment: profile.environment.to_string(),
            labels: profile.labels.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect(),
            groups: draft.host.groups.clone(),
            missed_cycles: draft.host.liveness.missed_cycles,
        };
        let mut labels: BTreeMap<String, String> = now.labels.iter().cloned().collect();
        let (mut region, mut environment, mut groups) =
            (now.region.clone(), now.environment.clone(), now.groups.clone());
        let mut missed_cycles = now.missed_cycles;
        for host in about {
            region = host.region.clone().unwrap_or(region);
            environment = host.environment.clone().unwrap_or(environment);
            missed_cycles = host.missed_cycles.or(missed_cycles);
            labels.extend(host.labels.iter().cloned());
            for group in &host.groups {
                groups.extend(self.group_id(group).await?);
            }
        }
        groups.sort_unstable();
        groups.dedup();
        let was: BTreeMap<String, String> = now.labels.iter().cloned().collect();
        let same = (&region, &environment, &groups, missed_cycles)
            == (&now.region, &now.environment, &now.groups, now.missed_cycles)
            && labels == was;
        if !same {
            let labels = labels.into_iter().collect();
            self.run(&last.at, EditHost { region, environment, labels, groups, missed_cycles, ..now }).await?;
        }
        Ok(())
    }
}

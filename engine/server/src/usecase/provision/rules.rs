//! What decisions rest on beside policies: urgencies, settings, host groups, and who is approved without asking.

use tocsin_policy::GroupId;

use super::Run;
use crate::fault::Fault;
use crate::settings::document::Problem;
use crate::store::{self, book, instance};
use crate::usecase::group::SaveGroup;
use crate::usecase::policy::{LONGEST_INTERVAL, SaveUrgency};

impl Run<'_> {
    pub(super) async fn urgencies(&mut self) -> Result<(), Fault> {
        for urgency in &self.plan.urgencies {
            if store::provision::urgency(&mut self.work.tx, urgency.level).await? != Some(urgency.interval) {
                let (actor, level, interval) = (self.actor.clone(), urgency.level, urgency.interval);
                self.run(&urgency.at, SaveUrgency { actor, level, interval }).await?;
            }
        }
        Ok(())
    }

    pub(super) async fn settings(&mut self) -> Result<(), Fault> {
        let settings = &self.plan.settings;
        if settings.deadline_floor.is_some_and(|floor| floor > LONGEST_INTERVAL) {
            let sentence = format!("deadline_floor: at most {}", LONGEST_INTERVAL.words());
            self.problems.push(Problem::at(&settings.at, sentence));
        }
        let wanted = [
            (book::MISSED_CYCLES, settings.missed_cycles.map(|cycles| cycles.to_string())),
            (book::DEADLINE_FLOOR_MS, settings.deadline_floor.map(|floor| floor.0.to_string())),
            (book::STOP_ALERTS, settings.stop_alerts.map(|alerts| alerts.to_string())),
        ];
        for (name, value) in wanted {
            let Some(value) = value else { continue };
            if instance::get(&mut self.work.tx, name).await?.as_ref() != Some(&value) {
                instance::set(&mut self.work.tx, name, &value).await?;
                self.work.edit_book();
                self.work.audit(&self.actor, "set", name, &value).await?;
                self.changes += 1;
            }
        }
        Ok(())
    }

    pub(super) async fn groups(&mut self) -> Result<(), Fault> {
        for group in &self.plan.groups {
            let there = store::provision::group(&mut self.work.tx, &group.name).await?;
            if there.is_none_or(|(_, priority)| priority != i64::from(group.priority)) {
                let (actor, id) = (self.actor.clone(), there.map(|(id, _)| id));
                let save = SaveGroup { actor, id, name: group.name.clone(), priority: group.priority };
                self.run(&group.at, save).await?;
            }
        }
        Ok(())
    }

    /// The file's list replaces the one that is there, since its order counts.
    pub(super) async fn approvals(&mut self) -> Result<(), Fault> {
        let Some(approvals) = &self.plan.approvals else { return Ok(()) };
        let mut wanted: Vec<(String, String, Option<GroupId>)> = Vec::new();
        for rule in &approvals.rules {
            let group = match &rule.group {
                Some(group) => self.group_id(group).await?,
                None => None,
            };
            wanted.push((rule.host.clone(), rule.account.clone(), group));
        }
        if store::policy::approval_rules(&mut self.work.tx).await? == wanted {
            return Ok(());
        }
        store::provision::clear_approvals(&mut self.work.tx).await?;
        for (position, (host, account, group)) in wanted.iter().enumerate() {
            let id = self.work.ids.next();
            store::provision::add_approval(&mut self.work.tx, id, position, host, account, *group).await?;
        }
        self.work.publish(crate::engine::Topic::Book);
        let detail = format!("{} rules", wanted.len());
        self.work.audit(&self.actor, "changed", "the rules of approval", &detail).await?;
        self.changes += 1;
        Ok(())
    }
}

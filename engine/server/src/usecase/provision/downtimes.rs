//! Downtimes. A one-off with the same title, scope and start is the same one: whoever has ended it early, or moved its
//! end, is not overruled at the next start. A recurring one goes by title and scope: another schedule in the file
//! replaces it.

use tocsin_policy::{DowntimeSchedule, Scope};

use super::Run;
use crate::fault::Fault;
use crate::provision::plan::{Aim, Downtime};
use crate::usecase::downtime::{EndDowntime, SaveDowntime};

impl Run<'_> {
    /// Those for groups and for everything.
    pub(super) async fn shared_downtimes(&mut self) -> Result<(), Fault> {
        for downtime in &self.plan.downtimes {
            let scope = match &downtime.aim {
                Aim::All => Some(Scope::All),
                Aim::Group(group) => self.group_id(group).await?.map(Scope::Group),
                Aim::Hosts(_) | Aim::Service(..) => None,
            };
            if let Some(scope) = scope {
                self.downtime(downtime, scope).await?;
            }
        }
        Ok(())
    }

    pub(super) async fn downtime(&mut self, wanted: &Downtime, scope: Scope) -> Result<(), Fault> {
        // One that is over is no mistake: it stays in the file until somebody tidies up.
        if matches!(wanted.schedule, DowntimeSchedule::Once { end, .. } if end <= self.work.now) {
            return Ok(());
        }
        let book = self.work.book.clone();
        let namesakes = book.downtimes.iter().filter(|known| known.scope == scope && known.title == wanted.title);
        let mut other = None;
        for known in namesakes {
            match (&known.schedule, &wanted.schedule) {
                (DowntimeSchedule::Once { start, .. }, DowntimeSchedule::Once { start: same, .. }) if start == same => {
                    return Ok(());
                }
                (DowntimeSchedule::Once { .. }, _) | (_, DowntimeSchedule::Once { .. }) => {}
                (known, wanted) if known == wanted => return Ok(()),
                _ => other = Some(known.id),
            }
        }
        if let Some(id) = other {
            self.run(&wanted.at, EndDowntime { actor: self.actor.clone(), id }).await?;
        }
        let (actor, title) = (self.actor.clone(), wanted.title.clone());
        let save = SaveDowntime { actor, title, scope, schedule: wanted.schedule.clone() };
        self.run(&wanted.at, save).await?;
        Ok(())
    }
}

//! One-off downtimes. One with the same title, scope and start is the same one: whoever has ended it early, or moved
//! its end, is not overruled at the next start.

use tocsin_policy::{DowntimeSchedule, Scope};

use super::Run;
use crate::fault::Fault;
use crate::provision::plan::{Aim, Downtime};
use crate::usecase::downtime::SaveDowntime;

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
        let is_it = |known: &&tocsin_policy::Downtime| {
            let same_start = matches!(known.schedule, DowntimeSchedule::Once { start, .. } if start == wanted.start);
            known.scope == scope && known.title == wanted.title && same_start
        };
        // One that is over is no mistake: it stays in the file until somebody tidies up.
        if wanted.end <= self.work.now || self.work.book.downtimes.iter().any(|known| is_it(&known)) {
            return Ok(());
        }
        let (actor, title) = (self.actor.clone(), wanted.title.clone());
        let schedule = DowntimeSchedule::Once { start: wanted.start, end: wanted.end };
        let save = SaveDowntime { actor, title, scope, schedule };
        self.run(&wanted.at, save).await?;
        Ok(())
    }
}

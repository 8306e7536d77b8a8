//! The time has come for a host: its deadline has passed, a reminder is due, a suppression ends.

use tocsin_policy::{HostId, Moment};

use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::Fault;
use crate::store;

/// Decides what is due for a host now.
pub struct Wake(pub HostId);

impl UseCase for Wake {
    type Output = ();

    fn host(&self) -> Option<HostId> {
        Some(self.0)
    }

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            let result = self.look(work).await;
            // A host that was deleted meanwhile needs no look.
            if matches!(result, Err(Fault::Refused(_))) { Ok(()) } else { result }
        })
    }
}

impl Wake {
    async fn look(&self, work: &mut Work) -> Result<(), Fault> {
        // Another node may have seen the host after this one did.
        if !work.store.exclusive
            && let Some(seen) = store::host::last_seen(&mut work.tx, self.0).await?
        {
            let liveness = &mut work.draft(self.0).await?.host.liveness;
            liveness.last_seen_at = liveness.last_seen_at.max(Some(seen));
        }
        work.resolve(self.0).await
    }
}

/// Writes when hosts were last seen, many at once: what unchanged check-ins left in memory.
pub struct Flush(pub Vec<(HostId, Moment)>);

impl UseCase for Flush {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            for (id, seen_at) in &self.0 {
                store::host_write::touch(&mut work.tx, *id, *seen_at).await?;
            }
            Ok(())
        })
    }
}

//! Hosts that appear after the start: entries of the provision file that are about them are applied when they come.
//!
//! A reconciler without input: it looks at the fleet and brings what is new under the file. A signal wakes it at once,
//! the timer is the truth.

use std::collections::HashSet;
use std::time::Duration;

use tocsin_policy::HostId;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use super::{Applied, concerns};
use crate::app::App;
use crate::engine::Topic;
use crate::fault::Fault;
use crate::usecase::provision::Apply;

/// How long a signal that was missed can delay it.
const TICK: Duration = Duration::from_secs(30);
/// Hosts in one transaction.
const BATCH: usize = 64;

/// Runs until `shutdown`.
pub async fn follow(app: App, applied: Applied, shutdown: CancellationToken) {
    let mut signals = app.engine.bus().subscribe();
    let mut done: HashSet<HostId> = applied.hosts.iter().copied().collect();
    loop {
        let new = newcomers(&app, &applied, &done);
        for hosts in new.chunks(BATCH) {
            // A host that cannot be brought under the file now will be tried at the next look.
            match apply(&app, &applied, hosts).await {
                Ok(()) => done.extend(hosts),
                Err(Fault::ShuttingDown) => return,
                Err(error) => {
                    tracing::warn!(%error, hosts = hosts.len(), "the provision file was not applied to new hosts")
                }
            }
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(TICK) => {}
            () = hosts_changed(&mut signals) => {}
        }
    }
}

fn newcomers(app: &App, applied: &Applied, done: &HashSet<HostId>) -> Vec<HostId> {
    let cells = app.engine.fleet().cells();
    let new = cells.iter().filter(|cell| !done.contains(&cell.id) && concerns(&applied.plan, cell));
    new.map(|cell| cell.id).collect()
}

async fn apply(app: &App, applied: &Applied, hosts: &[HostId]) -> Result<(), Fault> {
    let apply = Apply {
        plan: applied.plan.clone(),
        file: applied.file.clone(),
        passwords: std::collections::HashMap::new(),
        connectors: app.connectors.clone(),
        whole: false,
        hosts: hosts.to_vec(),
    };
    app.engine.run(apply).await.map(drop)
}

/// Waits for a signal about hosts, or for signals that were missed.
async fn hosts_changed(signals: &mut tokio::sync::broadcast::Receiver<Topic>) {
    loop {
        match signals.recv().await {
            Ok(Topic::Hosts) | Err(RecvError::Lagged(_)) => return,
            Ok(_) => {}
            // Nobody sends any more: the timer is left.
            Err(RecvError::Closed) => return std::future::pending().await,
        }
    }
}

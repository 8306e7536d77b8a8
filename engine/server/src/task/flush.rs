//! Writes down, many at once, when hosts were last seen, and the refusals that were counted.

use std::time::Duration;

use tocsin_policy::{HostId, Moment};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::usecase::reject::Reject;
use crate::usecase::wake::Flush;

/// After a crash a host may seem unseen for so long; its deadline then starts anew anyway (L3).
const EVERY: Duration = Duration::from_secs(15);
/// Rows in one transaction, in the order of their key: neighbouring rows share pages.
const TOGETHER: usize = 500;
/// How often refusals are written.
const REFUSALS_EVERY: Duration = Duration::from_secs(2);

/// Flushes now and then, and once more at the end.
pub async fn run(app: App, token: CancellationToken) {
    let mut seen = tokio::time::interval(EVERY);
    let mut refusals = tokio::time::interval(REFUSALS_EVERY);
    loop {
        tokio::select! {
            () = token.cancelled() => break,
            _ = seen.tick() => flush_seen(&app).await,
            _ = refusals.tick() => flush_refusals(&app).await,
        }
    }
    flush_refusals(&app).await;
    flush_seen(&app).await;
}

/// Writes the last-seen moments that unchanged check-ins left in memory.
pub async fn flush_seen(app: &App) {
    let mut moved: Vec<(HostId, Moment)> = Vec::new();
    for cell in app.engine.fleet().cells() {
        let mut state = cell.lock();
        if let (true, Some(seen_at)) = (std::mem::take(&mut state.dirty), state.host.liveness.last_seen_at) {
            moved.push((cell.id, seen_at));
        }
    }
    moved.sort_unstable_by_key(|(id, _)| *id);
    for group in moved.chunks(TOGETHER) {
        if let Err(error) = app.engine.run(Flush(group.to_vec())).await {
            tracing::warn!(%error, "when hosts were last seen was not written; the next flush has it");
            return;
        }
    }
}

async fn flush_refusals(app: &App) {
    let refusals = app.refusals.take();
    for refusal in &refusals {
        let (reason, address, times) = (refusal.reason, &refusal.address, refusal.times);
        tracing::warn!(reason, address, times, "check-ins were rejected; the page Hosts, tab Rejected, has the cure");
    }
    if !refusals.is_empty()
        && let Err(error) = app.engine.run(Reject(refusals)).await
    {
        tracing::warn!(%error, "refused check-ins were not written down");
    }
}

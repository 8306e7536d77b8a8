//! Writes down, many at once, when hosts were last seen, and the refusals that were counted. While the database takes
//! nothing, asks it now and then whether it does again: agents that were told to come back later may be a while.

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
            _ = refusals.tick() => {
                flush_refusals(&app).await;
                ask_again(&app).await;
            }
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
    for (done, group) in moved.chunks(TOGETHER).enumerate() {
        if let Err(error) = app.engine.run(Flush(group.to_vec())).await {
            tracing::warn!(%error, "when hosts were last seen was not written; the next flush has it");
            let left = moved[done * TOGETHER..].iter().filter_map(|(id, _)| app.engine.fleet().by_id(*id));
            return left.for_each(|cell| cell.lock().dirty = true);
        }
    }
}

/// Finds out whether the database takes changes again, if it did not: the writer writes with everything that it is given,
/// also with nothing, and notes how it went.
pub async fn ask_again(app: &App) {
    if app.engine.shared().outage().is_some()
        && let Err(error) = app.engine.run(Flush(Vec::new())).await
    {
        tracing::debug!(%error, "the database still takes no changes");
    }
}

async fn flush_refusals(app: &App) {
    let refusals = app.refusals.take();
    for refusal in &refusals {
        let (reason, address, times) = (refusal.reason, &refusal.address, refusal.times);
        tracing::warn!(
            reason,
            address,
            times,
            "check-ins were rejected; the page Hosts, tab Rejected check-ins, has the cure"
        );
    }
    if !refusals.is_empty()
        && let Err(error) = app.engine.run(Reject(refusals)).await
    {
        tracing::warn!(%error, "refused check-ins were not written down");
    }
}

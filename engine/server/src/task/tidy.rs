//! Deletes what is old, in small steps with rests between them: check-ins and pages go first.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::usecase::practice::SweepPractice;
use crate::usecase::tidy::{Old, Tidy};

/// How often it is looked for. Nobody notices whether a row of last year goes an hour later.
const EVERY: Duration = Duration::from_secs(3_600);
/// Not right at the start, when every agent checks in at once.
const FIRST: Duration = Duration::from_secs(120);
/// Rest between two steps: with 200 rows a step, at most some 2,000 rows a second for a fiftieth of the writer's time.
const REST: Duration = Duration::from_millis(100);

/// Tidies for ever. On several nodes each does; a row that another has deleted is no loss.
pub async fn run(app: App, token: CancellationToken) {
    let mut wait = FIRST;
    loop {
        tokio::select! {
            () = token.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
        wait = EVERY;
        if let Err(error) = app.engine.run(SweepPractice).await {
            tracing::warn!(%error, "a practice alarm that nobody ended was not cleared away; tried again in an hour");
        }
        for what in Old::ALL {
            if let Err(error) = tidy(&app, what, &token).await {
                tracing::warn!(?what, %error, "old rows were not deleted; tried again in an hour");
            }
        }
    }
}

/// Deletes all of one kind that is old.
async fn tidy(app: &App, what: Old, token: &CancellationToken) -> Result<(), crate::fault::Fault> {
    while !token.is_cancelled() && app.engine.run(Tidy(what)).await? {
        tokio::time::sleep(REST).await;
    }
    Ok(())
}

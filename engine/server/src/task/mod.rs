//! What runs beside the requests: idempotent reconcilers without input. Each reads the state and moves it on; a signal
//! only wakes it earlier, the timer is the truth. So the happy path, the restart and the second node are the same code.

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::App;

pub mod compile;
pub mod deliver;
pub mod flush;
pub mod follow;
pub mod install;
pub mod kv;
pub mod tidy;
pub mod watch;

/// Starts all tasks. They end when `token` is cancelled; `tracker` waits for them.
pub fn spawn(app: &App, tracker: &TaskTracker, token: &CancellationToken) {
    tracker.spawn(compile::run(app.clone(), token.clone()));
    tracker.spawn(install::run(app.clone(), token.clone()));
    tracker.spawn(watch::run(app.clone(), token.clone()));
    tracker.spawn(deliver::run(app.clone(), token.clone()));
    tracker.spawn(flush::run(app.clone(), token.clone()));
    tracker.spawn(follow::run(app.clone(), token.clone()));
    tracker.spawn(tidy::run(app.clone(), token.clone()));
}

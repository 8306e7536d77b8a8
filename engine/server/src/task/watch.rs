//! The watch: hosts that are overdue, reminders, ends of suppressions are all just "the time has come".

use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::future::join_all;
use tocsin_policy::Span;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::fault::Fault;
use crate::usecase::wake::Wake;

/// Longest sleep: what a clock that was set, or a missed signal, may cost.
const LOOK: Duration = Duration::from_secs(1);
/// Shortest sleep, so that hosts that fall due one after the other do not keep a core busy.
const REST: Duration = Duration::from_millis(5);
/// Hosts that are decided together.
const TOGETHER: usize = 256;

/// The wall was set by more than this: what goes by it has to be timed anew.
const STEP: Span = Span::seconds(1);

/// Looks at every host whose moment has come, for ever.
pub async fn run(app: App, token: CancellationToken) {
    let mut wall_ahead = app.clock.read().wall_ahead;
    loop {
        let clock = app.clock.read();
        let now = clock.now;
        if (clock.wall_ahead.0 - wall_ahead.0).abs() >= STEP.0 {
            wall_ahead = clock.wall_ahead;
            app.engine.shared().retime(now);
        }
        // Until the next look is known, every change counts as earlier.
        app.engine.shared().next_look.store(i64::MAX, Ordering::SeqCst);
        let (due, next) = app.engine.fleet().due(now);
        let mut all_decided = true;
        for group in due.chunks(TOGETHER) {
            let looks = group.iter().map(|id| app.engine.run(Wake(*id)));
            for failed in join_all(looks).await.into_iter().filter_map(Result::err) {
                all_decided = false;
                if !matches!(failed, Fault::ShuttingDown) {
                    tracing::warn!(error = %failed, "a host could not be looked at; it is tried again in a second");
                }
            }
        }
        let wait = u64::try_from((next - app.clock.now()).0).unwrap_or_default();
        let wait = match (due.is_empty(), all_decided) {
            (true, _) => Duration::from_millis(wait).clamp(REST, LOOK),
            (false, true) => REST,
            // The database refuses: it is asked again soon, and not all the time.
            (false, false) => LOOK,
        };
        app.engine.shared().next_look.store(next.0, Ordering::SeqCst);
        tokio::select! {
            () = token.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
            () = app.engine.shared().watch_due.notified(), if due.is_empty() => {}
        }
    }
}

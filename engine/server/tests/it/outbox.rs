//! What waits in the outbox while attempts fail, and as what it is delivered.

use tocsin::app::App;
use tocsin::clock::Clock;
use tocsin::usecase::deliver::{Claim, Claimed, FreeLost, Outcome, Record};
use tocsin_policy::{Moment, Span};

use crate::support::still::{FAILED, NOW, checks_in, instance, notices, pass};

async fn claim(app: &App) -> Claimed {
    let mut claimed = app.engine.run(Claim { node: app.node.clone() }).await.expect("claimed");
    assert_eq!(claimed.len(), 1, "one is due");
    claimed.remove(0)
}

fn kind(claimed: &Claimed) -> String {
    claimed.content().expect("a stored notification").kind
}

async fn record(app: &App, claimed: Claimed, outcome: Outcome) {
    let (word, detail, log) = ("test", "so it is".to_owned(), "[]".to_owned());
    let (started_at, took, jitter) = (Moment(0), Span::ZERO, 0);
    let record = Record { due: claimed.due, outcome, word, detail, log, words: None, started_at, took, jitter };
    app.engine.run(record).await.expect("recorded");
}

#[tokio::test]
async fn r2_a_reminder_after_a_dead_problem_is_the_problem() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = instance(folder.path(), Clock::manual(NOW)).await;
    checks_in(&app, FAILED).await;
    let first = claim(&app).await;
    record(&app, first, Outcome::Broken).await;
    pass(&app, 10).await;
    let second = claim(&app).await;
    assert_eq!(kind(&second), "problem", "the first that the receiver hears");
    record(&app, second, Outcome::Delivered { handle: None }).await;
    pass(&app, 10).await;
    assert_eq!(kind(&claim(&app).await), "reminder");
}

/// The attempt is under way when the reminder is written, so nobody knows yet whether it will have been heard.
#[tokio::test]
async fn r2_a_reminder_behind_an_attempt_that_fails_is_the_problem() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = instance(folder.path(), Clock::manual(NOW)).await;
    checks_in(&app, FAILED).await;
    let first = claim(&app).await;
    pass(&app, 10).await;
    assert_eq!(notices(&app).await, 2);
    record(&app, first, Outcome::Retry { after: None }).await;
    assert_eq!(kind(&claim(&app).await), "problem");
}

/// The process ended meanwhile, and the reminder was due before the lost attempt was found.
#[tokio::test]
async fn r2_a_reminder_behind_a_lost_attempt_is_the_problem() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = instance(folder.path(), Clock::manual(NOW)).await;
    checks_in(&app, FAILED).await;
    drop(claim(&app).await);
    pass(&app, 10).await;
    assert_eq!(app.engine.run(FreeLost { owner: app.node.to_string() }).await.expect("freed"), 1);
    assert_eq!(kind(&claim(&app).await), "problem");
}

//! The database refuses to write for a while, and comes back.

use tocsin::clock::Clock;
use tocsin::engine::work::Running;
use tocsin::engine::{UseCase, Work};
use tocsin::store::Tx;
use tocsin::usecase::wake::Wake;
use tocsin_policy::{HostId, Span};

use crate::support::still::{NOW, check_in, checks_in, instance, notices};

/// A use case whose commit the database refuses: it has written a row that refers to nothing.
pub struct Refused<U>(pub U);

impl<U: UseCase> UseCase for Refused<U> {
    type Output = U::Output;

    fn host(&self) -> Option<HostId> {
        self.0.host()
    }

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, U::Output> {
        Box::pin(async move {
            let output = self.0.run(work).await?;
            let Tx::Sqlite(database) = &mut work.tx else { panic!("tests run on SQLite") };
            // SQLite looks at it when it commits.
            for statement in
                ["pragma defer_foreign_keys = on", "insert or replace into host_label values (-1, 'a', 'b')"]
            {
                sqlx::query(statement).execute(database.connection().await?).await?;
            }
            Ok(output)
        })
    }
}

/// The first commit after the outage is the very one that would call the host silent.
#[tokio::test]
async fn l3_an_outage_of_the_database_calls_no_host_silent() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = instance(folder.path(), Clock::manual(NOW)).await;
    let host = checks_in(&app, 0).await;
    for _ in 0..10 {
        app.clock.set(app.clock.now() + Span::minutes(1));
        app.engine.run(Refused(check_in(&app, 0))).await.expect_err("not taken");
        app.engine.run(Refused(Wake(host))).await.expect_err("not decided");
    }
    app.engine.run(Wake(host)).await.expect("a look");
    assert_eq!(notices(&app).await, 0, "it came each minute, and we took nothing");
    app.clock.set(app.clock.now() + Span::minutes(3) - Span(1));
    app.engine.run(Wake(host)).await.expect("a look");
    assert_eq!(notices(&app).await, 0);
    app.clock.set(app.clock.now() + Span(1));
    app.engine.run(Wake(host)).await.expect("a look");
    assert_eq!(notices(&app).await, 1, "silent for a whole deadline since");
}

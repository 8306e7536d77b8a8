//! The database refuses to write for a while, and comes back; or is damaged: what to do about it is said.

use std::sync::Arc;

use axum::http::StatusCode;
use bytes::Bytes;
use tocsin::actor::{Actor, Role};
use tocsin::cli::serve;
use tocsin::clock::Clock;
use tocsin::engine::work::Running;
use tocsin::engine::{UseCase, Work};
use tocsin::settings::Settings;
use tocsin::store::Tx;
use tocsin::task::flush;
use tocsin::usecase::connector::InstallConnector;
use tocsin::usecase::wake::Wake;
use tocsin_policy::{HostId, Span};

use crate::pages::world::World;
use crate::support::still::{NOW, check_in, checks_in, count, instance, notices};

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

/// The disk has no room for more than there is, until somebody makes some: as far as one connection is concerned.
struct NoRoom;

impl UseCase for NoRoom {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            let Tx::Sqlite(database) = &mut work.tx else { panic!("tests run on SQLite") };
            sqlx::query("pragma max_page_count = 1").execute(database.connection().await?).await?;
            Ok(())
        })
    }
}

/// Something that takes room: a file of a megabyte.
fn large(name: u8) -> InstallConnector {
    let mut file = vec![name; 1 << 20];
    file[..4].copy_from_slice(b"\0asm");
    InstallConnector::new(Actor::system("test"), Bytes::from(file), None)
}

#[tokio::test]
async fn a_full_disk_is_named_with_its_cure_until_something_is_taken_again() {
    let (world, mut browser) = World::set_up().await;
    world.app.engine.run(NoRoom).await.expect("no room for more than there is");
    let refused = world.app.engine.run(large(1)).await.expect_err("there is no room").to_string();
    assert!(refused.contains("make room on it"), "{refused}");
    let page = browser.get("/").await;
    page.shows("The database takes no changes").shows("The disk of the database is full: make room on it");
    browser.get("/wall").await.shows("the database takes no changes");
    let ready = browser.get("/readyz").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    ready.shows("the database takes no changes: the disk of the database is full: make room on it");

    // SQLite has ended the transaction by itself; the writer goes on all the same.
    world.app.engine.run(large(1)).await.expect("there is room again");
    browser.get("/").await.hides("The database takes no changes");
    assert_eq!(browser.get("/readyz").await.status, StatusCode::OK);

    world.app.engine.run(NoRoom).await.expect("no room for more than there is");
    let mut file = b"\0asm".to_vec();
    file.resize(1 << 20, 2);
    let seen = browser.upload("/connectors/install", &[("file", &file)]).await;
    assert_eq!(seen.status, StatusCode::INTERNAL_SERVER_ERROR);
    seen.shows("Nothing was changed: the disk of the database is full");
    assert_eq!(world.somebody("olga", Role::Operator).await.get("/").await.status, StatusCode::OK);
}

/// A use case that writes nothing.
struct Nothing;

impl UseCase for Nothing {
    type Output = ();

    fn run<'w>(&'w self, _: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async { Ok(()) })
    }
}

/// Load balancers send nothing to who is not ready: somebody else has to find out that it is over.
#[tokio::test]
async fn an_outage_ends_without_anybody_who_wants_something_written_and_not_before_something_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = instance(folder.path(), Clock::manual(NOW)).await;
    app.engine.run(Refused(Nothing)).await.expect_err("not taken");
    let lines = async || count(&app, "select count(*) from instance where name = 'asked-at-ms'").await;
    assert_eq!(lines().await, 0);
    assert!(app.engine.shared().outage().is_some());
    flush::ask_again(&app).await;
    assert!(app.engine.shared().outage().is_none());
    assert_eq!(lines().await, 1, "a commit of nothing would have shown nothing");
    flush::ask_again(&app).await;
}

/// When hosts were last seen is not lost with a commit that failed.
#[tokio::test]
async fn what_a_flush_could_not_write_is_written_by_the_next() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = instance(folder.path(), Clock::manual(NOW)).await;
    let host = checks_in(&app, 0).await;
    let cell = app.engine.fleet().by_id(host).expect("the host");
    cell.lock().dirty = true;
    app.store.close().await;
    flush::flush_seen(&app).await;
    assert!(cell.lock().dirty, "it still has to be written");
}

/// Why an instance with this database does not start.
async fn why_not(change: impl FnOnce(&mut Vec<u8>)) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let app = instance(folder.path(), Clock::manual(NOW)).await;
    checks_in(&app, 0).await;
    let store = app.store.clone();
    drop(app);
    store.close().await;
    // The writer ends a moment later than what gave it work.
    while Arc::strong_count(&store) > 1 {
        tokio::task::yield_now().await;
    }
    drop(store);
    let file = folder.path().join("tocsin.db");
    let mut bytes = std::fs::read(&file).expect("the database");
    change(&mut bytes);
    std::fs::write(&file, bytes).expect("written");
    match serve::build(Settings::for_tests(folder.path()), Clock::manual(NOW)).await {
        Ok(_) => panic!("it started"),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn a_damaged_database_does_not_start_and_the_cure_is_named() {
    let other_file = why_not(|bytes| bytes[..100].fill(b'x')).await;
    let holes = why_not(|bytes| bytes[4096..].fill(0xff)).await;
    for said in [other_file, holes] {
        assert!(said.contains("put the newest backup in its place"), "{said}");
        assert!(said.contains(".recover"), "{said}");
    }
}

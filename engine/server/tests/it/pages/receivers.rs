//! How well the ways out work: what arrived, how fast, and what went wrong last.

use tocsin::store::outbox::{self, NewAttempt};
use tocsin_policy::{Moment, Span};

use super::browser::Browser;
use super::world::{NOW, World};

/// The delivery of a test that was asked for at `at`.
async fn test_at(world: &World, browser: &mut Browser, receiver: &str, at: Moment) -> i64 {
    world.app.clock.set(at);
    let seen = browser.post(&format!("/receivers/{receiver}/test"), &[]).await;
    Browser::done(&seen).rsplit('/').next().and_then(|id| id.parse().ok()).expect("a delivery")
}

/// What came of a delivery, at this moment.
pub(super) async fn settle(world: &World, id: i64, state: &str, outcome: &str, detail: &str, at: Moment) {
    let mut tx = world.app.store.begin().await.expect("a transaction");
    assert!(outbox::lease(&mut tx, id, "test", at + Span::minutes(1)).await.expect("leased"));
    let attempt = NewAttempt {
        id: world.app.ids.next(),
        notification: id,
        number: 1,
        started_at: at,
        took_ms: 12,
        outcome,
        detail,
        handle: None,
        log: "[]",
    };
    outbox::insert_attempt(&mut tx, &attempt).await.expect("written");
    outbox::finish(&mut tx, id, state, at, detail, None).await.expect("finished");
    tx.commit().await.expect("committed");
}

#[tokio::test]
async fn a_receiver_shows_how_well_and_how_fast_it_works() {
    let (world, mut anna) = World::set_up().await;
    let receiver = world.default_policy(&mut anna).await;
    anna.get("/receivers").await.shows("not used yet").shows("nothing sent yet").shows("Named in 1 rule");
    for (minute, took_ms) in [(1, 400), (2, 1_300), (3, 90_000)] {
        let at = NOW + Span::minutes(minute);
        let id = test_at(&world, &mut anna, &receiver, at).await;
        settle(&world, id, "delivered", "delivered", "", at + Span(took_ms)).await;
    }
    let page = anna.get("/receivers").await;
    page.shows("works").shows("100 %").shows("3 of 3").shows("<b>1.3 s</b>").hides("Last trouble");

    let at = NOW + Span::minutes(10);
    let id = test_at(&world, &mut anna, &receiver, at).await;
    settle(&world, id, "dead", "permanent", "550 no such mailbox", at).await;
    let page = anna.get("/receivers").await;
    page.shows("loses some").shows("75 %").shows("3 of 4");
    page.shows("the far side refused it").shows("550 no such mailbox").shows(&format!("/deliveries/{id}"));

    // Six days later it still counts, eight days later it does not; a login lasts less.
    let login = [("name", "anna"), ("password", super::world::PASSWORD)];
    world.app.clock.set(NOW + Span::hours(24 * 6));
    Browser::done(&anna.post("/login", &login).await);
    anna.get("/receivers").await.shows("3 of 4");
    world.app.clock.set(NOW + Span::hours(24 * 8));
    Browser::done(&anna.post("/login", &login).await);
    anna.get("/receivers").await.shows("nothing sent yet").hides("550 no such mailbox");
}

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
pub async fn settle(world: &World, id: i64, state: &str, outcome: &str, detail: &str, at: Moment) {
    settle_in(world, id, state, outcome, detail, at, None).await;
}

/// The same in words of the receiver's own.
async fn settle_in(
    world: &World,
    id: i64,
    state: &str,
    outcome: &str,
    detail: &str,
    at: Moment,
    words: Option<(&str, &str)>,
) {
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
        words,
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

const HOOK: [(&str, &str); 3] = [("name", "hook"), ("set/url", "https://example.org/x"), ("enabled", "on")];

/// The receiver's form with further fields.
async fn changes(browser: &mut Browser, receiver: &str, more: &[(&str, &str)]) -> super::browser::Seen {
    browser.post(&format!("/receivers/{receiver}"), &[&HOOK[..], more].concat()).await
}

#[tokio::test]
async fn an_address_that_it_may_not_reach_is_said_when_it_is_saved() {
    let (_world, mut anna) = World::set_up().await;
    let hook = [("name", "hook"), ("enabled", "on"), ("set/url", "http://10.0.0.7:8080/x")];
    let seen = anna.post("/receivers/new/webhook", &hook).await;
    assert_eq!(seen.status, axum::http::StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows("id=\"set&#x2f;url-wrong\"").shows("10.0.0.7 is not a public address");
    seen.shows("Let this receiver reach private addresses if that is meant").shows("May reach private addresses");
    Browser::done(&anna.post("/receivers/new/webhook", &[&hook[..], &[("private_network", "on")]].concat()).await);

    let metadata = [("name", "cloud"), ("set/url", "http://169.254.169.254/x"), ("private_network", "on")];
    let seen = anna.post("/receivers/new/webhook", &metadata).await;
    assert_eq!(seen.status, axum::http::StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows("No receiver reaches it; name another one");

    let mail = [
        ("name", "mail"),
        ("set/from", "t@example.org"),
        ("set/to", "ops@example.org"),
        ("set/relay/host", "localhost"),
        ("set/relay/security", "none"),
    ];
    let seen = anna.post("/receivers/new/email", &mail).await;
    seen.shows("id=\"set&#x2f;relay&#x2f;host-wrong\"")
        .shows("localhost leads to 127.0.0.1, which is not a public address");
}

/// The next message that the deliverer would take.
async fn next_message(world: &World) -> tocsin::usecase::deliver::Claimed {
    let claim = tocsin::usecase::deliver::Claim { node: world.app.node.clone() };
    world.app.engine.run(claim).await.expect("claimed").remove(0)
}

#[tokio::test]
async fn a_receiver_has_words_of_its_own_that_are_seen_before_they_are_kept() {
    let (world, mut anna) = World::set_up().await;
    let receiver = world.default_policy(&mut anna).await;
    let form = format!("/receivers/{receiver}");
    anna.get(&form).await.shows("The built-in words").shows("STILL FAILING for {{ duration }}");
    let words =
        [("title_template", "{{ kind|upper }} at {{ host }}"), ("text_template", "{{ message }} * see {{ url }}")];
    let seen = changes(&mut anna, &receiver, &[&words[..], &[("preview", "on")][..]].concat()).await;
    assert_eq!(seen.status, axum::http::StatusCode::OK);
    seen.shows("How it reads").shows("Nothing was saved or sent").shows("PROBLEM at web1").shows("RECOVERY at web1");
    anna.get(&form).await.hides("kind|upper");

    let wrong = changes(&mut anna, &receiver, &[("text_template", "one\n{{ nosuch }}")]).await;
    assert_eq!(wrong.status, axum::http::StatusCode::UNPROCESSABLE_ENTITY);
    wrong.shows("line 2: there is no such variable");
    let wrong = changes(&mut anna, &receiver, &[("title_template", "{% include 'x' %}")]).await;
    wrong.shows("`include` may not be used");

    Browser::done(&changes(&mut anna, &receiver, &words).await);
    anna.get(&form).await.shows("kind|upper");
    anna.get("/activity").await.shows("changed the manner of");
    world.fails("db1", "nginx", "process is not running").await;
    let claimed = next_message(&world).await;
    assert_eq!(claimed.manner.title.as_deref(), Some(words[0].1));
}

#[tokio::test]
async fn a_delivery_shows_the_words_that_were_sent_and_not_those_of_today() {
    let (world, mut anna) = World::set_up().await;
    let receiver = world.default_policy(&mut anna).await;
    let words = |title: &'static str| [("title_template", title), ("text_template", "see {{ subject }}")];
    Browser::done(&changes(&mut anna, &receiver, &words("Bell: {{ host }}")).await);
    world.fails("web1", "nginx", "process is not running").await;
    let waiting = tocsin::store::page::delivery::before(&world.app.store.readers, "due", 0, i64::MAX, 10, "").await;
    let id = waiting.expect("read")[0].id;
    let page = format!("/deliveries/{id}");
    anna.get(&page).await.shows("As it would be sent now.").shows("Bell: web1").shows("see web1 nginx");

    settle_in(&world, id, "delivered", "delivered", "", NOW, Some(("Bell: web1", "see web1 nginx"))).await;
    Browser::done(&changes(&mut anna, &receiver, &words("Gong: {{ host }}")).await);
    anna.get(&page).await.shows("As it was sent.").shows("Bell: web1").hides("Gong");

    let test = test_at(&world, &mut anna, &receiver, NOW).await;
    settle(&world, test, "delivered", "delivered", "", NOW).await;
    anna.get(&format!("/deliveries/{test}")).await.shows("As it was sent, in the built-in words.").shows("TEST from");
}

#[tokio::test]
async fn a_message_of_several_is_shown_whole_to_those_who_may_know_of_all_of_it() {
    let super::reach::Two { world, mut anna, mut olga, .. } = super::reach::two().await;
    let pool = &world.app.store.readers;
    let rows = tocsin::store::page::delivery::before(pool, "due", 0, i64::MAX, 10, "").await.expect("read");
    let mut tx = world.app.store.begin().await.expect("a transaction");
    for row in &rows {
        let leased = outbox::lease_in(&mut tx, row.id, "test", NOW + Span::minutes(1), Some(77)).await;
        assert!(leased.expect("leased"));
        let words = (row.id == rows[0].id).then_some(("2 problems", "web1 nginx\nsecret-db postgres"));
        let attempt = NewAttempt {
            id: world.app.ids.next(),
            notification: row.id,
            number: 1,
            started_at: NOW,
            took_ms: 12,
            outcome: "delivered",
            detail: "",
            handle: None,
            log: "[]",
            words,
        };
        outbox::insert_attempt(&mut tx, &attempt).await.expect("written");
        outbox::finish(&mut tx, row.id, "delivered", NOW, "", None).await.expect("finished");
    }
    tx.commit().await.expect("committed");
    for row in &rows {
        let page = anna.get(&format!("/deliveries/{}", row.id)).await;
        page.shows("As it was sent, together with 1 other.").shows("2 problems").shows("secret-db postgres");
    }
    let mine = rows.iter().find(|row| row.host.as_deref() == Some("web1")).expect("of web1");
    let page = olga.get(&format!("/deliveries/{}", mine.id)).await;
    page.shows("Its part of what was sent, together with 1 other").shows("PROBLEM: web1 nginx").hides("secret-db");
}

#[tokio::test]
async fn several_in_one_message_have_words_of_their_own() {
    let (world, mut anna) = World::set_up().await;
    let receiver = world.default_policy(&mut anna).await;
    let words =
        [("bundle_title_template", "{{ count }} at once"), ("bundle_text_template", "{{ subjects }}: {{ url }}")];
    let seen = changes(&mut anna, &receiver, &[&words[..], &[("preview", "on")][..]].concat()).await;
    let text = super::markup::unescape(&seen.text);
    for words in ["Several in one", "7 at once", "web1, web2, db1 and 4 more hosts: https://tocsin.example.org/"] {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    let wrong = changes(&mut anna, &receiver, &[("bundle_text_template", "{{ message }}")]).await;
    assert_eq!(wrong.status, axum::http::StatusCode::UNPROCESSABLE_ENTITY);
    wrong.shows("Text of several: line 1: there is no such variable");

    Browser::done(&changes(&mut anna, &receiver, &words).await);
    let id = tocsin_policy::ReceiverId(receiver.parse().expect("a number"));
    let manner = tocsin::store::manner::read(&world.app.store.readers, id).await.expect("read");
    assert_eq!(manner.bundle_title.as_deref(), Some("{{ count }} at once"));
    anna.get(&format!("/receivers/{receiver}")).await.shows("at once");
}

#[tokio::test]
async fn an_acknowledgement_is_told_to_whoever_had_the_problem_and_wants_to_hear_it() {
    let (world, mut anna) = World::set_up().await;
    let receiver = world.default_policy(&mut anna).await;
    let host = world.fails("web1", "nginx", "process is not running").await;
    let alert = world.alert_of(host);
    let acknowledge = format!("/alerts/{alert}/acknowledge");
    Browser::done(&anna.post(&acknowledge, &[("until", "1h")]).await);
    assert_eq!(world.sent().await, ["problem"], "nobody asked to hear of it");

    Browser::done(&changes(&mut anna, &receiver, &[("tells_acknowledged", "on")]).await);
    world.deliver_all().await;
    Browser::done(&anna.post(&acknowledge, &[("until", "4h"), ("note", "new fan")]).await);
    assert_eq!(world.sent().await, ["problem", "acknowledged"]);
    let said = next_message(&world).await.content().expect("stored").notification(1, 1, None);
    assert_eq!(said.title, "ACKNOWLEDGED by anna: web1 nginx: process is not running");
    assert!(said.text.contains("Taken by: anna until 2026-01-01 04:00:00 UTC"), "{}", said.text);
    let taken = said.acknowledgement.expect("who has it");
    assert_eq!((taken.by.as_str(), taken.note.as_deref()), ("anna", Some("new fan")));
    anna.get(&format!("/alerts/{alert}")).await.shows("Acknowledgement to hook");

    // The end takes its place if it is told first, and says who had it.
    world.reports("web1", "nginx", 0, None).await;
    assert_eq!(world.sent().await, ["problem", "acknowledged", "recovery"]);
}

//! The page of an alert says everything: what happened, who was told, what was held back and why, what comes next.

use axum::http::{StatusCode, header};
use tocsin::actor::Actor;
use tocsin::usecase::wake::Wake;
use tocsin_policy::{HostId, Span};

use super::browser::Browser;
use super::world::{NOW, World};

/// A receiver, and a default policy that tells it every five minutes.
async fn told_by_default(browser: &mut Browser) {
    let hook = [("name", "hook"), ("set/url", "https://example.org/x"), ("enabled", "on")];
    Browser::done(&browser.post("/receivers/new/webhook", &hook).await);
    let receivers = browser.get("/receivers").await.text;
    let id =
        receivers.split("/receivers/").find_map(|part| part.split('"').next()?.parse::<i64>().ok()).expect("an id");
    let (id, on) = (id.to_string(), "on");
    let rule = [
        ("target", "default"),
        ("enabled", on),
        ("say", "rules"),
        ("urgency_0", "1"),
        ("to_0", id.as_str()),
        ("recovery_0", on),
    ];
    Browser::done(&browser.post("/policies/edit", &rule).await);
}

/// Time passes, and the engine looks at the host.
async fn later(world: &World, host: HostId, span: Span) {
    world.app.clock.set(world.app.clock.now() + span);
    world.app.engine.run(Wake(host)).await.expect("a look");
}

#[tokio::test]
async fn it_tells_what_happened_who_was_told_and_what_comes_next() {
    let (world, mut browser) = World::set_up().await;
    told_by_default(&mut browser).await;
    let host = world.fails("web1", "nginx", "process is not running").await;
    let path = format!("/alerts/{}", world.alert_of(host));
    let page = browser.get(&path).await;
    page.shows("The problem was first seen").shows("Failed: ").shows("Problem to hook").shows("Because: first notice");
    page.shows("<bdi>hook</bdi> was told").shows("Nobody is on it yet").shows("reminder to <bdi>hook</bdi>");
    page.shows("The host waits for approval").shows("The first of its kind");
}

#[tokio::test]
async fn it_says_what_was_due_and_not_sent_and_for_what_reason() {
    let (world, mut browser) = World::set_up().await;
    told_by_default(&mut browser).await;
    let host = world.fails("web1", "nginx", "process is not running").await;
    let path = format!("/alerts/{}", world.alert_of(host));
    // It says nothing more in this story, and that shall not make it a host that is down.
    Browser::done(&browser.post(&format!("/hosts/{host}/edit"), &[("missed_cycles", "1000")]).await);
    let note = [("length", "1h"), ("note", "new fan")];
    Browser::done(&browser.post(&format!("/hosts/{host}/silence"), &note).await);
    later(&world, host, Span::minutes(6)).await;
    let page = browser.get(&path).await;
    page.shows("Silence by anna until 01:00 UTC").shows("to <bdi>hook</bdi>; due ");
    page.shows("anna silenced the host until 01:00 UTC").shows("new fan").shows("Held back now: silence by anna");

    let typed = [("until", "4h"), ("note", "on my way")];
    Browser::done(&browser.post(&format!("{path}/acknowledge"), &typed).await);
    browser.get(&path).await.shows("anna acknowledged it").shows("on my way");
}

#[tokio::test]
async fn its_facts_can_be_kept_as_json() {
    let (world, mut browser) = World::set_up().await;
    told_by_default(&mut browser).await;
    let host = world.fails("web1", "nginx", "process is not running").await;
    let alert = world.alert_of(host);
    browser.get(&format!("/alerts/{alert}")).await.leads_to(&format!("/alerts/{alert}.json"));
    let seen = browser.get(&format!("/alerts/{alert}.json")).await;
    assert_eq!(seen.headers[header::CONTENT_TYPE], "application/json");
    let facts: serde_json::Value = serde_json::from_str(&seen.text).expect("json");
    assert_eq!(facts["made_at_ms"], NOW.0);
    assert_eq!(facts["alert"]["service"], "nginx");
    // The event, the opening, what waited for the approval, the notice.
    assert_eq!(facts["alert"]["timeline"].as_array().map(Vec::len), Some(4), "{facts:#}");
    assert_eq!(facts["alert"]["why"]["ladder"].as_array().map(Vec::len), Some(3), "service, host, default");
    for path in ["/alerts/7.json", "/alerts/x.json", "/alerts/.json", "/alerts/7.xml"] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(world.browser().get(&format!("/alerts/{alert}.json")).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn it_knows_alerts_like_itself() {
    let (world, mut browser) = World::set_up().await;
    let host = world.fails("web1", "nginx", "process is not running").await;
    let first = world.alert_of(host);
    later(&world, host, Span::minutes(10)).await;
    for admission in ["ignored", "approved"] {
        Browser::done(&browser.post(&format!("/hosts/{host}/admit"), &[("admission", admission)]).await);
    }
    let action = tocsin::usecase::host::DeleteHost { actor: Actor::system("test"), host: HostId(1) };
    world.app.engine.run(action).await.expect_err("there is no such host");
    let second = world.fails("web1", "nginx", "process is not running").await;
    assert_eq!(second, host);
    let path = format!("/alerts/{}", world.alert_of(host));
    let page = browser.get(&path).await;
    page.shows("1 time in 90 days").leads_to(&format!("/alerts/{first}")).shows("half of them were over within 10m");
}

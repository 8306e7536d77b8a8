//! Silences and downtimes: what they cover and have held back, seen before they are saved, extended and ended.

use axum::http::StatusCode;
use tocsin::actor::{Actor, Role};
use tocsin::usecase::host::Admit;
use tocsin::usecase::silence::ExtendSilence;
use tocsin::usecase::wake::Wake;
use tocsin_policy::{Admission, DowntimeSchedule, Scope, SilenceId, Span};

use super::browser::Browser;
use super::markup::unescape;
use super::world::{NOW, World};

/// An instance whose default policy tells a receiver at once, and a pending host whose service fails.
async fn in_trouble() -> (World, Browser, tocsin_policy::HostId) {
    let (world, mut browser) = World::set_up().await;
    world.default_policy(&mut browser).await;
    let host = world.checks_in("web1", "nginx", "process is not running").await;
    (world, browser, host)
}

async fn approve(world: &World, host: tocsin_policy::HostId) {
    let action = Admit { actor: Actor::system("test"), host, admission: Admission::Approved };
    world.app.engine.run(action).await.expect("approved");
}

const MONTHLY: &str = "title=patches&covers=all&repeats=monthly&month_day=29&at=02:30&length=2h&zone=Europe/Berlin";

fn pairs(query: &str) -> Vec<(&str, &str)> {
    query.split('&').filter_map(|pair| pair.split_once('=')).collect()
}

#[tokio::test]
async fn a_silence_says_what_it_covers_and_has_held_back_until_it_is_ended() {
    let (world, mut browser, host) = in_trouble().await;
    browser.get("/silences").await.shows("Nothing is held back").shows("Plan the first downtime");
    browser
        .get(&format!("/silences/new?host={host}"))
        .await
        .shows("value=\"web1\"")
        .shows("No open alert is held back");

    let typed = [("host", "web1"), ("length", "3h"), ("note", "new disk")];
    assert_eq!(Browser::done(&browser.post("/silences", &typed).await), "/silences");
    approve(&world, host).await;
    let page = browser.get("/silences").await;
    page.shows("web1").shows("new disk").shows("anna").shows("3h left").shows("1 open alert is held back");
    page.shows("<b>1</b> notification held back");
    assert!(world.sent().await.is_empty(), "nothing was sent");

    let id = world.app.engine.fleet().by_id(host).expect("the host").host().silences[0].id;
    Browser::done(&browser.post(&format!("/silences/{id}/extend"), &[("by", "1h")]).await);
    let page = browser.get("/silences").await;
    page.shows("4h left").shows("holds 1h longer").shows("<b>1</b> notification held back");
    let seen = browser.post(&format!("/silences/{id}/extend"), &[("by", "21h")]).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows("between 15 minutes and 24 hours");

    Browser::done(&browser.post(&format!("/silences/{id}/end"), &[]).await);
    assert_eq!(world.sent().await, ["problem"], "what was overdue goes out at once");
    browser.get("/silences").await.shows("Nothing is held back now");
    let ended = browser.get("/silences?show=ended").await;
    ended.shows("new disk").shows("<b>1</b> notification held back");
    assert!(unescape(&ended.text).contains(&format!("/silences/new?host={host}&note=new+disk")));
    let seen = browser.post(&format!("/silences/{id}/extend"), &[("by", "1h")]).await;
    assert_eq!(seen.status, StatusCode::CONFLICT, "it is over");
}

#[tokio::test]
async fn a_downtime_is_seen_before_it_is_saved() {
    let (world, mut browser, host) = in_trouble().await;
    approve(&world, host).await;
    assert_eq!(world.sent().await, ["problem"]);
    let form = browser.get("/silences/downtimes/new").await;
    form.shows("Show what it will do").hides(">Plan it<");

    // The 29th of March 2026 has no half past two in Berlin.
    let preview = browser.get(&format!("/silences/downtimes/new?{MONTHLY}")).await;
    preview.shows("Covers <bdi>everything").shows("1 host").shows("nginx on web1").shows(">Plan it<");
    preview.shows("On day 29 of each month at 02:30 for 2h, by the clock of Europe").shows("The next 10");
    preview.shows("Sun 29 Mar 2026, 03:30").shows("the clock skips the time that night");
    assert!(world.app.engine.book().downtimes.is_empty(), "looking saves nothing");

    assert_eq!(Browser::done(&browser.post("/silences/downtimes", &pairs(MONTHLY)).await), "/silences");
    browser.get("/silences").await.hides("patches");
    browser.get("/silences?show=upcoming").await.shows("patches").shows("planned").shows("End for good");
    let again = format!("/silences/downtimes/new?again={}", world.app.engine.book().downtimes[0].id);
    browser.get(&again).await.shows("value=\"patches\"").shows("value=\"Europe&#x2f;Berlin\"");
}

#[tokio::test]
async fn what_is_wrong_with_a_plan_is_said_beside_its_field_and_saves_nothing() {
    let (world, mut browser, host) = in_trouble().await;
    let query = "title=&covers=service&host=web1&service=&repeats=once&start=2026-01-02T10:00&end=&zone=UTC";
    for seen in [
        browser.get(&format!("/silences/downtimes/new?{query}")).await,
        browser.post("/silences/downtimes", &pairs(query)).await,
    ] {
        seen.shows("id=\"service-wrong\"").shows("it has nginx").shows("id=\"end-wrong\"").hides(">Plan it<");
    }
    let seen = browser.post("/silences/downtimes", &pairs(&query.replace("host=web1", "host=web9"))).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows("No host is called web9");
    let late = "title=x&covers=all&repeats=once&start=2025-01-01T10:00&end=2025-01-01T11:00&zone=UTC";
    browser.get(&format!("/silences/downtimes/new?{late}")).await.shows("the end has passed already");

    // Two machines of one name: the number that a link carries tells them apart.
    let twin = world.checks_in("web1", "postfix", "down").await;
    let one = "title=x&covers=host&host=web1&repeats=daily&at=02:00&length=1h&zone=UTC";
    browser.get(&format!("/silences/downtimes/new?{one}")).await.shows("2 hosts are called web1");
    Browser::done(&browser.post("/silences/downtimes", &pairs(&format!("{one}&host_id={twin}"))).await);
    let scopes: Vec<Scope> = world.app.engine.book().downtimes.iter().map(|downtime| downtime.scope.clone()).collect();
    assert_eq!(scopes, [Scope::Host(twin)]);
    assert_ne!(twin, host);
}

#[tokio::test]
async fn a_service_that_the_host_does_not_have_is_planned_for_with_a_warning() {
    let (world, mut browser, _) = in_trouble().await;
    let plan = "title=x&covers=service&host=web1&service=ngnix&repeats=daily&at=02:00&length=1h&zone=UTC";
    let seen = browser.get(&format!("/silences/downtimes/new?{plan}")).await;
    seen.shows("id=\"service-warning\"").shows("web1 has no service ngnix (it has nginx)").shows(">Plan it<");
    Browser::done(&browser.post("/silences/downtimes", &pairs(plan)).await);
    browser.get("/silences?show=upcoming").await.shows("The downtime is planned, but web1 has no service ngnix");
    assert_eq!(world.app.engine.book().downtimes.len(), 1, "it may come");
    let right = plan.replace("ngnix", "nginx");
    browser.get(&format!("/silences/downtimes/new?{right}")).await.hides("service-warning");
    Browser::done(&browser.post("/silences/downtimes", &pairs(&right)).await);
    browser.get("/silences").await.hides("has no service");
}

#[tokio::test]
async fn a_downtime_that_takes_longer_is_extended_without_a_gap() {
    let (world, mut browser, host) = in_trouble().await;
    let once = "title=switch&covers=host&host=web1&repeats=once&start=2026-01-01T00:00&end=2026-01-01T02:00&zone=UTC";
    Browser::done(&browser.post("/silences/downtimes", &pairs(once)).await);
    let daily = "title=backup&covers=all&repeats=daily&at=00:00&length=1h&zone=UTC";
    Browser::done(&browser.post("/silences/downtimes", &pairs(daily)).await);
    approve(&world, host).await;
    let id = |title: &str| {
        let book = world.app.engine.book();
        book.downtimes.iter().find(|downtime| downtime.title == title).expect("planned").id
    };
    for title in ["switch", "backup"] {
        let path = format!("/silences/downtimes/{}/extend", id(title));
        Browser::done(&browser.post(&path, &[("by", "30m")]).await);
    }
    let schedules: Vec<DowntimeSchedule> =
        world.app.engine.book().downtimes.iter().map(|downtime| downtime.schedule.clone()).collect();
    let until = |hours| NOW + Span::hours(hours);
    assert_eq!(schedules[0], DowntimeSchedule::Once { start: NOW, end: until(2) + Span::minutes(30) });
    assert_eq!(
        schedules[2],
        DowntimeSchedule::Once { start: until(1), end: until(1) + Span::minutes(30) },
        "what repeats stays as planned, and this time is followed by a window of its own"
    );
    world.app.clock.set(until(2) + Span::minutes(29));
    world.app.engine.run(Wake(host)).await.expect("looked");
    assert!(world.sent().await.is_empty(), "it still holds");
    browser.get("/silences").await.shows("switch").shows("1m left");
    world.app.clock.set(until(2) + Span::minutes(30));
    world.app.engine.run(Wake(host)).await.expect("looked");
    assert_eq!(world.sent().await, ["problem"]);
    browser.get("/silences?show=ended").await.shows("switch").shows("after 2h 30m");

    Browser::done(&browser.post(&format!("/silences/downtimes/{}/end", id("backup")), &[]).await);
    browser.get("/silences?show=ended").await.shows("backup").shows("ended for good");
    browser.get("/silences?show=upcoming").await.shows("Nothing is planned");
    browser.get("/activity").await.shows("extended").shows("downtime switch").shows("by 30m");
}

#[tokio::test]
async fn a_viewer_looks_on() {
    let (world, mut browser, host) = in_trouble().await;
    Browser::done(&browser.post("/silences", &[("host", "web1"), ("length", "1h")]).await);
    let mut viewer = world.somebody("vera", Role::Viewer).await;
    viewer.get("/silences").await.shows("web1").hides("Extend").hides("End now").hides("Silence a host");
    for path in ["/silences/new", "/silences/downtimes/new"] {
        assert_eq!(viewer.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let id = world.app.engine.fleet().by_id(host).expect("the host").host().silences[0].id;
    for (path, field) in [(format!("/silences/{id}/end"), ("", "")), (format!("/silences/{id}/extend"), ("by", "1h"))] {
        assert_eq!(viewer.post(&path, &[field]).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let actor = Actor { role: Role::Viewer, ..Actor::system("vera") };
    let refused = world.app.engine.run(ExtendSilence { actor, id: SilenceId(id.0), by: Span::hours(1) }).await;
    assert!(refused.expect_err("refused").to_string().contains("needs the role operator"), "not in the page alone");
}

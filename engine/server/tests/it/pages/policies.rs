//! Policies before they count: whom they cover, who would be told, and the last week under an edit.

use axum::http::StatusCode;
use tocsin::actor::Role;
use tocsin_policy::{Every, HostId, ObservedEvent, Say, Span, Target};

use super::browser::Browser;
use super::markup::tags;
use super::world::World;

/// The numbers of the groups, by name.
fn group(world: &World, name: &str) -> String {
    let book = world.app.engine.book();
    book.groups.iter().find(|(_, group)| group.name == name).expect("the group").0.to_string()
}

async fn join(browser: &mut Browser, host: HostId, group: &str) {
    Browser::done(&browser.post(&format!("/hosts/{host}/edit"), &[("groups", group)]).await);
}

/// The fields of a policy with one rule; `more` follows or replaces.
fn one_rule<'a>(target: &'a str, receiver: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("target", target),
        ("enabled", "on"),
        ("say", "rules"),
        ("urgency_0", "1"),
        ("to_0", receiver),
        ("recovery_0", "on"),
        ("changes_0", "on"),
    ];
    for (name, value) in more {
        fields.retain(|(there, _)| there != name);
        fields.push((name, value));
    }
    fields
}

#[tokio::test]
async fn the_ladder_says_whom_each_policy_covers_and_who_overrides_it() {
    let (world, mut browser) = World::set_up().await;
    let hook = world.default_policy(&mut browser).await;
    let (one, two) = (world.fails("web1", "nginx", "down").await, world.fails("web22", "nginx", "down").await);
    world.fails("db1", "postgres", "down").await;
    Browser::done(&browser.post("/policies/groups", &[("name", "web"), ("priority", "10")]).await);
    let web = group(&world, "web");
    for host in [one, two] {
        join(&mut browser, host, &web).await;
    }
    let (own, of_group, of_service) = (format!("host:{two}"), format!("group:{web}"), format!("service:{one}:nginx"));
    for target in [&own, &of_group, &of_service] {
        Browser::done(&browser.post("/policies/edit", &one_rule(target, &hook, &[])).await);
    }
    let page = browser.get("/policies").await;
    page.shows("Decides for 1 of 2 hosts").shows("web22 has a policy of its own");
    page.shows("Decides for 1 of 3 hosts").shows("group web decides for 1 host");
    page.shows("1 service has a policy of its own").shows("nginx on web1");
}

#[tokio::test]
async fn trying_it_shows_who_decides_and_what_holds_back_at_that_moment() {
    let (world, mut browser) = World::set_up().await;
    browser.get("/policies/try").await.shows("The answer will stand here");
    let hook = world.default_policy(&mut browser).await;
    let host = world.fails("web1", "nginx", "down").await;
    let seen = browser.get("/policies/try?host=web1&service=nginx").await;
    seen.shows("hook would be told.").shows("every 5m (urgency 1)").shows("decides").shows("has no policy");

    let nightly = [
        ("title", "backup"),
        ("covers", "host"),
        ("host", "web1"),
        ("repeats", "daily"),
        ("at", "02:00"),
        ("length", "1h"),
        ("zone", "Europe/Berlin"),
    ];
    Browser::done(&browser.post("/silences/downtimes", &nightly).await);
    let at = |time: &str| format!("/policies/try?host={host}&service=nginx&at=2026-02-01T{time}&zone=Europe/Berlin");
    browser.get(&at("01:59")).await.shows("hook would be told.");
    browser.get(&at("02:00")).await.shows("Nobody is told then: downtime “backup”").shows("Sun 1 Feb 2026, 02:00");
    browser.get(&at("03:00")).await.shows("hook would be told.");

    let office = one_rule("default", &hook, &[("active_0", "MON-FRI 08:00-18:00 in Europe/Berlin"), ("version", "1")]);
    Browser::done(&browser.post("/policies/edit", &office).await);
    browser.get(&at("12:00")).await.shows("no rule speaks at this hour").shows("it speaks from Mon 2 Feb 2026, 08:00");
    browser.get(&at("12:00").replace("02-01", "02-02")).await.shows("hook would be told.");
    let mute = [("target", "default"), ("enabled", "on"), ("say", "mute"), ("version", "2")];
    Browser::done(&browser.post("/policies/edit", &mute).await);
    browser.get("/policies/try?host=web1").await.shows("says MUTE").shows("when it does not check in");
    browser.get("/policies/try?host=web1&service=ngnix").await.shows("has no service ngnix at the moment");
    browser.get("/policies/try?host=web9").await.shows("No host is called web9");
    let mut viewer = world.somebody("vera", Role::Viewer).await;
    viewer.get("/policies/try?host=web1").await.shows("says MUTE").hides(">Edit");
}

/// A week in small: a failure with reminders and its end, one under a silence, one that somebody is on, a change, and a
/// host that falls silent and comes back.
async fn a_lot_happens(world: &World, browser: &mut Browser) {
    let (bad, good) = ([("web1", "nginx", 512), ("db01", "disk", 0)], [("web1", "nginx", 0), ("db01", "disk", 0)]);
    let host = world.fails("web1", "nginx", "process is not running").await;
    world.reports("db01", "disk", 0, None).await;
    approve_all(world, browser).await;
    world.minutes(12, &bad).await;
    world.minutes(1, &good).await;

    Browser::done(&browser.post(&format!("/hosts/{host}/silence"), &[("length", "15m")]).await);
    world.minutes(20, &bad).await;
    world.app.clock.set(world.app.clock.now() + Span::seconds(10));
    let alert = world.alert_of(host);
    Browser::done(&browser.post(&format!("/alerts/{alert}/acknowledge"), &[("until", "1h")]).await);
    world.minutes(30, &bad).await;
    world.minutes(1, &good).await;

    let change = ObservedEvent {
        collected_us: world.app.clock.now().0 * 1_000 + 7,
        service: "nginx".into(),
        id: 1,
        state: 2,
        action: 1,
        message: "checksum changed".to_owned(),
        is_new: true,
    };
    world.reports("web1", "nginx", 0, Some(change)).await;
    world.minutes(8, &[("db01", "disk", 0)]).await;
    world.minutes(3, &good).await;
}

async fn approve_all(world: &World, browser: &mut Browser) {
    for cell in world.app.engine.fleet().cells() {
        Browser::done(&browser.post(&format!("/hosts/{}/admit", cell.id), &[("admission", "approved")]).await);
    }
}

#[tokio::test]
async fn the_last_week_under_the_same_policy_is_the_last_week() {
    let (world, mut browser) = World::set_up().await;
    let hook = world.default_policy(&mut browser).await;
    let wants_changes = one_rule("default", &hook, &[("version", "1")]);
    Browser::done(&browser.post("/policies/edit", &wants_changes).await);
    a_lot_happens(&world, &mut browser).await;
    let sent = world.sent().await;
    let count = |kind: &str| sent.iter().filter(|sent| *sent == kind).count();
    assert!(count("reminder") >= 2 && count("recovery") >= 3 && count("change") == 1, "{sent:?}");
    assert!(count("problem") >= 3, "two failures and a silent host: {sent:?}");

    let same = one_rule("default", &hook, &[("version", "2"), ("do", "rehearse")]);
    let page = browser.post("/policies/edit", &same).await;
    assert_eq!(page.status, StatusCode::OK);
    let words = format!("<b>{0}</b> notifications were sent, <b>{0}</b> would have been", sent.len());
    page.shows(&words).shows("nobody would have heard anything else").hides("would have heard otherwise");
}

#[tokio::test]
async fn an_edit_is_rehearsed_over_the_last_week_before_it_is_saved() {
    let (world, mut browser) = World::set_up().await;
    let hook = world.default_policy(&mut browser).await;
    world.fails("web1", "nginx", "process is not running").await;
    world.minutes(12, &[("web1", "nginx", 512)]).await;
    world.minutes(1, &[("web1", "nginx", 0)]).await;
    assert_eq!(world.sent().await, ["problem", "reminder", "reminder", "recovery"]);

    let calmer = [("urgency_0", "own"), ("interval_0", "1h"), ("after_0", "5m"), ("version", "1"), ("do", "rehearse")];
    let seen = browser.post("/policies/edit", &one_rule("default", &hook, &calmer)).await;
    seen.shows("<b>4</b> notifications were sent, <b>2</b> would have been").shows("−2");
    seen.shows("nginx on web1").shows("2 reminders").shows("00:05:00").shows("end <time");
    seen.shows("What saving changes").shows("New rule: “hook: after 5m, then every 1h").shows("value=\"1h\"");
    let rules = |world: &World| match &world.app.engine.book().policies[&Target::Default].say {
        Say::Rules(rules) => rules.clone(),
        Say::Mute => panic!("it is not muted"),
    };
    assert_eq!(rules(&world)[0].every, Every::Urgency(1), "rehearsing saves nothing");

    let muted = [("say", "mute"), ("version", "1"), ("do", "rehearse")];
    let seen = browser.post("/policies/edit", &one_rule("default", &hook, &muted)).await;
    seen.shows("<b>0</b> would have been").shows("MUTE: nobody is told any more").shows(">nobody<");

    let wrong = [("urgency_0", "own"), ("interval_0", "soon"), ("version", "1"), ("do", "rehearse")];
    let seen = browser.post("/policies/edit", &one_rule("default", &hook, &wrong)).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows("Rule 1: write a length like");

    let id = rules(&world)[0].id.to_string();
    let saved = [("urgency_0", "own"), ("interval_0", "1h"), ("id_0", id.as_str()), ("version", "1"), ("do", "save")];
    Browser::done(&browser.post("/policies/edit", &one_rule("default", &hook, &saved)).await);
    browser.get("/policies").await.shows("Rule 1 was “hook: at once, then every 5m").shows("then every 1h");
    browser.get("/activity").await.shows("the default policy").shows("hook every 1h");
    let mut viewer = world.somebody("vera", Role::Viewer).await;
    let seen = viewer.post("/policies/edit", &one_rule("default", &hook, &calmer)).await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN, "a rehearsal takes a core");
}

#[tokio::test]
async fn two_who_edit_one_policy_meet_in_a_comparison() {
    let (world, mut anna) = World::set_up().await;
    let hook = world.default_policy(&mut anna).await;
    let mut ben = world.somebody("ben", Role::Admin).await;
    let hers = one_rule("default", &hook, &[("urgency_0", "2"), ("version", "1")]);
    let his = one_rule("default", &hook, &[("urgency_0", "3"), ("version", "1")]);
    Browser::done(&ben.post("/policies/edit", &his).await);

    let seen = anna.post("/policies/edit", &hers).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows("ben has saved this policy meanwhile").shows("What is saved now").shows("(urgency 3)");
    seen.shows("What you have typed").shows("(urgency 2)").shows("Save mine in its place");
    let policy = || world.app.engine.book().policies[&Target::Default].clone();
    assert!(matches!(policy().say, Say::Rules(rules) if rules[0].every == Every::Urgency(3)), "ben's stands");

    let all = tags(&seen.text);
    let version = all.iter().find(|tag| tag.get("name") == Some("version")).and_then(|tag| tag.get("value"));
    assert_eq!(version, Some("2"), "who has seen both may save");
    let again = one_rule("default", &hook, &[("urgency_0", "2"), ("version", "2")]);
    Browser::done(&anna.post("/policies/edit", &again).await);
    assert!(matches!(policy().say, Say::Rules(rules) if rules[0].every == Every::Urgency(2)));

    Browser::done(&ben.post("/policies/delete", &[("target", "default")]).await);
    let late = one_rule("default", &hook, &[("version", "3")]);
    let seen = anna.post("/policies/edit", &late).await;
    seen.shows("Somebody has deleted this policy meanwhile").shows("No policy.");
    assert!(!world.app.engine.book().policies.contains_key(&Target::Default));
    let fresh = one_rule("default", &hook, &[("version", "0")]);
    Browser::done(&anna.post("/policies/edit", &fresh).await);
    assert!(world.app.engine.book().policies.contains_key(&Target::Default));
    let unseen = one_rule("default", &hook, &[("version", "")]);
    let seen = ben.post("/policies/edit", &unseen).await;
    seen.shows("has saved this policy meanwhile");
}

#[tokio::test]
async fn an_interval_that_is_hardly_meant_is_taken_with_a_warning() {
    let (world, mut browser) = World::set_up().await;
    let hook = world.default_policy(&mut browser).await;
    let hurried = [("urgency_0", "own"), ("interval_0", "5s"), ("version", "1")];
    let asked = [hurried.as_slice(), &[("do", "rehearse")]].concat();
    let seen = browser.post("/policies/edit", &one_rule("default", &hook, &asked)).await;
    seen.shows("id=\"interval_0-warning\"").shows("a reminder every 5s until it is fixed");
    Browser::done(&browser.post("/policies/edit", &one_rule("default", &hook, &hurried)).await);
    browser.get("/policies").await.shows("note flash warn").shows("a reminder every 5s until it is fixed");
    let rules = |world: &World| world.app.engine.book().policies[&Target::Default].say.clone();
    assert!(matches!(rules(&world), Say::Rules(rules) if rules[0].every == Every::Interval(Span::seconds(5))));

    let calm = [("urgency_0", "own"), ("interval_0", "1m"), ("version", "2")];
    Browser::done(&browser.post("/policies/edit", &one_rule("default", &hook, &calm)).await);
    browser.get("/policies").await.hides("note flash warn");
    browser.get("/settings/alerting").await.hides("is more than anybody reads");
    Browser::done(&browser.post("/settings/urgencies", &[("interval_1", "10s")]).await);
    browser.get("/settings/alerting").await.shows("id=\"interval_1-warning\"").shows("every 10s");
}

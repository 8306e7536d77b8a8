//! Every page with something on it: sound markup, the strict policy, and no link into nothing.

use std::collections::{BTreeSet, VecDeque};

use axum::http::{StatusCode, header};
use tocsin::actor::Role;

use super::browser::{Browser, Seen};
use super::markup::tags;
use super::world::World;

/// More pages than the sample has.
const MAX_PAGES: usize = 300;

async fn sample() -> (World, Browser, String) {
    let (world, mut browser) = World::set_up().await;
    let receiver = world.default_policy(&mut browser).await;
    Browser::done(&browser.post("/policies/groups", &[("name", "web"), ("priority", "10")]).await);
    world.checks_in("new-one", "sshd", "process is not running").await;
    let host = world.fails("web1", "nginx", "process is not running").await;
    Browser::done(&browser.post(&format!("/hosts/{host}/silence"), &[("length", "1h")]).await);
    let downtime = [
        ("title", "move"),
        ("covers", "all"),
        ("repeats", "once"),
        ("start", "2026-01-01T00:00"),
        ("end", "2026-01-02T12:00"),
        ("zone", "UTC"),
    ];
    Browser::done(&browser.post("/silences/downtimes", &downtime).await);
    Browser::done(&browser.post(&format!("/receivers/{receiver}/test"), &[]).await);
    (world, browser, receiver)
}

#[track_caller]
fn sound(path: &str, seen: &Seen) -> Vec<super::markup::Tag> {
    let policy = seen.headers[header::CONTENT_SECURITY_POLICY].to_str().expect("a policy");
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
    let tags = tags(&seen.text);
    let count = |name: &str| tags.iter().filter(|tag| tag.name == name).count();
    assert_eq!((count("h1"), count("main"), count("title"), count("style")), (1, 1, 1, 0), "{path}");
    only_our_scripts(path, &seen.text, &tags);
    let mut ids = BTreeSet::new();
    for tag in &tags {
        assert!(tag.get("style").is_none(), "{path} has an inline style");
        assert!(
            !tag.attributes.iter().any(|(name, _)| name.starts_with("on")),
            "{path} has an inline handler: {tag:?}"
        );
        if let Some(id) = tag.get("id") {
            assert!(ids.insert(id.to_owned()), "{path} has two elements with the id {id}");
        }
        for place in ["href", "action", "formaction"].iter().filter_map(|name| tag.get(name)) {
            assert!(
                place.starts_with('/') && !place.starts_with("//") || place.starts_with('#'),
                "{path} leads to {place}"
            );
        }
    }
    for tag in tags.iter().filter(|tag| tag.name == "label") {
        if let Some(id) = tag.get("for") {
            assert!(ids.contains(id), "{path} labels nothing with {id}");
        }
    }
    tags
}

/// One module of our own, and nothing written into the page.
#[track_caller]
pub fn only_our_scripts(path: &str, page: &str, tags: &[super::markup::Tag]) {
    let scripts: Vec<_> = tags.iter().filter(|tag| tag.name == "script").collect();
    assert_eq!(scripts.len(), 1, "{path}: {scripts:?}");
    assert!(scripts[0].get("src").is_some_and(|place| place.starts_with("/assets/")), "{path}: {scripts:?}");
    assert!(page.contains("></script>"), "{path} holds code");
}

#[tokio::test]
async fn every_page_is_sound_and_every_link_and_form_leads_somewhere() {
    let (world, mut browser, _) = sample().await;
    let (mut seen_paths, mut queue) = (BTreeSet::new(), VecDeque::from(["/".to_owned()]));
    let mut actions = BTreeSet::new();
    while let Some(path) = queue.pop_front() {
        assert!(seen_paths.len() < MAX_PAGES, "pages without end");
        // Offered to a page whose session has ended; whoever has one is sent on.
        if path == "/login" {
            continue;
        }
        let seen = browser.get(&path).await;
        assert_eq!(seen.status, StatusCode::OK, "{path}");
        if path.starts_with("/assets/") || path.ends_with(".json") || path.ends_with(".csv") {
            continue;
        }
        for tag in sound(&path, &seen) {
            match (tag.get("href"), tag.get("action")) {
                (Some(href), _) if !href.starts_with('#') => {
                    let href = href.split('#').next().unwrap_or("").to_owned();
                    if seen_paths.insert(href.clone()) {
                        queue.push_back(href);
                    }
                }
                (_, Some(action)) if tag.get("method") == Some("post") => {
                    actions.insert(action.to_owned());
                }
                _ => {}
            }
            if let (Some(action), Some("post")) = (tag.get("formaction"), tag.get("formmethod")) {
                actions.insert(action.to_owned());
            }
        }
    }
    assert!(seen_paths.len() > 25, "{seen_paths:?}");
    // Somebody without any right asks: a route that exists refuses, one that does not exist is not found.
    let mut viewer = world.somebody("vera", Role::Viewer).await;
    for action in actions.iter().filter(|action| *action != "/logout") {
        let seen = viewer.post(action, &[]).await;
        assert_ne!(seen.status, StatusCode::METHOD_NOT_ALLOWED, "{action}");
        assert!(!seen.text.contains("There is no such page"), "{action} leads nowhere");
        assert!(!seen.status.is_server_error(), "{action}: {}", seen.text);
    }
}

#[tokio::test]
async fn a_viewer_sees_everything_but_no_action() {
    let (world, _, _) = sample().await;
    let mut viewer = world.somebody("vera", Role::Viewer).await;
    let host = world.app.engine.fleet().cells().iter().map(|cell| cell.host()).find(|host| !host.alerts.is_empty());
    let host = host.expect("a host in trouble");
    let (page, alert) = (format!("/hosts/{}", host.id), format!("/alerts/{}", host.alerts[0].id));
    for path in [
        "/",
        "/hosts",
        "/hosts?show=pending",
        &page,
        &alert,
        "/silences",
        "/policies",
        "/receivers",
        "/deliveries",
        "/connect",
    ] {
        let seen = viewer.get(path).await;
        assert_eq!(seen.status, StatusCode::OK, "{path}");
        let posts: Vec<String> = sound(path, &seen)
            .iter()
            .filter(|tag| tag.get("method") == Some("post"))
            .filter_map(|tag| tag.get("action").map(str::to_owned))
            .filter(|action| action != "/look" && action != "/logout")
            .collect();
        assert_eq!(posts, [""; 0], "{path}");
    }
    let refused = viewer.post(&format!("/alerts/{}/acknowledge", host.alerts[0].id), &[]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    refused.shows("needs the role operator").shows("ask an admin");
    let refused = viewer.get("/receivers/new/webhook").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "settings are for admins");
}

#[tokio::test]
async fn what_is_not_there_is_said_with_a_way_back() {
    let (_world, mut browser) = World::set_up().await;
    for path in ["/nothing", "/alerts/7", "/hosts/7", "/deliveries/7", "/receivers/7", "/policies/edit?target=host:7"] {
        let seen = browser.get(path).await;
        assert_eq!(seen.status, StatusCode::NOT_FOUND, "{path}");
        sound(path, &seen);
        seen.shows("Back");
    }
}

#[tokio::test]
async fn an_empty_instance_says_what_will_be_here_and_what_to_do() {
    let (_world, mut browser) = World::set_up().await;
    browser.get("/").await.shows("No agent has reported yet").shows("href=\"/connect\"");
    browser.get("/hosts").await.shows("Connect the first agent");
    browser.get("/receivers").await.shows("Make the first receiver");
    browser.get("/deliveries").await.shows("Nothing was sent yet");
    browser.get("/policies").await.shows("There is no receiver yet");
    browser.get("/hosts/rejected").await.shows("Nothing was rejected");
}

#[tokio::test]
async fn assets_are_kept_for_ever_under_a_name_of_their_content() {
    let (_world, mut browser) = World::set_up().await;
    let page = browser.get("/").await;
    let style = tags(&page.text).into_iter().find(|tag| tag.get("rel") == Some("stylesheet")).expect("a style sheet");
    let seen = browser.get(style.get("href").expect("its place")).await;
    assert_eq!(seen.status, StatusCode::OK);
    assert_eq!(seen.headers[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
    assert!(seen.headers.contains_key(header::ETAG));
    assert_eq!(page.headers[header::CACHE_CONTROL], "no-store", "pages are not kept");
    assert!(!seen.text.contains("@import") && !seen.text.contains("url("), "nothing is fetched by the style sheet");

    let scripts = tags(&page.text).into_iter().filter_map(|tag| match tag.name.as_str() {
        "script" => tag.get("src").map(str::to_owned),
        "link" if tag.get("rel") == Some("modulepreload") => tag.get("href").map(str::to_owned),
        _ => None,
    });
    let scripts: Vec<String> = scripts.collect();
    assert!(scripts.len() > 5, "{scripts:?}");
    for place in &scripts {
        let seen = browser.get(place).await;
        assert_eq!(seen.status, StatusCode::OK, "{place}");
        assert_eq!(seen.headers[header::CONTENT_TYPE], "text/javascript; charset=utf-8");
        for import in seen.text.split("from \"./").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(scripts.iter().any(|script| script.ends_with(&format!("/{import}"))), "{place} imports {import}");
        }
    }
    let elsewhere = scripts[0].replace("/assets/", "/assets/0");
    assert_eq!(browser.get(&elsewhere).await.status, StatusCode::NOT_FOUND);
}

//! What is typed arrives, what is wrong is said beside its field, and secrets go in but never out.

use axum::http::StatusCode;
use tocsin::actor::Role;
use tocsin_policy::{Every, Say, Span, Target};

use super::browser::Browser;
use super::markup::tags;
use super::world::World;

/// The first number in links to this place.
fn id_in(page: &str, place: &str) -> String {
    let ids = page.split(place).skip(1).filter_map(|part| part.split(['"', '/', '?']).next());
    ids.filter(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()))
        .map(str::to_owned)
        .next()
        .expect("an id")
}

#[tokio::test]
async fn a_receiver_is_made_and_changed_and_its_secrets_are_never_shown() {
    let (_world, mut browser) = World::set_up().await;
    let wrong = [("name", ""), ("set/url", "example.org"), ("set/token", "t0p-secret")];
    let seen = browser.post("/receivers/new/webhook", &wrong).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows("id=\"name-wrong\"").shows("id=\"set/url-wrong\"".replace('/', "&#x2f;").as_str());
    seen.shows("value=\"example.org\"").hides("t0p-secret");

    let typed = [
        ("name", "hook"),
        ("set/url", "https://example.org/x"),
        ("set/token", "t0p-secret"),
        ("set/headers", "X-Key: h1dden"),
        ("enabled", "on"),
        ("private_network", "on"),
    ];
    assert_eq!(Browser::done(&browser.post("/receivers/new/webhook", &typed).await), "/receivers");
    let list = browser.get("/receivers").await;
    list.shows("hook").shows("Saved. Send a test").hides("t0p-secret");
    browser.get("/receivers").await.hides("Saved. Send a test");
    let path = format!("/receivers/{}", id_in(&list.text, "/receivers/"));
    let page = browser.get(&path).await;
    page.shows("stored — leave empty to keep").shows("X-Key:").hides("t0p-secret").hides("h1dden");

    let version = tags(&page.text)
        .iter()
        .find(|tag| tag.get("name") == Some("version"))
        .and_then(|tag| tag.get("value").map(str::to_owned));
    let version = version.expect("the version");
    let changed = [
        ("name", "hook 2"),
        ("set/url", "https://example.org/y"),
        ("set/headers", "X-Key:"),
        ("enabled", "on"),
        ("version", &version),
    ];
    Browser::done(&browser.post(&path, &changed).await);
    let page = browser.get(&path).await;
    page.shows("hook 2").shows("stored — leave empty to keep").hides("h1dden");
    let seen = browser.post(&path, &changed).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows("changed by somebody else meanwhile");
}

#[tokio::test]
async fn a_test_leads_to_its_delivery_and_a_receiver_in_use_stays() {
    let (_world, mut browser) = World::set_up().await;
    let hook = [("name", "hook"), ("set/url", "https://example.org/x"), ("enabled", "on")];
    Browser::done(&browser.post("/receivers/new/webhook", &hook).await);
    let id = id_in(&browser.get("/receivers").await.text, "/receivers/");
    let seen = browser.post(&format!("/receivers/{id}/test"), &[]).await;
    let delivery = Browser::done(&seen).to_owned();
    let page = browser.get(&delivery).await;
    page.shows("Test message to").shows("hook").shows("None yet");
    page.shows("http-equiv=\"refresh\"").shows("looks again");
    Browser::done(&browser.post(&format!("{delivery}/withdraw"), &[]).await);
    let page = browser.get(&delivery).await;
    page.hides("http-equiv=\"refresh\"");

    let policy =
        [("target", "default"), ("enabled", "on"), ("say", "rules"), ("urgency_0", "1"), ("to_0", id.as_str())];
    Browser::done(&browser.post("/policies/edit", &policy).await);
    let seen = browser.post(&format!("/receivers/{id}/delete"), &[]).await;
    assert_eq!(seen.status, StatusCode::CONFLICT);
    seen.shows("take it out of them first");
}

#[tokio::test]
async fn a_policy_keeps_its_rules_over_an_edit_and_leaves_empty_rows_out() {
    let (world, mut browser) = World::set_up().await;
    for name in ["mail", "chat"] {
        let hook = [("name", name), ("set/url", "https://example.org/x"), ("enabled", "on")];
        Browser::done(&browser.post("/receivers/new/webhook", &hook).await);
    }
    let page = browser.get("/policies/edit?target=default").await;
    let ids: Vec<String> = tags(&page.text)
        .iter()
        .filter(|tag| tag.get("name") == Some("to_0"))
        .filter_map(|tag| tag.get("value").map(str::to_owned))
        .collect();
    let [chat, mail] = [ids[0].as_str(), ids[1].as_str()];
    let typed = [
        ("target", "default"),
        ("enabled", "on"),
        ("say", "rules"),
        ("urgency_0", "own"),
        ("interval_0", "soon"),
        ("to_0", mail),
        ("recovery_0", "on"),
        ("urgency_1", "2"),
        ("to_1", chat),
        ("after_1", "10m"),
        ("urgency_2", "1"),
    ];
    let seen = browser.post("/policies/edit", &typed).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows("Rule 1: write a length").shows("value=\"soon\"").shows("value=\"10m\"");

    let mut right = typed;
    right[4] = ("interval_0", "3h");
    Browser::done(&browser.post("/policies/edit", &right).await);
    let rules = |world: &World| match &world.app.engine.book().policies[&Target::Default].say {
        Say::Rules(rules) => rules.clone(),
        Say::Mute => panic!("it is not muted"),
    };
    let saved = rules(&world);
    assert_eq!(saved.len(), 2, "the empty row is left out");
    assert_eq!((saved[0].every, saved[0].recovery), (Every::Interval(Span::hours(3)), true));
    assert_eq!((saved[1].every, saved[1].after, saved[1].recovery), (Every::Urgency(2), Span::minutes(10), false));

    let page = browser.get("/policies/edit?target=default").await;
    let mut again: Vec<(String, String)> = Vec::new();
    let all = tags(&page.text);
    let form_fields = all.iter().filter(|tag| tag.name == "input" && tag.get("name").is_some());
    for tag in form_fields {
        let boxed = matches!(tag.get("type"), Some("checkbox" | "radio"));
        if !boxed || tag.get("checked").is_some() {
            let value = tag.get("value").unwrap_or("on").to_owned();
            again.push((tag.get("name").unwrap_or("").to_owned(), value));
        }
    }
    let mut select = String::new();
    for tag in &all {
        match (tag.name.as_str(), tag.get("name")) {
            ("select", Some(name)) => select = name.to_owned(),
            ("option", _) if tag.get("selected").is_some() => {
                again.push((select.clone(), tag.get("value").unwrap_or("").to_owned()))
            }
            _ => {}
        }
    }
    let pairs: Vec<(&str, &str)> = again.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Browser::done(&browser.post("/policies/edit", &pairs).await);
    assert_eq!(rules(&world), saved, "saving without a change changes nothing, ids included");
}

#[tokio::test]
async fn an_operator_acknowledges_silences_and_describes_a_host() {
    let (world, _) = World::set_up().await;
    let mut olga = world.somebody("olga", Role::Operator).await;
    let host = world.fails("web1", "nginx", "process is not running").await;
    let alert = world.alert_of(host);
    olga.get("/").await.shows("nginx").shows("process is not running").shows("nobody yet");

    let typed = [("until", "4h"), ("note", "looking at the disk"), ("back", "/")];
    assert_eq!(Browser::done(&olga.post(&format!("/alerts/{alert}/acknowledge"), &typed).await), "/");
    olga.get("/").await.shows("Acknowledged for 4h").shows("looking at the disk").shows("Take back");
    Browser::done(&olga.post(&format!("/alerts/{alert}/unacknowledge"), &[]).await);

    let seen = olga.post(&format!("/hosts/{host}/silence"), &[("length", "5m")]).await;
    assert!(seen.status.is_client_error(), "too short");
    seen.shows("between 15 minutes and 24 hours");
    Browser::done(&olga.post(&format!("/hosts/{host}/silence"), &[("length", "3h")]).await);
    olga.get("/").await.shows("silenced").shows("End silence");
    Browser::done(&olga.post(&format!("/hosts/{host}/unsilence"), &[]).await);

    let seen = olga.post(&format!("/hosts/{host}/edit"), &[("labels", "no colon"), ("region", "Chicago")]).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows("id=\"labels-wrong\"").shows("value=\"Chicago\"");
    Browser::done(&olga.post(&format!("/hosts/{host}/edit"), &[("labels", "team: web"), ("region", "Chicago")]).await);
    olga.get("/hosts?q=team:web").await.shows("web1").shows("Chicago");

    let seen = olga.post(&format!("/hosts/{host}/delete"), &[("confirm", "web1")]).await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN, "what cannot be undone is for admins");
    let mut anna = world.somebody("ann", Role::Admin).await;
    let seen = anna.post(&format!("/hosts/{host}/delete"), &[("confirm", "no")]).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(Browser::done(&anna.post(&format!("/hosts/{host}/delete"), &[("confirm", "web1")]).await), "/hosts");
    assert_eq!(olga.get(&format!("/hosts/{host}")).await.status, StatusCode::NOT_FOUND);
    anna.get("/activity").await.shows("acknowledged").shows("looking at the disk").shows("192.0.2.7");
}

#[tokio::test]
async fn an_agents_password_is_shown_once_with_the_line_to_paste() {
    let (_world, mut browser) = World::set_up().await;
    let seen = browser.post("/settings/agents", &[("agent_name", "web fleet")]).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows("leave out spaces");
    let seen = browser.post("/settings/agents", &[("agent_name", "fleet")]).await;
    assert_eq!(seen.status, StatusCode::OK);
    seen.shows("set mmonit http:");
    let password = seen.text.split("fleet:").nth(1).and_then(|rest| rest.split('@').next()).expect("a password");
    assert_eq!(password.len(), 24);
    browser.get("/settings/agents").await.shows("fleet").hides(password);
    browser.get("/connect").await.shows("fleet").hides(password);
}

#[tokio::test]
async fn a_person_changes_the_own_password_and_the_other_sessions_end() {
    let (world, _) = World::set_up().await;
    let mut here = world.somebody("olga", Role::Operator).await;
    let mut there = world.browser();
    Browser::done(&there.post("/login", &[("name", "olga"), ("password", super::world::PASSWORD)]).await);
    let wrong = [("old", "not this"), ("new", "another long one"), ("repeated", "another long one")];
    let seen = here.post("/settings/password", &wrong).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows("not your present password").hides("another long one");
    let token = here.cookies["tocsin"].clone();
    let right = [("old", super::world::PASSWORD), ("new", "another long one"), ("repeated", "another long one")];
    Browser::done(&here.post("/settings/password", &right).await);
    let fresh = here.cookies.insert("tocsin".to_owned(), token).expect("a token");
    assert_eq!(here.get("/").await.status, StatusCode::SEE_OTHER, "the token before opens nothing any more");
    here.cookies.insert("tocsin".to_owned(), fresh);
    assert_eq!(here.get("/").await.status, StatusCode::OK);
    assert_eq!(there.get("/").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn whoever_has_taken_over_a_session_does_not_find_the_password_with_it() {
    let (world, _) = World::set_up().await;
    let mut thief = world.somebody("olga", Role::Operator).await;
    for _ in 0..5 {
        let guess = [("old", "a guess"), ("new", "another long one"), ("repeated", "another long one")];
        thief.post("/settings/password", &guess).await.shows("not your present password");
    }
    let right = [("old", super::world::PASSWORD), ("new", "another long one"), ("repeated", "another long one")];
    let seen = thief.post("/settings/password", &right).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows("too many tries").shows("seconds");
}

//! Coming in: the set-up link, login and logout, guessing, and forms from elsewhere.

use axum::http::{StatusCode, header};
use tocsin::actor::Role;
use tocsin::settings::Settings;
use tocsin::usecase::account::issue_setup_link;
use tocsin_policy::Span;

use super::browser::Browser;
use super::world::{NOW, PASSWORD, World};

#[tokio::test]
async fn the_set_up_link_makes_the_first_admin_and_works_once() {
    let world = World::new().await;
    let old = issue_setup_link(&world.app).await.expect("issued").expect("nobody is there yet");
    let link = issue_setup_link(&world.app).await.expect("issued").expect("nobody is there yet");
    let mut browser = world.browser();
    browser.get("/login").await.shows("Nobody has an account yet");
    assert_eq!(browser.get(&old).await.status, StatusCode::NOT_FOUND, "a newer link makes the older one useless");
    assert_eq!(browser.get("/setup/guessed").await.status, StatusCode::NOT_FOUND);
    browser.get(&link).await.shows("yours to set up");

    let mistyped = [("name", "anna"), ("password", PASSWORD), ("repeated", "something else")];
    let seen = browser.post(&link, &mistyped).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows("value=\"anna\"").shows("The two passwords differ").hides(PASSWORD);

    let seen = browser.post(&link, &[("name", "anna"), ("password", PASSWORD), ("repeated", PASSWORD)]).await;
    assert_eq!(Browser::done(&seen), "/start");
    browser.get("/connect").await.shows("Connect the first agent").shows("anna");

    assert_eq!(world.browser().get(&link).await.status, StatusCode::NOT_FOUND, "it is spent");
    assert_eq!(issue_setup_link(&world.app).await.expect("asked"), None, "and none follows");
}

#[tokio::test]
async fn a_person_logs_in_goes_where_it_was_asked_for_and_logs_out() {
    let (world, _) = World::set_up().await;
    let mut browser = world.browser();
    let seen = browser.get("/hosts?show=pending").await;
    let login = Browser::done(&seen).to_owned();
    assert_eq!(login, "/login?next=%2Fhosts%3Fshow%3Dpending");
    browser.get(&login).await.shows("Log in");

    let fields = [("name", "anna"), ("password", PASSWORD), ("next", "/hosts?show=pending")];
    let seen = browser.post("/login", &fields).await;
    assert_eq!(Browser::done(&seen), "/hosts?show=pending");
    let cookie = seen.headers[header::SET_COOKIE].to_str().expect("a cookie");
    for word in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(word), "{cookie}");
    }
    let token = browser.cookies["tocsin"].clone();
    browser.get("/").await.shows("anna");

    let seen = browser.post("/login", &[("name", "anna"), ("password", PASSWORD), ("next", "//evil.example/")]).await;
    assert_eq!(Browser::done(&seen), "/", "never to another site");
    assert_ne!(browser.cookies["tocsin"], token, "a login makes a new token");

    let seen = browser.post("/logout", &[]).await;
    assert_eq!(Browser::done(&seen), "/login");
    assert!(!browser.cookies.contains_key("tocsin"));
    browser.cookies.insert("tocsin".to_owned(), token);
    assert_eq!(browser.get("/").await.status, StatusCode::SEE_OTHER, "the token before has ended as well");
}

#[tokio::test]
async fn a_session_ends_when_it_is_idle_and_after_a_week_at_the_latest() {
    let (world, mut browser) = World::set_up().await;
    let mut at = NOW;
    for _ in 0..15 {
        at = at + Span::hours(11);
        world.app.clock.set(at);
        assert_eq!(browser.get("/hosts").await.status, StatusCode::OK, "it is used every day");
    }
    world.app.clock.set(NOW + Span::hours(24 * 7));
    assert_eq!(browser.get("/hosts").await.status, StatusCode::SEE_OTHER, "a week is the end");

    let mut other = world.somebody("olga", Role::Operator).await;
    world.app.clock.set(NOW + Span::hours(24 * 7 + 12));
    assert_eq!(other.get("/hosts").await.status, StatusCode::SEE_OTHER, "twelve idle hours are the end");
}

#[tokio::test]
async fn over_https_the_cookie_is_kept_for_this_host_and_never_sent_in_clear() {
    let world = World::with(|settings| Settings { trust_proxy: true, ..settings }).await;
    let link = issue_setup_link(&world.app).await.expect("issued").expect("nobody is there yet");
    let mut browser = world.browser();
    browser.https = true;
    let seen = browser.post(&link, &[("name", "anna"), ("password", PASSWORD), ("repeated", PASSWORD)]).await;
    let cookie = seen.headers[header::SET_COOKIE].to_str().expect("a cookie");
    assert!(cookie.starts_with("__Host-tocsin="), "{cookie}");
    for word in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(word), "{cookie}");
    }
    browser.get("/settings").await.shows("198.51.100.9");
    browser.https = false;
    assert_eq!(browser.get("/").await.status, StatusCode::SEE_OTHER, "in clear it opens nothing");

    let plain = World::new().await;
    let mut liar = plain.browser();
    liar.https = true;
    let link = issue_setup_link(&plain.app).await.expect("issued").expect("nobody is there yet");
    let seen = liar.post(&link, &[("name", "anna"), ("password", PASSWORD), ("repeated", PASSWORD)]).await;
    let cookie = seen.headers[header::SET_COOKIE].to_str().expect("a cookie");
    assert!(cookie.starts_with("tocsin="), "without a proxy nobody else's headers are believed");
    liar.get("/settings").await.shows("192.0.2.7").hides("198.51.100.9");
}

#[tokio::test]
async fn guessing_is_answered_alike_and_slowed_down() {
    let (world, _) = World::set_up().await;
    let mut browser = world.browser();
    let known = browser.post("/login", &[("name", "anna"), ("password", "wrong")]).await;
    let unknown = browser.post("/login", &[("name", "nobody"), ("password", "wrong")]).await;
    assert_eq!(known.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(known.text.replace("anna", "nobody"), unknown.text);

    for _ in 0..4 {
        browser.post("/login", &[("name", "anna"), ("password", "wrong")]).await;
    }
    let seen = browser.post("/login", &[("name", "anna"), ("password", PASSWORD)]).await;
    assert_eq!(seen.status, StatusCode::TOO_MANY_REQUESTS, "also with the right password");
    seen.shows("too many tries").shows("seconds");
    assert!(seen.headers.contains_key(header::RETRY_AFTER));

    let mut elsewhere = world.browser();
    elsewhere.address.set_ip([198, 51, 100, 3].into());
    let seen = elsewhere.post("/login", &[("name", "anna"), ("password", PASSWORD)]).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "its owner still gets in from somewhere else");
}

#[tokio::test]
async fn a_form_from_another_site_is_refused_and_a_check_in_is_not_a_form() {
    let (world, mut browser) = World::set_up().await;
    browser.site = "cross-site";
    let seen = browser.post("/policies/groups", &[("name", "web"), ("priority", "1")]).await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    seen.shows("sent from another site");
    assert!(world.app.engine.book().groups.is_empty());
    let seen = browser.post("/collector", &[]).await;
    assert_eq!(seen.status, StatusCode::UNAUTHORIZED, "an agent is asked for its password, not for its site");
}

#[tokio::test]
async fn a_disabled_person_is_out_at_once_and_the_last_admin_stays() {
    let (world, mut anna) = World::set_up().await;
    let mut olga = world.somebody("olga", Role::Operator).await;
    olga.get("/").await.shows("operator");
    let ids: Vec<i64> = people(&anna.get("/settings/people").await.text);
    assert_eq!(ids.len(), 2);
    for id in &ids {
        let off = [("role", "operator"), ("reach", "everything"), ("state", "disabled")];
        anna.post(&format!("/settings/people/{id}"), &off).await;
    }
    assert_eq!(olga.get("/").await.status, StatusCode::SEE_OTHER);
    let seen = anna.get("/settings/people").await;
    assert_eq!(seen.status, StatusCode::OK, "the only admin could not be disabled");
    seen.shows("disabled");
}

/// The numbers of the accounts in the list.
fn people(page: &str) -> Vec<i64> {
    let parts = page.split("<a class=\"button\" href=\"/settings/people/").skip(1);
    parts.filter_map(|part| part.split('"').next()?.parse().ok()).collect()
}

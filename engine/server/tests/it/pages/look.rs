//! How somebody wants to see things: times in their zone, the theme, the keys.

use super::browser::Browser;
use super::world::World;

#[tokio::test]
async fn times_are_shown_in_the_zone_of_whoever_looks() {
    let (world, mut browser) = World::set_up().await;
    let host = world.fails("web1", "nginx", "process is not running").await;
    let alert = format!("/alerts/{}", world.alert_of(host));
    browser.get(&alert).await.shows("2026-01-01 00:00:00 UTC").shows("datetime=\"2026-01-01T00:00:00Z\"");

    browser.cookies.insert("tocsin-zone".to_owned(), "America/New_York".to_owned());
    let seen = browser.get(&alert).await;
    seen.shows("2025-12-31 19:00:00 EST").shows("datetime=\"2026-01-01T00:00:00Z\"").shows("Wed 31 Dec 2025");
    Browser::done(&browser.post(&format!("/hosts/{host}/silence"), &[("length", "1h")]).await);
    browser.get(&alert).await.shows("20:00 EST");

    browser.cookies.insert("tocsin-zone".to_owned(), "Nowhere/\"><b>".to_owned());
    browser.get(&alert).await.shows("2026-01-01 00:00:00 UTC");
}

#[tokio::test]
async fn the_theme_and_the_keys_are_kept_for_this_browser() {
    let (world, mut browser) = World::set_up().await;
    browser.get("/").await.hides("data-theme").hides("data-keys=\"off\"");
    let seen = browser.post("/look", &[("theme", "dark"), ("back", "/hosts")]).await;
    assert_eq!(Browser::done(&seen), "/hosts");
    browser.get("/").await.shows("<html lang=\"en\" dir=\"ltr\" data-zone=\"UTC\" data-theme=\"dark\"");
    Browser::done(&browser.post("/look", &[("keys", "off")]).await);
    browser.get("/").await.shows("data-keys=\"off\"").shows("Switch single keys on");

    let seen = browser.post("/look", &[("theme", "<b>"), ("back", "//evil.example")]).await;
    assert_eq!(Browser::done(&seen), "/");
    browser.get("/").await.hides("data-theme");
    let mut stranger = world.browser();
    stranger.cookies.insert("tocsin-theme".to_owned(), "light".to_owned());
    stranger.get("/login").await.shows("data-theme=\"light\"");
}

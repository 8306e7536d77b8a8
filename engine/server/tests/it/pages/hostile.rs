//! Agents are not friends: whatever they call themselves is shown as text.

use axum::http::StatusCode;

use super::browser::Browser;
use super::markup::{tags, unescape};
use super::visit::only_our_scripts;
use super::world::World;

const MARKUP: &str = "<script>alert(1)</script>\"'><img src=x onerror=y>";
const REVERSED: &str = "\u{202e}gnp.exe\u{2066}";

#[tokio::test]
async fn hostile_names_messages_and_notes_are_text_on_every_page() {
    let (world, mut browser) = World::set_up().await;
    let long = "w".repeat(10_000);
    let names = [(MARKUP, MARKUP, MARKUP), (REVERSED, REVERSED, REVERSED), ("long", "ordinary", long.as_str())];
    for (name, service, message) in names {
        let host = world.fails(name, service, message).await;
        let alert = world.alert_of(host);
        let note = [("note", MARKUP), ("until", "4h")];
        Browser::done(&browser.post(&format!("/alerts/{alert}/acknowledge"), &note).await);
        let labels = format!("{}: {}", "team<b>", MARKUP);
        let facts = [("region", MARKUP), ("environment", REVERSED), ("labels", labels.as_str())];
        Browser::done(&browser.post(&format!("/hosts/{host}/edit"), &facts).await);
        let pages = [
            format!("/hosts/{host}"),
            format!("/alerts/{alert}"),
            "/".to_owned(),
            "/hosts".to_owned(),
            "/activity".to_owned(),
        ];
        for path in pages {
            let seen = browser.get(&path).await;
            assert_eq!(seen.status, StatusCode::OK, "{path}");
            let tags = tags(&seen.text);
            only_our_scripts(&path, &seen.text, &tags);
            assert!(!tags.iter().any(|tag| tag.name == "img"), "{path}");
            assert!(!tags.iter().any(|tag| tag.attributes.iter().any(|(key, _)| key == "onerror")), "{path}");
        }
        let page = browser.get(&format!("/hosts/{host}")).await;
        assert!(unescape(&page.text).contains(name), "the name is shown as it is");
        assert!(page.text.contains("<bdi>"), "and cannot turn the line around it");
    }
}

#[tokio::test]
async fn hostile_words_in_addresses_and_forms_are_text_as_well() {
    let (world, mut browser) = World::set_up().await;
    world.fails("web1", "nginx", "down").await;
    let seen = browser.get("/hosts?q=%3Cscript%3E%22%27").await;
    only_our_scripts("the page", &seen.text, &tags(&seen.text));
    seen.shows("No host matches");
    let seen = browser.post("/policies/groups", &[("name", MARKUP), ("priority", "soon")]).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    only_our_scripts("the page", &seen.text, &tags(&seen.text));
    assert!(unescape(&seen.text).contains(MARKUP), "what was typed is kept");

    browser.cookies.insert("tocsin-said".to_owned(), "Z0FsbCBpcyB3ZWxs.0000".to_owned());
    browser.get("/").await.hides("All is well");
    let huge = "x".repeat(300 * 1024);
    let seen = browser.post("/policies/groups", &[("name", &huge)]).await;
    assert_eq!(seen.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn an_address_that_names_nothing_is_answered_for_people() {
    let (_world, mut browser) = World::set_up().await;
    for address in ["/hosts/x", "/deliveries/9999999999999999999999", "/hosts?page=soon"] {
        let seen = browser.get(address).await;
        assert_eq!(seen.status, StatusCode::BAD_REQUEST, "{address}");
        seen.shows("This address names nothing");
    }
    let seen = browser.post("/activity", &[]).await;
    assert_eq!(seen.status, StatusCode::METHOD_NOT_ALLOWED);
    seen.shows("This address is for a form");
}

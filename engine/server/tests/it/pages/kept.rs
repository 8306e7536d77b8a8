//! A login that ends while somebody types: the form comes back with the next login, and is then one press away.

use axum::http::StatusCode;

use super::browser::{Browser, Seen};
use super::markup::tags;
use super::world::{PASSWORD, World};

/// The hidden fields of the only form on a page.
fn hidden(seen: &Seen) -> Vec<(String, String)> {
    let tags = tags(&seen.text).into_iter().filter(|tag| tag.get("type") == Some("hidden"));
    tags.filter_map(|tag| Some((tag.get("name")?.to_owned(), tag.get("value")?.to_owned()))).collect()
}

fn pairs(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

#[tokio::test]
async fn what_was_typed_before_the_login_expired_is_sent_after_the_next_one() {
    let (world, mut anna) = World::set_up().await;
    anna.cookies.clear();
    let asked = anna.post("/policies/groups", &[("name", "web & \"mail\" +"), ("priority", "7")]).await;
    assert_eq!(asked.status, StatusCode::UNAUTHORIZED);
    asked.shows("What you typed is kept");
    assert!(world.app.engine.book().groups.is_empty(), "nothing was done");

    let kept = hidden(&asked);
    let mistyped = [pairs(&kept), vec![("name", "anna"), ("password", "wrong")]].concat();
    let asked = anna.post("/login", &mistyped).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    let kept = hidden(&asked);
    let right = [pairs(&kept), vec![("name", "anna"), ("password", PASSWORD)]].concat();
    let offered = anna.post("/login", &right).await;
    assert_eq!(offered.status, StatusCode::OK);
    offered.shows("Send it now");
    assert!(tags(&offered.text).iter().any(|tag| tag.get("action") == Some("/policies/groups")));
    assert!(world.app.engine.book().groups.is_empty(), "nothing is done unasked");

    Browser::done(&anna.post("/policies/groups", &pairs(&hidden(&offered))).await);
    let book = world.app.engine.book();
    let names: Vec<&str> = book.groups.values().map(|group| group.name.as_str()).collect();
    assert_eq!(names, ["web & \"mail\" +"]);
}

#[tokio::test]
async fn a_login_keeps_nothing_where_nothing_was_typed_and_leads_to_no_other_site() {
    let (_world, mut anna) = World::set_up().await;
    anna.cookies.clear();
    assert_eq!(Browser::done(&anna.post("/alerts/1/unacknowledge", &[]).await), "/login");
    let huge = "x".repeat(65 * 1024);
    assert_eq!(Browser::done(&anna.post("/policies/groups", &[("name", &huge)]).await), "/login");
    for action in ["//evil.example/", "https://evil.example/", "javascript:alert(1)"] {
        let fields = [("name", "anna"), ("password", PASSWORD), ("kept_action", action), ("kept_body", "a=b")];
        assert_eq!(Browser::done(&anna.post("/login", &fields).await), "/", "{action}");
    }
}

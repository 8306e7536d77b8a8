//! Open pages hear what changed, and nothing else.

use std::collections::BTreeMap;

use axum::body::BodyDataStream;
use axum::http::{StatusCode, header};
use futures_util::StreamExt;
use tocsin::actor::Role;
use tokio_util::sync::CancellationToken;

use super::browser::Browser;
use super::markup::tags;
use super::world::World;

/// A stream that is listened to.
pub(super) struct Ear(BodyDataStream);

impl Ear {
    pub async fn open(browser: &mut Browser) -> Ear {
        let answer = browser.open("/live").await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/event-stream");
        Ear(answer.into_body().into_data_stream())
    }

    /// What is said next, as topics with their versions; none at the end.
    async fn hears(&mut self) -> Option<BTreeMap<String, String>> {
        loop {
            let chunk = self.0.next().await?.expect("a chunk");
            let text = String::from_utf8(chunk.to_vec()).expect("text");
            let lines = text.lines().filter_map(|line| line.strip_prefix("data: "));
            let pairs: BTreeMap<String, String> = lines
                .filter_map(|line| line.split_once(' '))
                .map(|(topic, version)| (topic.to_owned(), version.to_owned()))
                .collect();
            assert!(pairs.values().all(|version| version.bytes().all(|byte| byte.is_ascii_digit())), "{text}");
            if !pairs.is_empty() {
                return Some(pairs);
            }
        }
    }

    pub async fn hears_of(&mut self, topic: &str) -> String {
        loop {
            let mut heard = self.hears().await.expect("it goes on");
            if let Some(version) = heard.remove(topic) {
                return version;
            }
        }
    }
}

/// What a page says it was made from.
fn versions(page: &str) -> BTreeMap<String, String> {
    let tags = tags(page);
    let body = tags.iter().find(|tag| tag.name == "body").expect("a body");
    let pairs = body.get("data-versions").expect("versions").split(", ").filter_map(|pair| pair.split_once(' '));
    pairs.map(|(topic, version)| (topic.to_owned(), version.to_owned())).collect()
}

#[tokio::test]
async fn a_page_hears_that_something_changed_and_not_what() {
    let (world, mut browser) = World::set_up().await;
    let host = world.fails("web1", "nginx", "process is not running").await;
    let page = browser.get("/").await.text;
    let mut ear = Ear::open(&mut browser).await;
    assert_eq!(ear.hears().await.expect("a beginning"), versions(&page), "nothing has changed since the page was made");

    let alert = world.alert_of(host);
    let mut olga = world.somebody("olga", Role::Operator).await;
    Browser::done(&olga.post(&format!("/alerts/{alert}/acknowledge"), &[("until", "4h")]).await);
    let heard = ear.hears_of("alerts").await;
    assert_ne!(heard, versions(&page)["alerts"]);
    assert_eq!(heard, versions(&browser.get("/").await.text)["alerts"], "a page fetched now is made from that");
}

#[tokio::test]
async fn nobody_listens_without_a_session_and_nobody_holds_up_the_end() {
    let (world, mut browser) = World::set_up().await;
    let answer = world.browser().open("/live").await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "to the login");

    let closing = CancellationToken::new();
    browser.closing = Some(closing.clone());
    let mut ear = Ear::open(&mut browser).await;
    ear.hears().await.expect("a beginning");
    closing.cancel();
    assert_eq!(ear.hears().await, None);
}

#[tokio::test]
async fn a_page_that_fetches_itself_anew_leaves_what_is_said_to_the_next_one() {
    let (_world, mut browser) = World::set_up().await;
    Browser::done(&browser.post("/policies/groups", &[("name", "web"), ("priority", "10")]).await);
    browser.headers.insert("x-tocsin-again", "1".to_owned());
    browser.get("/policies").await.hides("Group web was saved");
    browser.headers.clear();
    browser.get("/policies").await.shows("Group web was saved");
}

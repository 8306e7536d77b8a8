//! Links out of messages: who holds one acknowledges that alert or silences that host, once, without a login, and sees
//! nothing else.

use axum::http::{StatusCode, header};
use tocsin::settings::Settings;
use tocsin::usecase::deliver::Claim;
use tocsin_policy::{HostId, Span};

use super::browser::{Browser, Seen};
use super::markup::unescape;
use super::world::World;

const ADDRESS: &str = "https://tocsin.example.org";

struct Story {
    world: World,
    anna: Browser,
    host: HostId,
    receiver: String,
    acknowledge: String,
    silence: String,
}

/// A host fails and a receiver is told: the paths of the links in its message.
async fn told() -> Story {
    let (world, mut anna) = World::set_up_with(|settings| Settings {
        public_url: ADDRESS.to_owned(),
        public_url_is_said: true,
        ..settings
    })
    .await;
    let receiver = world.default_policy(&mut anna).await;
    let host = world.fails("web1", "nginx", "process is not running\nsecond line").await;
    let claim = Claim { node: world.app.node.clone() };
    let claimed = world.app.engine.run(claim).await.expect("claimed").remove(0);
    let mut content = claimed.content().expect("a stored notification");
    let before = content.notification(1, 1, None);
    assert_eq!((before.acknowledge_url, before.silence_url), (None, None), "only the deliverer makes links");
    content.sign(&world.app.keys);
    let said = content.notification(1, 1, None);
    let path = |url: Option<String>| {
        let url = url.expect("a link");
        assert!(said.text.contains(&url), "the text names {url}: {}", said.text);
        assert!(unescape(said.html.as_deref().unwrap_or_default()).contains(&url), "so does the html");
        url.strip_prefix(ADDRESS).expect("a link to the instance").to_owned()
    };
    let (acknowledge, silence) = (path(said.acknowledge_url.clone()), path(said.silence_url.clone()));
    Story { host, receiver, acknowledge, silence, world, anna }
}

impl Story {
    /// Somebody who never logged in.
    fn stranger(&self) -> Browser {
        self.world.browser()
    }

    fn taken_by(&self) -> Option<String> {
        let host = self.world.app.engine.fleet().by_id(self.host).expect("the host").host();
        host.alerts[0].acknowledgement.as_ref().map(|held| held.by.clone())
    }

    fn silences(&self) -> usize {
        self.world.app.engine.fleet().by_id(self.host).expect("the host").host().silences.len()
    }
}

fn is_over(seen: &Seen, sentence: &str) {
    assert_eq!(seen.status, StatusCode::GONE, "{}", seen.text);
    seen.shows(sentence);
}

#[tokio::test]
async fn a_message_has_links_only_where_somebody_said_under_which_address_people_come() {
    for (address, is_said, expected) in [
        (ADDRESS, true, true),
        (ADDRESS, false, false),
        ("http://localhost:8080", true, false),
        ("http://127.0.0.1:8080", true, false),
    ] {
        let set = |settings| Settings { public_url: address.to_owned(), public_url_is_said: is_said, ..settings };
        let (world, mut anna) = World::set_up_with(set).await;
        world.default_policy(&mut anna).await;
        world.fails("web1", "nginx", "process is not running").await;
        let claim = Claim { node: world.app.node.clone() };
        let mut content = world.app.engine.run(claim).await.expect("claimed")[0].content().expect("stored");
        content.sign(&world.app.keys);
        let said = content.notification(1, 1, None);
        let links = [said.acknowledge_url, said.silence_url].map(|link| link.is_some());
        assert_eq!(links, [expected; 2], "{address}, said: {is_said}");
        assert!(!said.text.contains("/l/") || expected, "{}", said.text);
        assert!(said.url.is_some(), "the alert's own page needs a login and gives nothing away");
    }
}

#[tokio::test]
async fn a_link_says_what_it_will_do_and_does_it_once() {
    let mut story = told().await;
    let mut stranger = story.stranger();
    let seen = stranger.get(&story.acknowledge).await;
    assert_eq!(seen.status, StatusCode::OK);
    seen.shows("Acknowledge this alert?").shows("web1").shows("nginx").shows("process is not running");
    seen.shows("Reminders of this alert rest").shows("until it recovers").shows("This link works once, until");
    assert_eq!(seen.headers[header::REFERRER_POLICY], "no-referrer");
    assert_eq!(seen.headers[header::CACHE_CONTROL], "no-store");
    seen.hides("<script").hides("second line");
    assert_eq!(story.taken_by(), None, "opening it changes nothing: mail servers open links");

    let fields = [("until", "4h"), ("note", "olga, on call")];
    stranger.post(&story.acknowledge, &fields).await.shows("The alert is acknowledged for 4h.");
    assert_eq!(story.taken_by().as_deref(), Some("link of receiver hook"));
    story.anna.get("/activity").await.shows("link of receiver hook").shows("acknowledged").shows("olga, on call");

    is_over(&stranger.get(&story.acknowledge).await, "This link has been used already");
    is_over(&stranger.post(&story.acknowledge, &fields).await, "This link has been used already");
    assert_eq!(stranger.get(&story.silence).await.status, StatusCode::OK, "the other link is another one");
}

#[tokio::test]
async fn an_acknowledgement_by_link_holds_as_long_as_usual() {
    let mut story = told().await;
    let usual = [("acknowledge_for", "2h"), ("missed_cycles", "3"), ("deadline_floor", "60s")];
    story.anna.post("/settings/alerting", &usual).await;
    let usual = story.world.app.engine.shared().instance().acknowledge_for;
    let mut stranger = story.stranger();
    stranger.post(&story.acknowledge, &[]).await.shows("The alert is acknowledged");
    let host = story.world.app.engine.fleet().by_id(story.host).expect("the host").host();
    let until = host.alerts[0].acknowledgement.as_ref().expect("acknowledged").until;
    assert_eq!(until, usual.map_or(tocsin_policy::Moment::FAR, |usual| story.world.app.clock.now() + usual));
}

#[tokio::test]
async fn a_host_is_silenced_for_an_hour_or_one_of_the_usual_lengths() {
    let story = told().await;
    let mut stranger = story.stranger();
    let seen = stranger.get(&story.silence).await;
    seen.shows("Silence <bdi>web1</bdi>?").shows("value=\"1h\" checked").shows("value=\"24h\"");
    let refused = stranger.post(&story.silence, &[("length", "3d")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(story.silences(), 0);
    // What is refused does not use the link up.
    stranger.post(&story.silence, &[("length", "1h")]).await.shows("The host web1 is silenced for 1h.");
    assert_eq!(story.silences(), 1);
    is_over(&stranger.post(&story.silence, &[]).await, "This link has been used already");
    assert_eq!(story.silences(), 1);
}

#[tokio::test]
async fn a_link_ends_after_a_day_and_with_its_receiver() {
    let mut story = told().await;
    let mut stranger = story.stranger();
    let hook = [("name", "hook"), ("set/url", "https://example.org/x")];
    Browser::done(&story.anna.post(&format!("/receivers/{}", story.receiver), &hook).await);
    is_over(&stranger.post(&story.silence, &[]).await, "is disabled or deleted");
    let enabled = [("name", "hook"), ("set/url", "https://example.org/x"), ("enabled", "on")];
    Browser::done(&story.anna.post(&format!("/receivers/{}", story.receiver), &enabled).await);
    let clock = &story.world.app.clock;
    clock.set(clock.now() + Span::hours(24) - Span::seconds(1));
    assert_eq!(stranger.get(&story.silence).await.status, StatusCode::OK);
    clock.set(clock.now() + Span::seconds(1));
    is_over(&stranger.get(&story.silence).await, "This link was valid until 2026-01-02 00:00:00 UTC");
    is_over(&stranger.post(&story.silence, &[]).await, "This link was valid until");
    assert_eq!(story.silences(), 0);
}

#[tokio::test]
async fn a_forged_link_and_a_form_from_elsewhere_do_nothing() {
    let story = told().await;
    let mut stranger = story.stranger();
    // The mark of one deed is none for another.
    let swapped = story.acknowledge.replacen("/l/Y", "/l/c", 1);
    for path in [swapped.as_str(), "/l/x", "/l/%00", &format!("{}A", story.silence)] {
        let seen = stranger.post(path, &[]).await;
        assert_eq!(seen.status, StatusCode::NOT_FOUND, "{path}");
        seen.shows("This link is none of ours").hides("web1");
    }
    stranger.site = "cross-site";
    assert_eq!(stranger.post(&story.acknowledge, &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!((story.taken_by(), story.silences()), (None, 0));
}

#[tokio::test]
async fn an_alert_that_has_ended_is_not_acknowledged_any_more() {
    let story = told().await;
    let mut stranger = story.stranger();
    story.world.reports("web1", "nginx", 0, None).await;
    stranger.get(&story.acknowledge).await.shows("This alert has ended").hides("<form");
    is_over(&stranger.post(&story.acknowledge, &[]).await, "This alert is not open any more");
}

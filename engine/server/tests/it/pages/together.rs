//! Several hosts at once: one action, one sentence, one undo; and nobody does it without the right to.

use axum::http::StatusCode;
use tocsin::actor::Role;
use tocsin_policy::{HostId, Span};

use super::browser::Browser;
use super::markup::tags;
use super::world::World;

async fn two_in_trouble() -> (World, Browser, [HostId; 2]) {
    let (world, _) = World::set_up().await;
    let olga = world.somebody("olga", Role::Operator).await;
    let hosts = [
        world.fails("web1", "nginx", "process is not running").await,
        world.fails("database1", "postgres", "connection failed").await,
    ];
    (world, olga, hosts)
}

fn silences(world: &World, hosts: [HostId; 2]) -> [usize; 2] {
    hosts.map(|host| world.app.engine.fleet().by_id(host).expect("the host").host().silences.len())
}

/// The fields of the undo that a page offers, and where it goes.
fn undo(page: &str) -> (String, Vec<(String, String)>) {
    let all = tags(page);
    let toast = all.iter().position(|tag| tag.get("class").is_some_and(|class| class.contains("flash")));
    let form = all.iter().skip(toast.expect("a toast")).skip_while(|tag| tag.name != "form").collect::<Vec<_>>();
    let fields =
        form.iter().skip(1).take_while(|tag| tag.name == "input").map(|tag| {
            (tag.get("name").unwrap_or_default().to_owned(), tag.get("value").unwrap_or_default().to_owned())
        });
    (form[0].get("action").expect("an undo").to_owned(), fields.collect())
}

#[tokio::test]
async fn a_silence_of_several_hosts_is_seen_before_it_is_done_and_undone_with_one_press() {
    let (world, mut olga, [web, db]) = two_in_trouble().await;
    let asked = olga.get(&format!("/hosts/act?do=silence&host={web}&host={db}&back=/hosts")).await;
    asked.shows("Silence <bdi>2 hosts</bdi>").shows("2 alerts fire now and would be held back").shows("web1");
    let (one, two) = (web.to_string(), db.to_string());
    let fields =
        [("do", "silence"), ("host", &*one), ("host", &*two), ("length", "3h"), ("note", "move"), ("back", "/")];
    assert_eq!(Browser::done(&olga.post("/hosts/act", &fields).await), "/");
    assert_eq!(silences(&world, [web, db]), [1, 1]);
    let page = olga.get("/").await;
    page.shows("Silenced 2 hosts for 3h");
    olga.get("/activity").await.shows("host web1").shows("host database1");

    let (action, fields) = undo(&page.text);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Browser::done(&olga.post(&action, &fields).await);
    assert_eq!(silences(&world, [web, db]), [0, 0]);
    let again = olga.post(&action, &fields).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "there is nothing left to undo");
}

#[tokio::test]
async fn an_undo_ends_its_own_silence_and_no_older_one() {
    let (world, mut olga, [web, db]) = two_in_trouble().await;
    let place = format!("/hosts/{web}/silence");
    Browser::done(&olga.post(&place, &[("length", "1h")]).await);
    olga.get("/").await;
    Browser::done(&olga.post(&place, &[("length", "3h")]).await);
    assert_eq!(silences(&world, [web, db]), [2, 0]);
    let (action, fields) = undo(&olga.get("/").await.text);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Browser::done(&olga.post(&action, &fields).await);
    assert_eq!(silences(&world, [web, db]), [1, 0]);
}

#[tokio::test]
async fn all_that_match_are_acknowledged_and_downtime_begins_now() {
    let (world, mut olga, [web, db]) = two_in_trouble().await;
    let fields =
        [("do", "acknowledge"), ("all", "1"), ("q", "state:failed"), ("until", "4h"), ("note", "both at once")];
    Browser::done(&olga.post("/hosts/act", &fields).await);
    let page = olga.get("/").await;
    page.shows("Acknowledged 2 alerts of 2 hosts for 4h").shows("both at once");

    let web = web.to_string();
    let fields = [("do", "downtime"), ("host", &*web), ("length", "2h"), ("title", "new kernel")];
    Browser::done(&olga.post("/hosts/act", &fields).await);
    let book = world.app.engine.book();
    assert_eq!(book.downtimes.len(), 1);
    let now = world.app.clock.now();
    assert_eq!(book.downtimes[0].schedule.in_force(now), Some(now + Span::hours(2)));
    olga.get(&format!("/hosts/{web}")).await.shows("new kernel").shows("Downtime of web1 for 2h");
    olga.get(&format!("/hosts/{db}")).await.hides("new kernel");
}

#[tokio::test]
async fn what_is_missing_is_asked_for_and_what_is_wrong_is_said() {
    let (world, mut olga, [web, db]) = two_in_trouble().await;
    let one = web.to_string();
    let asked = olga.post("/hosts/act", &[("do", "silence"), ("host", &one)]).await;
    assert_eq!(asked.status, StatusCode::OK, "without scripts the button of the list leads here");
    asked.shows("Silence <bdi>web1</bdi>");
    let wrong = olga.post("/hosts/act", &[("do", "silence"), ("host", &one), ("other", "5m")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    wrong.shows("between 15 minutes and 24 hours").shows("value=\"5m\"");
    let untitled = olga.post("/hosts/act", &[("do", "downtime"), ("host", &one), ("length", "1h")]).await;
    assert_eq!(untitled.status, StatusCode::UNPROCESSABLE_ENTITY);
    untitled.shows("Say what is done");
    for fields in [vec![("do", "silence"), ("length", "1h")], vec![("do", "dance"), ("host", &*one)]] {
        assert_eq!(olga.post("/hosts/act", &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
    }
    assert_eq!(silences(&world, [web, db]), [0, 0]);

    let mut vera = world.somebody("vera", Role::Viewer).await;
    for deed in ["silence", "unsilence", "downtime", "acknowledge", "approve", "block"] {
        let fields = [("do", deed), ("host", &*one), ("length", "1h"), ("until", "1h"), ("title", "x")];
        assert_eq!(vera.post("/hosts/act", &fields).await.status, StatusCode::FORBIDDEN, "{deed}");
    }
    assert_eq!(vera.get(&format!("/hosts/act?do=silence&host={web}")).await.status, StatusCode::FORBIDDEN);
}

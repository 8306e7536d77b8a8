//! Pages that look at many hosts, and what is done to several at once, for somebody who looks after some of them: the
//! others are in no list, no count, no proposal, and behind no address.

use axum::http::StatusCode;
use tocsin::store::page::delivery;
use tocsin_policy::{DowntimeSchedule, HostId, Scope, Span};

use super::browser::Browser;
use super::live::Ear;
use super::reach::{Two, two};
use super::receivers::settle;
use super::world::{NOW, World};

/// What nobody else than admins may read here: hosts, places and people of the other group.
const SECRET: &str = "secret";

/// Two hosts in trouble with a place each; the other one's is a secret.
async fn two_places() -> Two {
    let mut two = two().await;
    for (host, group, region) in [(two.mine, two.web, "Chicago"), (two.theirs, two.db, "secret bunker")] {
        let typed = [("groups", group.to_string()), ("region", region.to_owned())];
        let typed: Vec<(&str, &str)> = typed.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Browser::done(&two.anna.post(&format!("/hosts/{host}/edit"), &typed).await);
    }
    two
}

fn silences(world: &World, host: HostId) -> usize {
    world.app.engine.fleet().by_id(host).expect("the host").host().silences.len()
}

#[tokio::test]
async fn lists_counts_and_dashboards_know_the_own_hosts_only() {
    let Two { world: _world, mut anna, mut olga, mine, .. } = two_places().await;
    let pages = [
        "/",
        "/?show=firing",
        "/hosts",
        "/hosts?q=state%3Afailing",
        "/hosts?q=service%3Apostgres",
        "/hosts?sort=seen",
        "/dashboards",
        "/dashboards/view",
        "/dashboards/view?by=service&name=postgres",
        "/dashboards/view?by=group&name=db",
        "/dashboards/view?q=-service%3Anginx",
        "/wall",
        "/wall?by=service&name=postgres",
        "/silences/new",
        "/silences/downtimes/new",
        "/policies/try",
        "/receivers",
        "/deliveries",
        "/connect",
    ];
    for path in pages {
        let seen = olga.get(path).await;
        assert_eq!(seen.status, StatusCode::OK, "{path}");
        seen.hides(SECRET);
    }
    for path in ["/", "/hosts", "/dashboards", "/dashboards/view", "/wall"] {
        anna.get(path).await.shows(SECRET);
    }

    anna.get("/").await.shows("<title>(2) Now").shows(">2</a>");
    olga.get("/").await.shows("<title>(1) Now").shows("<a href=\"/deliveries?state=due\">1</a>");
    anna.get("/wall").await.shows("<title>(2) Wall");
    olga.get("/wall").await.shows("<title>(1) Wall").shows("nginx").shows("web1");
    olga.get("/dashboards/view?by=service&name=postgres").await.shows("No host matches");
    let boards = olga.get("/dashboards").await;
    boards.leads_to("/dashboards/view?by=service&name=nginx").leads_to("/dashboards/view?by=region&name=Chicago");
    boards.leads_not_to("/dashboards/view?by=service&name=postgres");
    boards.leads_not_to("/dashboards/view?by=group&name=db");
    // What others have is not proposed either.
    olga.get(&format!("/hosts/{mine}")).await.shows("Chicago").hides(SECRET);
}

#[tokio::test]
async fn finding_finds_the_own_hosts_and_what_runs_on_them() {
    let Two { world: _world, mut anna, mut olga, theirs, .. } = two_places().await;
    let place = format!("/hosts/{theirs}");
    for q in ["sec", "silence%20sec", "ack%20sec", "bunk"] {
        olga.get(&format!("/find?q={q}")).await.hides(SECRET).leads_not_to(&place);
        anna.get(&format!("/find?q={q}")).await.shows(SECRET);
    }
    for (q, board) in [("postg", "by=service&name=postgres"), ("db", "by=group&name=db")] {
        let board = format!("/dashboards/view?{board}");
        olga.get(&format!("/find?q={q}")).await.leads_not_to(&board);
        anna.get(&format!("/find?q={q}")).await.leads_to(&board);
    }
    olga.get("/find?q=web").await.shows("web1").leads_to("/dashboards/view?by=group&name=web");
}

#[tokio::test]
async fn a_foreign_alert_has_no_page_no_file_and_no_form() {
    let Two { world, mut anna, mut olga, mine, theirs, .. } = two_places().await;
    let alert = world.alert_of(theirs);
    for path in [format!("/alerts/{alert}"), format!("/alerts/{alert}.json"), format!("/alerts/{alert}/acknowledge")] {
        assert_eq!(anna.get(&path).await.status, StatusCode::OK, "{path}");
        let seen = olga.get(&path).await;
        assert_eq!(seen.status, StatusCode::NOT_FOUND, "{path}");
        seen.hides(SECRET);
    }
    for act in ["acknowledge", "unacknowledge"] {
        let seen = olga.post(&format!("/alerts/{alert}/{act}"), &[("until", "1h")]).await;
        assert_eq!(seen.status, StatusCode::NOT_FOUND, "{act}");
        seen.hides(SECRET);
    }
    // It ends, and is in no history either.
    world.minutes(1, &[("secret-db", "postgres", 0), ("web1", "nginx", 0)]).await;
    assert_eq!(olga.get(&format!("/alerts/{alert}")).await.status, StatusCode::NOT_FOUND);
    let own = world.closed_alert_of(mine).await;
    for path in [format!("/alerts/{own}"), format!("/alerts/{own}.json")] {
        let seen = olga.get(&path).await;
        assert_eq!(seen.status, StatusCode::OK, "{path}");
        seen.shows("web1").hides(SECRET);
    }
}

#[tokio::test]
async fn what_is_done_to_several_hosts_is_done_to_the_own_ones() {
    let Two { world, mut olga, mine, theirs, .. } = two_places().await;
    let (own, foreign) = (mine.to_string(), theirs.to_string());
    for deed in ["silence", "downtime", "acknowledge"] {
        let seen = olga.get(&format!("/hosts/act?do={deed}&host={foreign}")).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{deed}");
        seen.shows("No host is chosen").hides(SECRET);
        olga.get(&format!("/hosts/act?do={deed}&host={own}&host={foreign}")).await.shows("web1").hides(SECRET);
        olga.get(&format!("/hosts/act?do={deed}&all=on&q=state%3Afailing")).await.shows("web1").hides(SECRET);
    }
    let typed = [("do", "silence"), ("host", &*own), ("host", &*foreign), ("length", "1h")];
    Browser::done(&olga.post("/hosts/act", &typed).await);
    olga.get("/").await.shows("Silenced web1 for 1h");
    let typed = [("do", "silence"), ("all", "on"), ("q", ""), ("length", "2h")];
    Browser::done(&olga.post("/hosts/act", &typed).await);
    assert!(silences(&world, mine) > 0);
    assert_eq!(silences(&world, theirs), 0);
    let typed = [("do", "block"), ("host", foreign.as_str())];
    assert_eq!(olga.post("/hosts/act", &typed).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn nobody_takes_back_what_was_done_to_foreign_hosts() {
    let Two { world, mut anna, mut olga, theirs, .. } = two_places().await;
    let typed = [("do", "silence"), ("host", &*theirs.to_string()), ("length", "1h")];
    Browser::done(&anna.post("/hosts/act", &typed).await);
    let alert = world.alert_of(theirs);
    Browser::done(&anna.post(&format!("/alerts/{alert}/acknowledge"), &[("until", "4h")]).await);
    let schedule = DowntimeSchedule::Once { start: NOW, end: NOW + Span::hours(1) };
    let plan = tocsin::usecase::downtime::SaveDowntime {
        actor: tocsin::actor::Actor::system("test"),
        title: "secret work".to_owned(),
        scope: Scope::Host(theirs),
        schedule,
    };
    let downtime = world.app.engine.run(plan).await.expect("planned");

    let host = || world.app.engine.fleet().by_id(theirs).expect("the host").host();
    let silence = host().silences[0].id;
    for (field, id) in [("silence", silence.0), ("downtime", downtime.0), ("alert", alert)] {
        let seen = olga.post("/hosts/act/undo", &[(field, &*id.to_string())]).await;
        assert!(seen.status.is_client_error(), "{field}: {}", seen.status);
        seen.hides(SECRET);
    }
    assert!(host().silences[0].in_force(NOW), "the silence goes on");
    assert!(host().alerts[0].acknowledgement.is_some(), "so does the acknowledgement");
    assert_eq!(world.app.engine.book().downtimes.len(), 1, "and the downtime");
}

#[tokio::test]
async fn views_are_those_of_one_person_and_open_pages_hear_no_names() {
    let Two { world, mut anna, mut olga, theirs, .. } = two_places().await;
    Browser::done(&anna.post("/hosts/views", &[("name", "secret view"), ("q", "group:db")]).await);
    olga.get("/hosts").await.hides(SECRET);
    olga.get("/dashboards").await.hides(SECRET);

    let mut ear = Ear::open(&mut olga).await;
    ear.hears_of("alerts").await;
    let alert = world.alert_of(theirs);
    Browser::done(&anna.post(&format!("/alerts/{alert}/acknowledge"), &[("until", "4h")]).await);
    // Each thing that is heard is a topic and a number: `Ear` fails at anything else.
    ear.hears_of("alerts").await;
}

#[tokio::test]
async fn a_receiver_does_not_tell_what_came_back_about_foreign_hosts() {
    let Two { world, mut anna, mut olga, .. } = two_places().await;
    let waiting = delivery::before(&world.app.store.readers, "due", 0, i64::MAX, 10, "").await.expect("read");
    let theirs = waiting.iter().find(|row| row.host.as_deref() == Some("secret-db")).expect("somebody is told");
    settle(&world, theirs.id, "dead", "permanent", "no thanks, says the secret room", NOW).await;
    anna.get("/receivers").await.shows("says the secret room");
    olga.get("/receivers").await.shows("hook").hides(SECRET);
    assert_eq!(olga.get(&format!("/deliveries/{}", theirs.id)).await.status, StatusCode::NOT_FOUND);
}

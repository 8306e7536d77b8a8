//! The list of hosts: chosen by words, kept as views, found by name.

use axum::http::StatusCode;
use tocsin::actor::Role;
use tocsin_policy::{ObservedEvent, Span};

use super::browser::Browser;
use super::world::{NOW, World};

/// Three hosts: one fails, one is healthy after all, one waits for approval.
async fn fleet() -> (World, Browser) {
    let (world, mut browser) = World::set_up().await;
    Browser::done(&browser.post("/policies/groups", &[("name", "web farm"), ("priority", "10")]).await);
    let group = *world.app.engine.book().groups.keys().next().expect("the group");
    let group = group.to_string();
    let web = world.fails("web1", "nginx", "process is not running").await;
    let facts = [("region", "Chicago"), ("environment", "production"), ("labels", "team: shop"), ("groups", &*group)];
    Browser::done(&browser.post(&format!("/hosts/{web}/edit"), &facts).await);
    let db = world.fails("database1", "postgres", "connection failed").await;
    let facts = [("region", "New York"), ("environment", "staging")];
    Browser::done(&browser.post(&format!("/hosts/{db}/edit"), &facts).await);
    world.checks_in("newcomer", "sshd", "process is not running").await;
    (world, browser)
}

#[tokio::test]
async fn hosts_are_chosen_by_words() {
    let (_world, mut browser) = fleet().await;
    let names = ["web1", "database1", "newcomer"];
    for (q, found) in [
        ("", vec!["web1", "database1", "newcomer"]),
        ("data", vec!["database1"]),
        ("group:\"web farm\"", vec!["web1"]),
        ("group:none -state:pending", vec!["database1"]),
        ("region:\"new york\"", vec!["database1"]),
        ("region:chicago,\"new york\"", vec!["web1", "database1"]),
        ("env:production", vec!["web1"]),
        ("-env:production", vec!["database1", "newcomer"]),
        ("team:shop", vec!["web1"]),
        ("label:team=shop", vec!["web1"]),
        ("label:team", vec!["web1"]),
        ("service:post*", vec!["database1"]),
        ("agent:<5.33", vec![]),
        ("agent:>=5.33 state:pending", vec!["newcomer"]),
        ("state:failed platform:linux", vec!["web1", "database1"]),
        ("state:nonsense", vec![]),
    ] {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", q).finish();
        let page = browser.get(&format!("/hosts?{query}")).await;
        assert_eq!(page.status, StatusCode::OK);
        let shown: Vec<&str> =
            names.into_iter().filter(|name| page.text.contains(&format!("<bdi>{name}</bdi></a>"))).collect();
        assert_eq!(shown, found, "{q}");
    }
    browser.get("/hosts?q=agent%3A%3C5.33").await.shows("It was read as: <bdi>agent before 5.33</bdi>");
}

#[tokio::test]
async fn a_filter_is_kept_as_a_view_for_the_own_eyes() {
    let (world, mut anna) = fleet().await;
    let kept = [("name", "old ones"), ("q", "agent:<6 env:production")];
    let place = Browser::done(&anna.post("/hosts/views", &kept).await).to_owned();
    assert_eq!(place, "/hosts?q=agent%3A%3C6+env%3Aproduction");
    let page = anna.get(&place).await;
    page.shows("<bdi>old ones</bdi>").shows("only you see it").hides("Keep as a view");
    anna.get("/dashboards").await.shows("<bdi>old ones</bdi>");
    let mut olga = world.somebody("olga", Role::Viewer).await;
    olga.get("/hosts").await.hides("old ones");

    let forget = page.text.split("/hosts/views/").nth(1).and_then(|rest| rest.split('"').next()).expect("a form");
    let forget = format!("/hosts/views/{forget}");
    assert_eq!(olga.post(&forget, &[]).await.status, StatusCode::NOT_FOUND, "it is not hers");
    anna.get("/hosts").await.shows("old ones");
    Browser::done(&anna.post(&forget, &[]).await);
    anna.get("/hosts").await.hides("<bdi>old ones</bdi>");

    let nameless = anna.post("/hosts/views", &[("name", " "), ("q", "web")]).await;
    assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
    nameless.shows("Give the view a name");
}

#[tokio::test]
async fn everything_is_found_by_its_name() {
    let (world, mut browser) = fleet().await;
    let host = world.app.engine.fleet().cells().iter().map(|cell| cell.host()).find(|host| &*host.name == "web1");
    let host = host.expect("web1").id;
    browser.get("/find").await.leads_to("/deliveries").leads_to("/connect");
    let page = browser.get("/find?q=web").await;
    page.leads_to(&format!("/hosts/{host}")).leads_to("/dashboards/view?by=group&name=web+farm");
    browser.get("/find?q=nginx").await.leads_to("/dashboards/view?by=service&name=nginx");
    browser.get("/find?q=audit").await.leads_to("/activity");
    let deed = format!("/hosts/act?do=silence&host={host}");
    browser.get("/find?q=silence+web").await.leads_to(&deed).shows("Silence web1");
    world.somebody("olga", Role::Viewer).await.get("/find?q=silence+web").await.leads_not_to(&deed);
    browser.get("/find?q=%3Cscript%3E").await.shows("Nothing has this name");
}

#[tokio::test]
async fn an_event_that_waited_in_the_agents_queue_stands_where_it_happened() {
    let (world, mut browser) = World::set_up().await;
    let host = world.fails("web1", "nginx", "process is not running").await;
    let page = browser.get(&format!("/hosts/{host}")).await;
    page.shows("process is not running").hides("arrived at").shows("if nothing comes");
    world.app.clock.set(NOW + Span::hours(1));
    world.reports("web1", "nginx", 512, None).await;
    let queued = ObservedEvent {
        collected_us: (NOW + Span::minutes(20)).0 * 1_000,
        service: "nginx".into(),
        id: 512,
        state: 0,
        action: 1,
        message: "process is running".to_owned(),
        is_new: true,
    };
    world.reports("web1", "nginx", 512, Some(queued)).await;
    for path in [format!("/hosts/{host}"), format!("/alerts/{}", world.alert_of(host))] {
        let page = browser.get(&path).await;
        page.shows("arrived late, changed nothing").shows(">00:20:00</time>");
        page.shows("arrived at 2026-01-01 01:00:00 UTC");
    }
}

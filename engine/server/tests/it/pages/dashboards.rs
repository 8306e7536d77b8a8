//! One service, region, group or environment at a glance, at a desk and on a wall.

use axum::http::StatusCode;

use super::browser::Browser;
use super::world::World;

async fn fleet() -> (World, Browser) {
    let (world, mut browser) = World::set_up().await;
    for (name, service, region) in
        [("web1", "nginx", "Chicago"), ("web-two", "nginx", "Berlin"), ("database1", "postgres", "Chicago")]
    {
        let host = world.fails(name, service, &format!("{service} on {name} is not running")).await;
        Browser::done(&browser.post(&format!("/hosts/{host}/edit"), &[("region", region)]).await);
    }
    (world, browser)
}

#[tokio::test]
async fn each_service_and_region_has_a_dashboard() {
    let (_world, mut browser) = fleet().await;
    let page = browser.get("/dashboards").await;
    page.leads_to("/dashboards/view?by=service&name=nginx");
    page.leads_to("/dashboards/view?by=region&name=Chicago");

    let page = browser.get("/dashboards/view?by=service&name=nginx").await;
    page.shows("nginx on web1 is not running").shows("nginx on web-two").hides("postgres on database1");
    page.shows("title=\"web1: failed\"").hides("title=\"database1");
    let page = browser.get("/dashboards/view?by=region&name=Chicago").await;
    page.shows("nginx on web1 is not running").shows("postgres on database1").hides("nginx on web-two");
    let page = browser.get("/dashboards/view?q=service%3Anginx+region%3ABerlin").await;
    page.shows("nginx on web-two").hides("nginx on web1 is");
    page.leads_to("/hosts?q=service%3Anginx+region%3ABerlin");
    browser.get("/dashboards/view?by=region&name=Atlantis").await.shows("No host matches");
}

#[tokio::test]
async fn a_wall_shows_the_same_without_a_control() {
    let (_world, mut browser) = fleet().await;
    let page = browser.get("/wall?by=region&name=Chicago").await;
    page.shows("Chicago")
        .shows("nginx on web1 is not running")
        .hides("nginx on web-two")
        .hides("<form")
        .hides("<button");
    page.shows("As of ").shows("data-live=").shows("http-equiv=\"refresh\"");
    browser.get("/wall").await.shows("nginx on web-two").shows("Everything");
    assert_eq!(browser.get("/wall?by=nonsense&name=x").await.status, StatusCode::OK);
}

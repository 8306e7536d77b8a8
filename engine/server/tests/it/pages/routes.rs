//! Every route there is, read from the source: without a session it leads to the login, and whoever only looks on changes
//! nothing by it. A route that is forgotten here fails; what is for everybody is listed with its reason.

use axum::http::StatusCode;
use tocsin::actor::Role;

use super::browser::Browser;
use super::world::World;
use crate::tidy::files;

/// Need no session: how one comes in, what looks the same for everybody, and links that carry their own right.
const OPEN: [&str; 5] = ["/login", "/login/code", "/setup/{token}", "/look", "/l/{token}"];
/// What everybody does with the own account, the own session and the own views.
const OWN: [&str; 10] = [
    "/logout",
    "/settings/password",
    "/settings/sessions/end-others",
    "/settings/sessions/{session}/end",
    "/settings/authenticator",
    "/settings/authenticator/confirm",
    "/settings/authenticator/remove",
    "/settings/authenticator/codes",
    "/hosts/views",
    "/hosts/views/{id}/forget",
];

struct Route {
    path: String,
    reads: bool,
    writes: bool,
}

/// What the routers of the pages are made of.
fn routes() -> Vec<Route> {
    let mut routes = Vec::new();
    for (file, text) in files("engine/server/src/http/pages", &[".rs"]) {
        for call in text.split(".route(").skip(1) {
            let (place, rest) = call.split_once(',').expect("a path and its methods");
            let place = place.trim();
            let path = match place.strip_prefix('"') {
                Some(literal) => literal.trim_end_matches('"').to_owned(),
                None => constant(&text, place).unwrap_or_else(|| panic!("{place} in {}", file.display())),
            };
            let methods = &rest[..end_of(rest)];
            routes.push(Route { path, reads: methods.contains("get("), writes: methods.contains("post(") });
        }
    }
    routes
}

fn constant(text: &str, name: &str) -> Option<String> {
    let (_, rest) = text.split_once(&format!("const {name}: &str = \""))?;
    Some(rest.split('"').next()?.to_owned())
}

/// The end of the arguments of a call.
fn end_of(text: &str) -> usize {
    let mut depth = 0;
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' if depth == 0 => return at,
            ')' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// With something for each placeholder.
fn filled(path: &str) -> String {
    let parts = path.split('/').map(|part| match part {
        "{digest}" => "0".repeat(64),
        "{name}" | "{connector}" => "webhook".to_owned(),
        part if part.starts_with('{') => "1".to_owned(),
        part => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn without_a_session_every_route_leads_to_the_login() {
    let (world, _) = World::set_up().await;
    let routes = routes();
    assert!(routes.len() > 80, "{}", routes.len());
    for known in OPEN.iter().chain(&OWN) {
        assert!(routes.iter().any(|route| route.path == *known), "{known} is no route any more");
    }
    let mut stranger = world.browser();
    for route in routes.iter().filter(|route| !OPEN.contains(&route.path.as_str())) {
        let path = filled(&route.path);
        if route.reads {
            let seen = stranger.get(&path).await;
            assert_eq!(seen.status, StatusCode::SEE_OTHER, "GET {path}");
            assert!(seen.location().starts_with("/login"), "GET {path}: {}", seen.location());
        }
        if route.writes {
            assert_eq!(Browser::done(&stranger.post(&path, &[]).await), "/login", "POST {path}");
        }
    }
}

#[tokio::test]
async fn who_only_looks_on_writes_by_no_route() {
    let (world, _) = World::set_up().await;
    let mut viewer = world.somebody("vera", Role::Viewer).await;
    let not_for_all = |route: &&Route| route.writes && ![&OPEN[..], &OWN[..]].concat().contains(&route.path.as_str());
    let mut wrong = Vec::new();
    for route in routes().iter().filter(not_for_all) {
        let path = filled(&route.path);
        let status = viewer.post(&path, &[]).await.status;
        // Before anything of the form is looked at; what is not there is not said to be there.
        if !matches!(status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND) {
            wrong.push(format!("POST {path}: {status}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

//! For whoever watches the watcher: does the process live, can it work, what has it counted.

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tocsin_policy::Admission;

use crate::app::App;

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Need no login: nothing of hosts or people is in them.
pub fn routes() -> Router<App> {
    Router::new().route("/healthz", get(healthz)).route("/readyz", get(readyz)).route("/metrics", get(metrics))
}

async fn healthz() -> &'static str {
    "alive\n"
}

/// 503 with a sentence while check-ins could not be taken.
async fn readyz(State(app): State<App>) -> Response {
    let sentence = if !app.engine.is_alive() {
        "the writer has ended; restart tocsin and look at its log\n".to_owned()
    } else if app.store.ping().await.is_err() {
        "the database does not answer; check-ins are refused so that agents keep their events\n".to_owned()
    } else if let Some(cure) = app.engine.shared().outage() {
        format!("the database takes no changes: {cure}\n")
    } else {
        return "ready\n".into_response();
    };
    (StatusCode::SERVICE_UNAVAILABLE, sentence).into_response()
}

async fn metrics(State(app): State<App>) -> Response {
    count_fleet(&app);
    ([(header::CONTENT_TYPE, OPEN_METRICS)], app.metrics.text()).into_response()
}

/// Hosts and alerts are counted when somebody asks: the fleet knows them, nobody has to keep a second count right.
fn count_fleet(app: &App) {
    let (mut up, mut down, mut pending, mut ignored, mut blocked, mut alerts) = (0, 0, 0, 0, 0, 0);
    for cell in app.engine.fleet().cells() {
        let host = cell.host();
        match host.admission {
            Admission::Approved if host.liveness.down_since.is_some() => down += 1,
            Admission::Approved => up += 1,
            Admission::Pending => pending += 1,
            Admission::Ignored => ignored += 1,
            Admission::Blocked => blocked += 1,
        }
        alerts += host.alerts.len();
    }
    for (state, count) in [("up", up), ("down", down), ("pending", pending), ("ignored", ignored), ("blocked", blocked)]
    {
        app.metrics.hosts(state, count);
    }
    app.metrics.open_alerts(alerts);
}

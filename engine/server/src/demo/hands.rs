//! What people do in the demo: somebody is on one alert, one host is silenced, one is in downtime. Each waits until
//! there is something to do it to.

use std::sync::Arc;
use std::time::Duration;

use tocsin_policy::{AlertId, DowntimeSchedule, HostId, Scope, Span, Subject};
use tokio_util::sync::CancellationToken;

use crate::actor::{Actor, Role};
use crate::app::App;
use crate::engine::Cell;
use crate::usecase::acknowledge::{Acknowledge, Until};
use crate::usecase::downtime::SaveDowntime;
use crate::usecase::silence::SilenceHost;

/// How often the state is looked at.
const LOOK: Duration = Duration::from_millis(250);

/// Does everything once, then ends.
pub async fn lend(app: App, shutdown: CancellationToken) {
    let work = async {
        if let Err(error) = all(&app).await {
            tracing::warn!(%error, "the demo could not do what an operator would");
        }
    };
    tokio::select! {
        () = work => {}
        () = shutdown.cancelled() => {}
    }
}

async fn all(app: &App) -> Result<(), crate::fault::Fault> {
    let olga = Actor::person("olga", Role::Operator, "127.0.0.1");
    let alert = alert(app, "web2.", "inbound-gateway").await;
    let note = "the new certificate is ordered".to_owned();
    app.engine.run(Acknowledge { actor: olga.clone(), alert, until: Until::For(Span::hours(8)), note }).await?;

    let host = host(app, "cache2.").await;
    let (length, note) = ("3h".to_owned(), "load test until the afternoon".to_owned());
    app.engine.run(SilenceHost { actor: olga.clone(), host, length, note }).await?;

    let (scope, start) = (Scope::Host(self::host(app, "mail2.").await), app.clock.now());
    let title = "new network card".to_owned();
    let schedule = DowntimeSchedule::Once { start, end: start + Span::hours(2) };
    app.engine.run(SaveDowntime { actor: olga, title, scope, schedule }).await?;
    Ok(())
}

/// Waits for a host whose name begins like this.
async fn host(app: &App, begins: &str) -> HostId {
    loop {
        if let Some(cell) = find(app, begins) {
            return cell.id;
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Waits for an open alert of a service.
async fn alert(app: &App, begins: &str, service: &str) -> AlertId {
    loop {
        if let Some(cell) = find(app, begins) {
            let is_it = |subject: &Subject| matches!(subject, Subject::Service(name) if &**name == service);
            if let Some(alert) = cell.host().alerts.iter().find(|alert| is_it(&alert.subject)) {
                return alert.id;
            }
        }
        tokio::time::sleep(LOOK).await;
    }
}

fn find(app: &App, begins: &str) -> Option<Arc<Cell>> {
    app.engine.fleet().cells().into_iter().find(|cell| cell.host().name.starts_with(begins))
}

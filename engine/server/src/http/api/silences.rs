//! Silencing a host, all of its services and its liveness, for a while (S5).

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::post;
use tocsin_policy::{HostId, silence_length};

use super::asked::{Body, Query, id};
use super::auth::Program;
use super::{Answer, host};
use crate::app::App;
use crate::usecase::silence::{EndSilences, SilenceHost};

pub fn routes() -> Router<App> {
    Router::new().route("/hosts/{id}/silence", post(begin).delete(end))
}

async fn begin(State(app): State<App>, who: Program, Path(host): Path<String>, Body(asked): Body) -> Answer {
    let host = HostId(id(&host, "host")?);
    let mut asked = asked.only(&["length", "note"]);
    let (length, note) = (asked.text("length").unwrap_or_default(), asked.text("note").unwrap_or_default());
    if let Err(refusal) = silence_length(&length) {
        asked.wrong("length", refusal.to_string());
    }
    asked.done()?;
    app.engine.run(SilenceHost { actor: who.actor.clone(), host, length, note }).await?;
    host::answer(&app, &who, host).await
}

/// Ends all silences of the host.
async fn end(State(app): State<App>, who: Program, Path(host): Path<String>, Query(asked): Query) -> Answer {
    asked.only(&[]).done()?;
    let host = HostId(id(&host, "host")?);
    app.engine.run(EndSilences { actor: who.actor.clone(), host }).await?;
    host::answer(&app, &who, host).await
}

//! Takes back what was just done: the form in the toast holds the ids of what came into being.

use tocsin_policy::{AlertId, DowntimeId, SilenceId};

use super::doing::all;
use crate::app::App;
use crate::fault::Fault;
use crate::http::flash::{Flash, Tone};
use crate::http::forms::Form;
use crate::http::session::Session;
use crate::usecase::acknowledge::Unacknowledge;
use crate::usecase::downtime::EndDowntime;
use crate::usecase::silence::EndSilence;

/// # Errors
/// When nothing of it is left, or somebody may not do it.
pub async fn run(app: &App, session: &Session, form: &Form) -> Result<Flash, Fault> {
    let actor = &session.actor;
    let ids = |name: &'static str| form.all(name).filter_map(|id| id.parse::<i64>().ok());
    let mut undone = 0;
    let silences = ids("silence").map(|id| EndSilence { actor: actor.clone(), id: SilenceId(id) });
    undone += all(app, silences).await?.outputs.len();
    let downtimes = ids("downtime").map(|id| EndDowntime { actor: actor.clone(), id: DowntimeId(id) });
    undone += all(app, downtimes).await?.outputs.len();
    let alerts = ids("alert").map(|id| Unacknowledge { actor: actor.clone(), alert: AlertId(id) });
    undone += all(app, alerts).await?.outputs.len();
    if undone == 0 {
        return Err(Fault::conflict("there is nothing left to take back"));
    }
    Ok(Flash::new(Tone::Good, "Taken back: what is overdue goes out at once."))
}

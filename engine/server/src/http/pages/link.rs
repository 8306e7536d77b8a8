//! Where a signed link leads: a page that says what pressing the button will do, and the button. Opening it changes
//! nothing, because mail servers and chat programs open every link they see.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Serialize;
use tocsin_policy::Span;

use super::Answer;
use super::alert_row::SILENCES;
use super::together::{until, usual};
use crate::app::App;
use crate::fault::{Fault, RefusalKind};
use crate::http::error::{self, Oops};
use crate::http::forms::{Form, Wrong};
use crate::http::render;
use crate::http::session::Origin;
use crate::link::{Deed, Link};
use crate::store;
use crate::store::page::alert::{self, AlertRow};
use crate::usecase::link::{UseLink, Wish, check_receiver, check_time, used};

/// How long a host is silenced unless somebody chooses.
const USUAL_SILENCE: &str = "1h";

pub fn routes() -> Router<App> {
    Router::new().route("/l/{token}", get(ask).post(act))
}

/// The page: this alert and no other.
#[derive(Serialize)]
struct Model {
    token: String,
    /// `acknowledge` or `silence`
    deed: &'static str,
    host: String,
    service: Option<String>,
    headline: String,
    since_ms: i64,
    ended: bool,
    /// Who has it already.
    taken_by: Option<String>,
    until_ms: i64,
    /// How long an acknowledgement holds unless somebody says otherwise; empty for until recovery.
    usual: String,
    lengths: [&'static str; 8],
    length: String,
    note: String,
    /// Said after it was done.
    done: String,
    sentence: String,
}

async fn ask(State(app): State<App>, Path(token): Path<String>) -> Answer {
    let Some(link) = Link::read(&app.keys, &token) else { return Ok(forged()) };
    match valid(&app, &link).await {
        Ok(row) => Ok(page(StatusCode::OK, &model(&app, &link, row, token))),
        Err(fault) => over(fault),
    }
}

async fn act(State(app): State<App>, Path(token): Path<String>, origin: Origin, form: Form) -> Answer {
    let Some(link) = Link::read(&app.keys, &token) else { return Ok(forged()) };
    let row = match valid(&app, &link).await {
        Ok(row) => row,
        Err(fault) => return over(fault),
    };
    let (host, mut model) = (row.host.clone(), model(&app, &link, row, token));
    form.text("note").clone_into(&mut model.note);
    let (wish, done) = match link.deed {
        Deed::Acknowledge => match until(form.text("until"), usual(&app)) {
            Some((until, words)) => (Wish::Acknowledge(until), format!("The alert is acknowledged {words}.")),
            None => {
                "the time to acknowledge for is not readable; choose one of those shown"
                    .clone_into(&mut model.sentence);
                return Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &model));
            }
        },
        Deed::Silence => {
            let length = Some(form.text("length")).filter(|length| !length.is_empty()).unwrap_or(USUAL_SILENCE);
            length.clone_into(&mut model.length);
            (Wish::Silence(length.to_owned()), format!("The host {host} is silenced for {length}."))
        }
    };
    let action = UseLink { link, wish, note: model.note.clone(), address: origin.address };
    match app.engine.run(action).await {
        Ok(()) => {
            model.done = done;
            Ok(page(StatusCode::OK, &model))
        }
        Err(fault) => {
            let refusal = super::refusal(fault)?;
            if refusal.kind != RefusalKind::Invalid {
                return over(Fault::Refused(refusal));
            }
            model.sentence = Wrong::from(refusal).sentence;
            Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &model))
        }
    }
}

/// The alert of a link that can still be used.
async fn valid(app: &App, link: &Link) -> Result<AlertRow, Fault> {
    check_time(link, app.clock.now())?;
    let pool = &app.store.readers;
    check_receiver(store::receiver::read(pool, link.receiver).await?)?;
    if store::link::used_at(pool, link).await?.is_some() {
        return Err(used());
    }
    let gone = || Fault::conflict("the alert of this link was deleted with its host; there is nothing left to do");
    alert::one(pool, link.alert.0).await?.ok_or_else(gone)
}

fn model(app: &App, link: &Link, row: AlertRow, token: String) -> Model {
    let cell = app.engine.fleet().by_id(tocsin_policy::HostId(row.host_id));
    let host = cell.map(|cell| cell.host());
    let open = host.as_ref().and_then(|host| host.alerts.iter().find(|alert| alert.id == link.alert));
    let now = app.clock.now();
    let held = open.and_then(|alert| alert.acknowledgement.as_ref()).filter(|held| now < held.until);
    let message = open.map_or(row.message.as_str(), |alert| alert.message.as_str());
    Model {
        token,
        deed: link.deed.word(),
        host: row.host,
        service: row.service,
        headline: message.lines().next().unwrap_or_default().to_owned(),
        since_ms: row.opened_at_ms,
        ended: row.closed_at_ms.is_some(),
        taken_by: held.map(|held| held.by.clone()),
        until_ms: link.until.0,
        usual: usual(app).map(Span::words).unwrap_or_default(),
        lengths: SILENCES,
        length: USUAL_SILENCE.to_owned(),
        note: String::new(),
        done: String::new(),
        sentence: String::new(),
    }
}

fn page(status: StatusCode, model: &Model) -> Response {
    render::bare(status, "page/link.html", minijinja::value::Value::from(minijinja::value::Serde(model)))
}

/// A link that was one and is none any more: 410, so that nobody asks again.
fn over(fault: Fault) -> Answer {
    match fault {
        Fault::Refused(refusal) => Ok(error::page(StatusCode::GONE, "This link is over", &refusal.sentence, "/")),
        fault => Ok(Oops::from(fault).into_response()),
    }
}

fn forged() -> Response {
    let sentence = "This link is none of ours. It may have been cut short on its way: copy the whole of it, or open the \
                    alert and log in.";
    error::page(StatusCode::NOT_FOUND, "Nothing here", sentence, "/")
}

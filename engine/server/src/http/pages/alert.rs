//! One alert: what it is, who is on it, what was told and what not, what comes next.

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use serde::Serialize;
use tocsin_policy::{AlertId, HostId, Span};

use super::Answer;
use super::alert_row::{self, Row};
use super::names::Known;
use super::state::{self, Badge, badge};
use super::timeline::{self, Entry};
use crate::app::App;
use crate::fault::Fault;
use crate::http::error::Oops;
use crate::http::forms::Form;
use crate::http::security::local_path;
use crate::http::session::Session;
use crate::http::{flash, render};
use crate::store::page::alert::{self, AlertRow};
use crate::usecase::acknowledge::{Acknowledge, Unacknowledge, Until};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/alerts/{id}", get(page))
        .route("/alerts/{id}/acknowledge", post(acknowledge))
        .route("/alerts/{id}/unacknowledge", post(unacknowledge))
}

#[derive(Serialize)]
struct Model {
    id: i64,
    host_id: i64,
    host: String,
    service: Option<String>,
    kind: String,
    message: String,
    state: Badge,
    opened_at_ms: i64,
    closed_at_ms: Option<i64>,
    close_words: String,
    lasted_ms: i64,
    /// Present while it is open.
    open: Option<Row>,
    timeline: Vec<Entry>,
    silences: [&'static str; 8],
}

async fn page(State(app): State<App>, session: Session, Path(id): Path<i64>) -> Answer {
    let row = alert::one(&app.store.readers, id).await?;
    let row = row.filter(|row| session.cell(&app, HostId(row.host_id)).is_some());
    let row = row.ok_or_else(|| Fault::not_found("there is no such alert; it may have been deleted with its host"))?;
    let known = Known::load(&app).await?;
    let timeline = timeline::of(&app, &row, &known).await?;
    let open = open(&app, &row, &known).await?;
    let ended = row.closed_at_ms.unwrap_or(known.now.0);
    let model = Model {
        id,
        host_id: row.host_id,
        host: row.host.clone(),
        service: row.service.clone(),
        kind: row.kind.clone(),
        message: open.as_ref().map_or_else(|| row.message.clone(), |open| open.message.clone()),
        state: open.as_ref().map_or_else(|| badge("ok", "ended"), |open| open.state.clone()),
        opened_at_ms: row.opened_at_ms,
        closed_at_ms: row.closed_at_ms,
        close_words: timeline::close_words(&row),
        lasted_ms: ended - row.opened_at_ms,
        open,
        timeline,
        silences: alert_row::SILENCES,
    };
    Ok(render::page(&app, &session, "page/alert.html", model))
}

/// The alert in memory, if it is still open.
async fn open(app: &App, row: &AlertRow, known: &Known) -> Result<Option<Row>, Fault> {
    let Some(cell) = app.engine.fleet().by_id(HostId(row.host_id)) else { return Ok(None) };
    let host = cell.host();
    let Some(alert) = host.alerts.iter().find(|alert| alert.id.0 == row.id) else { return Ok(None) };
    let standing = state::standing(&host, &known.book, &app.engine.facts(), alert, known.now);
    Ok(Some(alert_row::row(app, &host, alert, &standing, known, &alert_row::marks(app).await?)))
}

async fn acknowledge(State(app): State<App>, session: Session, Path(id): Path<i64>, form: Form) -> Answer {
    let back = back(&form, id);
    let (until, words) = match form.text("until") {
        "usual" | "" => {
            let usual = app.engine.shared().instance().acknowledge_for;
            (
                Some(Until::Usual),
                usual.map_or_else(|| "until recovery".to_owned(), |span| format!("for {}", span.words())),
            )
        }
        "recovery" => (Some(Until::Recovery), "until recovery".to_owned()),
        "other" => (span(form.text("length")).map(Until::For), format!("for {}", form.text("length"))),
        length => (span(length).map(Until::For), format!("for {length}")),
    };
    let Some(until) = until else {
        let fault = Fault::invalid("the time to acknowledge for is not readable; write it like 90m, 4h or 2d");
        return Err(Oops::back(fault, &back));
    };
    let action =
        Acknowledge { actor: session.actor.clone(), alert: AlertId(id), until, note: form.text("note").to_owned() };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, &back))?;
    Ok(flash::go(&app, &back, &format!("Acknowledged {words}: no reminders while you are on it.")))
}

async fn unacknowledge(State(app): State<App>, session: Session, Path(id): Path<i64>, form: Form) -> Answer {
    let back = back(&form, id);
    let action = Unacknowledge { actor: session.actor.clone(), alert: AlertId(id) };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, &back))?;
    Ok(flash::go(&app, &back, "Not acknowledged any more: what is overdue goes out at once."))
}

fn back(form: &Form, id: i64) -> String {
    local_path(form.text("back")).map_or_else(|| format!("/alerts/{id}"), str::to_owned)
}

/// `90m`, `4h`, `1h 30m`, `2d`.
pub(super) fn span(text: &str) -> Option<Span> {
    let mut total = 0_i64;
    for part in text.split_whitespace() {
        let (digits, unit) = part.split_at(part.find(|c: char| !c.is_ascii_digit())?);
        let unit_s = match unit {
            "s" => 1,
            "m" | "min" => 60,
            "h" => 3_600,
            "d" => 86_400,
            _ => return None,
        };
        total = total.checked_add(digits.parse::<i64>().ok()?.checked_mul(unit_s)?)?;
    }
    total.checked_mul(1_000).map(Span).filter(|span| *span > Span::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_as_people_write_them() {
        assert_eq!(span("1h 30m"), Some(Span::minutes(90)));
        assert_eq!(span("2d"), Some(Span::hours(48)));
        for text in ["", "soon", "5", "-3h", "0m", "9999999999999999d"] {
            assert_eq!(span(text), None, "{text:?}");
        }
    }
}

//! One alert with all that led here: every notification and its way, everything that was due and not sent and why
//! (S8), and the ladder of tiers as it stands now.

use std::collections::HashMap;

use tocsin_policy::{Moment, Subject};

use super::auth::Program;
use super::json::Object;
use super::{Answer, alerts, deliveries, policies, reasons};
use crate::app::App;
use crate::fault::Fault;
use crate::http::pages::names::Known;
use crate::store::page::alert::{self as rows, AlertRow, WithheldRow};
use crate::store::page::delivery;

/// Rows of each kind: the newest. A reminder every five minutes makes as many in a day and a half.
const MAX_ROWS: i64 = 400;

/// Everything about an alert.
pub async fn answer(app: &App, who: &Program, id: i64) -> Answer {
    let pool = &app.store.readers;
    let row = who.alert(app, id).await?;
    let known = Known::load(app).await?;
    let withheld = rows::withheld(pool, id, MAX_ROWS).await?;
    Ok(alerts::summary(app, &row, &known)
        .await?
        .list("notifications", notifications(app, id, &known).await?)
        .list("withheld", withheld.iter().map(|row| not_sent(row, &known)))
        .list("ladder", ladder(app, &row, &known)))
}

/// What was told, the newest first, each with its attempts.
async fn notifications(app: &App, alert: i64, known: &Known) -> Result<Vec<Object>, Fault> {
    let mut attempts: HashMap<i64, Vec<Object>> = HashMap::new();
    for row in delivery::attempts_of_alert(&app.store.readers, alert, MAX_ROWS).await? {
        attempts.entry(row.notification_id).or_default().push(deliveries::attempt(&row.attempt));
    }
    let told = delivery::of_alert(&app.store.readers, alert, MAX_ROWS).await?;
    let told = told.into_iter().map(|row| {
        let tries = attempts.remove(&row.id).unwrap_or_default();
        deliveries::notification(&row, known).list("attempts", tries)
    });
    Ok(told.collect())
}

/// What was due and not sent.
fn not_sent(row: &WithheldRow, known: &Known) -> Object {
    let head = Object::new().at("due", Moment(row.due_at_ms)).at("at", Moment(row.at_ms)).id("rule", row.rule_id);
    head.with("reason", reasons::stored(&row.reason, known))
}

/// Which tiers are asked about it, and what each has to say.
fn ladder(app: &App, row: &AlertRow, known: &Known) -> Vec<Object> {
    let Some(cell) = app.engine.fleet().by_id(tocsin_policy::HostId(row.host_id)) else { return Vec::new() };
    let subject = row.service.as_ref().map_or(Subject::Host, |name| Subject::Service(name.as_str().into()));
    policies::ladder(&cell.host(), &subject, known)
}

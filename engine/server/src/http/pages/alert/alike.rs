//! Alerts like this one: the same service of the same host, or the host itself, in the last ninety days.

use serde::Serialize;
use tocsin_policy::Span;

use super::super::names::Known;
use crate::app::App;
use crate::fault::Fault;
use crate::store::page::alert::{self, AlertRow};

/// How far back.
const DAYS: i64 = 90;
/// Alerts that are counted; a service that fails more often flaps.
const MAX_COUNTED: i64 = 500;
/// Alerts that are shown.
const SHOWN: usize = 6;

#[derive(Serialize)]
pub struct Alike {
    pub days: i64,
    pub count: usize,
    /// There are more than are counted.
    pub more: bool,
    /// Of those that ended, the length that half of them did not reach.
    pub median_ms: Option<i64>,
    pub newest: Vec<One>,
}

#[derive(Serialize)]
pub struct One {
    pub id: i64,
    pub opened_ms: i64,
    /// Missing while it is open.
    pub lasted_ms: Option<i64>,
    pub message: String,
}

pub async fn of(app: &App, row: &AlertRow, known: &Known) -> Result<Alike, Fault> {
    let since = known.now - Span::hours(24 * DAYS);
    let mut rows = alert::alike(&app.store.readers, row, since.0, MAX_COUNTED + 1).await?;
    let more = rows.len() > MAX_COUNTED as usize;
    rows.truncate(MAX_COUNTED as usize);
    let lasted = |row: &AlertRow| row.closed_at_ms.map(|closed| closed - row.opened_at_ms);
    let mut lengths: Vec<i64> = rows.iter().filter_map(lasted).collect();
    lengths.sort_unstable();
    let one = |row: &AlertRow| One {
        id: row.id,
        opened_ms: row.opened_at_ms,
        lasted_ms: lasted(row),
        message: row.message.clone(),
    };
    Ok(Alike {
        days: DAYS,
        count: rows.len(),
        more,
        median_ms: lengths.get(lengths.len() / 2).copied(),
        newest: rows.iter().take(SHOWN).map(one).collect(),
    })
}

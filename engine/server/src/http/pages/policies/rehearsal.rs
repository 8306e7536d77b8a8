//! A rehearsal as the form shows it: counts for each receiver, then the alerts of which somebody would hear otherwise.

use serde::Serialize;
use tocsin_policy::{Policy, Subject, Target};

use super::super::names::Known;
use crate::app::App;
use crate::rehearse::week::{self, Comparison, Difference, Told};

/// What came of it.
#[derive(Serialize)]
pub struct Rehearsal {
    /// Why there is none.
    failed: String,
    from_ms: i64,
    alerts: usize,
    same: usize,
    was: usize,
    would: usize,
    /// The largest number of the table, for its bars.
    most: usize,
    tallies: Vec<Tally>,
    differences: Vec<Row>,
    more: usize,
    older: usize,
    cut: bool,
}

#[derive(Serialize)]
struct Tally {
    name: String,
    was: usize,
    would: usize,
    /// `+3`, `−2`, `same`
    change: String,
}

#[derive(Serialize)]
struct Row {
    alert: i64,
    name: String,
    opened_ms: i64,
    lasted_ms: Option<i64>,
    was: Vec<Line>,
    would: Vec<Line>,
}

/// What one receiver hears.
#[derive(Serialize)]
struct Line {
    receiver: String,
    first_ms: Option<i64>,
    reminders: usize,
    ended_ms: Option<i64>,
}

/// Plays the last week with the edited policy.
pub async fn of(app: &App, known: &Known, target: &Target, edited: Policy) -> Rehearsal {
    match week::rehearse(app, target, Some(edited)).await {
        Ok(comparison) => shown(known, comparison),
        Err(failure) => shown_failure(failure.0),
    }
}

fn shown_failure(failed: String) -> Rehearsal {
    tracing::warn!(failed, "a rehearsal of the last week was not finished");
    Rehearsal {
        failed,
        from_ms: 0,
        alerts: 0,
        same: 0,
        was: 0,
        would: 0,
        most: 1,
        tallies: Vec::new(),
        differences: Vec::new(),
        more: 0,
        older: 0,
        cut: false,
    }
}

fn shown(known: &Known, comparison: Comparison) -> Rehearsal {
    let tally = |tally: &week::Tally| Tally {
        name: tally.name.clone(),
        was: tally.was,
        would: tally.would,
        change: match tally.would.cmp(&tally.was) {
            std::cmp::Ordering::Equal => "same".to_owned(),
            std::cmp::Ordering::Greater => format!("+{}", tally.would - tally.was),
            std::cmp::Ordering::Less => format!("−{}", tally.was - tally.would),
        },
    };
    let most = comparison.tallies.iter().map(|tally| tally.was.max(tally.would)).max().unwrap_or_default();
    Rehearsal {
        failed: String::new(),
        from_ms: comparison.from.0,
        alerts: comparison.alerts,
        same: comparison.same,
        was: comparison.tallies.iter().map(|tally| tally.was).sum(),
        would: comparison.tallies.iter().map(|tally| tally.would).sum(),
        most: most.max(1),
        tallies: comparison.tallies.iter().map(tally).collect(),
        differences: comparison.differences.into_iter().map(|difference| row(known, difference)).collect(),
        more: comparison.more,
        older: comparison.older,
        cut: comparison.cut,
    }
}

fn row(known: &Known, difference: Difference) -> Row {
    let host = known.host(difference.host);
    let line = |told: Told| Line {
        receiver: told.name,
        first_ms: told.first_at.map(|at| at.0),
        reminders: told.reminders,
        ended_ms: told.ended_at.map(|at| at.0),
    };
    Row {
        alert: difference.alert.0,
        name: match difference.subject {
            Subject::Host => host,
            Subject::Service(service) => format!("{service} on {host}"),
        },
        opened_ms: difference.opened_at.0,
        lasted_ms: difference.closed_at.map(|closed| (closed - difference.opened_at).0),
        was: difference.was.into_iter().map(line).collect(),
        would: difference.would.into_iter().map(line).collect(),
    }
}

//! The log as a file for a spreadsheet or an auditor: CSV as RFC 4180 has it, the newest line first, moments in UTC.

use axum::extract::{Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use tocsin_policy::Moment;

use super::super::{Answer, time};
use super::{Asked, wanted};
use crate::app::App;
use crate::http::session::Session;
use crate::store::page::FROM_NEWEST;
use crate::store::page::audit::{self, AuditRow};

/// Lines of one file, a few megabytes; what is older is had with another word.
const MAX_LINES: i64 = 20_000;
const HEAD: &str = "when,who,did,what,detail,from\r\n";
const KIND: &str = "text/csv; charset=utf-8; header=present";

/// `GET /activity.csv`
pub async fn download(State(app): State<App>, session: Session, Query(asked): Query<Asked>) -> Answer {
    let q = asked.words();
    let rows = audit::before(&app.store.readers, FROM_NEWEST, MAX_LINES, wanted(&session, &q)).await?;
    let lines: String = rows.iter().map(line).collect();
    let head = [(header::CONTENT_TYPE, KIND), (header::CONTENT_DISPOSITION, "attachment; filename=\"activity.csv\"")];
    Ok((head, format!("{HEAD}{lines}")).into_response())
}

fn line(row: &AuditRow) -> String {
    let at = time::machine(Moment(row.at_ms));
    let cells = [&at, &row.actor, &row.action, &row.object, &row.detail, &row.address];
    let cells: Vec<String> = cells.into_iter().map(|text| cell(text)).collect();
    format!("{}\r\n", cells.join(","))
}

/// In quotes, and never a formula: names come from agents, and spreadsheets calculate what begins like this.
fn cell(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn a_cell_holds_any_text_and_calculates_nothing() {
        assert_eq!(cell("web1, \"the\" first\n"), "\"web1, \"\"the\"\" first\n\"");
        assert_eq!(cell("=HYPERLINK(0)"), "\"'=HYPERLINK(0)\"");
        assert_eq!(cell(""), "\"\"");
    }
}

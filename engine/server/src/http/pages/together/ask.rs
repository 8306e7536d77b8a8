//! The page that asks how long and why, and says what it would hold back. Scripts show it in front of the list.

use axum::http::StatusCode;
use serde::Serialize;
use tocsin_policy::{Host, Span};

use super::super::Answer;
use super::super::alert_row::SILENCES;
use super::super::names::Known;
use super::super::state::{self, Standing};
use super::chosen::Chosen;
use crate::app::App;
use crate::fault::Fault;
use crate::http::forms::{Form, Wrong};
use crate::http::render;
use crate::http::session::Session;
use crate::store::page::alert;

/// Names shown of those that were chosen.
const MAX_NAMES: usize = 12;
/// The notifications of so many hosts are counted; beyond it the sentence is left out.
const MAX_COUNTED: usize = 25;
/// "This week": for what a silence would have held back.
const LATELY: Span = Span::hours(24 * 7);
/// Lengths that are offered for a downtime that begins now.
const DOWNTIMES: [&str; 8] = ["15m", "30m", "1h", "2h", "4h", "8h", "12h", "1d"];
/// Lengths that are offered for an acknowledgement.
const ACKNOWLEDGEMENTS: [(&str, &str); 6] =
    [("recovery", "until recovery"), ("1h", "1h"), ("4h", "4h"), ("12h", "12h"), ("1d", "1d"), ("7d", "7d")];

#[derive(Serialize)]
struct Model<'a> {
    what: &'a str,
    who: String,
    one: bool,
    names: Vec<String>,
    more: usize,
    /// Repeated in the form.
    fields: Vec<(&'static str, String)>,
    back: String,
    lengths: Vec<(&'static str, &'a str)>,
    typed: Typed<'a>,
    /// Alerts that fire now and would be held back.
    firing: usize,
    open: usize,
    /// Notifications of the last week that would have been.
    held_back: Option<i64>,
    sentence: String,
    errors: std::collections::BTreeMap<String, String>,
}

#[derive(Serialize)]
struct Typed<'a> {
    length: &'a str,
    note: &'a str,
    title: &'a str,
}

pub async fn page(app: &App, session: &Session, form: &Form, chosen: &Chosen, wrong: &Wrong) -> Answer {
    let what = form.text("do");
    let usual = super::usual(app).map(|span| format!("{}, as usual", span.words())).unwrap_or_default();
    let lengths = match what {
        "silence" => SILENCES.map(|length| (length, length)).to_vec(),
        "downtime" => DOWNTIMES.map(|length| (length, length)).to_vec(),
        "acknowledge" if usual.is_empty() => ACKNOWLEDGEMENTS.to_vec(),
        "acknowledge" => [("usual", &*usual)].into_iter().chain(ACKNOWLEDGEMENTS).collect(),
        _ => return Err(Fault::invalid("choose what to do with these hosts").into()),
    };
    let known = Known::load(app).await?;
    let proposed = match what {
        "acknowledge" if usual.is_empty() => "recovery",
        "acknowledge" => "usual",
        _ => "1h",
    };
    let chip = form.text(if what == "acknowledge" { "until" } else { "length" });
    let typed = if form.text("other").is_empty() { chip } else { form.text("other") };
    let model = Model {
        what,
        who: chosen.words(),
        one: chosen.hosts.len() == 1,
        names: chosen.hosts.iter().take(MAX_NAMES).map(|host| host.name.to_string()).collect(),
        more: chosen.hosts.len().saturating_sub(MAX_NAMES),
        fields: fields(form),
        back: super::back(form),
        lengths,
        typed: Typed {
            length: if typed.is_empty() { proposed } else { typed },
            note: form.text("note"),
            title: form.text("title"),
        },
        firing: chosen.hosts.iter().map(|host| firing(app, &known, host)).sum(),
        open: chosen.hosts.iter().map(|host| host.alerts.len()).sum(),
        held_back: if what == "acknowledge" { None } else { held_back(app, chosen).await? },
        sentence: wrong.sentence.clone(),
        errors: wrong.fields.clone(),
    };
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(render::page_as(status, app, session, "page/act.html", model))
}

/// What says which hosts.
fn fields(form: &Form) -> Vec<(&'static str, String)> {
    let of = |name: &'static str| form.all(name).map(move |value| (name, value.to_owned()));
    if form.has("all") { of("all").chain(of("q")).chain(of("show")).collect() } else { of("host").collect() }
}

fn firing(app: &App, known: &Known, host: &Host) -> usize {
    let engine = app.engine.facts();
    let fires = |alert: &&tocsin_policy::Alert| {
        state::standing(host, &known.book, &engine, alert, known.now) == Standing::Firing
    };
    host.alerts.iter().filter(fires).count()
}

async fn held_back(app: &App, chosen: &Chosen) -> Result<Option<i64>, Fault> {
    if chosen.hosts.len() > MAX_COUNTED {
        return Ok(None);
    }
    let since = app.clock.now() - LATELY;
    let mut sum = 0;
    for host in &chosen.hosts {
        sum += alert::notices_of_host(&app.store.readers, host.id.0, since.0).await?;
    }
    Ok(Some(sum))
}

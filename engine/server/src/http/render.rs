//! Templates: compiled into the program, strict about names that do not exist, escaping everything.

use std::sync::LazyLock;

use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use minijinja::value::{Serde, Value};
use minijinja::{Environment, Error, ErrorKind, State, UndefinedBehavior, context};
use serde::Serialize;
use tocsin_policy::{Moment, Span};

use super::pages::time;
use super::{assets, flash, session::Session, turned, viewer};
use crate::app::App;

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(environment);

/// What the frame around every page shows.
#[derive(Debug, Serialize)]
struct Me {
    name: String,
    role: &'static str,
    operates: bool,
    administers: bool,
    firing: usize,
    pending: usize,
    /// What this instance is called; may be empty.
    instance: String,
    /// `alerts 817, hosts 12, …`
    versions: String,
}

/// All templates.
fn environment() -> Environment<'static> {
    let mut templates = Environment::new();
    minijinja_embed::load_templates!(&mut templates);
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates.add_filter("when", when);
    templates.add_filter("clock", |ms: i64| stamp(Moment(ms), &time::of_day(Moment(ms)), ""));
    templates.add_filter("day", |ms: i64| time::day(Moment(ms)));
    templates.add_filter("exact", |ms: i64| time::exact(Moment(ms)));
    templates.add_filter("prose", prose);
    templates.add_filter("capitalize_first", |text: &str| super::pages::capital(text));
    templates.add_filter("span", |ms: i64| time::rough(Span(ms)));
    let asset =
        context! { style => assets::style_path(), icon => assets::icon_path(), scripts => assets::script_paths() };
    templates.add_global("asset", asset);
    templates
}

/// Text of a connector's author: what stands between backticks becomes code, everything is escaped.
fn prose(text: &str) -> Value {
    let parts = text.split('`').enumerate();
    let html: String = parts
        .map(|(n, part)| match (n % 2, minijinja::HtmlEscape(part)) {
            (0, part) => part.to_string(),
            (_, part) => format!("<code>{part}</code>"),
        })
        .collect();
    Value::from_safe_string(html)
}

/// `<time>` with the distance from now in sight; the page counts on by itself where scripts run.
fn when(state: &State<'_, '_>, ms: i64) -> Result<Value, Error> {
    let now = state.lookup("now").and_then(|now| i64::try_from(now).ok());
    let now = now.ok_or_else(|| Error::new(ErrorKind::UndefinedError, "`now` is missing in the model"))?;
    Ok(stamp(Moment(ms), &time::relative(Moment(ms), Moment(now)), " data-counts"))
}

fn stamp(at: Moment, words: &str, more: &str) -> Value {
    let (machine, exact) = (time::machine(at), time::exact(at));
    Value::from_safe_string(format!("<time datetime=\"{machine}\" title=\"{exact}\"{more}>{words}</time>"))
}

/// A page for somebody who is logged in; `model` is `m` in the template.
pub fn page(app: &App, session: &Session, template: &str, model: impl Serialize) -> Response {
    page_as(StatusCode::OK, app, session, template, model)
}

/// The same with another status: a form that was refused.
pub fn page_as(status: StatusCode, app: &App, session: &Session, template: &str, model: impl Serialize) -> Response {
    let tally = super::pages::tally(app, session);
    let me = Me {
        name: session.actor.name.clone(),
        role: session.actor.role.name(),
        operates: session.operates(),
        administers: session.administers(),
        firing: tally.firing,
        pending: tally.pending,
        instance: app.engine.shared().instance().name.clone(),
        versions: session.versions.clone(),
    };
    let context = context! {
        me => Value::from(Serde(&me)),
        viewer => Value::from(Serde(&viewer::viewer().look())),
        now => app.clock.now().0,
        active => active(template),
        flash => Value::from(Serde(&session.flash)),
        m => Value::from(Serde(&model)),
    };
    let mut response = render(status, template, context);
    if session.flash.is_some() {
        flash::clear(&mut response);
    }
    response
}

/// A page without the frame: login, set-up, errors.
pub fn bare(status: StatusCode, template: &str, model: Value) -> Response {
    render(status, template, context! { m => model, viewer => Value::from(Serde(&viewer::viewer().look())) })
}

/// The item of the navigation that a page belongs to.
fn active(template: &str) -> &'static str {
    let stem = template.trim_start_matches("page/").trim_end_matches(".html");
    match stem {
        "now" | "alert" | "acknowledge" | "find" | "start" | "practice" => "now",
        "hosts" | "host" | "rejected" | "act" => "hosts",
        "dashboards" | "dashboard" => "dashboards",
        "silences" | "silence_new" | "downtime_new" => "silences",
        "policies" | "policy" | "policy_try" => "policies",
        "receivers" | "receiver" | "receiver_choose" => "receivers",
        "connectors" | "connector" | "connector_file" | "connector_install" | "connector_keys" => "receivers",
        "deliveries" | "delivery" => "deliveries",
        "activity" => "activity",
        "connect" => "hosts",
        _ => "settings",
    }
}

fn render(status: StatusCode, template: &str, context: Value) -> Response {
    let rendered = TEMPLATES.get_template(template).and_then(|template| template.render(context));
    match rendered {
        Ok(text) => {
            let text = turned::shown(&text).into_owned();
            (status, [(header::VARY, "Cookie")], Html(text)).into_response()
        }
        Err(error) => {
            tracing::error!(template, error = ?error, "a template failed");
            let sentence = "This page could not be put together. Nothing was changed; the log of tocsin says why.";
            (StatusCode::INTERNAL_SERVER_ERROR, sentence).into_response()
        }
    }
}

//! What is done with the alert. Its alias is the id of ours: a reminder is counted at the alert that is open,
//! and opens it anew when somebody closed it by hand.
//!
//! Some of HTML formats at the far side, though not everywhere, so tags from outside are broken.

use std::collections::BTreeMap;
use tocsin_connector::http::Request;
use tocsin_connector::serde_json::{Value, json};
use tocsin_connector::text::{fit, one_line, tame};
use tocsin_connector::{Grade, Kind, Notification, form, markup};

/// What is longer is refused.
pub(crate) const MESSAGE_CHARS: usize = 130;
pub(crate) const DESCRIPTION_CHARS: usize = 15_000;
const NOTE_CHARS: usize = 15_000;
const ENTITY_CHARS: usize = 512;
const USER_CHARS: usize = 100;
/// 8000 are taken for all details; there are at most 26.
const DETAIL_CHARS: usize = 200;
const SOURCE: &str = "tocsin";

pub(crate) struct Action {
    /// Behind the address of the alerts.
    pub(crate) path: String,
    /// Whether there is an alert afterwards that may not have been there before.
    pub(crate) opens: bool,
    body: Value,
}

impl Action {
    pub(crate) fn request(&self, url: String) -> Request {
        Request::post(url).json(&self.body)
    }
}

pub(crate) fn of(n: &Notification, tags: &[String]) -> Action {
    let on_it = |action: &str, body| {
        let path = format!("/{}/{action}?identifierType=alias", form::segment(&n.alert_id));
        Action { path, opens: false, body }
    };
    match n.kind {
        Kind::Acknowledged => on_it("acknowledge", note(n)),
        Kind::Recovery => on_it("close", note(n)),
        Kind::Problem | Kind::Reminder | Kind::Change | Kind::Test => {
            Action { path: String::new(), opens: true, body: alert(n, tags) }
        }
    }
}

fn alert(n: &Notification, tags: &[String]) -> Value {
    json!({
        "message": plain(&n.title, MESSAGE_CHARS),
        "alias": n.alert_id,
        "description": plain(&n.text_with_links(DESCRIPTION_CHARS), DESCRIPTION_CHARS),
        "entity": plain(&one_line(&n.host.name), ENTITY_CHARS),
        "source": SOURCE,
        "priority": priority(n.grade()),
        "tags": tags,
        "details": details(n),
    })
}

/// What is written beside the action, by whom.
fn note(n: &Notification) -> Value {
    let by = n.acknowledgement.as_ref().filter(|_| n.kind == Kind::Acknowledged).map(|taken| taken.by.as_str());
    json!({
        "user": plain(&one_line(by.unwrap_or(SOURCE)), USER_CHARS),
        "source": SOURCE,
        "note": plain(&format!("{}\n\n{}", n.title, n.body()), NOTE_CHARS),
    })
}

fn details(n: &Notification) -> BTreeMap<String, String> {
    n.details().into_iter().map(|(name, value)| (markup::no_tags(&name), plain(&value, DETAIL_CHARS))).collect()
}

fn plain(text: &str, chars: usize) -> String {
    fit(&tame(text), chars, markup::no_tags)
}

fn priority(grade: Grade) -> &'static str {
    match grade {
        Grade::Critical => "P1",
        Grade::Error => "P2",
        Grade::Warning => "P3",
        Grade::Info | Grade::Good => "P5",
    }
}

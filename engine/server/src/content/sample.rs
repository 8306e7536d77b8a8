//! Made-up notifications, one of each kind: what a receiver's own words are tried on before they are kept.

use tocsin_policy::{Moment, Tier};

use super::{Acknowledged, Content, Place};

/// Every kind that a receiver may hear.
pub const KINDS: [&str; 6] = ["problem", "reminder", "acknowledged", "recovery", "change", "test"];

/// 2026-01-01T00:00:00Z
const SINCE_MS: i64 = 1_767_225_600_000;
/// Minutes until it is told, and until it ends.
const LASTED_MS: i64 = 754_000;

/// A notification of this kind about a web server of somebody's.
pub fn sample(kind: &str) -> Content {
    let place = Place { instance: "sample".into(), public_url: "https://tocsin.example.org".into(), is_open: true };
    let told = Moment(if kind == "problem" { SINCE_MS } else { SINCE_MS + LASTED_MS });
    let mut content = Content::own(kind, "process is not running", told, &place);
    if kind == "test" {
        return content;
    }
    let link = |name: &str| Some(format!("https://tocsin.example.org/l/{name}"));
    content.host_id = "6a1f0c".to_owned();
    (content.host, content.service) = ("web1".to_owned(), Some("nginx".to_owned()));
    (content.tier, content.group, content.urgency) = (Tier::Group, Some("production".to_owned()), Some(1));
    content.since_ms = SINCE_MS;
    (content.environment, content.region) = ("production".to_owned(), "Chicago".to_owned());
    content.labels = vec![("team".to_owned(), "web".to_owned())];
    content.alert = Some(1);
    content.url = Some("https://tocsin.example.org/alerts/1".to_owned());
    match kind {
        "recovery" => (content.ended_at_ms, content.close) = (Some(told.0), Some("recovered".to_owned())),
        "acknowledged" => {
            let (by, note) = ("anna".to_owned(), "on it".to_owned());
            content.acknowledgement = Some(Acknowledged { by, note, until_ms: Some(told.0 + 4 * 3_600_000) });
        }
        "change" => content.message = "content changed".to_owned(),
        _ => content.acknowledge_url = link("a"),
    }
    if kind != "recovery" {
        content.silence_url = link("s");
    }
    content
}

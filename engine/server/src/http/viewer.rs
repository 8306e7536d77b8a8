//! How somebody at a browser wants to see things: the zone of times, the theme, whether single keys act. It is kept in
//! cookies of that browser, holds nothing secret, and is part of no decision.
//!
//! It surrounds the whole request instead of being handed from handler to template: every page and every sentence with a
//! moment in it needs it, also those for people who are not logged in.

use axum::extract::Request;
use axum::http::Method;
use axum::http::header::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::security::local_path;
use super::session::cookie;

/// The name of a zone, such as `Europe/Berlin`; the browser's own is written into it by `time.js`.
pub const ZONE: &str = "tocsin-zone";
/// `light` or `dark`; anything else follows the system.
pub const THEME: &str = "tocsin-theme";
/// `off`: single keys do nothing (WCAG 2.1.4).
pub const KEYS: &str = "tocsin-keys";
/// Sent by a page that fetches itself anew: it is not looked at by a person for the first time.
pub const AGAIN: &str = "x-tocsin-again";

/// Longer than the name of any zone.
const ZONE_CHARS: usize = 64;

/// Who looks.
#[derive(Clone, Debug)]
pub struct Viewer {
    pub zone: TimeZone,
    /// Empty: as the system has it.
    pub theme: &'static str,
    pub keys: bool,
    /// Where the person is: path and query.
    pub here: String,
}

/// What templates see of it.
#[derive(Clone, Debug, Serialize)]
pub struct Look {
    pub theme: &'static str,
    pub keys: bool,
    pub zone: String,
    pub here: String,
}

tokio::task_local! {
    static VIEWER: Viewer;
}

impl Default for Viewer {
    fn default() -> Viewer {
        Viewer { zone: TimeZone::UTC, theme: "", keys: true, here: "/".to_owned() }
    }
}

impl Viewer {
    fn of(request: &Request) -> Viewer {
        let headers = request.headers();
        // A page that answers a form has no address that could be gone back to.
        let here = request.uri().path_and_query().filter(|_| request.method() == Method::GET);
        let here = here.and_then(|here| local_path(here.as_str()));
        Viewer {
            zone: cookie(headers, ZONE).and_then(|name| zone(&name)).unwrap_or(TimeZone::UTC),
            theme: theme(cookie(headers, THEME).as_deref().unwrap_or_default()),
            keys: cookie(headers, KEYS).as_deref() != Some("off"),
            here: here.unwrap_or("/").to_owned(),
        }
    }

    /// For templates.
    pub fn look(&self) -> Look {
        let zone = self.zone.iana_name().unwrap_or("UTC").to_owned();
        Look { theme: self.theme, keys: self.keys, zone, here: self.here.clone() }
    }
}

/// A theme that can be pinned.
pub fn theme(name: &str) -> &'static str {
    ["light", "dark"].into_iter().find(|theme| *theme == name).unwrap_or_default()
}

/// A zone by its name; a slash in a cookie may have been encoded.
fn zone(name: &str) -> Option<TimeZone> {
    let name = percent_encoding::percent_decode_str(name).decode_utf8().ok()?;
    let plain =
        name.len() <= ZONE_CHARS && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte));
    if plain { TimeZone::get(&name).ok() } else { None }
}

/// Puts the viewer around a request.
pub async fn surround(request: Request, next: Next) -> Response {
    let viewer = Viewer::of(&request);
    VIEWER.scope(viewer, next.run(request)).await
}

/// Who looks at what is being made; outside of a request somebody in UTC.
pub fn viewer() -> Viewer {
    VIEWER.try_with(Viewer::clone).unwrap_or_default()
}

/// The zone in which times are shown.
pub fn shown_zone() -> TimeZone {
    VIEWER.try_with(|viewer| viewer.zone.clone()).unwrap_or(TimeZone::UTC)
}

/// Whether a page only fetches itself anew.
pub fn is_again(headers: &HeaderMap) -> bool {
    headers.contains_key(AGAIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_known_or_it_is_none() {
        for name in ["Europe/Berlin", "Europe%2FBerlin", "America/Argentina/Buenos_Aires", "UTC"] {
            assert!(zone(name).is_some(), "{name}");
        }
        for name in ["", "Europe/Nowhere", "../../etc/passwd", "/etc/localtime", &"x".repeat(5_000), "Europe/Berlin\0"]
        {
            assert!(zone(name).is_none(), "{name}");
        }
    }
}

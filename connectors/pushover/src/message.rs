//! What Pushover is sent: title, text, priority, one link below and the others in the text.

use crate::Settings;
use tocsin_connector::text::{fit, tame};
use tocsin_connector::{Dialect, Grade, Kind, Notification, markup};

/// Pushover's limits, in characters.
pub(crate) const TITLE_CHARS: usize = 250;
const MESSAGE_CHARS: usize = 1024;
const URL_CHARS: usize = 512;
/// Of the message; the signed links take the rest, with their addresses.
pub(crate) const TEXT_CHARS: usize = 600;

/// 2 rings until somebody acknowledges on the phone, 1 breaks through quiet hours, 0 is ordinary, -1 makes no
/// sound.
pub(crate) fn priority(settings: &Settings, n: &Notification) -> i8 {
    match n.grade() {
        Grade::Critical if settings.emergency && n.urgency == Some(1) => 2,
        Grade::Critical | Grade::Error => 1,
        Grade::Warning => 0,
        Grade::Good | Grade::Info if n.kind == Kind::Acknowledged => -1,
        Grade::Good | Grade::Info => 0,
    }
}

pub(crate) fn write(settings: &Settings, n: &Notification) -> Vec<(&'static str, String)> {
    let priority = priority(settings, n);
    let mut fields = vec![
        ("token", settings.token.expose().to_owned()),
        ("user", settings.user.expose().to_owned()),
        ("title", tocsin_connector::text::shorten(&tame(&n.marked_title()), TITLE_CHARS)),
        ("message", message(n)),
        ("html", "1".to_owned()),
        ("priority", priority.to_string()),
        ("timestamp", (n.decided_at_ms / 1000).to_string()),
    ];
    if let Some(url) = n.url.as_ref().filter(|url| url.chars().count() <= URL_CHARS) {
        let words = n.links().first().map(|(words, _)| *words).unwrap_or_default();
        fields.extend([("url", url.clone()), ("url_title", words.to_owned())]);
    }
    let devices = settings.devices.trim();
    if !devices.is_empty() {
        fields.push(("device", devices.to_owned()));
    }
    if priority == 2 {
        fields.push(("retry", settings.retry_s.to_string()));
        fields.push(("expire", settings.expire_s.to_string()));
    }
    fields
}

fn message(n: &Notification) -> String {
    let text = tame(n.body());
    let links = n.links().into_iter().skip(usize::from(n.url.is_some()));
    let links = links.map(|(words, url)| (Dialect::HTML.link)(words, url)).collect::<Vec<_>>().join("  ·  ");
    let room = MESSAGE_CHARS - TEXT_CHARS - 2;
    if links.is_empty() || links.chars().count() > room {
        return fit(text.trim(), MESSAGE_CHARS, markup::html);
    }
    format!("{}\n\n{links}", fit(text.trim(), TEXT_CHARS, markup::html))
}

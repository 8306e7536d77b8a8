//! Notifications of each kind, as the engine would hand them over.

use serde_json::json;
use tocsin_connector_host::{Acknowledgement, Bundled, HostRef, Kind, Label, Notification, Tier};

/// Tuesday, 14 November 2023, 22:13:20 UTC: when the problem began.
const BEGAN_MS: u64 = 1_700_000_000_000;
const MINUTE_MS: u64 = 60_000;
const PAGE: &str = "https://tocsin.example.org/alerts/1";

/// The kinds by name: what `tocsin connector try` takes and golden tests go through.
pub const KINDS: &[&str] = &["problem", "reminder", "acknowledged", "recovery", "change", "test", "bundle"];

/// The notification of this name; one of [`KINDS`] or `hostile`.
pub fn notification(name: &str) -> Option<Notification> {
    let build = match name {
        "problem" => problem,
        "reminder" => reminder,
        "acknowledged" => acknowledged,
        "recovery" => recovery,
        "change" => change,
        "test" => test,
        "bundle" => bundle,
        "hostile" => hostile,
        _ => return None,
    };
    Some(build())
}

/// nginx on web1 refuses connections; urgency 1.
pub fn problem() -> Notification {
    about_nginx(Kind::Problem, "PROBLEM: web1 nginx: connection refused", 0)
}

/// Still so, half an hour later.
pub fn reminder() -> Notification {
    about_nginx(Kind::Reminder, "STILL FAILING for 30m: web1 nginx: connection refused", 30)
}

/// Anna has taken it over.
pub fn acknowledged() -> Notification {
    let by = "anna".to_owned();
    let until_ms = Some(BEGAN_MS + 240 * MINUTE_MS);
    Notification {
        acknowledgement: Some(Acknowledgement { by, note: Some("on it".into()), until_ms }),
        acknowledge_url: None,
        ..about_nginx(Kind::Acknowledged, "ACKNOWLEDGED by anna: web1 nginx: connection refused", 35)
    }
}

/// It is over.
pub fn recovery() -> Notification {
    Notification {
        ended_at_ms: Some(BEGAN_MS + 42 * MINUTE_MS),
        ended_because: Some("recovered".into()),
        text: text("connection refused <tcp 80>", "nginx")
            .replace("\n\nhttps", "\nEnded:    2023-11-14 22:55:20 UTC (recovered)\n\nhttps"),
        acknowledge_url: None,
        silence_url: None,
        ..about_nginx(Kind::Recovery, "RECOVERED after 42m: web1 nginx", 42)
    }
}

/// A checksum is another one. Nothing to recover from.
pub fn change() -> Notification {
    let message = "checksum changed for /etc/nginx/nginx.conf";
    Notification {
        service: Some("nginx.conf".into()),
        urgency: Some(3),
        message: message.into(),
        duration_ms: None,
        text: text(message, "nginx.conf"),
        html: Some(html("CHANGED: web1 nginx.conf: checksum changed", message)),
        acknowledge_url: None,
        silence_url: None,
        alert_id: "tocsin-i1-2".into(),
        ..about_nginx(Kind::Change, "CHANGED: web1 nginx.conf: checksum changed for /etc/nginx/nginx.conf", 1)
    }
}

/// An operator tries the receiver.
pub fn test() -> Notification {
    let message = "This is a test of the receiver ops. If you can read it, it works.";
    Notification {
        urgency: None,
        host: HostRef { id: "tocsin".into(), name: "tocsin".into() },
        service: None,
        group: None,
        tier: Tier::Default,
        message: message.into(),
        duration_ms: None,
        text: message.into(),
        html: Some(html("TEST from tocsin", message)),
        url: Some("https://tocsin.example.org/receivers".into()),
        acknowledge_url: None,
        silence_url: None,
        alert_id: "tocsin-i1-3".into(),
        environment: None,
        region: None,
        labels: Vec::new(),
        ..about_nginx(Kind::Test, "TEST from tocsin", 0)
    }
}

/// Three alerts that became due together.
pub fn bundle() -> Notification {
    let part = |number: u64, kind, urgency, host: &str, service: Option<&str>, message: &str, title: &str| Bundled {
        kind,
        urgency: Some(urgency),
        host: HostRef { id: format!("{host}-id"), name: host.into() },
        service: service.map(Into::into),
        title: title.into(),
        message: message.into(),
        alert_id: format!("tocsin-i1-{number}"),
        since_ms: BEGAN_MS + number * MINUTE_MS,
        ended_at_ms: (kind == Kind::Recovery).then_some(BEGAN_MS + 20 * MINUTE_MS),
        url: Some(format!("https://tocsin.example.org/alerts/{number}")),
        acknowledge_url: (kind != Kind::Recovery).then(|| format!("https://tocsin.example.org/a/s1gned-{number}")),
        prior_handle: None,
    };
    let parts = vec![
        part(11, Kind::Problem, 1, "db1", None, "no check-in", "PROBLEM: db1: no check-in"),
        part(
            12,
            Kind::Problem,
            2,
            "web1",
            Some("nginx"),
            "connection refused",
            "PROBLEM: web1 nginx: connection refused",
        ),
        part(13, Kind::Recovery, 2, "web2", Some("nginx"), "connection succeeded", "RECOVERED after 7m: web2 nginx"),
    ];
    let titles: Vec<&str> = parts.iter().map(|part| part.title.as_str()).collect();
    let (first, text) = (parts[0].clone(), titles.join("\n"));
    Notification {
        idempotency_key: "tocsin-i1-20".into(),
        host: first.host,
        service: None,
        message: first.message,
        since_ms: first.since_ms,
        html: Some(html("3 alerts: 2 problems, 1 recovery", &text).replace("alerts/1", "alerts")),
        text: format!("{text}\n\nhttps://tocsin.example.org/alerts\n"),
        url: Some("https://tocsin.example.org/alerts".into()),
        acknowledge_url: None,
        silence_url: None,
        alert_id: "tocsin-i1-20".into(),
        bundle: parts,
        ..about_nginx(Kind::Problem, "3 alerts: 2 problems, 1 recovery", 20)
    }
}

/// A problem whose every text tries something: markup, mentions, line breaks in names, text that turns
/// the direction of writing, words of ten thousand letters.
pub fn hostile() -> Notification {
    let markup = "<script>alert(1)</script> <!channel> @everyone @all *bold* _it_ `code` ```fence``` [x](https://evil.example/) {{7*7}} ${x} %0d%0a";
    let turned = "\u{202e}gpj.exe\u{202c} \u{2066}isolated\u{2069} \u{200f}";
    let word = "W".repeat(10_000);
    let message = format!("{markup}\r\n{turned}\n\u{7}\u{1b}[31mred\u{1b}[0m\n.\r\n{word} matches limit 90%");
    let name = "web1\r\nX-Injected: yes\r\n\r\n<b>";
    Notification {
        host: HostRef { id: "4f2c/../..?#".into(), name: name.into() },
        service: Some(format!("nginx\nBcc: evil@example.org {turned}")),
        group: Some("\"quoted\\ group\"".into()),
        text: message.clone(),
        message,
        html: None,
        environment: Some(format!("prod{turned}")),
        region: Some("<@U1>".into()),
        labels: (0..60).map(|n| Label { name: format!("l{n}\r\n"), value: markup.into() }).collect(),
        // Titles have no line breaks; that is a promise of the contract.
        ..about_nginx(Kind::Problem, &format!("PROBLEM: {markup} {turned} {word}"), 0)
    }
}

/// What the others have in common.
fn about_nginx(kind: Kind, title: &str, minutes: u64) -> Notification {
    let message = "connection refused <tcp 80>";
    Notification {
        idempotency_key: format!("tocsin-i1-{}", 100 + minutes),
        attempt: 1,
        // Set by the host.
        budget_ms: 0,
        kind,
        urgency: Some(1),
        host: HostRef { id: "4f2c".into(), name: "web1".into() },
        service: Some("nginx".into()),
        group: Some("web".into()),
        tier: Tier::Group,
        message: message.into(),
        since_ms: BEGAN_MS,
        decided_at_ms: BEGAN_MS + minutes * MINUTE_MS,
        ended_at_ms: None,
        ended_because: None,
        duration_ms: Some(minutes * MINUTE_MS),
        acknowledgement: None,
        title: title.into(),
        text: text(message, "nginx"),
        html: Some(html(title, message)),
        url: Some(PAGE.into()),
        acknowledge_url: Some("https://tocsin.example.org/a/s1gned".into()),
        silence_url: Some("https://tocsin.example.org/s/s1gned".into()),
        alert_id: "tocsin-i1-1".into(),
        environment: Some("production".into()),
        region: Some("Chicago".into()),
        labels: vec![Label { name: "team".into(), value: "ops & db".into() }],
        prior_handle: None,
        bundle: Vec::new(),
        data: json!({"schema": 1, "instance": "i1"}).to_string(),
    }
}

fn text(message: &str, service: &str) -> String {
    format!(
        "{message}\n\nHost:     web1\nService:  {service}\nSince:    2023-11-14 22:13:20 UTC – größer als üblich\n\n{PAGE}\n"
    )
}

fn html(title: &str, message: &str) -> String {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<div><p>{}</p><p>{}</p><p><a href=\"{PAGE}\">Open the alert</a></p></div>", escape(title), escape(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_notification_and_the_fields_that_go_with_it() {
        for name in KINDS {
            let notification = notification(name).expect(name);
            assert_eq!(notification.ended_at_ms.is_some(), *name == "recovery", "{name}");
            assert_eq!(notification.acknowledgement.is_some(), *name == "acknowledged", "{name}");
            assert_eq!(!notification.bundle.is_empty(), *name == "bundle", "{name}");
            assert!(!notification.title.contains('\n') && !notification.text.is_empty(), "{name}");
        }
        assert!(notification("hostile").is_some());
        assert!(notification("fire").is_none());
    }
}

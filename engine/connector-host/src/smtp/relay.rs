//! A relay, as it stands in a receiver's settings.

use crate::FieldError;
use serde_json::{Map, Value};

/// How the connection is secured. There is no "if possible": that would be no security.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Security {
    None,
    StartTls,
    Tls,
}

impl Security {
    fn port(self) -> u16 {
        match self {
            Security::None => 25,
            Security::StartTls => 587,
            Security::Tls => 465,
        }
    }
}

/// Where mail is handed in. Equal ones share connections.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Relay {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) security: Security,
    /// User name and password.
    pub(crate) login: Option<(String, String)>,
}

impl Relay {
    /// Reads what the form sent.
    ///
    /// # Errors
    /// Everything that is wrong, below `pointer`.
    pub(crate) fn read(settings: Option<Value>, pointer: &str) -> Result<Relay, Vec<FieldError>> {
        let Some(Value::Object(settings)) = settings else {
            let message =
                "A mail server is needed: its name, how the connection is secured, and perhaps a login.".into();
            return Err(vec![FieldError { pointer: pointer.into(), message }]);
        };
        let mut errors = Vec::new();
        let mut wrong = |field: &str, message: &str| {
            errors.push(FieldError { pointer: format!("{pointer}/{field}"), message: message.into() });
        };
        let text = |field: &str| settings.get(field).and_then(Value::as_str).unwrap_or_default().trim().to_owned();
        let host = text("host");
        if host.is_empty() || host.contains(|c: char| c.is_whitespace() || "/@\"".contains(c)) {
            wrong("host", "Write the name or the address of the mail server alone, such as mail.example.org.");
        }
        let security = match text("security").as_str() {
            "" | "starttls" => Security::StartTls,
            "tls" => Security::Tls,
            "none" => Security::None,
            _ => {
                wrong("security", "Choose starttls, tls or none.");
                Security::StartTls
            }
        };
        let port = port(&settings, security).unwrap_or_else(|| {
            wrong("port", "A port is a number from 1 to 65535.");
            0
        });
        let (username, password) =
            (text("username"), settings.get("password").and_then(Value::as_str).unwrap_or_default());
        if username.is_empty() && !password.is_empty() {
            wrong("username", "A password was given without a user name.");
        }
        if !password.is_empty() && security == Security::None && !is_this_machine(&host) {
            wrong("security", "A password is not sent without encryption. Choose STARTTLS or TLS.");
        }
        let login = (!username.is_empty()).then(|| (username, password.to_owned()));
        if errors.is_empty() { Ok(Relay { host, port, security, login }) } else { Err(errors) }
    }
}

/// A number, or the text of one as a form may send it; nothing means the usual port.
fn port(settings: &Map<String, Value>, security: Security) -> Option<u16> {
    let port = match settings.get("port") {
        None | Some(Value::Null) => security.port(),
        Some(Value::String(text)) if text.trim().is_empty() => security.port(),
        Some(Value::String(text)) => text.trim().parse().ok()?,
        Some(number) => u16::try_from(number.as_u64()?).ok()?,
    };
    (port != 0).then_some(port)
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pointers(settings: Value) -> Vec<String> {
        Relay::read(Some(settings), "/relay").err().unwrap_or_default().into_iter().map(|error| error.pointer).collect()
    }

    #[test]
    fn the_usual_port_follows_from_the_security() {
        let port = |settings: Value| Relay::read(Some(settings), "/relay").ok().unwrap().port;
        assert_eq!(port(json!({"host": "mail"})), 587);
        assert_eq!(port(json!({"host": "mail", "security": "tls", "port": ""})), 465);
        assert_eq!(port(json!({"host": "mail", "security": "none"})), 25);
        assert_eq!(port(json!({"host": "mail", "port": "2525"})), 2525);
    }

    #[test]
    fn all_mistakes_are_named_at_once() {
        let settings = json!({"host": "a b", "port": 70000, "security": "ssl", "password": "x"});
        assert_eq!(pointers(settings), ["/relay/host", "/relay/security", "/relay/port", "/relay/username"]);
        assert_eq!(pointers(Value::Null), ["/relay"]);
    }

    #[test]
    fn a_password_goes_in_clear_to_this_machine_only() {
        let login = |host: &str| json!({"host": host, "security": "none", "username": "u", "password": "p"});
        assert_eq!(pointers(login("mail.example.org")), ["/relay/security"]);
        assert!(pointers(login("127.0.0.1")).is_empty());
    }
}

//! What was sent and what came of it, as text for people: in snapshots and in `tocsin connector try`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tocsin_connector_host::{Got, Outcome, Secrets, Sent, SentMail, SentRequest};

/// A request or a mail with its headers and body, JSON in many lines, without secrets.
pub fn show_sent(sent: &Sent, secrets: &Secrets) -> String {
    match sent {
        Sent::Request(request) => show_request(request, secrets),
        Sent::Mail(mail) => show_mail(mail, secrets),
    }
}

fn show_request(request: &SentRequest, secrets: &Secrets) -> String {
    let mut text = format!("{} {}\n", request.method, secrets.scrub(&request.url));
    for (name, value) in &request.headers {
        line(&mut text, &format!("{name}: {}", scrub_header(value, secrets)));
    }
    if !request.body.is_empty() {
        let body = match serde_json::from_slice::<Value>(&request.body) {
            // Scrubbed as values: in JSON text a secret with a quote in it looks different.
            Ok(json) => format!("{:#}", scrub_json(json, secrets)),
            Err(_) => secrets.scrub(&request.text()),
        };
        line(&mut text, &format!("\n{body}"));
    }
    text
}

fn show_mail(mail: &SentMail, secrets: &Secrets) -> String {
    let mut text = format!("MAIL FROM:<{}>\n", mail.sender.as_deref().unwrap_or_default());
    mail.recipients.iter().for_each(|recipient| line(&mut text, &format!("RCPT TO:<{recipient}>")));
    let message = String::from_utf8_lossy(&mail.message).replace("\r\n", "\n");
    line(&mut text, &format!("\n{}", secrets.scrub(message.trim_end())));
    text
}

/// What came back, in as many lines as it has.
pub fn show_got(got: &Got, secrets: &Secrets) -> String {
    match got {
        Got::Answer { status, headers, body } => {
            let mut text = format!("HTTP {status}\n");
            headers.iter().for_each(|(name, value)| line(&mut text, &format!("{name}: {}", secrets.scrub(value))));
            if !body.is_empty() {
                line(&mut text, &format!("\n{}", secrets.scrub(&String::from_utf8_lossy(body))));
            }
            text
        }
        Got::Reply(reply) => format!("{}\n", secrets.scrub(reply)),
        Got::Failed(words) => format!("failed: {}\n", secrets.scrub(words)),
        Got::Nothing => "nothing: the call ended first\n".into(),
        Got::Unscripted => "nothing: the script has no answer for this request\n".into(),
    }
}

/// What came of a call, in one or a few lines.
pub fn show_outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Delivered { handle, detail, url } => {
            let detail = format!("delivered: {}", detail.as_deref().unwrap_or("nothing more was said"));
            let handle = handle.as_ref().map(|handle| format!("handle: {handle}"));
            let url = url.as_ref().map(|url| format!("url: {url}"));
            [Some(detail), handle, url].into_iter().flatten().collect::<Vec<_>>().join("\n")
        }
        Outcome::Retry { message, after: None } => format!("to be tried again: {message}"),
        Outcome::Retry { message, after: Some(after) } => {
            format!("to be tried again after {} ms: {message}", after.as_millis())
        }
        Outcome::Permanent { message } => format!("given up: {message}"),
        Outcome::Misconfigured { errors } => {
            let lines = errors.iter().map(|error| match error.pointer.as_str() {
                "" => format!("misconfigured: {}", error.message),
                pointer => format!("misconfigured at {pointer}: {}", error.message),
            });
            lines.collect::<Vec<_>>().join("\n")
        }
        Outcome::Contained { category, message } => format!("ended by the host ({category}): {message}"),
    }
}

/// Basic credentials are secret as a whole and do not look like it.
fn scrub_header(value: &str, secrets: &Secrets) -> String {
    let basic = value.strip_prefix("Basic ").and_then(|code| STANDARD.decode(code).ok());
    match basic.and_then(|bytes| String::from_utf8(bytes).ok()) {
        Some(pair) if secrets.scrub(&pair) != pair => format!("Basic base64({})", secrets.scrub(&pair)),
        _ => secrets.scrub(value),
    }
}

fn scrub_json(value: Value, secrets: &Secrets) -> Value {
    match value {
        Value::String(text) => Value::String(secrets.scrub(&text)),
        Value::Array(values) => values.into_iter().map(|value| scrub_json(value, secrets)).collect(),
        Value::Object(map) => {
            map.into_iter().map(|(key, value)| (secrets.scrub(&key), scrub_json(value, secrets))).collect()
        }
        plain => plain,
    }
}

fn line(text: &mut String, more: &str) {
    text.push_str(more);
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(headers: &[(&str, &str)], body: &str) -> String {
        let schema = json!({"properties": {"token": {"writeOnly": true}}});
        let secrets = Secrets::of(&schema, &json!({"token": "s3c\"ret"}));
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let (method, url) = ("POST".to_owned(), "https://a.example/s3c%22ret".to_owned());
        show_sent(&Sent::Request(SentRequest { method, url, headers, body: body.into() }), &secrets)
    }

    #[test]
    fn a_secret_is_taken_out_wherever_it_stands() {
        let basic = format!("Basic {}", STANDARD.encode("anna:s3c\"ret"));
        let text = shown(&[("authorization", &basic), ("x-token", "s3c\"ret")], r#"{"a":["s3c\"ret"]}"#);
        assert_eq!(
            text,
            "POST https://a.example/[secret]\nauthorization: Basic base64(anna:[secret])\nx-token: [secret]\n\n{\n  \"a\": [\n    \"[secret]\"\n  ]\n}\n"
        );
    }

    #[test]
    fn a_body_that_is_no_json_is_shown_as_it_is() {
        assert_eq!(shown(&[], "a=b&c=s3c%22ret"), "POST https://a.example/[secret]\n\na=b&c=[secret]\n");
    }
}

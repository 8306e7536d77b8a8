//! What a scripted network answers, as a value and as JSON for `tocsin connector try`.

use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Answers in the order in which they are given. A request takes the first that is left and meant for it.
///
/// As JSON:
///
/// ```json
/// {
///   "answers": [
///     {"on": "POST https://slack.com/api/chat.postMessage", "status": 429, "headers": {"retry-after": "7"}},
///     {"status": 200, "json": {"ok": true}},
///     {"fault": "cut"}
///   ],
///   "then": {"status": 200, "body": "ok"},
///   "mails": [{"reply": "451 try later"}, {"reply": "250 queued", "refused": {"gone@example.org": "550 no such user"}}]
/// }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Script {
    /// One exchange each.
    pub answers: Vec<Answer>,
    /// For every request that nothing in `answers` is left for. None fails such a request.
    pub then: Option<Answer>,
    /// One mail each; the relay takes every mail beyond them.
    pub mails: Vec<MailAnswer>,
}

/// What one request gets.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "Written")]
pub struct Answer {
    /// A part of `METHOD URL`; the answer is meant for requests that have it. Empty is for any.
    pub(super) on: String,
    pub(super) says: Says,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Says {
    Answer { status: u16, headers: Vec<(String, String)>, body: Vec<u8> },
    Fault(Fault),
}

/// How an exchange goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Nobody answers, and the call really waits for as long as it may.
    Hang,
    /// What a call sees after a hang, at once.
    Timeout,
    /// The connection breaks off in the middle of the answer.
    Cut,
    /// An answer of 8 MiB.
    Huge,
    /// The name is not found.
    Dns,
    /// Nobody listens.
    Connect,
    /// A certificate that nobody vouches for.
    Tls,
}

impl Answer {
    /// An answer with this status and text.
    pub fn text(status: u16, body: impl Into<String>) -> Answer {
        let body = body.into().into_bytes();
        Answer { on: String::new(), says: Says::Answer { status, headers: Vec::new(), body } }
    }

    /// An answer with this status and JSON.
    pub fn json(status: u16, body: &Value) -> Answer {
        Answer::text(status, body.to_string()).header("content-type", "application/json")
    }

    /// One more header; a fault has none.
    pub fn header(mut self, name: &str, value: &str) -> Answer {
        if let Says::Answer { headers, .. } = &mut self.says {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// Only for requests with this in `METHOD URL`.
    pub fn on(self, part: &str) -> Answer {
        Answer { on: part.to_owned(), ..self }
    }
}

impl From<Fault> for Answer {
    fn from(fault: Fault) -> Answer {
        Answer { on: String::new(), says: Says::Fault(fault) }
    }
}

impl From<Answer> for Script {
    /// Every request gets this.
    fn from(answer: Answer) -> Script {
        Script { then: Some(answer), ..Script::default() }
    }
}

impl From<Fault> for Script {
    /// Every request fails in this way.
    fn from(fault: Fault) -> Script {
        Answer::from(fault).into()
    }
}

impl<const N: usize> From<[Answer; N]> for Script {
    /// So many requests, one answer each.
    fn from(answers: [Answer; N]) -> Script {
        Script { answers: answers.into(), ..Script::default() }
    }
}

impl From<MailAnswer> for Script {
    /// One mail gets this.
    fn from(answer: MailAnswer) -> Script {
        Script { mails: vec![answer], ..Script::default() }
    }
}

/// An answer as it is written in JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    on: String,
    status: Option<u16>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Option<String>,
    json: Option<Value>,
    fault: Option<Fault>,
}

/// Why a script cannot be played.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScriptError {
    #[error("an answer has either a status (100 to 599) or a fault")]
    StatusOrFault,
    #[error("an answer has either a body or json")]
    BodyOrJson,
    #[error("a reply of a relay begins with its code, 200 to 599, such as \"250 queued\"")]
    Reply,
}

impl TryFrom<Written> for Answer {
    type Error = ScriptError;

    fn try_from(written: Written) -> Result<Answer, ScriptError> {
        let Written { on, status, headers, body, json, fault } = written;
        let answer = match (status, fault) {
            (Some(status @ 100..=599), None) => match (body, json) {
                (body, None) => Answer::text(status, body.unwrap_or_default()),
                (None, Some(json)) => Answer::json(status, &json),
                (Some(_), Some(_)) => return Err(ScriptError::BodyOrJson),
            },
            (None, Some(fault)) if headers.is_empty() && body.is_none() && json.is_none() => fault.into(),
            _ => return Err(ScriptError::StatusOrFault),
        };
        Ok(headers.iter().fold(answer, |answer, (name, value)| answer.header(name, value)).on(&on))
    }
}

/// What the relay does with one mail.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "WrittenMail")]
pub struct MailAnswer {
    pub(super) code: u16,
    pub(super) text: String,
    pub(super) refused: BTreeMap<String, (u16, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenMail {
    reply: String,
    #[serde(default)]
    refused: BTreeMap<String, String>,
}

impl MailAnswer {
    /// The relay's reply to the message; 4yz and 5yz refuse it.
    pub fn reply(code: u16, text: &str) -> MailAnswer {
        MailAnswer { code, text: text.to_owned(), refused: BTreeMap::new() }
    }

    /// This recipient is not taken.
    pub fn refusing(mut self, recipient: &str, code: u16, text: &str) -> MailAnswer {
        self.refused.insert(recipient.to_owned(), (code, text.to_owned()));
        self
    }
}

impl TryFrom<WrittenMail> for MailAnswer {
    type Error = ScriptError;

    fn try_from(written: WrittenMail) -> Result<MailAnswer, ScriptError> {
        let (code, text) = reply(&written.reply)?;
        let answer = MailAnswer::reply(code, text);
        written.refused.iter().try_fold(answer, |answer, (recipient, refusal)| {
            let (code, text) = reply(refusal)?;
            Ok(answer.refusing(recipient, code, text))
        })
    }
}

fn reply(line: &str) -> Result<(u16, &str), ScriptError> {
    let (code, text) = line.split_once(' ').unwrap_or((line, ""));
    let code = code.parse().ok().filter(|code| (200..600).contains(code)).ok_or(ScriptError::Reply)?;
    Ok((code, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{from_value, json};

    #[test]
    fn a_script_reads_as_it_is_written() {
        let script: Script = from_value(json!({
            "answers": [
                {"on": "POST https://a/", "status": 429, "headers": {"retry-after": "7"}, "body": "slow"},
                {"status": 200, "json": {"ok": true}},
                {"fault": "cut"}
            ],
            "then": {"status": 204},
            "mails": [{"reply": "250 queued", "refused": {"gone@example.org": "550 no such user"}}]
        }))
        .unwrap();
        let expected = Script {
            answers: vec![
                Answer::text(429, "slow").header("retry-after", "7").on("POST https://a/"),
                Answer::json(200, &json!({"ok": true})),
                Fault::Cut.into(),
            ],
            then: Some(Answer::text(204, "")),
            mails: vec![MailAnswer::reply(250, "queued").refusing("gone@example.org", 550, "no such user")],
        };
        assert_eq!(script, expected);
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_a_sentence() {
        let refused = |script: Value| from_value::<Script>(script).expect_err("refused").to_string();
        let answer = |answer: Value| refused(json!({"answers": [answer]}));
        assert!(answer(json!({})).contains("either a status"));
        assert!(answer(json!({"status": 200, "fault": "cut"})).contains("either a status"));
        assert!(answer(json!({"status": 99})).contains("100 to 599"));
        assert!(answer(json!({"status": 200, "body": "a", "json": 1})).contains("either a body"));
        assert!(answer(json!({"fault": "fire"})).contains("unknown variant"));
        assert!(refused(json!({"mails": [{"reply": "queued"}]})).contains("begins with its code"));
        assert!(refused(json!({"answer": []})).contains("unknown field"));
    }
}

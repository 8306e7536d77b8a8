//! What came of a rehearsal: its lines, and how they are written.

use serde_json::{Value, json};
use tocsin_policy::Span;

use super::instant::Refused;
use super::time;

/// What is to be found out beside the notifications.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted {
    /// Also what was due and not sent (S8).
    pub why: bool,
    /// As json, with the whole chain of reasons.
    pub json: bool,
}

/// All lines in their order, and the actions that were refused.
#[derive(Clone, Debug, Default)]
pub struct Script {
    pub lines: Vec<Line>,
    pub refused: Vec<Refused>,
    /// Instants that were played: far fewer than check-ins fall into the time.
    pub instants: usize,
}

/// A notification, or with the mark `-` one that was due and not sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub at: Span,
    /// P, R, V or -.
    pub mark: char,
    /// `host/service`, or `host`.
    pub subject: String,
    /// The receiver; of what was not sent the rule.
    pub who: String,
    pub reason: String,
    /// The chain of reasons, if it was asked for.
    pub detail: Option<Box<Value>>,
}

impl Script {
    /// By time, then by subject, then by receiver; what is equal stays in the order of the commits.
    pub fn sort(&mut self) {
        let key = |line: &Line| (line.at, line.subject.clone(), line.who.clone());
        self.lines.sort_by_cached_key(key);
    }

    /// What was sent.
    pub fn sent(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.mark != '-')
    }
}

impl Line {
    /// `TIME KIND SUBJECT RECEIVER  # reason`
    pub fn text(&self) -> String {
        format!("{} {} {} {}  # {}", time::write(self.at), self.mark, self.subject, self.who, self.reason)
    }

    /// The same as one object; `file` is named where there are several.
    pub fn json(&self, file: Option<&str>) -> String {
        let (host, service) = self.subject.split_once('/').map_or((&*self.subject, None), |(h, s)| (h, Some(s)));
        let who = if self.mark == '-' { "rule" } else { "receiver" };
        let mut object = json!({
            "at": time::write(self.at), "seconds": self.at.0 / 1_000, "kind": self.mark.to_string(),
            "subject": self.subject, "host": host, "service": service, who: self.who, "sentence": self.reason,
        });
        if let (Some(fields), Some(Value::Object(detail))) = (object.as_object_mut(), self.detail.as_deref()) {
            fields.extend(detail.clone());
        }
        if let (Some(fields), Some(file)) = (object.as_object_mut(), file) {
            fields.insert("file".to_owned(), file.into());
        }
        object.to_string()
    }
}

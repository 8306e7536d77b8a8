//! The rows of the policy form: a rule each, as it stands and as it was sent.

use serde::Serialize;
use tocsin_policy::calendar::ActiveHours;
use tocsin_policy::{Every, ReceiverId, Rule, RuleId, Span};

use super::super::{alert, timeline};
use crate::fault::{FieldError, Refusal};
use crate::http::forms::{Form, Wrong};
use crate::usecase::policy::{RuleForm, hurried};

/// A rule as it stands in the form.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Row {
    id: String,
    pub receivers: Vec<i64>,
    /// The level, or `own`.
    urgency: String,
    interval: String,
    after: String,
    /// `MON,TUE 08:00-18:00 in Europe/Berlin`; empty is always.
    active: String,
    recovery: bool,
    changes: bool,
    blank: bool,
    /// What is to be known of the interval; empty where it is as usual.
    warning: String,
}

impl Row {
    /// With what is to be known of it.
    pub fn warned(self) -> Row {
        let own = if self.urgency == "own" { alert::span(&self.interval) } else { None };
        Row { warning: own.and_then(hurried).unwrap_or_default(), ..self }
    }

    pub fn of(rule: &Rule) -> Row {
        let (urgency, interval) = match rule.every {
            Every::Urgency(level) => (level.to_string(), String::new()),
            Every::Interval(span) => ("own".to_owned(), span.words()),
        };
        let after = if rule.after > Span::ZERO { rule.after.words() } else { String::new() };
        let receivers = rule.receivers.iter().map(|id| id.0).collect();
        let active = rule.active.as_ref().map(ToString::to_string).unwrap_or_default();
        let (recovery, changes) = (rule.recovery, rule.changes);
        let id = rule.id.to_string();
        Row { id, receivers, urgency, interval, after, active, recovery, changes, ..Row::default() }
    }

    /// An empty row, as most rules are.
    pub fn blank() -> Row {
        Row { urgency: "1".to_owned(), recovery: true, changes: true, blank: true, ..Row::default() }
    }

    /// The row with this number, if the form has it.
    pub fn sent(form: &Form, n: usize) -> Option<Row> {
        let field = |name: &str| format!("{name}_{n}");
        form.has(&field("urgency")).then(|| Row {
            id: form.text(&field("id")).to_owned(),
            receivers: form.all(&field("to")).filter_map(|id| id.parse().ok()).collect(),
            urgency: form.text(&field("urgency")).to_owned(),
            interval: form.text(&field("interval")).to_owned(),
            after: form.text(&field("after")).to_owned(),
            active: form.text(&field("active")).to_owned(),
            recovery: form.has(&field("recovery")),
            changes: form.has(&field("changes")),
            ..Row::default()
        })
    }

    /// The rule it stands for; `at` is its place among the rows that count.
    pub fn rule(&self, at: usize, wrong: &mut Wrong) -> Option<RuleForm> {
        let mut length = |field: &str, text: &str| {
            let span = alert::span(text);
            if span.is_none() {
                wrong.add(format!("{field}_{at}"), format!("Rule {}: write a length like 5m, 90m or 4h.", at + 1));
            }
            span
        };
        let after = if self.after.is_empty() { Some(Span::ZERO) } else { length("after", &self.after) };
        let every = match self.urgency.parse() {
            Ok(level) => Some(Every::Urgency(level)),
            Err(_) => length("interval", &self.interval).map(Every::Interval),
        };
        let active = match self.active.as_str() {
            "" => None,
            text => match text.parse::<ActiveHours>() {
                Ok(active) => Some(active),
                Err(error) => {
                    wrong.add(format!("active_{at}"), format!("Rule {}: {error}", at + 1));
                    return None;
                }
            },
        };
        Some(RuleForm {
            id: self.id.parse().ok().map(RuleId),
            receivers: self.receivers.iter().copied().map(ReceiverId).collect(),
            every: every?,
            after: after?,
            recovery: self.recovery,
            changes: self.changes,
            active,
        })
    }
}

/// A refusal beside the fields of the form.
pub fn in_the_form(refusal: Refusal) -> Wrong {
    let sentence = if refusal.fields.is_empty() { refusal.sentence } else { String::new() };
    Wrong { sentence, ..fields_in_the_form(refusal.fields) }
}

/// The use case counts rules from 0 and names their fields by path; the form has names of its own.
pub fn fields_in_the_form(errors: Vec<FieldError>) -> Wrong {
    let mut wrong = Wrong::default();
    for error in errors {
        let parts: Vec<&str> = error.field.split('/').collect();
        match parts[..] {
            ["rules", at, what] => {
                let name = match what {
                    "receivers" => "to",
                    "every" => "interval",
                    other => other,
                };
                let number = at.parse::<usize>().map_or(1, |at| at + 1);
                wrong.add(format!("{name}_{at}"), format!("Rule {number}: {}.", error.message));
            }
            _ => wrong.add(error.field, format!("{}.", timeline::capital(&error.message))),
        }
    }
    wrong
}

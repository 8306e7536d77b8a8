//! What a policy may say.

use std::collections::BTreeMap;

use tocsin_policy::{Every, Span};

use super::{LONGEST_DELAY, LONGEST_INTERVAL, RECEIVERS, RULES, SHORTEST_INTERVAL, SayForm};
use crate::fault::FieldError;

/// What is wrong with a policy before it is saved; fields are named by their place, `rules/0/every`.
pub fn check(say: &SayForm, urgencies: &BTreeMap<u8, Span>) -> Vec<FieldError> {
    let SayForm::Rules(rules) = say else { return Vec::new() };
    let mut errors = Vec::new();
    let mut wrong = |field: String, message: String| errors.push(FieldError { field, message });
    if rules.is_empty() || rules.len() > RULES {
        wrong("rules".to_owned(), format!("a policy has 1 to {RULES} rules; to tell nobody, choose MUTE"));
    }
    for (at, rule) in rules.iter().enumerate() {
        if rule.receivers.is_empty() || rule.receivers.len() > RECEIVERS {
            wrong(format!("rules/{at}/receivers"), format!("choose 1 to {RECEIVERS} receivers"));
        }
        match rule.every {
            Every::Urgency(level) if !urgencies.contains_key(&level) => {
                wrong(format!("rules/{at}/every"), format!("there is no urgency {level}"));
            }
            Every::Interval(span) if span < SHORTEST_INTERVAL || span > LONGEST_INTERVAL => {
                let (least, most) = (SHORTEST_INTERVAL.words(), LONGEST_INTERVAL.words());
                wrong(format!("rules/{at}/every"), format!("an interval from {least} to {most}"));
            }
            _ => {}
        }
        if rule.after < Span::ZERO || rule.after > LONGEST_DELAY {
            wrong(format!("rules/{at}/after"), format!("a delay of at most {}", LONGEST_DELAY.words()));
        }
    }
    errors
}

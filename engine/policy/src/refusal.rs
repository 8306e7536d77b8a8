//! What an operator may not do, in sentences for a person. A refusal is a value: nothing has changed.

use crate::Span;

/// Why an action was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("This alert is not open any more, so there is nothing to do.")]
    NotOpen,
    #[error("The end lies in the past. Choose a time that is still to come.")]
    EndNotAhead,
    #[error("Nobody has acknowledged this alert, so there is nothing to take back.")]
    NotAcknowledged,
    #[error("The text has {length} characters; at most {limit} are kept. Shorten it.")]
    TooLong { length: usize, limit: usize },
    #[error("“{text}” is no length of time. Write it like 15m, 1h or 1h 30m.")]
    NotALength { text: String },
    #[error("A silence lasts between 15 minutes and 24 hours; {asked} is outside. For longer, plan a downtime.", asked = .asked.exactly())]
    SilenceLength { asked: Span },
    #[error("This host has {limit} silences already. End one of them first.")]
    TooManySilences { limit: usize },
    #[error("No silence is in force on this host, so there is nothing to end.")]
    NotSilenced,
}

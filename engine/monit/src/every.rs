//! When a service is checked, if not in every cycle.

use std::borrow::Cow;

/// The agent's `every` statement of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Every<'a> {
    /// Every so many cycles.
    Cycles {
        /// Cycles since the last check.
        counter: u32,
        /// Cycles from one check to the next.
        number: u32,
    },
    /// In the minutes a cron line names.
    Cron(Cow<'a, str>),
    /// In all but the minutes a cron line names.
    NotCron(Cow<'a, str>),
    /// A kind this version does not know, by its number.
    Other(u32),
}

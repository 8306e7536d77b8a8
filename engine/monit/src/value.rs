//! One measured value of a service.

use std::borrow::Cow;

use crate::unit::Unit;

/// A value with its name and unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Value<'a> {
    /// The path of its element, joined by dots: `cpu.percent`, `block.usage`, `program.output`. Tests of which a service
    /// can have several carry a number: `port[0].responsetime`. The agent lists those last to first, so the number
    /// belongs to this document only; `port[0].hostname` and its siblings tell which port it is.
    pub name: Cow<'a, str>,
    pub quantity: Quantity<'a>,
    pub unit: Unit,
}

impl Value<'_> {
    /// The number, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self.quantity {
            Quantity::Number(number) => Some(number),
            Quantity::Text(_) => None,
        }
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.quantity {
            Quantity::Number(_) => None,
            Quantity::Text(text) => Some(text),
        }
    }
}

/// What was measured.
#[derive(Debug, Clone, PartialEq)]
pub enum Quantity<'a> {
    /// Finite. Totals beyond 2^53 lose their last digits.
    Number(f64),
    /// Any text, also with control characters. Cut at [`crate::limits::MAX_LONG_TEXT_BYTES`].
    Text(Cow<'a, str>),
}

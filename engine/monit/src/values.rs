//! Reads the details of a service: a walk over elements that yields one value for each element without children.
//!
//! It stops where the details make no sense any more and keeps what it has: values are for display and graphs, and
//! whether the service has failed was read before.

use std::borrow::Cow;

use crate::limits::{MAX_LONG_TEXT_BYTES, MAX_VALUES};
use crate::parse::decode;
use crate::path::Path;
use crate::scan::{Leaf, Scanner, closing_tag};
use crate::schema::{self, Content};
use crate::text;
use crate::unit::Unit;
use crate::value::{Quantity, Value};

/// Digits of the longest number an agent writes, with room.
const MAX_NUMBER_BYTES: usize = 40;

/// Values for which room is made at once: a process has about thirty.
const USUAL_VALUES: usize = 32;

/// All values in the details of a service.
pub(crate) fn read(details: &[u8]) -> Vec<Value<'_>> {
    if details.is_empty() {
        return Vec::new();
    }
    let mut walk =
        Walk { scanner: Scanner::new(details), path: Path::default(), values: Vec::with_capacity(USUAL_VALUES) };
    while walk.values.len() < MAX_VALUES && walk.step().is_some() {}
    // One element may have given two values, its content and its `type` attribute.
    walk.values.truncate(MAX_VALUES);
    walk.values
}

struct Walk<'a> {
    scanner: Scanner<'a>,
    path: Path,
    values: Vec<Value<'a>>,
}

impl<'a> Walk<'a> {
    /// One tag further; `None` at the end, or where the rest cannot be read.
    fn step(&mut self) -> Option<()> {
        let tag = self.scanner.tag("service").ok()?;
        if tag.name.starts_with(b"/") {
            return self.path.leave();
        }
        self.path.enter(&tag)?;
        let known = schema::lookup(self.path.text.as_bytes());
        if known.is_none() && self.has_children(tag.name) {
            return Some(());
        }
        let leaf = self.scanner.leaf(tag.name, "service").ok()?;
        self.add(known, leaf);
        if let Some(kind) = tag.attribute(b"type") {
            let name = Cow::Owned(format!("{}.type", self.path.text));
            self.values.push(Value { name, quantity: Quantity::Text(text::decode(kind)), unit: Unit::None });
        }
        self.path.leave()
    }

    /// Whether the element just opened holds elements rather than text.
    fn has_children(&self, name: &[u8]) -> bool {
        let rest = self.scanner.rest().trim_ascii_start();
        let is_empty = closing_tag(rest, name).is_some();
        rest.starts_with(b"<") && !rest.starts_with(b"<![CDATA[") && !is_empty
    }

    fn add(&mut self, known: Option<(&'static str, Content)>, leaf: Leaf<'a>) {
        let (quantity, unit) = match known.map(|(_, content)| content) {
            Some(Content::Text) => (Some(text_of(leaf)), Unit::None),
            Some(Content::Number(unit)) => (number_of(leaf.bytes).map(Quantity::Number), unit),
            None if leaf.is_cdata => (Some(text_of(leaf)), Unit::None),
            None if leaf.bytes.is_empty() => (None, Unit::None),
            None => match plain_number(leaf.bytes) {
                Some(number) => (Some(number).filter(is_available).map(Quantity::Number), Unit::None),
                None => (Some(text_of(leaf)), Unit::None),
            },
        };
        if let Some(quantity) = quantity {
            self.values.push(Value { name: self.path.name(known), quantity, unit });
        }
    }
}

fn text_of(leaf: Leaf<'_>) -> Quantity<'_> {
    Quantity::Text(decode(Leaf { bytes: text::cut(leaf.bytes, MAX_LONG_TEXT_BYTES), ..leaf }))
}

/// A number that the agent has: -1 says that it has none. The oldest agents write ` MB` behind some.
fn number_of(bytes: &[u8]) -> Option<f64> {
    let bytes = bytes.trim_ascii();
    plain_number(bytes.strip_suffix(b" MB").unwrap_or(bytes)).filter(is_available)
}

#[expect(clippy::float_cmp, reason = "the agent writes exactly -1 or -1.000")]
fn is_available(number: &f64) -> bool {
    *number != -1.0
}

/// Digits, perhaps with a minus and a point; no exponent, no infinity.
fn plain_number(bytes: &[u8]) -> Option<f64> {
    let is_plain = bytes.len() <= MAX_NUMBER_BYTES
        && bytes.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.'));
    if !is_plain {
        return None;
    }
    std::str::from_utf8(bytes).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(details: &str) -> Vec<String> {
        let shown = |value: &Value<'_>| match &value.quantity {
            Quantity::Number(number) => format!("{} = {number} {}", value.name, value.unit.symbol()),
            Quantity::Text(text) => format!("{} = {text:?}", value.name),
        };
        read(details.as_bytes()).iter().map(shown).collect()
    }

    #[test]
    fn a_system_inside_a_cpu_inside_a_system_keeps_its_path() {
        let details =
            "<system><load><avg01>0.50</avg01></load><cpu><user>85.2</user><system>14.4</system></cpu></system>";
        assert_eq!(
            shown(details),
            ["system.load.avg01 = 0.5 ", "system.cpu.user = 85.2 %", "system.cpu.system = 14.4 %"]
        );
    }

    #[test]
    fn what_the_agent_does_not_know_is_left_out() {
        let details = "<read></read><cpu><percent>-1.0</percent></cpu><size>-1</size><threads>0</threads><pid></pid>";
        assert_eq!(shown(details), ["threads = 0 "]);
    }

    #[test]
    fn rates_may_be_negative() {
        let details = "<link><download><bytes><now>-86</now></bytes></download></link>";
        assert_eq!(shown(details), ["link.download.bytes.now = -86 B/s"]);
    }

    #[test]
    fn tests_of_one_kind_are_numbered() {
        let details = "<port><hostname>a</hostname><responsetime>0.002</responsetime></port>\
                       <port><hostname>b</hostname><responsetime>-1.000</responsetime></port>";
        assert_eq!(
            shown(details),
            ["port[0].hostname = \"a\"", "port[0].responsetime = 0.002 s", "port[1].hostname = \"b\""]
        );
    }

    #[test]
    fn output_that_looks_like_markup_or_like_a_number_is_text() {
        let details = "<program><started>5</started><output><![CDATA[<b>]]&gt;</output>]]></output></program>";
        assert_eq!(shown(details), ["program.started = 5 ", "program.output = \"<b>]]></output>\""]);
        assert_eq!(shown("<program><output><![CDATA[12]]></output></program>"), ["program.output = \"12\""]);
    }

    #[test]
    fn raw_paths_may_hold_markup_characters() {
        let details = "<unix><path>/run/a<b>&c</path><protocol>DEFAULT</protocol></unix>";
        assert_eq!(shown(details), ["unix[0].path = \"/run/a<b>&c\"", "unix[0].protocol = \"DEFAULT\""]);
    }

    #[test]
    fn the_oldest_agents_write_the_unit_into_the_value() {
        assert_eq!(shown("<block><usage>25079.7 MB</usage></block>"), ["block.usage = 25079.7 MiB"]);
    }

    #[test]
    fn elements_of_future_agents_show_up_by_their_looks() {
        let details = "<gpu><load>7.5</load><model>X1</model><temperature>-1</temperature></gpu>";
        assert_eq!(shown(details), ["gpu.load = 7.5 ", "gpu.model = \"X1\""]);
        // A dot inside a name is not a repeated element's.
        assert_eq!(shown("<port.x>1</port.x><port>2</port>"), ["port.x = 1 ", "port = 2 "]);
    }

    #[test]
    fn what_makes_no_sense_ends_the_walk_and_keeps_the_rest() {
        assert_eq!(shown("<pid>7</pid><uptime>"), ["pid = 7 "]);
        assert_eq!(shown("<pid>7</pid></x></y><uid>0</uid>"), ["pid = 7 "]);
        assert_eq!(read("<a>".repeat(100).as_bytes()), []);
        assert_eq!(read("<a>1</a>".repeat(5_000).as_bytes()).len(), MAX_VALUES);
    }
}

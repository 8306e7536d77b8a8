//! Measured values for people: the ones that matter of each kind of service, with readable numbers.

use serde::Serialize;
use tocsin_monit::{Quantity, Unit, Value};

/// Values shown in the row of a service.
const MAX_SHOWN: usize = 12;
/// Longer texts are cut in rows.
const TEXT_CHARS: usize = 120;
/// Lines of a program's output are cut here.
const OUTPUT_CHARS: usize = 4_000;

/// Names and the words for them; the order is the order in which they are shown.
const WORDS: &[(&str, &str)] = &[
    ("system.load.avg01", "load 1 min"),
    ("system.load.avg05", "5 min"),
    ("system.load.avg15", "15 min"),
    ("system.cpu.user", "cpu user"),
    ("system.cpu.system", "cpu system"),
    ("system.cpu.wait", "cpu wait"),
    ("system.memory.percent", "memory"),
    ("system.memory.kilobyte", "memory used"),
    ("system.swap.percent", "swap"),
    ("cpu.percenttotal", "cpu"),
    ("memory.percenttotal", "memory"),
    ("memory.kilobytetotal", "memory used"),
    ("pid", "pid"),
    ("children", "children"),
    ("threads", "threads"),
    ("uptime", "up for"),
    ("block.percent", "space"),
    ("block.usage", "space used"),
    ("block.total", "of"),
    ("inode.percent", "inodes"),
    ("fstype", "type"),
    ("size", "size"),
    ("mode", "mode"),
    ("timestamps.modify", "modified"),
    ("timestamp", "modified"),
    ("checksum", "checksum"),
    ("program.status", "exit status"),
    ("program.started", "ran"),
    ("link.state", "link"),
    ("link.speed", "speed"),
    ("link.download.bytes.now", "in"),
    ("link.upload.bytes.now", "out"),
];

/// One value with its name.
#[derive(Debug, PartialEq, Serialize)]
pub struct Shown {
    pub name: String,
    pub value: String,
    /// A moment by the agent's clock instead of a text.
    pub at_ms: Option<i64>,
}

/// The values of a service that are worth a look, the most telling first.
pub fn shown(values: &[Value<'_>]) -> Vec<Shown> {
    let known = WORDS.iter().filter_map(|(name, words)| {
        let value = values.iter().find(|value| value.name == *name)?;
        Some(show(words, value))
    });
    known.chain(tests(values)).take(MAX_SHOWN).collect()
}

/// What a program printed.
pub fn output(values: &[Value<'_>]) -> Option<String> {
    let text = values.iter().find(|value| value.name == "program.output")?.text()?.trim();
    (!text.is_empty()).then(|| text.chars().take(OUTPUT_CHARS).collect())
}

/// Response times of connections and pings, each with what was asked.
fn tests<'v>(values: &'v [Value<'_>]) -> impl Iterator<Item = Shown> + 'v {
    values.iter().filter(|value| value.name.ends_with(".responsetime")).map(|value| {
        let stem = value.name.trim_end_matches("responsetime");
        let part = |name: &str| {
            let found = values.iter().find(|other| other.name.strip_prefix(stem) == Some(name));
            found.map(|found| text_of(&found.quantity, found.unit)).unwrap_or_default()
        };
        let name = match stem {
            stem if stem.starts_with("icmp") => "ping".to_owned(),
            stem if stem.starts_with("unix") => format!("socket {}", part("path")),
            _ => format!("{}:{} {}", part("hostname"), part("portnumber"), part("protocol").to_lowercase()),
        };
        show(name.trim(), value)
    })
}

fn show(name: &str, value: &Value<'_>) -> Shown {
    let moment = value.number().filter(|seconds| value.unit == Unit::UnixTime && *seconds > 0.0);
    Shown {
        name: name.to_owned(),
        value: text_of(&value.quantity, value.unit),
        #[expect(clippy::cast_possible_truncation, reason = "a cast from float saturates")]
        at_ms: moment.map(|seconds| (seconds * 1_000.0) as i64),
    }
}

fn text_of(quantity: &Quantity<'_>, unit: Unit) -> String {
    match quantity {
        Quantity::Number(number) => number_words(*number, unit),
        Quantity::Text(text) => text.chars().filter(|c| !c.is_control()).take(TEXT_CHARS).collect(),
    }
}

/// A number with a unit that fits its size.
fn number_words(number: f64, unit: Unit) -> String {
    match unit {
        Unit::Bytes => bytes(number, ""),
        Unit::Kilobytes => bytes(number * 1_024.0, ""),
        Unit::Megabytes => bytes(number * 1_024.0 * 1_024.0, ""),
        Unit::BytesPerSecond => bytes(number, "/s"),
        Unit::BitsPerSecond => scaled(number, 1_000.0, &["bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"]),
        Unit::Seconds if number.abs() < 1.0 => format!("{} ms", plain(number * 1_000.0)),
        #[expect(clippy::cast_possible_truncation, reason = "a cast from float saturates")]
        Unit::Seconds if number >= 60.0 => super::time::rough(tocsin_policy::Span::seconds(number as i64)),
        unit => format!("{} {}", plain(number), unit.symbol()).trim_end().to_owned(),
    }
}

fn bytes(number: f64, each: &str) -> String {
    format!("{}{each}", scaled(number, 1_024.0, &["B", "KiB", "MiB", "GiB", "TiB", "PiB"]))
}

fn scaled(mut number: f64, step: f64, units: &[&str]) -> String {
    let mut unit = 0;
    while number.abs() >= step && unit + 1 < units.len() {
        number /= step;
        unit += 1;
    }
    format!("{} {}", plain(number), units[unit])
}

/// Three figures or so: `0.52`, `7.6`, `12.4`, `310`.
fn plain(number: f64) -> String {
    let text = match number.abs() {
        n if n >= 100.0 || n.fract() == 0.0 => return format!("{number:.0}"),
        n if n >= 10.0 => format!("{number:.1}"),
        _ => format!("{number:.2}"),
    };
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests_of_words {
    use super::*;

    #[test]
    fn numbers_read_well() {
        let words = |number, unit| number_words(number, unit);
        assert_eq!(words(85.24, Unit::Percent), "85.2 %");
        assert_eq!(words(2_048.0, Unit::Kilobytes), "2 MiB");
        assert_eq!(words(0.0021, Unit::Seconds), "2.1 ms");
        assert_eq!(words(90_061.0, Unit::Seconds), "1d 1h");
        assert_eq!(words(1e9, Unit::BitsPerSecond), "1 Gbit/s");
        assert_eq!(words(7.0, Unit::None), "7");
    }
}

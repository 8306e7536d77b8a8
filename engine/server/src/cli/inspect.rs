//! `tocsin inspect FILE…`: what the engine reads from captured requests of agents.
//!
//! The actor is a person with a saved request body, asking "what did the agent say?", or a script that compares two
//! readers. Each file gives one line of JSON; a file that cannot be read gives a sentence on standard error instead.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::Failure;
use super::exit;
use jiff::Timestamp;
use serde::ser::{Serialize, SerializeMap, Serializer};
use tocsin_monit::{Event, MAX_DOCUMENT_BYTES, Quantity, Report, Service, Value, inflate, parse};

/// Prints one line for each file; what is wrong with one keeps no other from being printed.
pub fn run(files: &[PathBuf]) -> ExitCode {
    exit::written(inspect(files, &mut io::stdout().lock(), &mut io::stderr().lock()))
}

/// The exit status; an error when the output cannot be written.
fn inspect(files: &[PathBuf], lines: &mut impl Write, complaints: &mut impl Write) -> io::Result<u8> {
    let mut status = 0;
    for file in files {
        match describe(file) {
            Ok(line) => {
                writeln!(lines, "{line}")?;
                lines.flush()?;
            }
            Err(failure) => {
                status = failure.status().max(status);
                writeln!(complaints, "{}: {}", file.display(), failure.sentence())?;
            }
        }
    }
    Ok(status)
}

/// The line for one file, or a sentence about what is wrong with it.
fn describe(file: &Path) -> Result<String, Failure> {
    let body = read(file).map_err(|error| Failure::AtFault(format!("cannot be read: {error}")))?;
    let document = inflate(&body, false, MAX_DOCUMENT_BYTES).map_err(|error| Failure::AtFault(error.to_string()))?;
    let report = parse(&document).map_err(|error| Failure::AtFault(error.to_string()))?;
    serde_json::to_string(&Line::of(file, &report))
        .map_err(|error| Failure::AtFault(format!("cannot be shown as JSON: {error}")))
}

/// Reads one byte more than a document may have at most, so that too large a file is noticed and not swallowed.
fn read(file: &Path) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    File::open(file)?.take(MAX_DOCUMENT_BYTES as u64 + 1).read_to_end(&mut body)?;
    Ok(body)
}

#[derive(serde::Serialize)]
struct Line<'a> {
    file: Cow<'a, str>,
    id: &'a str,
    incarnation: i64,
    version: String,
    host: &'a str,
    poll: u32,
    services: Vec<ServiceLine<'a>>,
    groups: BTreeMap<&'a str, &'a [Cow<'a, str>]>,
    event: Option<EventLine<'a>>,
}

impl<'a> Line<'a> {
    fn of(file: &'a Path, report: &'a Report<'a>) -> Self {
        Line {
            file: file.to_string_lossy(),
            id: &report.id,
            incarnation: report.incarnation,
            version: report.version.to_string(),
            host: &report.server.local_host_name,
            poll: report.server.poll_s,
            services: report.services.iter().map(ServiceLine).collect(),
            groups: report.service_groups.iter().map(|group| (&*group.name, &*group.members)).collect(),
            event: report.event.as_ref().map(EventLine::of),
        }
    }
}

/// A service and its values side by side in one object.
struct ServiceLine<'a>(&'a Service<'a>);

/// Keys that no value may take.
const OWN_KEYS: [&str; 4] = ["name", "type", "status", "monitor"];

impl Serialize for ServiceLine<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let service = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &service.name)?;
        map.serialize_entry("type", service.kind.name())?;
        map.serialize_entry("status", &service.status)?;
        map.serialize_entry("monitor", &service.monitor.0)?;
        let values = service.values();
        for Value { name, quantity, .. } in values.iter().filter(|value| !OWN_KEYS.contains(&&*value.name)) {
            match quantity {
                Quantity::Text(text) => map.serialize_entry(name, text)?,
                Quantity::Number(number) => match whole(*number) {
                    Some(whole) => map.serialize_entry(name, &whole)?,
                    None => map.serialize_entry(name, number)?,
                },
            }
        }
        map.end()
    }
}

/// The number without its point, if it has nothing behind it and is exact.
fn whole(number: f64) -> Option<i64> {
    const MAX_EXACT: f64 = 9_007_199_254_740_992.0;
    // Exact: no fraction, and within the integers a float can hold.
    (number.fract() == 0.0 && number.abs() <= MAX_EXACT).then_some(number as i64)
}

#[derive(serde::Serialize)]
struct EventLine<'a> {
    service: &'a str,
    id: u32,
    state: u32,
    action: u32,
    message: &'a str,
    /// UTC with microseconds; null when the agent's clock is beyond all calendars.
    at: Option<String>,
}

impl<'a> EventLine<'a> {
    fn of(event: &'a Event<'a>) -> Self {
        EventLine {
            service: &event.service,
            id: event.id.bits(),
            state: event.state.code(),
            action: event.action.code(),
            message: &event.message,
            at: Timestamp::from_microsecond(event.collected_us).ok().map(|at| format!("{at:.6}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::AT_FAULT;

    fn fixture(name: &str) -> PathBuf {
        Path::new("../monit/tests/fixtures").join(name)
    }

    fn described(name: &str) -> serde_json::Value {
        let line = describe(&fixture(name)).expect("a fixture can be read");
        serde_json::from_str(&line).expect("a line is JSON")
    }

    #[test]
    fn a_line_holds_the_event_and_all_values() {
        let line = described("basic-0006-event-monit-65536-2.body");
        assert_eq!(line["host"], "web1.example.org");
        assert_eq!(line["groups"]["storage"], serde_json::json!(["volume", "rootfs"]));
        assert_eq!(line["services"][0]["type"], "system");
        assert_eq!(line["services"][0]["system.cpu.user"], 85.2);
        assert_eq!(line["services"][2]["read.bytes.total"], 15_367_648_256_i64);
        let event = serde_json::json!({
            "service": "Monit", "id": 65536, "state": 2, "action": 3, "message": "Monit 5.33.0 stopped",
            "at": "2026-11-23T09:02:45.013648Z",
        });
        assert_eq!(line["event"], event);
    }

    #[test]
    fn a_status_has_no_event() {
        assert_eq!(described("basic-0002-status.body")["event"], serde_json::Value::Null);
    }

    #[test]
    fn a_bad_file_is_complained_about_and_the_others_are_shown() {
        let (mut lines, mut complaints) = (Vec::new(), Vec::new());
        let files = [fixture("urls-0016-status.body"), fixture("missing"), fixture("names_lt-0003-status.body")];
        let status = inspect(&files, &mut lines, &mut complaints).expect("memory can be written");
        assert_eq!(status, AT_FAULT);
        assert_eq!(String::from_utf8_lossy(&lines).lines().count(), 1);
        let complaints = String::from_utf8_lossy(&complaints).into_owned();
        assert!(complaints.lines().next().is_some_and(|line| line.contains("body: empty request: ")), "{complaints}");
        assert!(
            complaints.lines().nth(1).is_some_and(|line| line.contains("missing: cannot be read: ")),
            "{complaints}"
        );
    }
}

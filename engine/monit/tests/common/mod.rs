//! Captured requests of real agents, as they came over the wire, and a report written out for a reader.

#![allow(dead_code, reason = "each test file uses its part")]

use std::fmt::Write;
use std::path::{Path, PathBuf};

use tocsin_monit::{Event, MAX_DOCUMENT_BYTES, Quantity, Report, Service, Value, event_names, inflate, parse};

/// The captured body of this name.
pub fn capture(name: &str) -> Vec<u8> {
    let path = Path::new("tests/fixtures").join(name).with_added_extension("body");
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The document inside a captured body.
pub fn document(name: &str) -> Vec<u8> {
    inflate(&capture(name), false, MAX_DOCUMENT_BYTES).expect("a capture can be inflated").into_owned()
}

/// All captured bodies in a folder, by name.
pub fn captures_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = entries.map(|entry| entry.expect("a folder can be listed").path());
    let mut bodies: Vec<_> =
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "body")).collect();
    bodies.sort();
    bodies
}

/// The captures that belong to the repository.
pub fn own_captures() -> Vec<PathBuf> {
    captures_in(Path::new("tests/fixtures"))
}

/// A report as text: one line for each service, its values below.
pub fn written_out(document: &[u8]) -> String {
    match parse(document) {
        Ok(report) => write_report(&report).expect("text can be written"),
        Err(error) => error.to_string(),
    }
}

fn write_report(report: &Report<'_>) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    writeln!(out, "{} since {}, Monit {}", report.id, report.incarnation, report.version)?;
    writeln!(out, "{:?}", report.server)?;
    writeln!(out, "{:?}", report.platform)?;
    writeln!(out, "host groups {:?}", report.host_groups)?;
    for service in &report.services {
        write_service(&mut out, service)?;
    }
    for group in &report.service_groups {
        writeln!(out, "group {:?}: {:?}", group.name, group.members)?;
    }
    match &report.event {
        Some(event) => write_event(&mut out, event, report.event_is_late())?,
        None => writeln!(out, "no event")?,
    }
    Ok(out)
}

fn write_service(out: &mut String, service: &Service<'_>) -> std::fmt::Result {
    let names = |bits| event_names(bits).collect::<Vec<_>>();
    writeln!(
        out,
        "{} {:?} at {} failed {:?} changed {:?} {:?} {:?} {:?} pending {:?} every {:?} says {:?}",
        service.kind.name(),
        service.name,
        service.collected_us,
        names(service.failed_bits()),
        names(service.changed_bits()),
        service.monitor,
        service.monitor_mode,
        service.on_reboot,
        service.pending_action,
        service.every,
        service.status_message,
    )?;
    for Value { name, quantity, unit } in service.values() {
        match quantity {
            Quantity::Number(number) => {
                writeln!(out, "{}", format!("    {name} {number} {}", unit.symbol()).trim_end())?
            }
            Quantity::Text(text) => writeln!(out, "    {name} {text:?}")?,
        }
    }
    Ok(())
}

fn write_event(out: &mut String, event: &Event<'_>, is_late: bool) -> std::fmt::Result {
    writeln!(
        out,
        "event at {}{}: {} {:?} {} {} {} fine {:?} {:?} token {:?}",
        event.collected_us,
        if is_late { " (late)" } else { "" },
        event.service_type.name(),
        event.service,
        event.id.name(),
        event.state.name(),
        event.action.name(),
        event.fine,
        event.message,
        event.token,
    )
}

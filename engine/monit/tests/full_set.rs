//! Every captured request is read and agrees with what its name and its line in the index of captures say.
//!
//! The repository holds a selection. Where the whole set is at hand (`TOCSIN_FIXTURES` names its folder, or it lies
//! beside the workspace), all of it is tried as well, with its index.

mod common;

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use tocsin_monit::{MAX_DOCUMENT_BYTES, ParseError, Report, Service, inflate, parse};

/// Captures of requests that carried no document at all.
const EMPTY_REQUESTS: [&str; 2] = ["urls-0016-status", "urls-0017-status"];

#[test]
fn the_selection_is_read_and_agrees_with_its_names() {
    for path in common::own_captures() {
        check(&path, None);
    }
}

#[test]
fn the_whole_set_is_read_and_agrees_with_its_index() {
    let Some(folder) = whole_set() else {
        println!("the whole set of captures is not here; set TOCSIN_FIXTURES to its folder to have it tried");
        return;
    };
    let index = std::fs::read_to_string(folder.join("INDEX.md")).expect("the set has an index");
    for path in common::captures_in(&folder) {
        let start = format!("- `{}` — ", name_of(&path));
        let line = index.lines().find_map(|line| line.strip_prefix(&start));
        assert!(line.is_some(), "{} is not in the index", path.display());
        check(&path, line);
    }
}

fn whole_set() -> Option<PathBuf> {
    let beside = || PathBuf::from("../../../shared/fixtures/monit");
    let folder = std::env::var_os("TOCSIN_FIXTURES").map_or_else(beside, PathBuf::from);
    folder.join("INDEX.md").exists().then_some(folder)
}

fn name_of(path: &Path) -> Cow<'_, str> {
    path.file_stem().expect("a capture has a name").to_string_lossy()
}

fn check(path: &Path, index: Option<&str>) {
    let name = name_of(path);
    let body = std::fs::read(path).expect("a capture can be read");
    let document = inflate(&body, false, MAX_DOCUMENT_BYTES).unwrap_or_else(|error| panic!("{name}: {error}"));
    let report = match parse(&document) {
        Err(ParseError::Empty) if EMPTY_REQUESTS.contains(&&*name) => return,
        other => other.unwrap_or_else(|error| panic!("{name}: {error}")),
    };
    // NAME-0001-event-SERVICE-ID-STATE or NAME-0001-status.
    let event = report.event.as_ref();
    let tail = event.map_or("-status".to_owned(), |event| format!("-{}-{}", event.id.bits(), event.state.code()));
    assert!(name.ends_with(&tail), "{name} ends with {tail}");
    assert!(event.is_none() || report.is_of_a_known_service(), "{name}: event of an unknown service");
    assert_eq!(report.services.iter().filter(|service| service.kind.name() == "system").count(), 1, "{name}");
    for service in &report.services {
        let has_details = !service.details.is_empty();
        assert!(
            !has_details || !service.values().is_empty() || service.kind.name() == "network",
            "{name}: {service:?}"
        );
    }
    if let Some(line) = index {
        check_index(&name, &report, line);
        check_lateness(path, &report);
    }
}

/// Agent and collector shared one clock: an event that arrived long after it arose came from the agent's queue. First
/// sendings arrived within half a second, second ones after a whole cycle.
fn check_lateness(path: &Path, report: &Report<'_>) {
    const QUEUED_AFTER_S: f64 = 0.75;
    let Some(event) = &report.event else { return };
    let headers = std::fs::read_to_string(path.with_extension("http.json")).expect("a capture has its headers");
    let received_s = headers.split("\"received_at\": ").nth(1).and_then(|rest| rest.split(',').next());
    let received_s: f64 = received_s.expect("a time of receipt").parse().expect("seconds");
    let delay_s = received_s - event.collected_us as f64 / 1e6;
    assert_eq!(report.event_is_late(), delay_s > QUEUED_AFTER_S, "{}: {delay_s} s, {event:?}", path.display());
}

trait KnownService {
    fn is_of_a_known_service(&self) -> bool;
}

impl KnownService for Report<'_> {
    fn is_of_a_known_service(&self) -> bool {
        self.event.as_ref().is_some_and(|event| event.is_instance() || self.service(&event.service).is_some())
    }
}

/// The line's words against the report. The index shows names in another encoding, so only their ASCII is compared.
fn check_index(name: &str, report: &Report<'_>, line: &str) {
    let expected = match &report.event {
        Some(event) => {
            let (id, state, action) = (event.id.bits(), event.state.code(), event.action.code());
            format!("event {} id={id} state={state} action={action}: ", event.service)
        }
        None => format!("status of {} services: {}", report.services.len(), conspicuous(report)),
    };
    assert!(ascii(line).contains(&ascii(&expected)), "{name}: the index says\n{line}\nbut read was\n{expected}");
}

/// Services that are not simply fine, the first eight.
fn conspicuous(report: &Report<'_>) -> String {
    let is_fine = |service: &&Service<'_>| service.status == 0 && service.status_hint == 0 && service.monitor.0 == 1;
    let shown = |service: &Service<'_>| {
        let hint = if service.status_hint == 0 { String::new() } else { format!("/hint {}", service.status_hint) };
        let monitor = if service.monitor.0 == 1 { String::new() } else { format!(" monitor {}", service.monitor.0) };
        format!("{}={}{hint}{monitor}", service.name, service.status)
    };
    let odd: Vec<_> = report.services.iter().filter(|service| !is_fine(service)).map(shown).collect();
    match odd.len() {
        0 => "all fine".to_owned(),
        1..=8 => odd.join(", "),
        _ => format!("{}, …", odd[..8].join(", ")),
    }
}

fn ascii(text: &str) -> String {
    text.chars().filter(char::is_ascii).filter(|c| !c.is_control()).collect()
}

//! A general XML reader as the second opinion: where it can read the details of a service, ours finds the same.

mod common;

use quick_xml::Reader;
use quick_xml::events::Event;
use tocsin_monit::{Quantity, Service, parse};

/// What stands for "not available" and is not among the values.
const NOT_AVAILABLE: f64 = -1.0;

#[test]
fn details_read_by_a_general_reader_are_the_same() {
    let mut compared = 0;
    for path in common::own_captures() {
        let name = path.file_stem().expect("a capture has a name").to_string_lossy().into_owned();
        let document = common::document(&name);
        let Ok(report) = parse(&document) else { continue };
        for service in &report.services {
            if let Some(expected) = second_opinion(service.details) {
                assert_eq!(ours(service), expected, "{name}: {service:?}");
                compared += expected.len();
            }
        }
    }
    assert!(compared > 30_000, "only {compared} values were compared");
}

/// Values as ours: without the numbers of repeated elements and without attributes.
fn ours(service: &Service<'_>) -> Vec<(String, String)> {
    let shown = |quantity: &Quantity<'_>| match quantity {
        Quantity::Number(number) => number.to_string(),
        Quantity::Text(text) => text.to_string(),
    };
    let plain =
        |name: &str| name.split('.').map(|part| part.split('[').next().unwrap_or(part)).collect::<Vec<_>>().join(".");
    let values = service.values();
    let own = values.iter().filter(|value| value.name != "checksum.type" && value.text() != Some(""));
    own.map(|value| (plain(&value.name), shown(&value.quantity))).collect()
}

/// The texts of all elements, or nothing when the general reader refuses.
fn second_opinion(details: &[u8]) -> Option<Vec<(String, String)>> {
    let mut reader = Reader::from_reader(details);
    let (mut path, mut found) = (Vec::new(), Vec::new());
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => path.push(start.name().as_ref().to_owned()),
            Event::End(_) => drop(path.pop()?),
            Event::Text(text) => found.push((path.join("."), text.to_string())),
            Event::CData(text) => {
                found.push((path.join("."), text.replace("]]&gt;", "]]>")));
            }
            Event::Eof => break,
            _ => return None,
        }
    }
    let shown = |path: &str, text: String| match text.trim_end_matches(" MB").parse::<f64>() {
        Ok(number) if !["mode", "program.output"].contains(&path) => {
            (number != NOT_AVAILABLE).then(|| number.to_string())
        }
        _ => Some(text),
    };
    let available = found.into_iter().filter_map(|(path, text)| shown(&path, text).map(|text| (path, text)));
    Some(available.filter(|(_, text)| !text.is_empty()).collect())
}

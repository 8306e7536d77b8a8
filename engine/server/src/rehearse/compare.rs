//! The expected list against what was sent: as a set for each instant, so the order within one does not count, nor how
//! often a line is written.

use super::scene::Expected;
use super::script::Script;
use super::time;

/// The differences as lines of a diff in the order of time: `-` was expected and not sent, `+` was sent and not
/// expected.
pub fn differences(expected: &[Expected], script: &Script) -> Vec<String> {
    let mut missing: Vec<Expected> = expected.to_vec();
    let mut differences: Vec<(Expected, char, String)> = Vec::new();
    missing.sort();
    missing.dedup();
    for line in script.sent() {
        let (kind, subject, receiver) = (line.mark, line.subject.clone(), line.who.clone());
        let sent = Expected { at: line.at, kind, subject, receiver };
        match missing.binary_search(&sent) {
            Ok(found) => drop(missing.remove(found)),
            Err(_) => differences.push((sent, '+', line.text())),
        }
    }
    differences.extend(missing.into_iter().map(|line| {
        let text = format!("{} {} {} {}", time::write(line.at), line.kind, line.subject, line.receiver);
        (line, '-', text)
    }));
    let key = |(line, sign, _): &(Expected, char, String)| {
        (line.at, line.subject.clone(), line.receiver.clone(), *sign == '+', line.kind)
    };
    differences.sort_by_cached_key(key);
    differences.into_iter().map(|(_, sign, text)| format!("{sign} {text}")).collect()
}

//! What a world tells when a story is over: lines to compare, names and sentences.

use tocsin_policy::*;

use crate::world::{START, World};

pub fn subject_name(host: &str, subject: &Subject) -> String {
    match subject {
        Subject::Host => host.to_owned(),
        Subject::Service(service) => format!("{host}/{service}"),
    }
}

impl Names for World {
    fn receiver(&self, id: ReceiverId) -> String {
        self.name_of(id.0)
    }
    fn policy(&self, id: PolicyId) -> String {
        format!("policy {}", self.name_of(id.0))
    }
    fn group(&self, id: GroupId) -> String {
        self.name_of(id.0)
    }
    fn moment(&self, at: Moment) -> String {
        clock(at)
    }
}

/// Minutes from the start, `m` or `m:ss`.
pub fn clock(at: Moment) -> String {
    let seconds = (at - START).0.div_euclid(1_000);
    match seconds.rem_euclid(60) {
        0 => format!("{}", seconds.div_euclid(60)),
        rest => format!("{}:{rest:02}", seconds.div_euclid(60)),
    }
}

/// Sorted as the rehearsal sorts, for comparison.
pub fn lines(entries: &[(Moment, String)]) -> Vec<String> {
    let mut sorted = entries.to_vec();
    sorted.sort();
    sorted.into_iter().map(|(at, line)| format!("{} {line}", clock(at))).collect()
}

impl World {
    /// Everything that was due and not sent, with its reason.
    pub fn why(&self) -> Vec<String> {
        self.withheld.iter().map(|(at, line)| format!("{} {line}", clock(*at))).collect()
    }

    pub fn group_name(&self, id: GroupId) -> &str {
        &self.book.groups[&id].name
    }

    /// The texts of all notices, in order.
    pub fn messages(&self) -> Vec<&str> {
        let notices = self.log.iter().filter_map(|(_, _, effect)| match effect {
            Effect::Notify { notice } => Some(&*notice.message),
            _ => None,
        });
        notices.collect()
    }

    pub fn closings(&self) -> Vec<CloseReason> {
        let closed = self.log.iter().filter_map(|(_, _, effect)| match effect {
            Effect::AlertClosed { reason, .. } => Some(*reason),
            _ => None,
        });
        closed.collect()
    }

    /// The lines of the history of all hosts.
    pub fn history(&self) -> Vec<&HistoryLine> {
        let lines = self.log.iter().filter_map(|(_, _, effect)| match effect {
            Effect::History { line, .. } => Some(line),
            _ => None,
        });
        lines.collect()
    }
}

//! What was sent beside what would have been sent, alert by alert and receiver by receiver.

use std::collections::{BTreeMap, BTreeSet};

use tocsin_policy::{AlertId, HostId, Moment, NoticeKind, ReceiverId, Span, Subject};

use super::past::{Past, PastAlert, Sent};

/// Alerts that are shown with their differences: the newest.
const MAX_DIFFERENCES: usize = 50;
/// The real engine is late by its commits and by the pace of check-ins; a difference within this is none.
const TOLERANCE: Span = Span::seconds(90);

/// The outcome.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    pub from: Moment,
    pub to: Moment,
    /// Alerts that the policy decides, or would.
    pub alerts: usize,
    /// Of these, those that nobody would have heard otherwise.
    pub same: usize,
    pub tallies: Vec<Tally>,
    pub differences: Vec<Difference>,
    /// More differ than are shown.
    pub more: usize,
    /// Alerts that had begun earlier and are left out.
    pub older: usize,
    /// Only the newest alerts were played.
    pub cut: bool,
}

/// How many notifications a receiver had, and would have had.
#[derive(Clone, Debug, PartialEq)]
pub struct Tally {
    pub receiver: ReceiverId,
    pub name: String,
    pub was: usize,
    pub would: usize,
}

/// An alert of which somebody would have heard otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    pub alert: AlertId,
    pub host: HostId,
    pub subject: Subject,
    pub opened_at: Moment,
    pub closed_at: Option<Moment>,
    pub was: Vec<Told>,
    pub would: Vec<Told>,
}

/// What one receiver hears of one alert.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    pub receiver: ReceiverId,
    pub name: String,
    /// Its first notice; `None` if only the end was told.
    pub first_at: Option<Moment>,
    pub reminders: usize,
    pub ended_at: Option<Moment>,
}

/// Puts both beside each other.
pub fn compare(past: &Past, would: &[Sent]) -> Comparison {
    let names: BTreeMap<ReceiverId, &str> = past.receivers.iter().map(|(id, name)| (*id, name.as_str())).collect();
    let by_alert = |sent: &[Sent]| {
        let mut by_alert: BTreeMap<AlertId, Vec<Sent>> = BTreeMap::new();
        sent.iter().for_each(|sent| by_alert.entry(sent.alert).or_default().push(*sent));
        by_alert
    };
    let (real, played) = (by_alert(&past.sent), by_alert(would));
    let mut comparison =
        Comparison { from: past.from, to: past.to, older: past.older, cut: past.cut, ..Comparison::default() };
    let mut differences = Vec::new();
    for alert in past.alerts.iter().filter(|alert| alert.asked) {
        comparison.alerts += 1;
        let told = |by_alert: &BTreeMap<AlertId, Vec<Sent>>| {
            told(by_alert.get(&alert.id).map(Vec::as_slice).unwrap_or_default(), &names)
        };
        let (was, would) = (told(&real), told(&played));
        if is_same(&was, &would) {
            comparison.same += 1;
        } else {
            differences.push(difference(alert, was, would));
        }
    }
    comparison.more = differences.len().saturating_sub(MAX_DIFFERENCES);
    differences.reverse();
    differences.truncate(MAX_DIFFERENCES);
    comparison.differences = differences;
    comparison.tallies = tallies(&past.sent, would, &names);
    comparison
}

fn difference(alert: &PastAlert, was: Vec<Told>, would: Vec<Told>) -> Difference {
    let PastAlert { id, host, subject, opened_at, closed_at, .. } = alert;
    let (alert, host, subject) = (*id, *host, subject.clone());
    Difference { alert, host, subject, opened_at: *opened_at, closed_at: *closed_at, was, would }
}

/// A line for each receiver, in the order in which they heard first.
fn told(sent: &[Sent], names: &BTreeMap<ReceiverId, &str>) -> Vec<Told> {
    let mut told: Vec<Told> = Vec::new();
    for one in sent {
        let at = told.iter().position(|told| told.receiver == one.receiver).unwrap_or_else(|| {
            let name =
                names.get(&one.receiver).map_or_else(|| "a deleted receiver".to_owned(), |name| (*name).to_owned());
            told.push(Told { receiver: one.receiver, name, first_at: None, reminders: 0, ended_at: None });
            told.len() - 1
        });
        let line = &mut told[at];
        match one.kind {
            NoticeKind::Problem | NoticeKind::Change => line.first_at = line.first_at.or(Some(one.at)),
            NoticeKind::Reminder => line.reminders += 1,
            NoticeKind::Recovery => line.ended_at = Some(one.at),
        }
    }
    told
}

fn is_same(was: &[Told], would: &[Told]) -> bool {
    let near = |a: Option<Moment>, b: Option<Moment>| match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => (a - b).0.abs() <= TOLERANCE.0,
        _ => false,
    };
    let same = |one: &Told| {
        would.iter().any(|other| {
            one.receiver == other.receiver
                && near(one.first_at, other.first_at)
                && near(one.ended_at, other.ended_at)
                && one.reminders.abs_diff(other.reminders) <= slack(one.reminders)
        })
    };
    was.len() == would.len() && was.iter().all(same)
}

/// Each reminder counts from the commit of the one before, and each commit was a little late: over many of them one or
/// the other did not fit in any more.
fn slack(reminders: usize) -> usize {
    reminders / 20
}

fn tallies(was: &[Sent], would: &[Sent], names: &BTreeMap<ReceiverId, &str>) -> Vec<Tally> {
    let count = |sent: &[Sent], receiver| sent.iter().filter(|sent| sent.receiver == receiver).count();
    let receivers: BTreeSet<ReceiverId> = was.iter().chain(would).map(|sent| sent.receiver).collect();
    let mut tallies: Vec<Tally> = receivers
        .into_iter()
        .map(|receiver| Tally {
            receiver,
            name: names.get(&receiver).map_or_else(|| "a deleted receiver".to_owned(), |name| (*name).to_owned()),
            was: count(was, receiver),
            would: count(would, receiver),
        })
        .collect();
    tallies.sort_by(|a, b| a.name.cmp(&b.name));
    tallies
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(receiver: i64, kind: NoticeKind, minute: i64) -> Sent {
        Sent { alert: AlertId(1), receiver: ReceiverId(receiver), kind, at: Moment(0) + Span::minutes(minute) }
    }

    fn past(was: Vec<Sent>) -> Past {
        let alert = PastAlert {
            id: AlertId(1),
            host: HostId(1),
            subject: Subject::Host,
            kind: tocsin_policy::AlertKind::Problem,
            opened_at: Moment(0),
            closed_at: None,
            message: String::new(),
            acknowledgement: None,
            asked: true,
        };
        Past {
            from: Moment(0),
            to: Moment(0) + Span::hours(1),
            hosts: BTreeMap::new(),
            alerts: vec![alert],
            downtimes: Vec::new(),
            receivers: vec![(ReceiverId(1), "mail".to_owned()), (ReceiverId(2), "chat".to_owned())],
            sent: was,
            older: 0,
            cut: false,
        }
    }

    #[test]
    fn a_little_later_is_the_same_and_another_receiver_is_not() {
        let was = vec![sent(1, NoticeKind::Problem, 0), sent(1, NoticeKind::Reminder, 5)];
        let later = [sent(1, NoticeKind::Problem, 1), sent(1, NoticeKind::Reminder, 6)];
        assert_eq!(compare(&past(was.clone()), &later).same, 1);

        let other = [sent(2, NoticeKind::Problem, 0), sent(1, NoticeKind::Problem, 30)];
        let comparison = compare(&past(was), &other);
        assert_eq!((comparison.alerts, comparison.same, comparison.differences.len()), (1, 0, 1));
        let counts: Vec<(&str, usize, usize)> =
            comparison.tallies.iter().map(|tally| (tally.name.as_str(), tally.was, tally.would)).collect();
        assert_eq!(counts, [("chat", 0, 1), ("mail", 2, 1)]);
    }

    #[test]
    fn who_would_hear_nothing_any_more_is_a_difference() {
        let comparison = compare(&past(vec![sent(1, NoticeKind::Problem, 0)]), &[]);
        assert_eq!(comparison.differences[0].was.len(), 1);
        assert!(comparison.differences[0].would.is_empty());
    }
}

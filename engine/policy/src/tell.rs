//! Telling receivers, or recording why not: the last steps that problems and changes share.

use crate::{
    Alert, Book, Effect, Held, Host, IdSource, Moment, Notice, NoticeId, NoticeKind, Policy, Reason, ReceiverId, Rule,
    RuleId, Say, Subject, Told,
};

/// A rule whose time has come, and when it came.
#[derive(Clone, Copy)]
pub(crate) struct DueRule<'b> {
    pub rule: &'b Rule,
    pub due_at: Moment,
}

/// The rules that decide about an alert, or why there are none.
pub(crate) fn rules<'b>(host: &Host, book: &'b Book, subject: &Subject) -> Result<(&'b Policy, &'b [Rule]), Reason> {
    use crate::Admission::{Approved, Pending};
    // I4
    if host.admission != Approved {
        return Err(Reason::NotAdmitted { pending: host.admission == Pending });
    }
    let policy = crate::deciding(book, host.facts(), subject).ok_or(Reason::NoPolicy)?;
    match &policy.say {
        Say::Mute => Err(Reason::Muted { tier: policy.target.tier(), policy: policy.id }),
        Say::Rules(rules) if rules.is_empty() => Err(Reason::NoPolicy),
        Say::Rules(rules) => Ok((policy, rules)),
    }
}

/// Records that something was due and not sent: once for each rule and due time, with the reason it had first (S8).
/// Without a rule there is no due time that moves, so there each new reason counts.
pub(crate) fn withhold(
    alert: &mut Alert,
    rule: Option<RuleId>,
    due_at: Moment,
    reason: Reason,
    effects: &mut Vec<Effect>,
) {
    let held = Held { rule, due_at, reason: reason.clone() };
    match alert.held.iter_mut().find(|held| held.rule == rule) {
        Some(known) if known.due_at == due_at && (rule.is_some() || known.reason == reason) => return,
        Some(known) => *known = held,
        None => alert.held.push(held),
    }
    effects.push(Effect::Withheld { alert: alert.id, rule, due_at, reason });
}

/// Commits one notice for each receiver that the due rules name; a receiver that several name gets one (T6), in the
/// name of the first of them.
#[allow(
    clippy::too_many_arguments,
    reason = "each is a fact of the decision; a struct for one caller would only rename them"
)]
pub(crate) fn tell(
    alert: &mut Alert,
    message: &str,
    policy: &Policy,
    due: &[DueRule<'_>],
    book: &Book,
    now: Moment,
    ids: &mut dyn IdSource,
    effects: &mut Vec<Effect>,
) {
    let mut served: Vec<ReceiverId> = Vec::new();
    for first in due {
        for receiver in &first.rule.receivers {
            if served.contains(receiver) {
                continue;
            }
            served.push(*receiver);
            let before = alert.told.iter().position(|told| told.receiver == *receiver);
            let kind = match (alert.kind, before) {
                // Told by another rule of it, which did not have to wait for its hours (T6).
                (crate::AlertKind::Change, Some(_)) => continue,
                (crate::AlertKind::Change, None) => NoticeKind::Change,
                (crate::AlertKind::Problem, None) => NoticeKind::Problem,
                (crate::AlertKind::Problem, Some(_)) => NoticeKind::Reminder,
            };
            effects.push(Effect::Notify {
                notice: Notice {
                    id: NoticeId(ids.next_id()),
                    alert: alert.id,
                    subject: alert.subject.clone(),
                    alert_kind: alert.kind,
                    kind,
                    receiver: *receiver,
                    at: now,
                    rule: first.rule.id,
                    urgency: first.rule.urgency(),
                    opened_at: alert.opened_at,
                    ended: None,
                    message: message.to_owned(),
                    reason: because(alert, policy, first, book, now),
                },
            });
            let told = told(alert, *receiver, policy, first.rule, due, now);
            effects.push(Effect::ReceiverTold { alert: alert.id, told: told.clone() });
            match before {
                Some(at) => alert.told[at] = told,
                None => alert.told.push(told),
            }
        }
    }
}

/// What the receiver has had by now, and whether it is to hear the end. Of several rules that have told it one that wants
/// that is enough; a rule that speaks again replaces what it said before, since it may have been edited.
fn told(alert: &Alert, receiver: ReceiverId, policy: &Policy, first: &Rule, due: &[DueRule<'_>], now: Moment) -> Told {
    let names = |rule: &&Rule| rule.receivers.contains(&receiver);
    let speaking: Vec<&Rule> = due.iter().map(|due| due.rule).filter(names).collect();
    let speaks = |rule: RuleId| speaking.iter().any(|speaking| speaking.id == rule);
    let by = |rule: &Rule, recovery| Told { receiver, rule: rule.id, urgency: rule.urgency(), last_at: now, recovery };
    if let Some(rule) = speaking.iter().find(|rule| rule.recovery) {
        return by(rule, true);
    }
    let before = alert.told.iter().find(|told| told.receiver == receiver);
    if let Some(said) = before.filter(|told| told.recovery && !speaks(told.rule)) {
        return Told { last_at: now, ..said.clone() };
    }
    let has_spoken = |rule: &&Rule| alert.timer(rule.id).is_some_and(|timer| timer.basis == crate::Basis::Own);
    let others: &[Rule] = if let Say::Rules(rules) = &policy.say { rules } else { &[] };
    let mut others = others.iter().filter(names).filter(has_spoken).filter(|rule| !speaks(rule.id));
    match others.find(|rule| rule.recovery) {
        Some(rule) => by(rule, true),
        None => by(first, false),
    }
}

fn because(alert: &Alert, policy: &Policy, due: &DueRule<'_>, book: &Book, now: Moment) -> Reason {
    let (tier, policy, due_at) = (policy.target.tier(), policy.id, due.due_at);
    let counts_from_commit = alert.timer(due.rule.id).is_some_and(|timer| timer.basis != crate::Basis::Opening);
    if alert.held.iter().any(|held| held.rule == Some(due.rule.id) && held.due_at == due_at) {
        Reason::Released { tier, policy, due_at }
    } else if due_at < now {
        Reason::Overdue { tier, policy, due_at }
    } else if counts_from_commit {
        Reason::IntervalPassed { tier, policy, every: book.interval(due.rule.every) }
    } else {
        Reason::FirstNotice { tier, policy }
    }
}

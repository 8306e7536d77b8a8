//! Policies with their rules, and downtimes.

use tocsin_policy::{DowntimeSchedule, Every, Moment, ScheduleError, Span};

use crate::provision::plan::{Downtime, Policy, Rule, Say};
use crate::settings::value::{Table, Value};

use super::scope::aim;
use super::{URGENCIES, name, names, switch};

pub fn policy(table: &Table<'_>) -> Option<Policy> {
    let aim = aim(table, "default");
    let enabled = switch(table, "enabled", true);
    let mute = switch(table, "mute", false);
    let rules: Vec<Option<Rule>> = table.tables("rule").iter().map(rule).collect();
    if mute && !rules.is_empty() {
        table.report("a policy that is mute has no rules; remove `mute` or the rules");
    } else if !mute && rules.is_empty() {
        table.report("a policy needs a [[policy.rule]], or mute = true to send nothing");
    }
    let say = if mute { Some(Say::Mute) } else { rules.into_iter().collect::<Option<_>>().map(Say::Rules) };
    Some(Policy { at: table.place(), aim: aim?, enabled, say: say? })
}

fn rule(table: &Table<'_>) -> Option<Rule> {
    let receivers = names(table, "receivers");
    if receivers.is_empty() {
        table.report("`receivers` must name at least one receiver");
    }
    let every = every(table);
    let after = table.get("after").map_or(Some(Span::ZERO), |value| value.span());
    let (recovery, changes) = (switch(table, "recovery", true), switch(table, "changes", true));
    let active = table.get("active").map_or(Some(None), |hours| written(&hours, str::parse).map(Some));
    table.done();
    Some(Rule { at: table.place(), receivers, every: every?, after: after?, recovery, changes, active: active? })
}

/// `urgency = 1` or `every = "5m"`.
fn every(table: &Table<'_>) -> Option<Every> {
    match (table.get("urgency"), table.get("every")) {
        (Some(urgency), None) => Some(Every::Urgency(u8::try_from(urgency.integer(URGENCIES)?).ok()?)),
        (None, Some(every)) => Some(Every::Interval(every.span()?)),
        (Some(_), Some(every)) => every.fail("`urgency` and `every` are both given; keep the one that is meant"),
        (None, None) => {
            table.report("say how often it repeats: urgency = 1, or every = \"5m\"");
            None
        }
    }
}

pub fn downtime(table: &Table<'_>) -> Option<Downtime> {
    let (title, aim) = (name(table, "title"), aim(table, "everything"));
    let schedule = match table.get("repeats") {
        Some(repeats) => {
            for key in ["start", "end", "length"] {
                if let Some(value) = table.get(key) {
                    value.fail::<()>("`repeats` says all of it; remove this key");
                }
            }
            written(&repeats, |text| DowntimeSchedule::read(text).and_then(|read| read.check(Moment(0)).map(|()| read)))
        }
        None => once(table),
    };
    Some(Downtime { at: table.place(), title: title?, aim: aim?, schedule: schedule? })
}

/// `start` with `end` or `length`.
fn once(table: &Table<'_>) -> Option<DowntimeSchedule> {
    let start = table.need("start").and_then(|value| value.moment());
    let (end, length) = (table.get("end"), table.get("length"));
    let end = match (end, length) {
        (Some(end), None) => end.moment(),
        (None, Some(length)) => length.span().zip(start).map(|(length, start)| start + length),
        (Some(_), Some(length)) => length.fail("`end` and `length` are both given; keep the one that is meant"),
        (None, None) => {
            table.report("say how long it lasts: end = 2026-12-24T20:00:00Z, or length = \"2h\"");
            None
        }
    };
    if let Some((start, end)) = start.zip(end)
        && end <= start
    {
        table.report("it ends before it starts");
    }
    Some(DowntimeSchedule::Once { start: start?, end: end? })
}

/// A text that is read by the rules of a schedule.
fn written<T>(value: &Value<'_>, read: impl FnOnce(&str) -> Result<T, ScheduleError>) -> Option<T> {
    match read(value.text()?) {
        Ok(read) => Some(read),
        Err(error) => value.fail(error.to_string().trim_end_matches('.')),
    }
}

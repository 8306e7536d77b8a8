//! Policies in words: what a rule says, and which tier decides for a host or service and why the others do not.

use serde::Serialize;
use tocsin_policy::{Every, Host, Names, Policy, Rule, Say, Span, Standing, Subject, Target, Tier, decide_policy};

use super::names::Known;
use super::query;
use crate::store::policy::target_name;

/// One target with what it says.
#[derive(Clone, Debug, Serialize)]
pub struct Rung {
    pub tier: &'static str,
    pub target: String,
    pub edit_path: String,
    pub exists: bool,
    pub enabled: bool,
    pub mute: bool,
    pub decides: bool,
    /// Why it decides or not.
    pub standing: String,
    pub says: Vec<String>,
    /// Hosts that it covers, where that is of interest.
    pub hosts: Option<usize>,
}

pub fn tier_words(tier: Tier) -> &'static str {
    match tier {
        Tier::Service => "service",
        Tier::Host => "host",
        Tier::Group => "host group",
        Tier::Default => "default",
    }
}

/// Where a policy is edited.
pub fn edit_path(target: &Target) -> String {
    format!("/policies/edit?{}", query(&[("target", &target_name(target))]))
}

/// A rung without a host: as the list of policies shows it.
pub fn rung(known: &Known, target: &Target, policy: Option<&Policy>) -> Rung {
    Rung {
        tier: tier_words(target.tier()),
        target: known.target(target),
        edit_path: edit_path(target),
        exists: policy.is_some(),
        enabled: policy.is_some_and(|policy| policy.enabled),
        mute: policy.is_some_and(|policy| policy.say == Say::Mute),
        decides: false,
        standing: String::new(),
        says: policy.map(|policy| says(known, &policy.say)).unwrap_or_default(),
        hosts: None,
    }
}

/// All tiers for a subject, most specific first.
pub fn ladder(known: &Known, host: &Host, subject: &Subject) -> Vec<Rung> {
    let ladder = decide_policy(&known.book, host.facts(), subject);
    let rungs = ladder.rungs.iter().map(|asked| {
        let mut rung = rung(known, &asked.target, asked.policy);
        rung.decides = matches!(asked.standing, Standing::Decides | Standing::DecidesByName { .. });
        rung.standing = standing_words(known, &asked.standing);
        rung
    });
    rungs.collect()
}

fn standing_words(known: &Known, standing: &Standing) -> String {
    match standing {
        Standing::Decides => "decides".to_owned(),
        Standing::DecidesByName { tied_with } => {
            let other = known.group(*tied_with);
            format!("decides by its name only: group {other} has the same priority. Give one of them another priority")
        }
        Standing::Absent => "has no policy".to_owned(),
        Standing::Disabled => "is disabled, as if it were not there".to_owned(),
        Standing::Overridden { by } => format!("does not count: the {} tier is more specific", tier_words(*by)),
        Standing::Outranked { by } => {
            format!("does not count: group {} has the lower priority number", known.group(*by))
        }
        Standing::LostTie { to } => {
            format!("does not count: group {} has the same priority and comes first by name", known.group(*to))
        }
    }
}

/// What a policy says, a sentence a rule.
pub fn says(known: &Known, say: &Say) -> Vec<String> {
    match say {
        Say::Mute => vec!["MUTE: nobody is told".to_owned()],
        Say::Rules(rules) => rules.iter().map(|rule| rule_words(known, rule)).collect(),
    }
}

/// `#db-alerts: at once, then every 5m (urgency 1); tells the end and changes`.
pub fn rule_words(known: &Known, rule: &Rule) -> String {
    let every = match rule.every {
        Every::Interval(span) => format!("every {}", span.words()),
        Every::Urgency(level) => match known.book.urgencies.get(&level) {
            Some(span) => format!("every {} (urgency {level})", span.words()),
            None => format!("by urgency {level}, which does not exist"),
        },
    };
    let first = if rule.after > Span::ZERO { format!("after {}", rule.after.words()) } else { "at once".to_owned() };
    let more = match (rule.recovery, rule.changes) {
        (true, true) => "tells the end, and changes",
        (true, false) => "tells the end",
        (false, true) => "does not tell the end, but changes",
        (false, false) => "does not tell the end",
    };
    let hours = rule.active.as_ref().map(|active| format!("; only {active}")).unwrap_or_default();
    format!("{}: {first}, then {every}; {more}{hours}", known.receivers(&rule.receivers))
}

//! A policy as it is being edited: what it would say, what that changes, and where it meets the edit of somebody else.

use serde::Serialize;
use tocsin_policy::{Policy, PolicyId, Rule, RuleId, Say, Target};

use super::super::names::Known;
use super::super::policy_words;
use super::rows::Row;
use crate::http::forms::{Form, Wrong};
use crate::store::page::policy::Saved;
use crate::usecase::policy::{RULES, RuleForm, SayForm};

/// The form as it stands or was typed.
pub struct Draft {
    pub rules: Vec<Row>,
    pub enabled: bool,
    pub mute: bool,
    /// The version that the form showed, 0 for none; `None` for a form that is fresh.
    pub version: Option<i64>,
}

impl Draft {
    pub fn of(policy: Option<&Policy>) -> Draft {
        let rules = match policy.map(|policy| &policy.say) {
            Some(Say::Rules(rules)) => rules.iter().map(Row::of).collect(),
            _ => Vec::new(),
        };
        let enabled = policy.is_none_or(|policy| policy.enabled);
        Draft { rules, enabled, mute: policy.is_some_and(|policy| policy.say == Say::Mute), version: None }
    }

    pub fn sent(form: &Form) -> Draft {
        let rows = (0..RULES).filter_map(|n| Row::sent(form, n)).filter(|row| !row.receivers.is_empty());
        Draft {
            rules: rows.collect(),
            enabled: form.has("enabled"),
            mute: form.text("say") == "mute",
            // Without a version the form was filled in where there was no policy.
            version: Some(form.number("version").unwrap_or(0)),
        }
    }

    /// What it says, as far as it can be read.
    pub fn say(&self, wrong: &mut Wrong) -> SayForm {
        if self.mute {
            return SayForm::Mute;
        }
        SayForm::Rules(self.rules.iter().enumerate().filter_map(|(at, row)| row.rule(at, wrong)).collect())
    }
}

/// Both versions of a policy that two people have edited.
#[derive(Serialize)]
pub struct Meeting {
    theirs: Vec<String>,
    yours: Vec<String>,
    by: String,
    /// Missing: it was deleted.
    at_ms: Option<i64>,
}

/// Present when what is stored is not what the form was filled in over.
pub fn meeting(
    known: &Known,
    there: Option<&Policy>,
    mine: &Policy,
    draft: &Draft,
    stored: Option<&Saved>,
) -> Option<Meeting> {
    let shown = draft.version?;
    let deleted = stored.is_none() && shown > 0;
    if !deleted && stored.is_none_or(|stored| stored.version == shown) {
        return None;
    }
    let says = |policy: &Policy| {
        let mut says = policy_words::says(known, &policy.say);
        if !policy.enabled {
            says.insert(0, "disabled".to_owned());
        }
        says
    };
    Some(Meeting {
        theirs: there.map(says).unwrap_or_default(),
        yours: says(mine),
        by: stored.map(|stored| stored.updated_by.clone()).unwrap_or_default(),
        at_ms: stored.map(|stored| stored.updated_at_ms),
    })
}

/// The policy that the form means. Rules that are new have ids that no stored rule has.
pub fn edited(known: &Known, target: &Target, enabled: bool, say: &SayForm) -> Policy {
    let there = known.book.policies.get(target);
    let rule = |(at, form): (usize, &RuleForm)| Rule {
        id: form.id.unwrap_or(RuleId(-1 - i64::try_from(at).unwrap_or_default())),
        receivers: form.receivers.iter().copied().filter(|receiver| known.is_enabled(*receiver)).collect(),
        every: form.every,
        after: form.after,
        recovery: form.recovery,
        changes: form.changes,
        active: form.active.clone(),
    };
    let say = match say {
        SayForm::Mute => Say::Mute,
        SayForm::Rules(rules) => Say::Rules(rules.iter().enumerate().map(rule).collect()),
    };
    Policy { id: there.map_or(PolicyId(-1), |policy| policy.id), target: target.clone(), enabled, say }
}

/// What differs between two versions of a policy, a sentence each.
pub fn changes(known: &Known, old: Option<&Policy>, new: Option<&Policy>) -> Vec<String> {
    let mut changes = Vec::new();
    match (old.map(|policy| policy.enabled), new.map(|policy| policy.enabled)) {
        (Some(true) | None, Some(false)) => changes.push("The policy is disabled: the next tier decides.".to_owned()),
        (Some(false), Some(true)) => changes.push("The policy is enabled.".to_owned()),
        _ => {}
    }
    let rules = |policy: Option<&Policy>| match policy.map(|policy| policy.say.clone()) {
        Some(Say::Rules(rules)) => rules,
        Some(Say::Mute) | None => Vec::new(),
    };
    let is_mute = |policy: Option<&Policy>| policy.is_some_and(|policy| policy.say == Say::Mute);
    match (is_mute(old), is_mute(new)) {
        (false, true) => changes.push("MUTE: nobody is told any more.".to_owned()),
        (true, false) => changes.push("No longer MUTE.".to_owned()),
        _ => {}
    }
    let (old, new) = (rules(old), rules(new));
    for (at, rule) in new.iter().enumerate() {
        let words = policy_words::rule_words(known, rule);
        match old.iter().find(|before| before.id == rule.id).map(|before| policy_words::rule_words(known, before)) {
            Some(before) if before == words => {}
            Some(before) => changes.push(format!("Rule {} was “{before}” and becomes “{words}”.", at + 1)),
            None => changes.push(format!("New rule: “{words}”.")),
        }
    }
    for gone in old.iter().filter(|before| new.iter().all(|rule| rule.id != before.id)) {
        changes.push(format!("No longer: “{}”.", policy_words::rule_words(known, gone)));
    }
    changes
}

//! `policy TARGET: RULE; RULE …` and what a rule is made of.

use tocsin_policy::{ActiveHours, Every, Span};

use super::names::Names;
use super::words::{Words, Wrong};
use crate::rehearse::scene::{Aim, PolicySpec, RuleSpec};
use crate::usecase::policy::{LONGEST_DELAY, LONGEST_INTERVAL, RECEIVERS, RULES, SHORTEST_INTERVAL};

/// A length of time within limits: `30s`, `5m`, `3h`, `2d`.
pub fn length(word: &str, from: Span, to: Span) -> Result<Span, Wrong> {
    let read = Span::read(word).ok_or_else(|| format!("“{word}” is no length of time; write 30s, 5m, 3h or 2d"))?;
    if read < from || read > to {
        return Err(format!("{word} is out of range; from {} to {}", from.words(), to.words()));
    }
    Ok(read)
}

/// How often something repeats.
pub fn interval(word: &str) -> Result<Span, Wrong> {
    length(word, SHORTEST_INTERVAL, LONGEST_INTERVAL)
}

/// The number of an urgency.
pub fn level(word: &str) -> Result<u8, Wrong> {
    let read = word.parse().ok().filter(|level| (1..=9).contains(level));
    read.ok_or_else(|| format!("“{word}” is no urgency; they are numbered from 1 to 9"))
}

/// `default`, `group NAME`, `host NAME`, `service HOST/SERVICE`.
pub fn target(words: &mut Words<'_>, names: &mut Names) -> Result<Aim, Wrong> {
    match words.take("default, group, host or service")? {
        "default" => Ok(Aim::All),
        "group" => names.group(words.take("the name of a group")?).map(Aim::Group),
        "host" => names.host(words.take("the name of a host")?).map(Aim::Host),
        "service" => {
            let (host, service) = names.mention_service(words.take("HOST/SERVICE")?)?;
            Ok(Aim::Service(host, service))
        }
        other => Err(format!("“{other}” is no tier; they are default, group, host and service")),
    }
}

/// What stands after the word `policy`.
pub fn policy(mut words: Words<'_>, names: &mut Names, line: usize, levels: &[u8]) -> Result<PolicySpec, Wrong> {
    let aim = target(&mut words, names)?;
    words.must(":")?;
    let parts: Vec<Words<'_>> = words.rest().split(|word| word == ";").map(Words::new).collect();
    let (mut rules, mut enabled) = (Vec::new(), false);
    for mut words in parts.iter().cloned() {
        let disabled = words.take_if("disabled");
        if words.take_if("mute") {
            words.end()?;
            return match parts.len() {
                1 => Ok(PolicySpec { line, aim, enabled: !disabled, rules: None }),
                _ => Err("“mute” stands alone".to_owned()),
            };
        }
        let rule = rule(words, names, levels)?;
        enabled |= !disabled;
        rules.push((disabled, rule));
    }
    // With all of them disabled the policy is kept and as if absent; a single one is as if it were not written.
    let rules: Vec<RuleSpec> =
        rules.into_iter().filter(|(disabled, _)| !(enabled && *disabled)).map(|(_, rule)| rule).collect();
    if rules.len() > RULES {
        return Err(format!("a policy has at most {RULES} rules"));
    }
    Ok(PolicySpec { line, aim, enabled, rules: Some(rules) })
}

/// What may follow the receivers.
const CLAUSES: [&str; 3] = ["after", "without", "active"];

/// `(urgency N | every DURATION) to RECEIVER… [after DURATION] [without recovery] [active [DAYS] HOURS [in ZONE]]`
fn rule(mut words: Words<'_>, names: &mut Names, levels: &[u8]) -> Result<RuleSpec, Wrong> {
    let every = match words.take("a rule")? {
        "urgency" => {
            let level = level(words.take("the number of the urgency")?)?;
            if !levels.contains(&level) {
                return Err(format!("there is no urgency {level}; declare it with: urgency {level} every 1h"));
            }
            Every::Urgency(level)
        }
        "every" => Every::Interval(interval(words.take("a length of time")?)?),
        other => return Err(format!("“{other}” begins no rule; a rule begins with urgency, every, disabled or mute")),
    };
    words.must("to")?;
    let mut receivers = vec![names.mention_receiver(receiver(words.take("the name of a receiver")?)?)?];
    while words.peek().is_some_and(|word| !CLAUSES.contains(&word)) {
        let named = names.mention_receiver(receiver(words.take("the name of a receiver")?)?)?;
        if !receivers.contains(&named) {
            receivers.push(named);
        }
    }
    if receivers.len() > RECEIVERS {
        return Err(format!("a rule has at most {RECEIVERS} receivers"));
    }
    let (mut after, mut recovery, mut active) = (None, true, None);
    while words.peek().is_some() {
        if after.is_none() && words.take_if("after") {
            after = Some(length(words.take("a length of time")?, Span::seconds(1), LONGEST_DELAY)?);
        } else if recovery && words.take_if("without") {
            words.must("recovery")?;
            recovery = false;
        } else if active.is_none() && words.take_if("active") {
            active = Some(hours(&mut words)?);
        } else {
            words.end()?;
        }
    }
    Ok(RuleSpec { receivers, every, after: after.unwrap_or(Span::ZERO), recovery, active })
}

/// `MON-FRI 08:00-18:00 in Europe/Berlin`
fn hours(words: &mut Words<'_>) -> Result<ActiveHours, Wrong> {
    let mut said = vec![words.take("hours, as 08:00-18:00")?];
    while words.peek().is_some_and(|word| !CLAUSES.contains(&word)) {
        said.push(words.take("hours")?);
    }
    said.join(" ").parse().map_err(|error: tocsin_policy::calendar::ScheduleError| error.to_string())
}

/// Words of the rule itself are no receivers: one of them there is a slip.
fn receiver(word: &str) -> Result<&str, Wrong> {
    match word {
        "to" | "every" | "urgency" | "after" | "without" | "active" => {
            Err(format!("a receiver is missing before “{word}”"))
        }
        name => Ok(name),
    }
}

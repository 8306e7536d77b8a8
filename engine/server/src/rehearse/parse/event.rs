//! `at TIME …`: what happens when.

use tocsin_policy::{Span, silence_length};

use super::names::Names;
use super::policy::{interval, length, level, policy, target};
use super::words::{Words, Wrong};
use crate::rehearse::scene::What;
use crate::usecase::acknowledge::{LONGEST as LONGEST_ACKNOWLEDGEMENT, Until};

/// What stands after the time.
pub fn event(
    mut words: Words<'_>,
    names: &mut Names,
    line: usize,
    levels: &[u8],
    downtimes: usize,
) -> Result<What, Wrong> {
    let what = match words.take("what happens")? {
        "fail" => {
            let (host, service) = names.mention_service(words.take("HOST/SERVICE")?)?;
            let condition = words.peek().is_some().then(|| words.take("a condition")).transpose()?;
            let condition = names.mention_condition(host, service, condition.unwrap_or_default())?;
            What::Fail { host, service, condition }
        }
        "ok" => {
            let (host, service) = names.mention_service(words.take("HOST/SERVICE")?)?;
            let condition = words.peek().is_some().then(|| words.take("a condition")).transpose()?;
            let condition = condition.map(|name| names.mention_condition(host, service, name)).transpose()?;
            What::Fine { host, service, condition }
        }
        "last" => What::Last(names.host(words.take("the name of a host")?)?),
        "back" => What::Back(names.host(words.take("the name of a host")?)?),
        "ack" => {
            let (host, service) = names.mention(words.take("HOST/SERVICE or HOST")?)?;
            // S4: until recovery, unless a length is given.
            let word = words.peek().is_some().then(|| words.take("how long, as 60m")).transpose()?;
            let read = |word| length(word, Span::seconds(1), LONGEST_ACKNOWLEDGEMENT).map(Until::For);
            What::Acknowledge { host, service, until: word.map_or(Ok(Until::Recovery), read)? }
        }
        "unack" => {
            let (host, service) = names.mention(words.take("HOST/SERVICE or HOST")?)?;
            What::Unacknowledge { host, service }
        }
        "silence" => {
            let host = names.host(words.take("the name of a host")?)?;
            let length = words.take("how long, as 60m")?;
            silence_length(length).map_err(|refusal| refusal.to_string())?;
            What::Silence { host, length: length.to_owned() }
        }
        "unsilence" => What::Unsilence(names.host(words.take("the name of a host")?)?),
        "cancel" => {
            words.must("downtime")?;
            let word = words.take("the number of the downtime")?;
            let number = word.parse::<usize>().ok().filter(|number| (1..=downtimes).contains(number));
            let number = number.ok_or_else(|| match downtimes {
                0 => format!("there is no downtime {word}; the file has none"),
                _ => format!("there is no downtime {word}; the file has {downtimes}, numbered from 1"),
            })?;
            What::CancelDowntime(number - 1)
        }
        "policy" => return policy(words, names, line, levels).map(What::Policy),
        "delete" => {
            words.must("policy")?;
            What::DeletePolicy(target(&mut words, names)?)
        }
        "urgency" => {
            let level = level(words.take("the number of the urgency")?)?;
            words.must("every")?;
            What::Urgency(level, interval(words.take("a length of time")?)?)
        }
        "join" => {
            let host = names.host(words.take("the name of a host")?)?;
            What::Join { host, group: names.group(words.take("the name of a group")?)? }
        }
        "leave" => {
            let host = names.host(words.take("the name of a host")?)?;
            What::Leave { host, group: names.group(words.take("the name of a group")?)? }
        }
        "engine" => match words.take("stops or starts")? {
            "stops" => What::EngineStops,
            "starts" => What::EngineStarts,
            other => return Err(format!("the engine stops or starts; “{other}” is something else")),
        },
        other => return Err(format!("“{other}” is nothing that can happen")),
    };
    words.end()?;
    Ok(what)
}

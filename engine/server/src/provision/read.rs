//! From the text of a provision file to a [`Plan`]: everything wrong in it is reported at once. Nothing is looked up in
//! the database here.

mod alerting;
mod people;
mod scope;
mod twice;

use tocsin_policy::Span;

use crate::settings::document::{Document, Problem};
use crate::settings::value::{Table, Value};
use crate::store::manner::Manner;
use crate::usecase::manner as manner_of;

use super::plan::{Approval, Approvals, Group, Host, Named, Plan, Receiver, Settings, Urgency};
use super::secret::Sources;
use scope::hosts;

/// Urgencies are a handful of words that people remember.
const URGENCIES: std::ops::RangeInclusive<i64> = 1..=9;

/// Reads a whole file.
pub fn read(text: &str, sources: &Sources<'_>) -> Result<Plan, Vec<Problem>> {
    Document::read(text, |root| {
        let plan = Plan {
            accounts: all(root, "account", |table| people::account(table, sources)),
            agent_accounts: all(root, "agent_account", |table| people::agent_account(table, sources)),
            api_tokens: all(root, "api_token", |table| people::api_token(table, sources)),
            urgencies: root.get("urgency").map(|value| urgencies(&value)).unwrap_or_default(),
            settings: root.get("settings").and_then(|value| settings(&value)).unwrap_or_default(),
            groups: all(root, "group", group),
            approvals: root.get("approval").map(|_| Approvals { rules: all(root, "approval", approval) }),
            hosts: all(root, "host", host),
            receivers: all(root, "receiver", |table| receiver(table, sources)),
            policies: all(root, "policy", alerting::policy),
            downtimes: all(root, "downtime", alerting::downtime),
        };
        twice::report(&plan, root);
        Some(plan)
    })
}

/// Reads every `[[key]]`, each to its end, so that one problem does not hide the next.
fn all<T>(root: &Table<'_>, key: &'static str, read: impl Fn(&Table<'_>) -> Option<T>) -> Vec<T> {
    let one = |table: Table<'_>| {
        let value = read(&table);
        table.done();
        value
    };
    root.tables(key).into_iter().filter_map(one).collect()
}

/// A name that must not be empty.
fn name(table: &Table<'_>, key: &'static str) -> Option<String> {
    let value = table.need(key)?;
    match value.text()?.trim() {
        "" => value.fail("give it a name"),
        name => Some(name.to_owned()),
    }
}

fn named(value: &Value<'_>) -> Option<Named> {
    Some(Named { at: value.place(), name: value.text()?.trim().to_owned() })
}

/// Several names; `None` if one is no text. An absent list is empty.
fn names(table: &Table<'_>, key: &'static str) -> Vec<Named> {
    let items = table.get(key).and_then(|value| value.items()).unwrap_or_default();
    items.iter().filter_map(named).collect()
}

fn owned(table: &Table<'_>, key: &'static str) -> Option<String> {
    Some(table.get(key)?.text()?.trim().to_owned())
}

fn switch(table: &Table<'_>, key: &'static str, default: bool) -> bool {
    table.get(key).and_then(|value| value.boolean()).unwrap_or(default)
}

fn urgencies(value: &Value<'_>) -> Vec<Urgency> {
    let entries = value.table().map(|table| table.entries()).unwrap_or_default();
    let one = |(level, value): &(String, Value<'_>)| {
        let Some(level) = level.parse::<u8>().ok().filter(|level| URGENCIES.contains(&i64::from(*level))) else {
            return value.fail(format!("`{level}` is no urgency; they are numbered 1 to 9, 1 is the highest"));
        };
        Some(Urgency { at: value.place(), level, interval: value.span()? })
    };
    entries.iter().filter_map(one).collect()
}

fn settings(value: &Value<'_>) -> Option<Settings> {
    let table = value.table()?;
    let settings = Settings {
        at: table.place(),
        missed_cycles: missed_cycles(&table),
        deadline_floor: table.get("deadline_floor").and_then(|value| value.span()),
        stop_alerts: table.get("stop_alerts").and_then(|value| value.boolean()),
    };
    table.done();
    Some(settings)
}

fn missed_cycles(table: &Table<'_>) -> Option<u32> {
    let cycles = table.get("missed_cycles")?.integer(1..=1_000)?;
    u32::try_from(cycles).ok()
}

fn group(table: &Table<'_>) -> Option<Group> {
    let (name, priority) = (name(table, "name"), table.need("priority"));
    let priority = priority.and_then(|value| value.integer(-1_000_000..=1_000_000));
    Some(Group { at: table.place(), name: name?, priority: i32::try_from(priority?).ok()? })
}

fn approval(table: &Table<'_>) -> Option<Approval> {
    let pattern = |key| owned(table, key).unwrap_or_else(|| "*".to_owned());
    let (host, account) = (pattern("host"), pattern("account"));
    let group = table.get("group").map(|value| named(&value));
    Some(Approval { at: table.place(), host, account, group: group.map_or(Some(None), |group| group.map(Some))? })
}

fn host(table: &Table<'_>) -> Option<Host> {
    let hosts = hosts(table);
    if hosts.is_none() {
        table.report("say which hosts this is about: host = \"NAME\" or agent_id = \"ID\", `*` stands for any text");
    }
    let labels = table.get("labels").and_then(|value| value.table()).map(|labels| labels.entries()).unwrap_or_default();
    let labels = labels.iter().filter_map(|(name, value)| Some((name.clone(), value.text()?.to_owned())));
    let host = Host {
        at: table.place(),
        approve: switch(table, "approve", false),
        region: owned(table, "region"),
        environment: owned(table, "environment"),
        labels: labels.collect(),
        groups: names(table, "groups"),
        missed_cycles: missed_cycles(table),
        hosts: hosts?,
    };
    Some(host)
}

fn receiver(table: &Table<'_>, sources: &Sources<'_>) -> Option<Receiver> {
    let (name, connector) = (name(table, "name"), table.need("connector").and_then(|value| named(&value)));
    let settings = table.get("settings");
    let json = match &settings {
        Some(value) if value.table().is_some() => sources.json(value),
        Some(_) => None,
        None => Some(serde_json::json!({})),
    };
    Some(Receiver {
        at: table.place(),
        settings_at: settings.map_or_else(|| table.place(), |value| value.place()),
        private_network: switch(table, "private_network", false),
        enabled: switch(table, "enabled", true),
        manner: manner(table)?,
        name: name?,
        connector: connector?,
        settings: json?,
    })
}

/// How a receiver is spoken to. Templates are tried here, so that what is wrong stands beside its line of the file.
fn manner(table: &Table<'_>) -> Option<Manner> {
    type Check = fn(&str) -> Result<(), crate::wording::Fault>;
    let words = |key, check: Check| match table.get(key) {
        None => Some(None),
        Some(value) => {
            let text = value.text()?.to_owned();
            match check(&text) {
                Ok(()) => Some(Some(text)),
                Err(fault) => value.fail(fault.to_string()),
            }
        }
    };
    let (title, text) = (words("title", manner_of::check_words), words("text", manner_of::check_words));
    let bundle_title = words("bundle_title", manner_of::check_bundle_words);
    let bundle_text = words("bundle_text", manner_of::check_bundle_words);
    let bundle_for = match table.get("bundle_for") {
        None => Some(Span::ZERO),
        Some(value) => value.span().and_then(|wait| {
            let longest = manner_of::LONGEST_BUNDLING;
            if wait > longest { value.fail(format!("at most {}", longest.words())) } else { Some(wait) }
        }),
    };
    let per_minute = match table.get("per_minute") {
        None => Some(None),
        Some(value) => value.integer(1..=i64::from(manner_of::FASTEST)).map(|pace| u32::try_from(pace).ok()),
    };
    Some(Manner {
        tells_acknowledged: switch(table, "tells_acknowledged", false),
        title: title?,
        text: text?,
        bundle_title: bundle_title?,
        bundle_text: bundle_text?,
        bundle_for: bundle_for?,
        per_minute: per_minute?,
    })
}

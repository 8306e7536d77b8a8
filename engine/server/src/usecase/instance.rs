//! What an admin says of the instance: its name and clock, what is watched how, and how long things are kept.

use tocsin_policy::{Span, Zone};

use crate::actor::{Actor, Area, Role};
use crate::engine::instance::{Instance, Retention};
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::{Fault, FieldError};
use crate::store::{self, book, instance};
use crate::usecase::acknowledge;
use crate::usecase::host::MISSED_CYCLES;
use crate::usecase::policy::LONGEST_INTERVAL;

/// Longer names break the rail.
pub const NAME_CHARS: usize = 40;
const URL_CHARS: usize = 300;
/// Less than this would take away what a person was just looking at.
pub const SHORTEST_DAYS: u32 = 7;
/// More than a century is for ever.
pub const LONGEST_DAYS: u32 = 36_600;
/// Never call a host down earlier than this.
pub const SHORTEST_FLOOR: Span = Span::seconds(10);

/// Names the instance, sets its clock and the address that links begin with.
pub struct SaveInstance {
    pub actor: Actor,
    pub name: String,
    pub zone: Zone,
    /// Empty: the one that the program was started with.
    pub public_url: String,
}

impl UseCase for SaveInstance {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Setup, Role::Admin)?;
            let mut errors = Vec::new();
            let mut wrong = |field: &str, message: &str| {
                errors.push(FieldError { field: field.to_owned(), message: message.to_owned() });
            };
            let name = self.name.trim();
            if name.chars().count() > NAME_CHARS || name.chars().any(char::is_control) {
                wrong("name", "Use 40 characters at most, none of them a control character.");
            }
            let url = self.public_url.trim().trim_end_matches('/');
            if !url.is_empty() && !is_address(url) {
                wrong("public_url", "Write the address as in the browser, such as https://tocsin.example.net.");
            }
            if !errors.is_empty() {
                return Err(Fault::fields(errors));
            }

            let facts = Instance {
                name: name.to_owned(),
                zone: self.zone.clone(),
                public_url: (!url.is_empty()).then(|| url.to_owned()),
                ..Instance::clone(&work.instance)
            };
            store::instance_facts::save(&mut work.tx, &facts).await?;
            work.edit_book();
            let detail =
                format!("“{name}”, {}, {}", self.zone.name(), if url.is_empty() { "own address" } else { url });
            work.audit(&self.actor, "saved", "the instance", &detail).await
        })
    }
}

/// `https://host` or `http://host:port`, and nothing behind it.
fn is_address(text: &str) -> bool {
    let Ok(url) = url::Url::parse(text) else { return false };
    let plain = url.username().is_empty() && url.query().is_none() && url.fragment().is_none() && url.path() == "/";
    matches!(url.scheme(), "http" | "https") && url.has_host() && plain && text.len() <= URL_CHARS
}

/// Says when a host counts as down, and how long an acknowledgement holds.
pub struct SaveAlerting {
    pub actor: Actor,
    pub missed_cycles: u32,
    pub deadline_floor: Span,
    pub stop_alerts: bool,
    /// `None`: until recovery.
    pub acknowledge_for: Option<Span>,
}

impl UseCase for SaveAlerting {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Setup, Role::Admin)?;
            let mut errors = Vec::new();
            let mut wrong = |field: &str, message: String| errors.push(FieldError { field: field.to_owned(), message });
            if self.missed_cycles == 0 || self.missed_cycles > MISSED_CYCLES {
                wrong("missed_cycles", format!("Give a whole number from 1 to {MISSED_CYCLES}."));
            }
            if self.deadline_floor < SHORTEST_FLOOR || self.deadline_floor > LONGEST_INTERVAL {
                let (least, most) = (SHORTEST_FLOOR.words(), LONGEST_INTERVAL.words());
                wrong("deadline_floor", format!("Give a length from {least} to {most}."));
            }
            if self.acknowledge_for.is_some_and(|span| span <= Span::ZERO || span > acknowledge::LONGEST) {
                wrong("acknowledge_for", "Give a length from a minute to a year.".to_owned());
            }
            if !errors.is_empty() {
                return Err(Fault::fields(errors));
            }

            let tx = &mut work.tx;
            instance::set(tx, book::MISSED_CYCLES, &self.missed_cycles.to_string()).await?;
            instance::set(tx, book::DEADLINE_FLOOR_MS, &self.deadline_floor.0.to_string()).await?;
            instance::set(tx, book::STOP_ALERTS, &self.stop_alerts.to_string()).await?;
            let facts = Instance { acknowledge_for: self.acknowledge_for, ..Instance::clone(&work.instance) };
            store::instance_facts::save(tx, &facts).await?;
            work.edit_book();
            let acknowledged = self.acknowledge_for.map_or_else(|| "until recovery".to_owned(), Span::words);
            let detail = format!(
                "down after {} cycles, {} at least; a stopped agent {}; acknowledged {acknowledged}",
                self.missed_cycles,
                self.deadline_floor.words(),
                if self.stop_alerts { "alerts" } else { "does not alert" },
            );
            work.audit(&self.actor, "saved", "when hosts are down", &detail).await
        })
    }
}

/// Says how long what is over is kept; the tidier deletes what is older.
pub struct SaveRetention {
    pub actor: Actor,
    pub retention: Retention,
}

impl UseCase for SaveRetention {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Setup, Role::Admin)?;
            let Retention { events, history, alerts, deliveries, audit } = self.retention;
            let all = [
                ("events", events),
                ("history", history),
                ("alerts", alerts),
                ("deliveries", deliveries),
                ("audit", audit),
            ];
            let outside = |days: Option<u32>| days.is_some_and(|days| !(SHORTEST_DAYS..=LONGEST_DAYS).contains(&days));
            let mut errors: Vec<FieldError> = all
                .iter()
                .filter(|(_, days)| outside(*days))
                .map(|(field, _)| FieldError {
                    field: (*field).to_owned(),
                    message: format!("Give {SHORTEST_DAYS} days or more, or nothing to keep it for ever."),
                })
                .collect();
            if deliveries.is_none_or(|days| alerts.is_some_and(|alerts| days > alerts)) && alerts.is_some() {
                let message = "Deliveries go with their alerts: give no more days than for ended alerts.".to_owned();
                errors.push(FieldError { field: "deliveries".to_owned(), message });
            }
            if !errors.is_empty() {
                return Err(Fault::fields(errors));
            }

            let facts = Instance { retention: self.retention, ..Instance::clone(&work.instance) };
            store::instance_facts::save(&mut work.tx, &facts).await?;
            work.edit_book();
            let words: Vec<String> = all
                .iter()
                .map(|(name, days)| match days {
                    Some(days) => format!("{name} {days} days"),
                    None => format!("{name} for ever"),
                })
                .collect();
            work.audit(&self.actor, "saved", "how long things are kept", &words.join(", ")).await
        })
    }
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn an_address_is_what_links_can_begin_with() {
        for good in ["https://tocsin.example.net", "http://10.0.0.7:8080"] {
            assert!(is_address(good), "{good}");
        }
        for bad in
            ["tocsin.example.net", "ftp://x", "https://x/path", "https://user@x", "javascript:alert(1)", "https://"]
        {
            assert!(!is_address(bad), "{bad}");
        }
    }
}

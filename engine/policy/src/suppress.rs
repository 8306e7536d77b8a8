//! Who holds a notification back (S1–S7), and who of several is named (S8).
//!
//! The order is: host down, downtime, silence, acknowledgement. What makes the others pointless comes first: while a
//! host is down nothing about its services can be known; what was planned explains more than what was done by hand;
//! what covers the whole host explains more than what covers one alert. All of them together are a union (S1): a
//! notification is released when the last has ended, whoever was named.

use crate::{Alert, Book, Downtime, Engine, Host, Moment, Scope, Silence, Subject, Suppressor};

/// The primary suppressor in force at `now` for what `subject` would tell. `alert` is its open alert, if any, for the
/// acknowledgement.
pub fn suppressor(
    host: &Host,
    book: &Book,
    engine: &Engine,
    subject: &Subject,
    alert: Option<&Alert>,
    now: Moment,
) -> Option<Suppressor> {
    host_down(host, subject)
        .or_else(|| downtime(host, book, engine, subject, now))
        .or_else(|| silence(host, now))
        .or_else(|| acknowledgement(alert?, now))
}

/// S7. The host's own alert is not held back by itself.
fn host_down(host: &Host, subject: &Subject) -> Option<Suppressor> {
    match subject {
        Subject::Service(_) => host.liveness.down_since.map(|since| Suppressor::HostDown { since }),
        Subject::Host => None,
    }
}

/// S6: of several the one that ends last, since it is the one to wait for. Windows go by the clock on the wall (N6).
fn downtime(host: &Host, book: &Book, engine: &Engine, subject: &Subject, now: Moment) -> Option<Suppressor> {
    let wall = engine.wall(now);
    book.downtimes
        .iter()
        .filter(|downtime| covers(&downtime.scope, host, subject))
        .filter_map(|downtime| Some((engine.from_wall(downtime.schedule.in_force(wall)?), downtime)))
        .max_by_key(|(until, downtime)| (*until, std::cmp::Reverse(downtime.id)))
        .map(|(until, Downtime { id, title, .. })| Suppressor::Downtime { id: *id, title: title.clone(), until })
}

/// S5: of several the one that ends last.
fn silence(host: &Host, now: Moment) -> Option<Suppressor> {
    host.silences
        .iter()
        .filter(|silence| silence.in_force(now))
        .max_by_key(|silence| (silence.end, std::cmp::Reverse(silence.id)))
        .map(|silence| Suppressor::Silence { id: silence.id, by: silence.by.clone(), until: silence.end })
}

/// S4.
fn acknowledgement(alert: &Alert, now: Moment) -> Option<Suppressor> {
    let held = alert.acknowledgement.as_ref().filter(|held| now < held.until)?;
    Some(Suppressor::Acknowledgement { by: held.by.clone(), until: held.until })
}

/// Whether a downtime with this scope holds for what `subject` of the host would tell (S6).
pub fn covers(scope: &Scope, host: &Host, subject: &Subject) -> bool {
    match scope {
        Scope::All => true,
        Scope::Group(group) => host.groups.contains(group),
        Scope::Host(id) => *id == host.id,
        Scope::Service { host: id, service } => {
            *id == host.id && matches!(subject, Subject::Service(name) if name == service)
        }
    }
}

impl Silence {
    /// Half-open (S1).
    pub fn in_force(&self, now: Moment) -> bool {
        self.start <= now && now < self.end
    }
}

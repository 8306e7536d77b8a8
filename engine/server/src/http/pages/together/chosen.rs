//! Which hosts: those that were picked, or all that match a filter.

use std::sync::Arc;

use tocsin_policy::{Host, HostId};

use super::super::filter::{self, Filter, Surroundings, shows};
use crate::app::App;
use crate::fault::Fault;
use crate::http::forms::Form;
use crate::http::session::Session;

/// More hosts than anybody means: the bound of one action.
const MAX_HOSTS: usize = 10_000;

/// A sentence with a longer name in it is not read to its end.
const NAME_CHARS: usize = 80;

/// The hosts of an action, by name.
pub struct Chosen {
    pub hosts: Vec<Arc<Host>>,
}

impl Chosen {
    /// Fields `host`, once for each; or `all` with the filter `q` and the tab `show`.
    ///
    /// # Errors
    /// Refused when nothing is chosen, or too much.
    pub fn read(app: &App, session: &Session, form: &Form) -> Result<Chosen, Fault> {
        let mut hosts = if form.has("all") { matching(app, session, form) } else { picked(app, session, form) };
        if hosts.is_empty() {
            return Err(Fault::invalid("no host is chosen: pick some in the list first"));
        }
        if hosts.len() > MAX_HOSTS {
            let sentence =
                format!("more than {MAX_HOSTS} hosts match; narrow the filter, or plan a downtime of a group");
            return Err(Fault::invalid(sentence));
        }
        hosts.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        hosts.dedup_by_key(|host| host.id);
        Ok(Chosen { hosts })
    }

    /// `web1`, `3 hosts`.
    pub fn words(&self) -> String {
        match self.hosts.as_slice() {
            [one] if one.name.chars().count() > NAME_CHARS => one.name.chars().take(NAME_CHARS).chain(['…']).collect(),
            [one] => one.name.to_string(),
            many => format!("{} hosts", many.len()),
        }
    }
}

fn picked(app: &App, session: &Session, form: &Form) -> Vec<Arc<Host>> {
    let ids = form.all("host").filter_map(|id| id.parse().ok().map(HostId));
    ids.filter_map(|id| session.cell(app, id)).map(|cell| cell.host()).collect()
}

fn matching(app: &App, session: &Session, form: &Form) -> Vec<Arc<Host>> {
    let (wanted, book) = (Filter::read(form.text("q")), app.engine.book());
    let around = Surroundings { book: &book, engine: app.engine.facts(), now: app.clock.now() };
    let seen = filter::seen(app, &session.actor.reach).into_iter();
    seen.filter(|seen| shows(form.text("show"), seen.host.admission) && wanted.takes(seen, &around))
        .map(|seen| seen.host)
        .collect()
}

//! Picking a host in a form: by its name, which people know; of several with one name, the one that a link named.

use tocsin_policy::HostId;

use crate::app::App;
use crate::http::forms::Wrong;
use crate::http::session::Session;

/// Names that a form proposes; more are typed.
const MAX_PROPOSED: usize = 1_000;

/// The names that a form proposes, in their order.
pub fn names(app: &App, session: &Session) -> Vec<String> {
    let mut names: Vec<String> = session.cells(app).iter().map(|cell| cell.host().name.to_string()).collect();
    names.sort();
    names.dedup();
    names.truncate(MAX_PROPOSED);
    names
}

/// The host with this name; of several with the same name the one that a link named.
pub fn find(app: &App, session: &Session, name: &str, id: &str, wrong: &mut Wrong) -> Option<HostId> {
    let cells = session.cells(app);
    let mut found: Vec<HostId> =
        cells.iter().filter(|cell| cell.host().name.eq_ignore_ascii_case(name)).map(|cell| cell.id).collect();
    let linked = id.parse().ok().map(HostId).filter(|id| found.contains(id));
    match (linked, found.len()) {
        (Some(linked), _) => Some(linked),
        (None, 1) => found.pop(),
        (None, 0) if name.is_empty() => {
            wrong.add("host", "Give the name of a host.");
            None
        }
        (None, 0) => {
            wrong.add("host", format!("No host is called {name}. Names are on the page Hosts."));
            None
        }
        (None, n) => {
            wrong.add("host", format!("{n} hosts are called {name}. Open the right one and begin from its page."));
            None
        }
    }
}

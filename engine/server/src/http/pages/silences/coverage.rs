//! What a silence or downtime covers at this moment: hosts that take part, and their open alerts.

use std::sync::Arc;

use serde::Serialize;
use tocsin_policy::{Admission, Host, Scope, Subject, covers};

use crate::app::App;
use crate::http::session::Session;

/// Hosts and alerts named one by one; the numbers say how many there are.
const NAMED: usize = 6;

/// The hosts that take part and that the person knows of, by name: looked at once for a whole page.
pub struct Fleet(Vec<Arc<Host>>);

/// What is covered.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Coverage {
    pub hosts: usize,
    pub alerts: usize,
    /// The first of the hosts and of the alerts.
    pub host_links: Vec<Link>,
    pub alert_links: Vec<Link>,
}

/// Something with a page of its own.
#[derive(Clone, Debug, Serialize)]
pub struct Link {
    pub href: String,
    pub name: String,
}

impl Fleet {
    pub fn of(app: &App, session: &Session) -> Fleet {
        let hosts = session.cells(app).into_iter().map(|cell| cell.host());
        let mut hosts: Vec<Arc<Host>> = hosts.filter(|host| host.admission == Admission::Approved).collect();
        hosts.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        Fleet(hosts)
    }

    /// What this scope covers now.
    pub fn covered(&self, scope: &Scope) -> Coverage {
        let mut coverage = Coverage::default();
        for host in self.0.iter().filter(|host| is_in(scope, host)) {
            coverage.hosts += 1;
            if coverage.host_links.len() < NAMED {
                let href = format!("/hosts/{}", host.id);
                coverage.host_links.push(Link { href, name: host.name.to_string() });
            }
            for alert in host.alerts.iter().filter(|alert| covers(scope, host, &alert.subject)) {
                coverage.alerts += 1;
                if coverage.alert_links.len() < NAMED {
                    let name = match &alert.subject {
                        Subject::Host => host.name.to_string(),
                        Subject::Service(service) => format!("{service} on {}", host.name),
                    };
                    coverage.alert_links.push(Link { href: format!("/alerts/{}", alert.id), name });
                }
            }
        }
        coverage
    }
}

/// Whether anything about this host is covered.
fn is_in(scope: &Scope, host: &Host) -> bool {
    match scope {
        Scope::Service { host: id, .. } => *id == host.id,
        scope => covers(scope, host, &Subject::Host),
    }
}

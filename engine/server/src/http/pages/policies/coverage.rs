//! Whom the policies cover: for how many hosts each decides, and who overrides it for the others. Counted over the
//! hosts that take part, in one pass.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use tocsin_policy::{Admission, HostId, Subject, Target, Tier, deciding};

use super::super::names::Known;
use crate::app::App;
use crate::http::session::Session;

/// Overriding policies that are named; the rest are counted.
const NAMED: usize = 4;

/// For each target with a policy: its hosts, and who decides about them.
#[derive(Default)]
pub struct Coverage {
    by_target: HashMap<Target, Counted>,
    /// Services with an enabled policy of their own, on hosts that take part.
    services: usize,
}

#[derive(Default)]
struct Counted {
    hosts: usize,
    decides: usize,
    overridden: BTreeMap<Overrider, usize>,
}

/// Who decides instead: ordered by tier, then by name.
type Overrider = (Tier, String);

/// What a rung says of it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Covered {
    /// `decides for 12 of 14 hosts`
    pub sentence: String,
    /// Who decides for the others.
    pub overridden: Vec<String>,
}

impl Coverage {
    pub fn count(app: &App, session: &Session, known: &Known) -> Coverage {
        let (book, mut coverage) = (&known.book, Coverage::default());
        let mut own_services: HashMap<HostId, usize> = HashMap::new();
        for policy in book.policies.values().filter(|policy| policy.enabled) {
            if let Target::Service { host, .. } = policy.target {
                *own_services.entry(host).or_default() += 1;
            }
        }
        for cell in session.cells(app) {
            let host = cell.host();
            if host.admission != Admission::Approved {
                continue;
            }
            coverage.services += own_services.get(&host.id).copied().unwrap_or_default();
            let decides = deciding(book, host.facts(), &Subject::Host).map(|policy| &policy.target);
            let groups = host.groups.iter().map(|group| Target::Group(*group));
            let targets = std::iter::once(Target::Host(host.id)).chain(groups).chain(std::iter::once(Target::Default));
            for target in targets.filter(|target| book.policies.contains_key(target)) {
                let is_decider = decides == Some(&target);
                let counted = coverage.by_target.entry(target).or_default();
                counted.hosts += 1;
                counted.decides += usize::from(is_decider);
                if let (false, Some(by)) = (is_decider, decides) {
                    *counted.overridden.entry((by.tier(), known.target(by))).or_default() += 1;
                }
            }
        }
        coverage
    }

    /// What the rung of this target says.
    pub fn of(&self, target: &Target) -> Covered {
        let none = Counted::default();
        let counted = self.by_target.get(target).unwrap_or(&none);
        let hosts = |n: usize| if n == 1 { "1 host".to_owned() } else { format!("{n} hosts") };
        let sentence = match (target, counted.hosts, counted.decides) {
            (Target::Service { .. } | Target::Host(_), ..) => String::new(),
            (_, 0, _) => "covers no host".to_owned(),
            (_, all, decides) if all == decides => format!("decides for {}", hosts(all)),
            (_, all, decides) => format!("decides for {decides} of {}", hosts(all)),
        };
        let mut overridden: Vec<String> =
            counted.overridden.iter().take(NAMED).map(|((tier, name), n)| overrides(*tier, name, *n)).collect();
        let more: usize = counted.overridden.values().skip(NAMED).sum();
        if more > 0 {
            overridden.push(format!("other policies decide for {} more", hosts(more)));
        }
        if matches!(target, Target::Default) && self.services > 0 {
            overridden.push(match self.services {
                1 => "1 service has a policy of its own".to_owned(),
                n => format!("{n} services have policies of their own"),
            });
        }
        Covered { sentence, overridden }
    }
}

fn overrides(tier: Tier, name: &str, hosts: usize) -> String {
    match tier {
        Tier::Host => format!("{name} has a policy of its own"),
        _ if hosts == 1 => format!("{name} decides for 1 host"),
        _ => format!("{name} decides for {hosts} hosts"),
    }
}

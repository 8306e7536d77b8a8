//! Which policy decides (T1–T5), and for each other tier why it does not.

use crate::{Book, GroupId, Host, HostId, Policy, Subject, Target, Tier};

/// What the tiers need to know of a host. Evaluated live at each decision (T7).
#[derive(Clone, Copy, Debug)]
pub struct HostFacts<'h> {
    pub id: HostId,
    pub groups: &'h [GroupId],
}

impl Host {
    /// The facts that the tiers need.
    pub fn facts(&self) -> HostFacts<'_> {
        HostFacts { id: self.id, groups: &self.groups }
    }
}

/// All tiers that were asked, most specific first, and the one that decides.
#[derive(Clone, Debug, PartialEq)]
pub struct Ladder<'b> {
    pub rungs: Vec<Rung<'b>>,
    /// The policy that decides; `None`: nobody is told.
    pub deciding: Option<&'b Policy>,
}

/// One target that was asked. A host in several groups has several rungs on the group tier, best first.
#[derive(Clone, Debug, PartialEq)]
pub struct Rung<'b> {
    pub tier: Tier,
    pub target: Target,
    pub policy: Option<&'b Policy>,
    pub standing: Standing,
}

/// What a rung has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Its policy decides.
    Decides,
    /// It decides, by name only: these groups have the same priority (T3).
    DecidesByName { tied_with: GroupId },
    /// There is no policy for this target.
    Absent,
    /// There is one, but it is disabled: as if absent (T2).
    Disabled,
    /// A more specific tier decides (T2).
    Overridden { by: Tier },
    /// Another group of the host has a lower priority number (T3).
    Outranked { by: GroupId },
    /// Another group has the same priority number and the smaller name (T3).
    LostTie { to: GroupId },
}

/// The policy that decides; [`decide_policy`] without its reasons.
pub fn deciding<'b>(book: &'b Book, host: HostFacts<'_>, subject: &Subject) -> Option<&'b Policy> {
    let enabled = |target: &Target| book.policies.get(target).filter(|policy| policy.enabled);
    service_target(host, subject)
        .and_then(|target| enabled(&target))
        .or_else(|| enabled(&Target::Host(host.id)))
        .or_else(|| best_first(book, host).first().map(|candidate| candidate.policy))
        .or_else(|| enabled(&Target::Default))
}

/// Asks all tiers and says what each answered.
pub fn decide_policy<'b>(book: &'b Book, host: HostFacts<'_>, subject: &Subject) -> Ladder<'b> {
    let mut ladder = Ladder { rungs: Vec::with_capacity(4), deciding: None };
    if let Some(target) = service_target(host, subject) {
        ladder.ask(book, target);
    }
    ladder.ask(book, Target::Host(host.id));
    ladder.ask_groups(book, host);
    ladder.ask(book, Target::Default);
    ladder
}

impl<'b> Ladder<'b> {
    fn ask(&mut self, book: &'b Book, target: Target) {
        let policy = book.policies.get(&target);
        let standing = match (policy, self.deciding) {
            (None, _) => Standing::Absent,
            (Some(policy), _) if !policy.enabled => Standing::Disabled,
            (Some(_), Some(decided)) => Standing::Overridden { by: decided.target.tier() },
            (Some(policy), None) => {
                self.deciding = Some(policy);
                Standing::Decides
            }
        };
        self.rungs.push(Rung { tier: target.tier(), target, policy, standing });
    }

    /// The groups with an enabled policy first, best first; then the others, which are no candidates (T3).
    fn ask_groups(&mut self, book: &'b Book, host: HostFacts<'_>) {
        let candidates = best_first(book, host);
        for (place, candidate) in candidates.iter().enumerate() {
            let best = &candidates[0];
            let standing = match self.deciding {
                Some(decided) if decided.target.tier() < Tier::Group => {
                    Standing::Overridden { by: decided.target.tier() }
                }
                _ if place > 0 && candidate.priority == best.priority => Standing::LostTie { to: best.group },
                _ if place > 0 => Standing::Outranked { by: best.group },
                _ => {
                    self.deciding = Some(candidate.policy);
                    match candidates.get(1) {
                        Some(next) if next.priority == best.priority => {
                            Standing::DecidesByName { tied_with: next.group }
                        }
                        _ => Standing::Decides,
                    }
                }
            };
            let target = Target::Group(candidate.group);
            self.rungs.push(Rung { tier: Tier::Group, target, policy: Some(candidate.policy), standing });
        }
        for group in host.groups {
            if candidates.iter().all(|candidate| candidate.group != *group) {
                self.ask(book, Target::Group(*group));
            }
        }
    }
}

/// A group of the host that has an enabled policy.
struct Candidate<'b> {
    priority: i32,
    name: &'b str,
    group: GroupId,
    policy: &'b Policy,
}

/// T3: lowest priority number, then the smallest name in byte order. Equal names cannot be, but would go by age.
fn best_first<'b>(book: &'b Book, host: HostFacts<'_>) -> Vec<Candidate<'b>> {
    let mut candidates: Vec<Candidate<'b>> = host
        .groups
        .iter()
        .filter_map(|id| {
            let group = book.groups.get(id)?;
            let policy = book.policies.get(&Target::Group(*id)).filter(|policy| policy.enabled)?;
            Some(Candidate { priority: group.priority, name: &group.name, group: *id, policy })
        })
        .collect();
    candidates.sort_by(|a, b| (a.priority, a.name, a.group).cmp(&(b.priority, b.name, b.group)));
    candidates
}

/// The most specific tier; none for the host's own alert (T5).
fn service_target(host: HostFacts<'_>, subject: &Subject) -> Option<Target> {
    match subject {
        Subject::Service(service) => Some(Target::Service { host: host.id, service: service.clone() }),
        Subject::Host => None,
    }
}

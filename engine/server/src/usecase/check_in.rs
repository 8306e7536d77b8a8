//! An agent checks in with something new: a change, an event, or the first message since this process started. An
//! unchanged check-in never comes here (see `engine/glance.rs`).

use std::sync::Arc;

use tocsin_policy::{Admission, GroupId, Host, HostId, Liveness, Observation, observe};

use crate::engine::fleet::{Document, Profile};
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::Fault;
use crate::store;

/// One message of an agent that may change something.
pub struct CheckIn {
    /// The host, where it is known: its unchanged check-ins queue behind this one.
    pub host: Option<HostId>,
    pub agent_id: Box<str>,
    pub seen: Observation,
    pub agent_version: Arc<str>,
    /// json
    pub platform: Arc<str>,
    pub address: Box<str>,
    /// The agent account it reported with.
    pub account: Box<str>,
    /// The document, compressed.
    pub body: Box<[u8]>,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Taken, and something was written.
    Changed,
    /// Taken; the host waits for approval.
    Pending,
    /// The event was known already.
    Replayed,
    /// The host was blocked meanwhile.
    Blocked,
}

impl UseCase for CheckIn {
    type Output = Taken;

    fn host(&self) -> Option<HostId> {
        self.host
    }

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, Taken> {
        Box::pin(async move {
            let id = match work.draft_of_agent(&self.agent_id).await? {
                Some(id) => id,
                None => self.meet(work).await?,
            };
            if work.draft(id).await?.host.admission == Admission::Blocked {
                return Ok(Taken::Blocked);
            }
            work.insert_if_new(id).await?;

            let mut seen = self.seen.clone();
            let is_new = self.remember_event(work, id).await?;
            if let Some(event) = &mut seen.event {
                event.is_new = is_new;
            }
            let (book, now, ids) = (work.book.clone(), work.now, work.ids.clone());
            let draft = work.draft(id).await?;
            let effects = observe(&mut draft.host, &seen, &book, now, &mut &*ids);
            self.update_profile(draft);
            draft.document = Some(Document { body: self.body.clone(), received_at: now });
            let pending = draft.host.admission == Admission::Pending;

            work.apply(id, effects).await?;
            work.resolve(id).await?;
            work.event_row = None;
            Ok(match (is_new, pending) {
                (false, _) => Taken::Replayed,
                (true, true) => Taken::Pending,
                (true, false) => Taken::Changed,
            })
        })
    }
}

impl CheckIn {
    /// Keeps the event; false if it was there already, whoever took it (I1).
    async fn remember_event(&self, work: &mut Work, host: HostId) -> Result<bool, Fault> {
        let Some(event) = &self.seen.event else { return Ok(true) };
        let row = store::event::NewEvent {
            id: work.ids.next(),
            host,
            service: &event.service,
            event_id: event.id,
            state: event.state,
            action: event.action,
            message: &event.message,
            collected_us: event.collected_us,
            received_at: work.now,
        };
        let is_new = store::event::insert(&mut work.tx, &row).await?;
        work.event_row = is_new.then_some(row.id);
        if is_new {
            work.metrics.event();
        }
        Ok(is_new)
    }

    /// An agent that was never seen: approved by a rule, or shown and asked for (I4).
    async fn meet(&self, work: &mut Work) -> Result<HostId, Fault> {
        let (admission, groups) = self.admission(work).await?;
        let id = HostId(work.ids.next());
        let host = Host {
            id,
            agent_id: self.agent_id.clone(),
            name: self.seen.host_name.clone(),
            admission,
            groups: groups.clone(),
            liveness: Liveness::default(),
            incarnation: self.seen.incarnation,
            shares_bits: self.seen.shares_bits,
            services: Vec::new(),
            alerts: Vec::new(),
            silences: Vec::new(),
            twin: None,
        };
        let profile = Profile { first_seen_at: work.now, ..Profile::default() };
        work.add_host(host, profile);
        work.insert_if_new(id).await?;
        store::host_write::save_groups(&mut work.tx, id, &groups).await?;
        work.publish(crate::engine::Topic::Hosts);
        Ok(id)
    }

    async fn admission(&self, work: &mut Work) -> Result<(Admission, Vec<GroupId>), Fault> {
        let rules = store::policy::approval_rules(&mut work.tx).await?;
        let mut matching = rules
            .into_iter()
            .filter(|(host, account, _)| matches(host, &self.seen.host_name) && matches(account, &self.account))
            .peekable();
        if matching.peek().is_none() {
            return Ok((Admission::Pending, Vec::new()));
        }
        let mut groups: Vec<GroupId> = matching.filter_map(|(_, _, group)| group).collect();
        groups.sort_unstable();
        groups.dedup();
        Ok((Admission::Approved, groups))
    }

    fn update_profile(&self, draft: &mut crate::engine::work::Draft) {
        let old = &draft.profile;
        let same = old.agent_version == self.agent_version
            && old.platform == self.platform
            && old.last_address == self.address;
        if !same {
            let profile = Arc::make_mut(&mut draft.profile);
            profile.agent_version.clone_from(&self.agent_version);
            profile.platform.clone_from(&self.platform);
            profile.last_address.clone_from(&self.address);
            draft.changed = true;
        }
    }
}

/// Whether a name matches a pattern in which `*` stands for any text. Case does not count, as in host names.
pub fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.to_lowercase(), name.to_lowercase());
    let mut parts = pattern.split('*');
    let Some(mut rest) = name.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, name) in [
            ("*", "web1"),
            ("web*", "web1"),
            ("*.example.net", "a.b.example.net"),
            ("w*b*1", "web-1"),
            ("WEB1", "web1"),
        ] {
            assert!(matches(pattern, name), "{pattern} matches {name}");
        }
        for (pattern, name) in [("web", "web1"), ("web*1", "web2"), ("", "x"), ("a*a", "a")] {
            assert!(!matches(pattern, name), "{pattern} does not match {name}");
        }
    }
}

//! The two transactions of a play: what is there before anything happens, and what happens at one instant.

use tocsin_policy::{Admission, AlertId, Host, HostId, Liveness, Subject};

use super::past::{Past, PastHost};
use super::play::{LEAD, MISSED, POLL};
use crate::actor::Actor;
use crate::engine::fleet::Profile;
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::Fault;
use crate::store;
use crate::store::receiver::ReceiverRow;
use crate::usecase::acknowledge::{Acknowledge, Until};
use crate::usecase::check_in::CheckIn;

/// What is there before anything happens: receivers that nobody delivers to, and hosts that are well.
pub(super) struct Ground {
    receivers: Vec<ReceiverRow>,
    hosts: Vec<Host>,
}

impl Ground {
    pub fn of(past: &Past) -> Ground {
        let receiver = |(id, name): &(tocsin_policy::ReceiverId, String)| ReceiverRow {
            id: id.0,
            name: name.clone(),
            connector: "rehearsal".to_owned(),
            settings: Vec::new(),
            private_network: false,
            enabled: true,
            broken_at_ms: None,
            broken_reason: None,
            created_at_ms: past.from.0,
            version: 1,
        };
        let host = |past_host: &PastHost| Host {
            admission: Admission::Approved,
            liveness: Liveness {
                poll: POLL,
                missed_cycles: Some(MISSED),
                last_seen_at: Some(past.from - LEAD),
                ..Liveness::default()
            },
            incarnation: 1,
            shares_bits: false,
            services: Vec::new(),
            alerts: Vec::new(),
            silences: past_host.silences.clone(),
            twin: None,
            ..Host::clone(&past_host.host)
        };
        Ground {
            receivers: past.receivers.iter().map(receiver).collect(),
            hosts: past.hosts.values().map(host).collect(),
        }
    }
}

impl UseCase for Ground {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            for receiver in &self.receivers {
                store::receiver::save(&mut work.tx, receiver).await?;
            }
            for host in &self.hosts {
                work.add_host(host.clone(), Profile::default());
            }
            Ok(())
        })
    }
}

/// All that happens at one instant, in one transaction.
#[derive(Default)]
pub(super) struct AtOnce {
    pub acknowledgements: Vec<(HostId, Subject, String, Until)>,
    pub check_ins: Vec<CheckIn>,
}

impl AtOnce {
    pub fn hosts(&self) -> Vec<HostId> {
        let reported = self.check_ins.iter().filter_map(|check_in| check_in.host);
        self.acknowledgements.iter().map(|(host, ..)| *host).chain(reported).collect()
    }
}

impl UseCase for AtOnce {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            for (host, subject, by, until) in &self.acknowledgements {
                let open = &work.draft(*host).await?.host.alerts;
                // It may have ended at the instant at which it was acknowledged.
                let Some(alert) = open.iter().find(|alert| alert.subject == *subject).map(|alert| alert.id) else {
                    continue;
                };
                acknowledge(work, alert, by, *until).await?;
            }
            for check_in in &self.check_ins {
                check_in.run(work).await?;
            }
            Ok(())
        })
    }
}

async fn acknowledge(work: &mut Work, alert: AlertId, by: &str, until: Until) -> Result<(), Fault> {
    match (Acknowledge { actor: Actor::system(by), alert, until, note: String::new() }).run(work).await {
        // What was possible then may not be any more; the play goes on without it.
        Err(Fault::Refused(_)) => Ok(()),
        done => done,
    }
}

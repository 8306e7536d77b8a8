//! Lays a world down in the engine: groups, receivers, settings, and hosts that have been seen and approved.

use tocsin::engine::work::Running;
use tocsin::engine::{UseCase, Work};
use tocsin::store::receiver::ReceiverRow;
use tocsin::store::{self, book};
use tocsin::usecase::group::SaveGroup;
use tocsin::usecase::host::{Admit, EditHost};
use tocsin_policy::{Admission, GroupId, HostId, Moment, ReceiverId};

use super::history::Document;
use super::input::{Names, operator};
use super::plan::World;
use super::post::{agent_id, check_in};

/// Everything that is there from the beginning.
pub struct Ground {
    pub world: World,
    /// The first message of each host.
    pub first: Vec<Document>,
}

impl UseCase for Ground {
    type Output = Names;

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, Names> {
        Box::pin(async move {
            let world = &self.world;
            let (mut groups, mut receivers, mut hosts) = (Vec::new(), Vec::new(), Vec::new());
            for (name, priority) in &world.groups {
                let save = SaveGroup { actor: operator(), id: None, name: name.clone(), priority: *priority };
                groups.push(save.run(work).await?);
            }
            for name in &world.receivers {
                let id = work.ids.next();
                store::receiver::save(&mut work.tx, &receiver(id, name, work.now)).await?;
                receivers.push(ReceiverId(id));
            }
            store::instance::set(&mut work.tx, book::MISSED_CYCLES, &world.missed.to_string()).await?;
            store::instance::set(&mut work.tx, book::STOP_ALERTS, &world.stop_alerts.to_string()).await?;
            work.edit_book();
            work.book = std::sync::Arc::new(book::load(&mut work.tx).await?);
            for (host, document) in self.first.iter().enumerate() {
                check_in(world, host, None, document).run(work).await?;
                let id = work.draft_of_agent(&agent_id(host)).await?.expect("it has just checked in");
                Admit { actor: operator(), host: id, admission: Admission::Approved }.run(work).await?;
                let its = world.hosts[host].groups.iter().map(|group| groups[*group]).collect();
                edit(id, its).run(work).await?;
                hosts.push(id);
            }
            Ok(Names::new(world.clone(), hosts, groups, receivers))
        })
    }
}

fn edit(host: HostId, groups: Vec<GroupId>) -> EditHost {
    let (region, environment, labels) = (String::new(), String::new(), Vec::new());
    EditHost { actor: operator(), host, region, environment, labels, groups, missed_cycles: None }
}

fn receiver(id: i64, name: &str, now: Moment) -> ReceiverRow {
    ReceiverRow {
        id,
        name: name.to_owned(),
        connector: "simulation".to_owned(),
        settings: Vec::new(),
        private_network: false,
        enabled: true,
        broken_at_ms: None,
        broken_reason: None,
        created_at_ms: now.0,
        version: 1,
    }
}

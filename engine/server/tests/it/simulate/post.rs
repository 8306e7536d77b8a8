//! A message of an agent at the engine's door, as `http/collector.rs` takes it: the short way if it says nothing new,
//! else a use case.

use std::borrow::Cow;

use tocsin::engine::glance::{Glance, glance};
use tocsin::engine::{Cell, Shared};
use tocsin::translate;
use tocsin::usecase::check_in::CheckIn;
use tocsin_monit::{
    Action, EventId, Monitor, MonitorMode, Platform, Report, Server, Service, ServiceType, State, Version,
};
use tocsin_policy::{HostId, Moment};

use super::history::{About, Document, Event};
use super::plan::{HostNo, World};

/// The agent's id of a host.
pub fn agent_id(host: HostNo) -> Box<str> {
    format!("agent-{host}").into()
}

/// Whether the short way has taken it.
pub fn is_unchanged(shared: &Shared, cell: &Cell, world: &World, host: HostNo, said: &Document, now: Moment) -> bool {
    glance(shared, cell, &report(world, host, said), b"document", now) == Glance::Unchanged
}

/// The long way.
pub fn check_in(world: &World, host: HostNo, id: Option<HostId>, said: &Document) -> CheckIn {
    let report = report(world, host, said);
    CheckIn {
        host: id,
        agent_id: agent_id(host),
        seen: translate::observation(&report),
        agent_version: report.version.to_string().into(),
        platform: "{}".into(),
        address: Box::default(),
        account: Box::default(),
        body: Box::default(),
    }
}

/// The message as the reader would have read it.
fn report(world: &World, host: HostNo, said: &Document) -> Report<'static> {
    let spec = &world.hosts[host];
    let service = |block: &super::history::Block| Service {
        name: Cow::Owned(spec.services[block.service].name.clone()),
        kind: ServiceType::Process,
        collected_us: block.collected_us,
        status: block.status,
        status_hint: block.hint,
        monitor: Monitor(block.monitor),
        monitor_mode: MonitorMode::Active,
        on_reboot: None,
        pending_action: Action::Ignored,
        every: None,
        status_message: None,
        details: b"",
    };
    let seconds = |span: tocsin_policy::Span| u32::try_from(span.0 / 1_000).expect("a length of time");
    Report {
        id: Cow::Owned(agent_id(host).into_string()),
        incarnation: said.incarnation,
        version: if said.six { Version::new(6, 0, 0) } else { Version::new(5, 33, 0) },
        server: Server {
            poll_s: seconds(said.poll),
            start_delay_s: seconds(said.start_delay),
            local_host_name: Cow::Owned(spec.name.clone()),
            ..Server::default()
        },
        platform: Platform::default(),
        host_groups: Vec::new(),
        services: said.services.iter().map(service).collect(),
        service_groups: Vec::new(),
        event: said.event.as_ref().map(|said| event(world, host, said)),
    }
}

fn event(world: &World, host: HostNo, said: &Event) -> tocsin_monit::Event<'static> {
    let of = |service: usize| Cow::Owned(world.hosts[host].services[service].name.clone());
    let monit = Cow::Borrowed("Monit");
    let (service, bits, state, action, message) = match said.about {
        About::Failed(service, bit) => (of(service), bit, State::Failed, Action::Alert, "it failed"),
        About::Succeeded(service, bit) => (of(service), bit, State::Succeeded, Action::Alert, "it is fine"),
        About::Changed(service, bit) => (of(service), bit, State::Changed, Action::Alert, "it changed"),
        About::Started => (monit, EventId::INSTANCE.bits(), State::Changed, Action::Start, "Monit 5.33.0 started"),
        About::Stopped => (monit, EventId::INSTANCE.bits(), State::Changed, Action::Stop, "Monit 5.33.0 stopped"),
    };
    tocsin_monit::Event {
        collected_us: said.collected_us,
        service,
        service_type: ServiceType::Process,
        id: EventId::new(bits),
        fine: None,
        state,
        action,
        message: Cow::Borrowed(message),
        token: None,
    }
}

//! From the agent's words to the core's: a parsed document becomes an observation.

use tocsin_monit::{Event, Report, SHARED_BITS, Service, Version};
use tocsin_policy::{Observation, ObservedEvent, ObservedService, Span};

/// What a document says, as the deciding core sees it. Whether its event is new, the store must say.
pub fn observation(report: &Report<'_>) -> Observation {
    Observation {
        incarnation: report.incarnation,
        host_name: report.server.local_host_name.as_ref().into(),
        poll: Span::seconds(i64::from(report.server.poll_s)),
        start_delay: Span::seconds(i64::from(report.server.start_delay_s)),
        shares_bits: shares_bits(report),
        services: report.services.iter().map(service).collect(),
        event: report.event.as_ref().map(event),
    }
}

/// Whether several tests share a status bit in this agent: before 6.0 (E2).
pub fn shares_bits(report: &Report<'_>) -> bool {
    const { assert!(SHARED_BITS != 0) }
    report.version < Version::V6_0
}

fn service(service: &Service<'_>) -> ObservedService {
    ObservedService {
        name: service.name.as_ref().into(),
        kind: kind(service),
        monitor: monitor(service),
        status: service.status,
        status_hint: service.status_hint,
        collected_us: service.collected_us,
    }
}

/// Monit's number of a service type, as it is kept.
pub fn kind(service: &Service<'_>) -> u8 {
    u8::try_from(service.kind.code()).unwrap_or(u8::MAX)
}

/// The monitoring bits, as they are kept.
pub fn monitor(service: &Service<'_>) -> u8 {
    u8::try_from(service.monitor.0 & 0xff).unwrap_or_default()
}

fn event(event: &Event<'_>) -> ObservedEvent {
    ObservedEvent {
        collected_us: event.collected_us,
        service: event.service.as_ref().into(),
        id: event.id.bits(),
        state: u8::try_from(event.state.code()).unwrap_or(u8::MAX),
        action: u8::try_from(event.action.code()).unwrap_or(u8::MAX),
        // PostgreSQL's text cannot hold a NUL.
        message: event.message.replace('\0', ""),
        is_new: true,
    }
}

/// The platform facts that are kept and shown, as json.
pub fn platform(report: &Report<'_>) -> String {
    let platform = &report.platform;
    serde_json::json!({
        "name": platform.name, "release": platform.release, "version": platform.version,
        "machine": platform.machine, "cpu": platform.cpu, "memory_kb": platform.memory_kb, "swap_kb": platform.swap_kb,
    })
    .to_string()
}

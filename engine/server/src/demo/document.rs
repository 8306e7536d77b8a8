//! What a virtual agent posts: the document of Monit 5.33, byte for byte in its form, with plausible numbers.

use std::fmt::{self, Write};

use super::fleet::{Host, Kind, Service};
use super::trouble::{self, NONEXIST, Trouble};
use super::values;

/// The version that the agents claim to be.
const VERSION: &str = "5.33.0";

/// How long after the check of its service an event arises.
const EVENT_AFTER_US: i64 = 400;

/// An event at the end of a document.
#[derive(Clone, Copy, Debug)]
pub struct Event {
    pub service: &'static str,
    /// Type of the service.
    pub kind: u8,
    pub id: u32,
    pub state: u8,
    pub action: u8,
    pub message: &'static str,
}

/// A moment of the agent's own clock.
#[derive(Clone, Copy, Debug)]
pub struct Time {
    pub seconds: i64,
    /// Below a million, and whole milliseconds.
    pub micros: i64,
}

/// What a document is about, beside the host.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    pub now: Time,
    /// When the agent was started.
    pub incarnation: i64,
    pub poll_seconds: u16,
    pub cycle: u64,
}

/// The whole document, with the event if there is one.
pub fn write(host: &Host, moment: &Moment, event: Option<&Event>) -> String {
    let mut text = String::with_capacity(8_192);
    // A String takes every write.
    let _ = document(&mut text, host, moment, event);
    text
}

fn document(out: &mut String, host: &Host, moment: &Moment, event: Option<&Event>) -> fmt::Result {
    let Host { name, agent_id, .. } = host;
    let Moment { now, incarnation, poll_seconds, cycle } = moment;
    write!(out, "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>")?;
    write!(out, "<monit id=\"{agent_id}\" incarnation=\"{incarnation}\" version=\"{VERSION}\"><server>")?;
    write!(out, "<uptime>{}</uptime><poll>{poll_seconds}</poll><startdelay>0</startdelay>", now.seconds - incarnation)?;
    write!(out, "<localhostname>{name}</localhostname><controlfile>/etc/monit/monitrc</controlfile></server>")?;
    write!(
        out,
        "<platform><name>Linux</name><release>6.12.48-amd64</release><version>#1 SMP PREEMPT_DYNAMIC</version>"
    )?;
    write!(out, "<machine>x86_64</machine><cpu>{}</cpu>", 4 << (host.number % 3))?;
    write!(out, "<memory>{}</memory><swap>2097148</swap></platform><services>", values::memory_kb(host))?;
    for service in &host.services {
        write_service(out, host, service, now, *cycle)?;
    }
    write!(out, "</services><servicegroups></servicegroups>")?;
    if let Some(event) = event {
        write_event(out, host, event, now)?;
    }
    write!(out, "</monit>")
}

fn write_service(out: &mut String, host: &Host, service: &Service, now: &Time, cycle: u64) -> fmt::Result {
    let trouble = trouble::of(host, service.name, cycle);
    let (status, hint) = trouble.map_or((0, 0), |trouble| (trouble.bit, u32::from(trouble.changed) * trouble.bit));
    write!(out, "<service name=\"{}\"><type>{}</type>", shown(host, service.name), service.kind.number())?;
    write!(out, "<collected_sec>{}</collected_sec><collected_usec>{}</collected_usec>", now.seconds, now.micros)?;
    write!(out, "<status>{status}</status><status_hint>{hint}</status_hint><monitor>1</monitor>")?;
    write!(out, "<monitormode>0</monitormode><onreboot>0</onreboot><pendingaction>0</pendingaction>")?;
    // The agent leaves the details of a thing that is not there out.
    if status & NONEXIST == 0 {
        values::write(out, host, service, now, cycle, trouble.as_ref())?;
    }
    write!(out, "</service>")
}

fn write_event(out: &mut String, host: &Host, event: &Event, now: &Time) -> fmt::Result {
    let Event { service, kind, id, state, action, message } = event;
    // An event arises after its service was checked; one that is older has waited in the agent's queue.
    let micros = now.micros + EVENT_AFTER_US;
    write!(out, "<event><collected_sec>{}</collected_sec><collected_usec>{micros}</collected_usec>", now.seconds)?;
    write!(out, "<service>{}</service><type>{kind}</type><id>{id}</id>", shown(host, service))?;
    write!(out, "<state>{state}</state><action>{action}</action><message><![CDATA[{message}]]></message></event>")
}

/// The system service has the name of the host.
fn shown<'a>(host: &'a Host, service: &'a str) -> &'a str {
    if service == "system" { &host.name } else { service }
}

/// The events between two cycles: what has begun, what is over, what has changed.
pub fn events(host: &Host, cycle: u64) -> Vec<Event> {
    let mut events = Vec::new();
    for service in &host.services {
        let before: Option<Trouble> = cycle.checked_sub(1).and_then(|before| trouble::of(host, service.name, before));
        let now = trouble::of(host, service.name, cycle);
        let event = |trouble: Trouble, state, message| Event {
            service: service.name,
            kind: service.kind.number(),
            id: trouble.bit,
            state,
            // What Monit does about it by default: start a thing anew that is gone, say it otherwise.
            action: if trouble.bit == NONEXIST && state == 1 { 2 } else { 1 },
            message,
        };
        match (before, now) {
            (None, Some(trouble)) => events.push(event(trouble, if trouble.changed { 2 } else { 1 }, trouble.message)),
            // The end of a change is silent.
            (Some(trouble), None) if !trouble.changed => events.push(event(trouble, 0, trouble.over)),
            _ => {}
        }
    }
    events
}

/// The first message of an agent.
pub fn started() -> Event {
    let kind = Kind::System.number();
    Event { service: "Monit", kind, id: 0x1_0000, state: 2, action: 6, message: "Monit 5.33.0 started" }
}

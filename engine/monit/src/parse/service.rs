//! What all services have in common; their details are located and left for later.

use memchr::memmem::Finder;

use super::fields::{integer, long_text, moment_us, optional, parse_integer, short_text, unsigned};
use super::names::Names;
use crate::error::{ParseError, quote};
use crate::event::Action;
use crate::every::Every;
use crate::scan::{Scanner, Tag};
use crate::service::{Monitor, MonitorMode, OnReboot, Service, ServiceType};

const IN: &str = "service";

/// Reads the service whose tag was just opened.
///
/// The common elements come first. The first element that is not one of them begins the details, among which names such
/// as `status` or `type` occur again with other meanings: so nothing behind it is looked at.
pub(super) fn read<'a>(
    scanner: &mut Scanner<'a>,
    tag: &Tag<'a>,
    names: &mut Names<'a>,
    end_of_service: &Finder<'_>,
) -> Result<Service<'a>, ParseError> {
    let mut name = tag.attribute(b"name");
    let mut kind = tag.attribute(b"type").map(|code| parse_integer(code, "a service's type")).transpose()?;
    let (mut seconds, mut microseconds) = (0, 0);
    let (mut status, mut status_hint, mut monitor) = (None, 0, None);
    let (mut monitor_mode, mut on_reboot, mut pending_action) = (MonitorMode::Active, None, Action::Ignored);
    let (mut every, mut status_message) = (None, None);
    let details = loop {
        let before = scanner.clone();
        let tag = scanner.tag(IN)?;
        match tag.name {
            b"/service" => break &b""[..],
            b"name" if name.is_none() => name = Some(scanner.leaf(tag.name, IN)?.bytes),
            b"type" if kind.is_none() => kind = Some(integer(scanner, tag.name, IN, "a service's type")?),
            b"collected_sec" => seconds = integer(scanner, tag.name, IN, "when a service was checked")?,
            b"collected_usec" => microseconds = integer(scanner, tag.name, IN, "when a service was checked")?,
            b"status" => status = Some(bits(scanner, tag.name, "a service's status")?),
            b"status_hint" => status_hint = bits(scanner, tag.name, "a service's status hint")?,
            b"monitor" => monitor = Some(Monitor(unsigned(scanner, tag.name, IN, "whether a service is monitored")?)),
            b"monitormode" => monitor_mode = read_mode(scanner, tag.name)?,
            b"onreboot" => on_reboot = read_on_reboot(scanner, tag.name)?,
            b"pendingaction" => {
                let code = optional(scanner, tag.name, IN)?;
                pending_action = code.map_or(Action::Ignored, Action::from_code);
            }
            b"every" => every = read_every(scanner)?,
            b"status_message" => status_message = Some(long_text(scanner, tag.name, IN)?),
            // From 6.1 on: repeats status test by test, with elements called `event` that are no events.
            b"errors" => scanner.skip_element(tag.name, IN)?,
            _ => {
                *scanner = before;
                break scanner.body(end_of_service, IN)?;
            }
        }
    };
    let name = name.ok_or(ParseError::Missing { what: "a service's name" })?;
    let kind = kind.ok_or(ParseError::Missing { what: "a service's type" })?;
    let kind = u32::try_from(kind)
        .map_err(|_| ParseError::Unreadable { what: "a service's type", found: quote(kind.to_string().as_bytes()) })?;
    Ok(Service {
        name: names.add(name)?,
        kind: ServiceType::from_code(kind),
        collected_us: moment_us(seconds, microseconds),
        status: status.ok_or(ParseError::Missing { what: "a service's status" })?,
        status_hint,
        monitor: monitor.ok_or(ParseError::Missing { what: "whether a service is monitored" })?,
        monitor_mode,
        on_reboot,
        pending_action,
        every,
        status_message,
        details,
    })
}

/// Bits, which an agent may print as a signed number when the highest is set.
pub(super) fn bits<'a>(scanner: &mut Scanner<'a>, name: &'a [u8], what: &'static str) -> Result<u32, ParseError> {
    let number = integer(scanner, name, IN, what)?;
    let signed = i32::try_from(number).map(i32::cast_unsigned);
    signed.or_else(|_| u32::try_from(number)).map_err(|_| ParseError::Unreadable { what, found: number.to_string() })
}

fn read_mode<'a>(scanner: &mut Scanner<'a>, name: &'a [u8]) -> Result<MonitorMode, ParseError> {
    Ok(match optional(scanner, name, IN)? {
        None | Some(0) => MonitorMode::Active,
        Some(1) => MonitorMode::Passive,
        Some(2) => MonitorMode::Manual,
        Some(other) => MonitorMode::Other(other),
    })
}

fn read_on_reboot<'a>(scanner: &mut Scanner<'a>, name: &'a [u8]) -> Result<Option<OnReboot>, ParseError> {
    Ok(optional(scanner, name, IN)?.map(|code| match code {
        0 => OnReboot::Start,
        1 => OnReboot::NoStart,
        2 => OnReboot::LastState,
        other => OnReboot::Other(other),
    }))
}

fn read_every<'a>(scanner: &mut Scanner<'a>) -> Result<Option<Every<'a>>, ParseError> {
    const IN: &str = "every";
    let (mut kind, mut counter, mut number, mut cron) = (None, 0, 0, None);
    loop {
        let tag = scanner.tag(IN)?;
        match tag.name {
            b"/every" => break,
            b"type" => kind = optional(scanner, tag.name, IN)?,
            b"counter" => counter = optional(scanner, tag.name, IN)?.unwrap_or(0),
            b"number" => number = optional(scanner, tag.name, IN)?.unwrap_or(0),
            b"cron" => cron = Some(short_text(scanner, tag.name, IN, "a service's cron line")?),
            unknown => scanner.skip_element(unknown, IN)?,
        }
    }
    Ok(kind.map(|kind| match (kind, cron) {
        (2, _) => Every::Cycles { counter, number },
        (3, Some(cron)) => Every::Cron(cron),
        (4, Some(cron)) => Every::NotCron(cron),
        (other, _) => Every::Other(other),
    }))
}

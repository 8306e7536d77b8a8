//! The event of a document: an `<event>` directly under `<monit>`.

use super::fields::{integer, long_text, moment_us, optional, parse_integer, short_text, unsigned};
use super::names::Names;
use crate::error::ParseError;
use crate::event::{Action, Event, State};
use crate::event_id::EventId;
use crate::scan::Scanner;
use crate::service::ServiceType;

const IN: &str = "event";

/// Reads the event whose tag was just opened.
pub(super) fn read<'a>(scanner: &mut Scanner<'a>, names: &Names<'a>) -> Result<Event<'a>, ParseError> {
    let (mut seconds, mut microseconds) = (None, 0);
    let (mut service, mut service_type, mut id, mut fine) = (None, None, None, None);
    let (mut state, mut action, mut message, mut token) = (None, Action::Ignored, None, None);
    loop {
        let tag = scanner.tag(IN)?;
        match tag.name {
            b"/event" => break,
            b"collected_sec" => seconds = Some(integer(scanner, tag.name, IN, "when the event arose")?),
            b"collected_usec" => microseconds = integer(scanner, tag.name, IN, "when the event arose")?,
            b"service" => service = Some(names.read(scanner, IN)?),
            b"type" => service_type = Some(unsigned(scanner, tag.name, IN, "the type of the event's service")?),
            b"id" => {
                fine = tag
                    .attribute(b"type")
                    .and_then(|number| u32::try_from(parse_integer(number, "the event's id").ok()?).ok());
                id = Some(EventId::new(super::service::bits(scanner, tag.name, "the event's id")?));
            }
            b"state" => state = Some(unsigned(scanner, tag.name, IN, "the event's state")?),
            b"action" => action = Action::from_code(optional(scanner, tag.name, IN)?.unwrap_or(0)),
            b"message" => message = Some(long_text(scanner, tag.name, IN)?),
            b"token" => token = Some(short_text(scanner, tag.name, IN, "the event's token")?),
            unknown => scanner.skip_element(unknown, IN)?,
        }
    }
    Ok(Event {
        collected_us: moment_us(seconds.ok_or(ParseError::Missing { what: "when the event arose" })?, microseconds),
        service: service.ok_or(ParseError::Missing { what: "the event's service" })?,
        service_type: ServiceType::from_code(
            service_type.ok_or(ParseError::Missing { what: "the type of the event's service" })?,
        ),
        id: id.ok_or(ParseError::Missing { what: "the event's id" })?,
        fine,
        state: State::from_code(state.ok_or(ParseError::Missing { what: "the event's state" })?),
        action,
        message: message.unwrap_or_default(),
        token,
    })
}

//! From a document to a report, in one pass that skims: identity, what all services have in common, the event. The
//! details of services are only located; [`crate::Service::values`] reads them when somebody asks.

mod event;
mod fields;
mod groups;
mod names;
mod server;
mod service;

use std::borrow::Cow;

use memchr::memmem::{self, Finder};

use crate::error::{ParseError, quote};
use crate::event::Event;
use crate::limits::{MAX_ID_BYTES, MAX_PROLOGUE_BYTES, MAX_SERVICES};
use crate::report::{Platform, Report, Server, ServiceGroup};
use crate::scan::{Scanner, Tag};
use crate::service::Service;
use crate::text;
use crate::version::Version;
pub(crate) use fields::decode;
use names::Names;

/// Reads one document of an agent: what it posts, or what its HTTP server gives at `/_status2?format=xml` or in the
/// older layout at `/_status?format=xml`.
///
/// Reading stops at the first `</monit>`; bytes behind it are ignored, since some agents let two documents run into each
/// other. Unknown elements are stepped over. Nothing is read from a document that does not say who sent it.
///
/// # Errors
/// [`ParseError`], each with a sentence for a person. Damage is an error as well: a service whose status cannot be read is
/// never taken for a healthy one.
pub fn parse(document: &[u8]) -> Result<Report<'_>, ParseError> {
    let mut scanner = Scanner::new(document);
    let root = find_root(&mut scanner)?;
    let mut draft = Draft::new(&root);
    loop {
        let tag = scanner.tag("monit")?;
        match tag.name {
            b"/monit" => break,
            b"server" => draft.server = server::read(&mut scanner, &mut draft.identity)?,
            b"platform" => draft.platform = server::read_platform(&mut scanner)?,
            b"hostgroups" => draft.host_groups = groups::read_host_groups(&mut scanner)?,
            // Only a bracket around the services, which the older layout does not have.
            b"services" | b"/services" => {}
            b"service" => draft.add_service(&mut scanner, &tag)?,
            b"servicegroups" => draft.service_groups = groups::read(&mut scanner, &draft.names)?,
            b"event" => draft.event = Some(event::read(&mut scanner, &draft.names)?),
            unknown => scanner.skip_element(unknown, "monit")?,
        }
    }
    draft.finish()
}

/// Moves behind the opening tag of `<monit>`, which only the XML declaration may precede.
fn find_root<'a>(scanner: &mut Scanner<'a>) -> Result<Tag<'a>, ParseError> {
    let document = scanner.rest();
    if document.trim_ascii().is_empty() {
        return Err(ParseError::Empty);
    }
    let prologue = &document[..document.len().min(MAX_PROLOGUE_BYTES)];
    scanner.skip(memmem::find(prologue, b"<monit").ok_or(ParseError::NotMonit)?);
    let root = scanner.tag("monit")?;
    if root.name == b"monit" { Ok(root) } else { Err(ParseError::NotMonit) }
}

/// Who speaks: attributes of the root, or, in the older layout, elements of the server.
#[derive(Default)]
struct Identity<'a> {
    id: Option<&'a [u8]>,
    incarnation: Option<&'a [u8]>,
    version: Option<&'a [u8]>,
}

/// A report that is being read.
struct Draft<'a> {
    identity: Identity<'a>,
    server: Server<'a>,
    platform: Platform<'a>,
    host_groups: Vec<Cow<'a, str>>,
    services: Vec<Service<'a>>,
    names: Names<'a>,
    /// Made once for all services.
    end_of_service: Finder<'static>,
    service_groups: Vec<ServiceGroup<'a>>,
    event: Option<Event<'a>>,
}

/// Services for which room is made at once; most agents have fewer.
const USUAL_SERVICES: usize = 16;

impl<'a> Draft<'a> {
    fn new(root: &Tag<'a>) -> Self {
        let version = root.attribute(b"version");
        Draft {
            identity: Identity { id: root.attribute(b"id"), incarnation: root.attribute(b"incarnation"), version },
            server: Server::default(),
            platform: Platform::default(),
            host_groups: Vec::new(),
            services: Vec::with_capacity(USUAL_SERVICES),
            names: Names::of_version(read_version(version)),
            end_of_service: Finder::new(b"</service>"),
            service_groups: Vec::new(),
            event: None,
        }
    }

    fn add_service(&mut self, scanner: &mut Scanner<'a>, tag: &Tag<'a>) -> Result<(), ParseError> {
        if self.services.len() == MAX_SERVICES {
            return Err(ParseError::TooMany { what: "services", limit: MAX_SERVICES });
        }
        self.services.push(service::read(scanner, tag, &mut self.names, &self.end_of_service)?);
        Ok(())
    }

    fn finish(self) -> Result<Report<'a>, ParseError> {
        let id = self.identity.id.ok_or(ParseError::BadIdentity { found: "missing".to_owned() })?;
        let incarnation = self.identity.incarnation.ok_or(ParseError::Missing { what: "the agent's incarnation" })?;
        Ok(Report {
            id: read_id(id)?,
            incarnation: fields::parse_integer(incarnation, "the agent's incarnation")?,
            version: read_version(self.identity.version),
            server: self.server,
            platform: self.platform,
            host_groups: self.host_groups,
            services: self.services,
            service_groups: self.service_groups,
            event: self.event,
        })
    }
}

fn read_version(bytes: Option<&[u8]>) -> Version {
    bytes.map_or(Version::UNKNOWN, |bytes| Version::parse(&text::decode(bytes)))
}

/// The id must be a plain word: it becomes a key, stands in addresses of pages and in logs.
fn read_id(bytes: &[u8]) -> Result<Cow<'_, str>, ParseError> {
    let id = text::decode(bytes);
    let odd = |c: char| c.is_whitespace() || c.is_control();
    if bytes.is_empty() || bytes.len() > MAX_ID_BYTES || id.contains(odd) {
        return Err(ParseError::BadIdentity { found: format!("{:?}", quote(bytes)) });
    }
    Ok(id)
}

//! Host groups and service groups.

use std::borrow::Cow;

use super::names::{self, Names};
use crate::error::ParseError;
use crate::limits::{MAX_GROUP_MEMBERS, MAX_HOST_GROUPS, MAX_SERVICE_GROUPS};
use crate::report::ServiceGroup;
use crate::scan::Scanner;

/// The groups the agent's admin put the host into.
pub(super) fn read_host_groups<'a>(scanner: &mut Scanner<'a>) -> Result<Vec<Cow<'a, str>>, ParseError> {
    let mut groups = Vec::new();
    loop {
        let tag = scanner.tag("hostgroups")?;
        match tag.name {
            b"/hostgroups" => return Ok(groups),
            b"name" if groups.len() == MAX_HOST_GROUPS => {
                return Err(ParseError::TooMany { what: "host groups", limit: MAX_HOST_GROUPS });
            }
            b"name" => groups.push(names::checked(scanner.leaf(tag.name, "hostgroups")?, "a host group's name")?),
            unknown => scanner.skip_element(unknown, "hostgroups")?,
        }
    }
}

/// The groups the agent's admin put services into.
pub(super) fn read<'a>(scanner: &mut Scanner<'a>, names: &Names<'a>) -> Result<Vec<ServiceGroup<'a>>, ParseError> {
    let mut groups: Vec<ServiceGroup<'a>> = Vec::new();
    let mut memberships = 0;
    loop {
        let tag = scanner.tag("servicegroups")?;
        match tag.name {
            b"/servicegroups" => return Ok(groups),
            b"servicegroup" if groups.len() == MAX_SERVICE_GROUPS => {
                return Err(ParseError::TooMany { what: "service groups", limit: MAX_SERVICE_GROUPS });
            }
            b"servicegroup" => {
                let name = tag.attribute(b"name").ok_or(ParseError::Missing { what: "a service group's name" })?;
                groups.push(ServiceGroup { name: names::decode(name, "a service group's name")?, members: Vec::new() });
            }
            b"/servicegroup" => {}
            b"service" if memberships == MAX_GROUP_MEMBERS => {
                return Err(ParseError::TooMany { what: "members of service groups", limit: MAX_GROUP_MEMBERS });
            }
            b"service" => {
                memberships += 1;
                let member = names.read(scanner, "servicegroup")?;
                if let Some(group) = groups.last_mut() {
                    group.members.push(member);
                }
            }
            unknown => scanner.skip_element(unknown, "servicegroups")?,
        }
    }
}

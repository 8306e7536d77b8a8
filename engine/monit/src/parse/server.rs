//! The agent itself and its machine.

use super::Identity;
use super::fields::{optional, short_text};
use crate::error::ParseError;
use crate::report::{Credentials, Httpd, Platform, Server};
use crate::scan::Scanner;

const IN: &str = "server";

/// Reads `<server>`; in the older layout it also says who the agent is.
pub(super) fn read<'a>(scanner: &mut Scanner<'a>, identity: &mut Identity<'a>) -> Result<Server<'a>, ParseError> {
    let mut server = Server::default();
    loop {
        let tag = scanner.tag(IN)?;
        match tag.name {
            b"/server" => return Ok(server),
            b"id" => identity.id = Some(scanner.leaf(tag.name, IN)?.bytes),
            b"incarnation" => identity.incarnation = Some(scanner.leaf(tag.name, IN)?.bytes),
            b"version" => identity.version = Some(scanner.leaf(tag.name, IN)?.bytes),
            b"uptime" => server.uptime = optional(scanner, tag.name, IN)?,
            b"poll" => server.poll_s = optional(scanner, tag.name, IN)?.unwrap_or(0),
            b"startdelay" => server.start_delay_s = optional(scanner, tag.name, IN)?.unwrap_or(0),
            b"localhostname" => {
                server.local_host_name = super::names::checked(scanner.leaf(tag.name, IN)?, "the host's name")?;
            }
            b"controlfile" => server.control_file = short_text(scanner, tag.name, IN, "the control file's path")?,
            b"httpd" => server.httpd = Some(read_httpd(scanner)?),
            b"credentials" => server.credentials = Some(read_credentials(scanner)?),
            unknown => scanner.skip_element(unknown, IN)?,
        }
    }
}

fn read_httpd<'a>(scanner: &mut Scanner<'a>) -> Result<Httpd<'a>, ParseError> {
    let mut httpd = Httpd::default();
    loop {
        let tag = scanner.tag("httpd")?;
        match tag.name {
            b"/httpd" => return Ok(httpd),
            b"address" => {
                httpd.address = Some(short_text(scanner, tag.name, "httpd", "the address of the agent's HTTP server")?);
            }
            b"port" => httpd.port = optional(scanner, tag.name, "httpd")?,
            b"ssl" => httpd.tls = optional::<u8>(scanner, tag.name, "httpd")?.unwrap_or(0) != 0,
            b"unixsocket" => {
                httpd.unix_socket = Some(short_text(scanner, tag.name, "httpd", "the path of the agent's socket")?);
            }
            unknown => scanner.skip_element(unknown, "httpd")?,
        }
    }
}

fn read_credentials<'a>(scanner: &mut Scanner<'a>) -> Result<Credentials<'a>, ParseError> {
    let mut credentials = Credentials::default();
    loop {
        let tag = scanner.tag("credentials")?;
        match tag.name {
            b"/credentials" => return Ok(credentials),
            b"username" => {
                credentials.username =
                    short_text(scanner, tag.name, "credentials", "the user of the agent's HTTP server")?;
            }
            b"password" => {
                credentials.password =
                    short_text(scanner, tag.name, "credentials", "the password of the agent's HTTP server")?;
            }
            unknown => scanner.skip_element(unknown, "credentials")?,
        }
    }
}

/// Reads `<platform>`.
pub(super) fn read_platform<'a>(scanner: &mut Scanner<'a>) -> Result<Platform<'a>, ParseError> {
    const IN: &str = "platform";
    let mut platform = Platform::default();
    loop {
        let tag = scanner.tag(IN)?;
        match tag.name {
            b"/platform" => return Ok(platform),
            b"name" => platform.name = short_text(scanner, tag.name, IN, "the platform's name")?,
            b"release" => platform.release = short_text(scanner, tag.name, IN, "the platform's release")?,
            b"version" => platform.version = short_text(scanner, tag.name, IN, "the platform's version")?,
            b"machine" => platform.machine = short_text(scanner, tag.name, IN, "the platform's machine")?,
            b"cpu" => platform.cpu = optional(scanner, tag.name, IN)?,
            b"memory" => platform.memory_kb = optional(scanner, tag.name, IN)?,
            b"swap" => platform.swap_kb = optional(scanner, tag.name, IN)?,
            unknown => scanner.skip_element(unknown, IN)?,
        }
    }
}

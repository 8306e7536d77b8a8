//! The HTTP door: one exchange at a time, to granted URLs at allowed addresses.
//!
//! Checked in this order: the URL, the grant, a literal address, the number of requests, sizes and
//! headers; what passes goes to the [network](crate::network), whose resolver checks names. Redirects
//! are handed back and not followed, so a second request is checked like the first.

pub(crate) mod clients;
pub(crate) mod errors;

use crate::PrivateAddresses;
use crate::bindings::tocsin::connector::http as api;
use crate::grant::covers;
use crate::guest::State;
use crate::network::Outgoing;
use crate::private::refusal;
use api::Error;
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use std::net::IpAddr;
use std::time::{Duration, Instant};
use url::{Host, Url};

/// Of one delivery: look up, post, post again in another form.
const REQUESTS_PER_DELIVERY: u32 = 10;
const REQUEST_BYTES: usize = 1 << 20;
pub(crate) const ANSWER_BYTES: usize = 1 << 20;
const MAX_HEADERS: usize = 64;
/// Of one exchange; the rest of the call's time is for what follows.
const EXCHANGE: Duration = Duration::from_secs(20);

/// They belong to the connection, which is the host's.
const HOP_BY_HOP: &[&str] = &[
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Where one call's requests may go.
#[derive(Default)]
pub(crate) struct HttpDoor {
    pub(crate) prefixes: Vec<Url>,
    pub(crate) private: PrivateAddresses,
}

impl HttpDoor {
    fn check(&self, text: &str) -> Result<Url, Error> {
        let url = Url::parse(text).map_err(|error| Error::Invalid(format!("this is not a URL: {error}")))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Error::Invalid(format!("{}: is neither http: nor https:", url.scheme())));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::Invalid("a URL with a user name or password in it is not sent".into()));
        }
        if !self.prefixes.iter().any(|prefix| covers(prefix, &url)) {
            let origin = url.origin().ascii_serialization();
            let what = match &self.prefixes {
                none if none.is_empty() => "any request".to_owned(),
                some if some.iter().any(|prefix| prefix.origin() == url.origin()) => {
                    format!("requests to {origin} with this path")
                }
                _ => format!("requests to {origin}"),
            };
            return Err(Error::Denied(format!("This connector was not granted {what}.")));
        }
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            _ => None,
        };
        match literal.filter(|address| !self.private.allow(*address)) {
            Some(address) => Err(Error::Denied(refusal(url.host_str().unwrap_or_default(), address, &self.private))),
            None => Ok(url),
        }
    }
}

impl State {
    async fn exchange(&mut self, request: api::Request) -> Result<api::Response, Error> {
        let url = self.doors.http.check(&request.url)?;
        self.requests += 1;
        if self.requests > REQUESTS_PER_DELIVERY {
            return Err(Error::Denied(format!("More than {REQUESTS_PER_DELIVERY} requests in one delivery.")));
        }
        if request.body.len() > REQUEST_BYTES {
            return Err(Error::TooLarge(REQUEST_BYTES as u64));
        }
        let method = Method::from_bytes(request.method.as_bytes())
            .ok()
            .filter(|method| *method != Method::CONNECT && *method != Method::TRACE)
            .ok_or_else(|| Error::Invalid(format!("the method {:?} is not sent", request.method)))?;
        let headers = headers(&request.headers)?;
        let wanted = request.timeout_ms.map_or(EXCHANGE, |ms| Duration::from_millis(ms.into()));
        let left = self.deadline.saturating_duration_since(Instant::now());
        let limit = wanted.min(EXCHANGE).min(left);
        let outgoing = Outgoing { method, url, headers, body: request.body, limit };
        self.doors.network.exchange(&self.doors.http.private, outgoing).await
    }
}

impl api::Host for State {
    async fn send(&mut self, request: api::Request) -> wasmtime::Result<Result<api::Response, Error>> {
        Ok(self.exchange(request).await)
    }
}

/// A line break in a name or value would be a header, or a request, of the guest's own making.
fn headers(given: &[(String, String)]) -> Result<HeaderMap, Error> {
    if given.len() > MAX_HEADERS {
        return Err(Error::Invalid(format!("more than {MAX_HEADERS} headers")));
    }
    let mut headers = HeaderMap::new();
    for (name, value) in given {
        if HOP_BY_HOP.iter().any(|reserved| name.eq_ignore_ascii_case(reserved)) {
            return Err(Error::Invalid(format!("the header {name} is set by the host")));
        }
        let key = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| Error::Invalid(format!("{name:?} is not the name of a header")))?;
        let value = HeaderValue::from_str(value)
            .map_err(|_| Error::Invalid(format!("the value of the header {name} cannot be sent")))?;
        headers.append(key, value);
    }
    Ok(headers)
}

//! HTTP clients with their connections, one for each set of addresses that may be reached.
//!
//! A pooled connection is used again without asking the resolver. If two receivers with different
//! grants shared a client, the one that may reach 10.0.0.5 would open the way for the other.

use super::{ANSWER_BYTES, errors};
use crate::bindings::tocsin::connector::http::{Error, Response};
use crate::network::Outgoing;
use crate::trust::Trust;
use crate::{Names, PrivateAddresses};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::HeaderValue;
use reqwest::{Client, redirect};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// More distinct grants than anybody has; at the limit the pools are begun anew.
const MAX_CLIENTS: usize = 64;
const CONNECT: Duration = Duration::from_secs(5);
const IDLE: Duration = Duration::from_secs(30);
/// As many as calls that run at once: fewer meant a new connection for most of them.
const IDLE_PER_HOST: usize = 64;

pub(crate) struct Clients {
    trust: Arc<Trust>,
    names: Arc<dyn Names>,
    clients: Mutex<HashMap<PrivateAddresses, Client>>,
}

impl Clients {
    pub(crate) fn new(trust: Arc<Trust>, names: Arc<dyn Names>) -> Clients {
        Clients { trust, names, clients: Mutex::default() }
    }

    /// One exchange with the world.
    pub(crate) async fn exchange(&self, private: &PrivateAddresses, outgoing: Outgoing) -> Result<Response, Error> {
        let Outgoing { method, url, headers, body, limit } = outgoing;
        let request = self.get(private)?.request(method, url).headers(headers).body(body).timeout(limit);
        read(request.send().await.map_err(errors::explain)?).await
    }

    fn get(&self, private: &PrivateAddresses) -> Result<Client, Error> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(private) {
            return Ok(client.clone());
        }
        let client = Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .dns_resolver(Arc::new(Guard(private.clone(), self.names.clone())))
            .connect_timeout(CONNECT)
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(IDLE_PER_HOST)
            .tls_backend_preconfigured(self.trust.for_http())
            .build()
            .map_err(|error| Error::Other(format!("HTTP could not be set up: {error}")))?;
        if clients.len() >= MAX_CLIENTS {
            clients.clear();
        }
        clients.insert(private.clone(), client.clone());
        Ok(client)
    }
}

/// The answer, up to its limit.
async fn read(mut answer: reqwest::Response) -> Result<Response, Error> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = answer.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(errors::explain)? {
        if body.len() + chunk.len() > ANSWER_BYTES {
            return Err(errors::too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Response { status: answer.status().as_u16(), headers, body })
}

/// Looks names up and lets through the addresses that may be reached.
struct Guard(PrivateAddresses, Arc<dyn Names>);

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (private, names) = (self.0.clone(), self.1.clone());
        Box::pin(async move {
            let found = names.look_up(name.as_str(), 0).await?;
            let kept = private.keep(name.as_str(), found).map_err(Refused)?;
            Ok(Box::new(kept.into_iter()) as Addrs)
        })
    }
}

/// Travels through the client to where its errors are explained.
#[derive(Debug)]
pub(super) struct Refused(pub(super) String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

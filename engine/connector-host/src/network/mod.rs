//! Who answers when something leaves through a door: the world or a script, watched or not.
//!
//! The doors check first (URL, grant, address, count, sizes, headers); only what they let through comes
//! here. So a connector that is tried against a script is held to the same rules as in service. Names
//! are looked up by the real network alone: a script has no addresses to refuse.

mod script;
mod watched;

use crate::PrivateAddresses;
use crate::bindings::tocsin::connector::{http, smtp};
use crate::http::clients::Clients;
use crate::smtp::pool::Relays;
use crate::smtp::relay::Relay;
use crate::smtp::transaction::Mail;
pub use script::{Answer, Fault, MailAnswer, Script, ScriptError};
use std::sync::Arc;
use std::time::Duration;
pub use watched::{Exchange, Got, Sent, SentMail, SentRequest, WatchedNetwork};

/// A request that has passed the HTTP door.
pub(crate) struct Outgoing {
    pub(crate) method: reqwest::Method,
    pub(crate) url: url::Url,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Vec<u8>,
    /// The whole exchange ends within this.
    pub(crate) limit: Duration,
}

/// The connections to the world that calls share.
pub(crate) struct Connections {
    pub(crate) clients: Clients,
    pub(crate) relays: Relays,
}

/// What is behind the doors of one call.
#[derive(Clone)]
pub(crate) struct Network {
    pub(crate) world: Arc<Connections>,
    pub(crate) watched: Option<Arc<WatchedNetwork>>,
}

impl Network {
    pub(crate) async fn exchange(
        &self,
        private: &PrivateAddresses,
        outgoing: Outgoing,
    ) -> Result<http::Response, http::Error> {
        match &self.watched {
            None => self.world.clients.exchange(private, outgoing).await,
            Some(watched) => watched.exchange(&self.world, private, outgoing).await,
        }
    }

    pub(crate) async fn mail(
        &self,
        private: &PrivateAddresses,
        relay: &Relay,
        mail: &Mail,
    ) -> Result<smtp::Accepted, smtp::Error> {
        match &self.watched {
            None => self.world.relays.send(relay, private, mail).await,
            Some(watched) => watched.mail(&self.world, private, relay, mail).await,
        }
    }
}

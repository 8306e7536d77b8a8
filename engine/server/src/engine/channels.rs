//! What the far sides of connectors can bear, as their manifests say: the outbox is emptied accordingly.

use std::collections::HashMap;

use tocsin_connector_host::ChannelLimits;

/// The limits of one channel, as far as they say when to speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Channel {
    /// Messages per minute for one receiver.
    pub per_minute: Option<u32>,
    /// Whether several alerts may be told in one message.
    pub bundles: bool,
}

/// The limits of all connectors, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Channels(HashMap<String, Channel>);

impl Channels {
    pub fn of<'m>(manifests: impl Iterator<Item = (&'m str, &'m ChannelLimits)>) -> Channels {
        let channel = |limits: &ChannelLimits| Channel { per_minute: limits.per_minute, bundles: limits.bundles };
        Channels(manifests.map(|(name, limits)| (name.to_owned(), channel(limits))).collect())
    }

    /// Of a connector that is not there nothing is known, and nothing is asked.
    pub fn get(&self, connector: &str) -> Channel {
        self.0.get(connector).copied().unwrap_or_default()
    }
}

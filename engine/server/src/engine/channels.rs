//! What the far sides of receivers can bear, as their connectors say: the outbox is emptied accordingly.

use std::collections::HashMap;

use tocsin_connector_host::ChannelLimits;
use tocsin_policy::ReceiverId;

/// The limits of one channel, as far as they say when to speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Channel {
    /// Messages per minute for this receiver.
    pub per_minute: Option<u32>,
    /// Whether several alerts may be told in one message.
    pub bundles: bool,
}

/// The limits for each receiver: two of one connector may be pinned to versions that say different things.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Channels(HashMap<ReceiverId, Channel>);

impl Channels {
    pub fn of(limits: impl Iterator<Item = (ReceiverId, ChannelLimits)>) -> Channels {
        let channel = |limits: ChannelLimits| Channel { per_minute: limits.per_minute, bundles: limits.bundles };
        Channels(limits.map(|(id, limits)| (id, channel(limits))).collect())
    }

    /// Of a receiver whose connector is not there nothing is known, and nothing is asked.
    pub fn get(&self, receiver: ReceiverId) -> Channel {
        self.0.get(&receiver).copied().unwrap_or_default()
    }
}

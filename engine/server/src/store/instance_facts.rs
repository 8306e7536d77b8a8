//! The facts of the instance as rows: what operators say of it beside policies.

use tocsin_policy::Span;

use super::{Tx, instance};
use crate::engine::instance::{Instance, Retention};

const NAME: &str = "name";
const ZONE: &str = "zone";
const PUBLIC_URL: &str = "public-url";
const ACKNOWLEDGE_FOR_MS: &str = "acknowledge-for-ms";
const KEEP_EVENTS: &str = "keep-events-days";
const KEEP_HISTORY: &str = "keep-history-days";
const KEEP_ALERTS: &str = "keep-alerts-days";
const KEEP_DELIVERIES: &str = "keep-deliveries-days";
const KEEP_AUDIT: &str = "keep-audit-days";
/// What is kept for ever.
const FOR_EVER: &str = "for-ever";

/// Loads them; what is not there, or cannot be read, is as it is at the first start.
pub async fn load(tx: &mut Tx) -> sqlx::Result<Instance> {
    let usual = Instance::default();
    let acknowledge_for = instance::get(tx, ACKNOWLEDGE_FOR_MS).await?.and_then(|text| text.parse().ok()).map(Span);
    let zone = instance::get(tx, ZONE).await?.and_then(|name| name.parse().ok());
    Ok(Instance {
        name: instance::get(tx, NAME).await?.unwrap_or_default(),
        zone: zone.unwrap_or(usual.zone),
        public_url: instance::get(tx, PUBLIC_URL).await?,
        acknowledge_for,
        retention: Retention {
            events: days(tx, KEEP_EVENTS, usual.retention.events).await?,
            history: days(tx, KEEP_HISTORY, usual.retention.history).await?,
            alerts: days(tx, KEEP_ALERTS, usual.retention.alerts).await?,
            deliveries: days(tx, KEEP_DELIVERIES, usual.retention.deliveries).await?,
            audit: days(tx, KEEP_AUDIT, usual.retention.audit).await?,
        },
    })
}

async fn days(tx: &mut Tx, name: &str, usual: Option<u32>) -> sqlx::Result<Option<u32>> {
    Ok(match instance::get(tx, name).await?.as_deref() {
        Some(FOR_EVER) => None,
        Some(text) => text.parse().ok().map(Some).unwrap_or(usual),
        None => usual,
    })
}

/// Writes all of them.
pub async fn save(tx: &mut Tx, facts: &Instance) -> sqlx::Result<()> {
    instance::set(tx, NAME, &facts.name).await?;
    instance::set(tx, ZONE, facts.zone.name()).await?;
    set_or_remove(tx, PUBLIC_URL, facts.public_url.clone()).await?;
    set_or_remove(tx, ACKNOWLEDGE_FOR_MS, facts.acknowledge_for.map(|span| span.0.to_string())).await?;
    let Retention { events, history, alerts, deliveries, audit } = facts.retention;
    let kept = [
        (KEEP_EVENTS, events),
        (KEEP_HISTORY, history),
        (KEEP_ALERTS, alerts),
        (KEEP_DELIVERIES, deliveries),
        (KEEP_AUDIT, audit),
    ];
    for (name, days) in kept {
        instance::set(tx, name, &days.map_or_else(|| FOR_EVER.to_owned(), |days| days.to_string())).await?;
    }
    Ok(())
}

async fn set_or_remove(tx: &mut Tx, name: &str, value: Option<String>) -> sqlx::Result<()> {
    match value {
        Some(value) => instance::set(tx, name, &value).await,
        None => instance::remove(tx, name).await,
    }
}

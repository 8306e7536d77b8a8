//! In what manner receivers are spoken to: kept beside their settings, because it is no secret and no connector knows it.

use std::collections::HashMap;

use tocsin_policy::{ReceiverId, Span};

use super::sql::{execute, fetch_all, read_optional};
use super::{Pool, Tx};
use crate::wording::Wording;

const ALL: &str = "select receiver_id, tells_acknowledged, title_template, text_template, bundle_title_template, \
    bundle_text_template, bundle_for_ms, per_minute from receiver_manner";
const ONE: &str = "select receiver_id, tells_acknowledged, title_template, text_template, bundle_title_template, \
    bundle_text_template, bundle_for_ms, per_minute from receiver_manner where receiver_id = $1";
const SAVE: &str = "insert into receiver_manner (receiver_id, tells_acknowledged, title_template, text_template, \
    bundle_title_template, bundle_text_template, bundle_for_ms, per_minute) values ($1, $2, $3, $4, $5, $6, $7, $8) \
    on conflict (receiver_id) do update set \
    tells_acknowledged = excluded.tells_acknowledged, title_template = excluded.title_template, \
    text_template = excluded.text_template, bundle_title_template = excluded.bundle_title_template, \
    bundle_text_template = excluded.bundle_text_template, bundle_for_ms = excluded.bundle_for_ms, \
    per_minute = excluded.per_minute";

impl Manner {
    /// Its own words, where it has any.
    pub fn wording(&self) -> Wording<'_> {
        Wording {
            title: self.title.as_deref(),
            text: self.text.as_deref(),
            bundle_title: self.bundle_title.as_deref(),
            bundle_text: self.bundle_text.as_deref(),
        }
    }
}

/// How one receiver is spoken to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manner {
    /// Whether it hears that somebody has taken an alert over of which it was told.
    pub tells_acknowledged: bool,
    /// Its own words for the title; none for the built-in ones.
    pub title: Option<String>,
    /// Its own words for the text.
    pub text: Option<String>,
    /// Its own words for the title of a message that tells of several.
    pub bundle_title: Option<String>,
    /// Its own words for the text of such a message.
    pub bundle_text: Option<String>,
    /// How long the first of several notifications waits for others, to be told with them in one message.
    pub bundle_for: Span,
    /// Messages per minute; none: as many as the channel bears.
    pub per_minute: Option<u32>,
}

impl Default for Manner {
    fn default() -> Manner {
        Manner {
            tells_acknowledged: false,
            title: None,
            text: None,
            bundle_title: None,
            bundle_text: None,
            bundle_for: Span::ZERO,
            per_minute: None,
        }
    }
}

#[derive(sqlx::FromRow)]
struct MannerRow {
    receiver_id: i64,
    tells_acknowledged: bool,
    title_template: Option<String>,
    text_template: Option<String>,
    bundle_title_template: Option<String>,
    bundle_text_template: Option<String>,
    bundle_for_ms: i64,
    per_minute: Option<i64>,
}

impl From<MannerRow> for Manner {
    fn from(row: MannerRow) -> Manner {
        Manner {
            tells_acknowledged: row.tells_acknowledged,
            title: row.title_template,
            text: row.text_template,
            bundle_title: row.bundle_title_template,
            bundle_text: row.bundle_text_template,
            bundle_for: Span(row.bundle_for_ms),
            per_minute: row.per_minute.and_then(|pace| u32::try_from(pace).ok()),
        }
    }
}

/// Of all receivers that have one of their own.
pub async fn all(tx: &mut Tx) -> sqlx::Result<HashMap<ReceiverId, Manner>> {
    let rows = fetch_all!(tx, MannerRow, ALL)?;
    Ok(rows.into_iter().map(|row| (ReceiverId(row.receiver_id), row.into())).collect())
}

pub async fn read(pool: &Pool, id: ReceiverId) -> sqlx::Result<Manner> {
    Ok(read_optional!(pool, MannerRow, ONE, id.0)?.map(Manner::from).unwrap_or_default())
}

pub async fn save(tx: &mut Tx, id: ReceiverId, manner: &Manner) -> sqlx::Result<()> {
    let (bundle_for, pace) = (manner.bundle_for.0, manner.per_minute.map(i64::from));
    let (title, text, of_bundles) = (&manner.title, &manner.text, (&manner.bundle_title, &manner.bundle_text));
    let acknowledged = manner.tells_acknowledged;
    execute!(tx, SAVE, id.0, acknowledged, title, text, of_bundles.0, of_bundles.1, bundle_for, pace).map(drop)
}

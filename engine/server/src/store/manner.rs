//! In what manner receivers are spoken to: kept beside their settings, because it is no secret and no connector knows it.

use std::collections::HashMap;

use tocsin_policy::ReceiverId;

use super::sql::{execute, fetch_all, read_optional};
use super::{Pool, Tx};

const ALL: &str = "select receiver_id, tells_acknowledged, title_template, text_template from receiver_manner";
const ONE: &str = "select receiver_id, tells_acknowledged, title_template, text_template from receiver_manner \
    where receiver_id = $1";
const SAVE: &str = "insert into receiver_manner (receiver_id, tells_acknowledged, title_template, text_template) \
    values ($1, $2, $3, $4) on conflict (receiver_id) do update set \
    tells_acknowledged = excluded.tells_acknowledged, title_template = excluded.title_template, \
    text_template = excluded.text_template";

/// How one receiver is spoken to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manner {
    /// Whether it hears that somebody has taken an alert over of which it was told.
    pub tells_acknowledged: bool,
    /// Its own words for the title; none for the built-in ones.
    pub title: Option<String>,
    /// Its own words for the text.
    pub text: Option<String>,
}

#[derive(sqlx::FromRow)]
struct MannerRow {
    receiver_id: i64,
    tells_acknowledged: bool,
    title_template: Option<String>,
    text_template: Option<String>,
}

impl From<MannerRow> for Manner {
    fn from(row: MannerRow) -> Manner {
        Manner { tells_acknowledged: row.tells_acknowledged, title: row.title_template, text: row.text_template }
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
    execute!(tx, SAVE, id.0, manner.tells_acknowledged, &manner.title, &manner.text).map(drop)
}

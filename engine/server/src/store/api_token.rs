//! The tokens that programs use the API with. Only fingerprints are kept.

use std::collections::BTreeSet;

use tocsin_policy::GroupId;

use super::sql::{execute, fetch_optional, read_all, read_optional};
use super::{Pool, Tx};
use crate::actor::Area;

/// A list longer than this needs tidying, not scrolling.
const MOST_LISTED: i64 = 500;

const LIST: &str =
    "select id, name, role, areas, limited, created_at_ms, used_at_ms from api_token order by name limit $1";
const BY_FINGERPRINT: &str =
    "select id, name, token_hash, role, areas, limited, used_at_ms from api_token where token_hash = $1";
const NAMED: &str = "select id, name, token_hash, role, areas, limited, used_at_ms from api_token where name = $1";
const BY_ID: &str = "select id, name, token_hash, role, areas, limited, used_at_ms from api_token where id = $1";
const INSERT: &str = "insert into api_token (id, name, token_hash, role, areas, limited, created_at_ms) \
    values ($1, $2, $3, $4, $5, $6, $7)";
const DELETE: &str = "delete from api_token where id = $1";
const ADD_GROUP: &str = "insert into api_token_group (token_id, group_id) values ($1, $2)";
const GROUPS: &str = "select group_id from api_token_group where token_id = $1";
const ALL_GROUPS: &str = "select token_id, group_id from api_token_group order by token_id, group_id";
const TOUCH: &str = "update api_token set used_at_ms = $2 where id = $1 and coalesce(used_at_ms, 0) < $2";

/// A token as lists show it: nothing secret.
#[derive(Clone, Debug, PartialEq, serde::Serialize, sqlx::FromRow)]
pub struct Listed {
    pub id: i64,
    pub name: String,
    pub role: String,
    pub areas: String,
    pub limited: bool,
    pub created_at_ms: i64,
    pub used_at_ms: Option<i64>,
}

/// A token as it is kept.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ApiToken {
    pub id: i64,
    pub name: String,
    /// The keyed fingerprint of the token.
    pub token_hash: String,
    pub role: String,
    /// What it may do beside reading: see [`areas_of`].
    pub areas: String,
    /// To some host groups.
    pub limited: bool,
    pub used_at_ms: Option<i64>,
}

/// Everything that the role may.
const ALL_AREAS: &str = "all";

/// What a token may do, as it is kept: words with spaces.
pub fn areas_text(areas: &BTreeSet<Area>) -> String {
    if areas.len() == Area::ALL.len() {
        return ALL_AREAS.to_owned();
    }
    areas.iter().map(|area| area.name()).collect::<Vec<_>>().join(" ")
}

/// Reads what [`areas_text`] wrote.
pub fn areas_of(text: &str) -> BTreeSet<Area> {
    if text == ALL_AREAS {
        return Area::ALL.into();
    }
    text.split(' ').filter_map(Area::parse).collect()
}

/// Tokens by name.
pub async fn list(pool: &Pool) -> sqlx::Result<Vec<Listed>> {
    read_all!(pool, Listed, LIST, MOST_LISTED)
}

/// The token with this fingerprint: whoever shows it may come in.
pub async fn by_fingerprint(pool: &Pool, fingerprint: &str) -> sqlx::Result<Option<ApiToken>> {
    read_optional!(pool, ApiToken, BY_FINGERPRINT, fingerprint)
}

/// The same within a transaction.
pub async fn by_fingerprint_in(tx: &mut Tx, fingerprint: &str) -> sqlx::Result<Option<ApiToken>> {
    fetch_optional!(tx, ApiToken, BY_FINGERPRINT, fingerprint)
}

pub async fn named(tx: &mut Tx, name: &str) -> sqlx::Result<Option<ApiToken>> {
    fetch_optional!(tx, ApiToken, NAMED, name)
}

pub async fn by_id(tx: &mut Tx, id: i64) -> sqlx::Result<Option<ApiToken>> {
    fetch_optional!(tx, ApiToken, BY_ID, id)
}

pub async fn insert(tx: &mut Tx, token: &ApiToken, created_at_ms: i64) -> sqlx::Result<()> {
    let ApiToken { id, name, token_hash, role, areas, limited, .. } = token;
    execute!(tx, INSERT, *id, name, token_hash, role, areas, *limited, created_at_ms).map(drop)
}

/// Adds a group to those that a token is limited to.
pub async fn add_group(tx: &mut Tx, token: i64, group: GroupId) -> sqlx::Result<()> {
    execute!(tx, ADD_GROUP, token, group.0).map(drop)
}

/// The groups that a token is limited to, if it is.
pub async fn groups(pool: &Pool, token: i64) -> sqlx::Result<BTreeSet<GroupId>> {
    Ok(read_all!(pool, (i64,), GROUPS, token)?.into_iter().map(|(group,)| GroupId(group)).collect())
}

/// Tokens with their groups.
pub async fn all_groups(pool: &Pool) -> sqlx::Result<Vec<(i64, i64)>> {
    read_all!(pool, (i64, i64), ALL_GROUPS)
}

pub async fn delete(tx: &mut Tx, id: i64) -> sqlx::Result<()> {
    execute!(tx, DELETE, id).map(drop)
}

/// Notes that it was used.
pub async fn touch(tx: &mut Tx, id: i64, now_ms: i64) -> sqlx::Result<()> {
    execute!(tx, TOUCH, id, now_ms).map(drop)
}

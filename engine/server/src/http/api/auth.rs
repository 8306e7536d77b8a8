//! Who is asking: the program that shows a token. What it may do, and which hosts it knows of, is looked up with each
//! request, so a token that was taken away, or made anew with another role, counts at once.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use tocsin_policy::{HostId, Moment, Span};

use super::errors::Refused;
use crate::actor::{Actor, Reach, Role, unknown_host};
use crate::app::App;
use crate::engine::Cell;
use crate::fault::Fault;
use crate::http::session::Origin;
use crate::store::api_token::{self, ApiToken};
use crate::store::page::alert::{self, AlertRow};
use crate::usecase::api_token::{LONGEST, Touch, fingerprint};

/// A use is written down this often at most: reading stays free of writes.
const TOUCH_EVERY: Span = Span::minutes(1);

/// A program with a valid token.
#[derive(Clone, Debug)]
pub struct Program {
    pub actor: Actor,
}

impl Program {
    /// A host that it knows of.
    ///
    /// # Errors
    /// That there is none, in the same words whether it is not there or not for this program.
    pub fn host(&self, app: &App, id: HostId) -> Result<Arc<Cell>, Fault> {
        self.actor.reach.cell(app.engine.fleet(), id).ok_or_else(unknown_host)
    }

    /// The row of an alert on a host that it knows of.
    ///
    /// # Errors
    /// That there is none, or that the database failed.
    pub async fn alert(&self, app: &App, id: i64) -> Result<AlertRow, Fault> {
        let row = alert::one(&app.store.readers, id).await?;
        row.filter(|row| self.host(app, HostId(row.host_id)).is_ok())
            .ok_or_else(|| Fault::not_found("there is no such alert; it may have been deleted with its host"))
    }
}

impl FromRequestParts<App> for Program {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Program, Refused> {
        let token = bearer(&parts.headers).map(str::to_owned).ok_or_else(|| {
            let sentence = "show an API token with each request: Authorization: Bearer TOKEN. An admin makes tokens";
            Refused::new(StatusCode::UNAUTHORIZED, sentence)
        })?;
        let Ok(origin) = Origin::from_request_parts(parts, app).await;
        let row = api_token::by_fingerprint(&app.store.readers, &fingerprint(&app.keys, &token)).await?;
        let known = row.and_then(|row| Some((Role::parse(&row.role)?, row)));
        let (role, row) = known.ok_or_else(|| {
            let sentence = "this API token is not known here; it is mistyped, or an admin has taken it away";
            Refused::new(StatusCode::UNAUTHORIZED, sentence)
        })?;
        // Admins are not limited, whatever stands in the row.
        let reach = match row.limited && role < Role::Admin {
            true => Reach::Groups(api_token::groups(&app.store.readers, row.id).await?),
            false => Reach::Everything,
        };
        note_use(app, &row).await;
        // In the audit log a program is not taken for a person of the same name.
        let name = format!("{} (API token)", row.name);
        let areas = api_token::areas_of(&row.areas);
        Ok(Program { actor: Actor { name, role, address: origin.address, reach, areas } })
    }
}

/// The token of the one `Authorization` header there is.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut lines = headers.get_all(header::AUTHORIZATION).iter();
    let (line, other) = (lines.next()?, lines.next());
    let (scheme, token) = line.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (other.is_none() && scheme.eq_ignore_ascii_case("bearer") && (1..=LONGEST).contains(&token.len())).then_some(token)
}

/// Notes the use. That it cannot be noted is no reason to refuse what only reads.
async fn note_use(app: &App, row: &ApiToken) {
    let used_at = row.used_at_ms.map(Moment);
    if used_at.is_some_and(|at| app.clock.now() - at < TOUCH_EVERY) {
        return;
    }
    let noted: Result<(), Fault> = app.engine.run(Touch { id: row.id }).await;
    if let Err(error) = noted {
        tracing::warn!(%error, token = row.name, "the use of an API token could not be noted");
    }
}

//! Who is asking: the session behind the cookie, as an extractor. Handlers that take a [`Session`] are for people who
//! are logged in; everybody else is sent to the login, and back afterwards.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header::{self, HeaderMap};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method};
use axum::response::{IntoResponse, Redirect, Response};
use tocsin_policy::{HostId, Moment, Span};

use super::error::Oops;
use super::flash::{self, Flash};
use super::kept::LoginWanted;
use super::security::local_path;
use crate::actor::{Actor, Area, Reach, Role};
use crate::app::App;
use crate::engine::{Cell, Topic};
use crate::store::account as accounts;
use crate::store::account::session::{self as rows, SessionRow};
use crate::usecase::account::session::{ABSOLUTE, IDLE, Touch, token_hash};

/// Over https: the browser then keeps it for this very host, and never sends it in clear.
const SECURE_NAME: &str = "__Host-tocsin";
/// Over plain http, where browsers refuse the prefix.
const PLAIN_NAME: &str = "tocsin";
/// A use is written down this often at most: pages stay free of writes.
const TOUCH_EVERY: Span = Span::minutes(5);

/// A person who is logged in, and where the request came from.
#[derive(Clone, Debug)]
pub struct Session {
    pub account: i64,
    pub actor: Actor,
    pub token_hash: String,
    /// Something to be said once, from the action before.
    pub flash: Option<Flash>,
    pub origin: Origin,
    /// What had changed how often when the request came, as pages tell it to `live.js`: read before anything else, so
    /// that a change meanwhile is heard of once more rather than missed.
    pub versions: String,
}

/// What is known of a request beside its session.
#[derive(Clone, Debug)]
pub struct Origin {
    pub address: String,
    /// Whether the browser speaks https with us, or with the proxy in front of us.
    pub https: bool,
    /// What the browser calls itself.
    pub client: String,
    /// The session's token, if a cookie brought one, valid or not.
    pub token: Option<String>,
}

impl Session {
    /// Whether action buttons are shown.
    pub fn operates(&self) -> bool {
        self.actor.role >= Role::Operator
    }

    /// Whether what is laid down may be changed.
    pub fn administers(&self) -> bool {
        self.actor.role >= Role::Admin
    }
}

impl Session {
    /// Refuses when the role does not reach `needed`, before anything of a form is looked at; the way back leads to
    /// `back`. The use cases ask once more.
    pub fn must_be(&self, needed: Role, back: &str) -> Result<(), Oops> {
        self.actor.must_be(needed).map_err(|fault| Oops::back(fault, back))
    }

    /// The hosts that this person knows of, in no order: the only ones that pages show.
    pub fn cells(&self, app: &App) -> Vec<Arc<Cell>> {
        self.actor.reach.cells(app.engine.fleet())
    }

    /// A host that this person knows of.
    pub fn cell(&self, app: &App, id: HostId) -> Option<Arc<Cell>> {
        self.actor.reach.cell(app.engine.fleet(), id)
    }
}

impl FromRequestParts<App> for Origin {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Origin, Self::Rejection> {
        let headers = &parts.headers;
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_string());
        // Headers of a proxy are believed only where the operator says that there is one. The last address is the one
        // that our own proxy saw.
        let trusted = app.settings.trust_proxy;
        let forwarded = last(headers, "x-forwarded-for").filter(|_| trusted);
        let https = trusted && last(headers, "x-forwarded-proto").as_deref() == Some("https");
        let client = headers.get(header::USER_AGENT).and_then(|client| client.to_str().ok()).unwrap_or("");
        let name = if https { SECURE_NAME } else { PLAIN_NAME };
        Ok(Origin {
            address: forwarded.or(peer).unwrap_or_default(),
            https,
            client: client.to_owned(),
            token: cookie(headers, name).filter(|token| token.len() == 64),
        })
    }
}

impl FromRequestParts<App> for Session {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Session, Response> {
        let Ok(origin) = Origin::from_request_parts(parts, app).await;
        let flash = flash::read(app, &parts.headers);
        match find(app, origin, flash).await {
            Ok(Some(session)) => Ok(session),
            Ok(None) => Err(to_login(parts)),
            Err(fault) => Err(Oops::from(fault).into_response()),
        }
    }
}

/// The session behind a request, if there is a valid one.
pub async fn find(app: &App, origin: Origin, flash: Option<Flash>) -> Result<Option<Session>, crate::fault::Fault> {
    let Some(token) = &origin.token else { return Ok(None) };
    let versions = Topic::ALL.map(|topic| format!("{} {}", topic.name(), app.engine.bus().version(topic))).join(", ");
    let token_hash = token_hash(token);
    let Some(row) = rows::find(&app.store.readers, &token_hash).await? else { return Ok(None) };
    let now = app.clock.now();
    let Some(role) = role_of(&row, now) else { return Ok(None) };
    if now - Moment(row.seen_at_ms) >= TOUCH_EVERY {
        app.engine.run(Touch { token_hash: token_hash.clone() }).await?;
    }
    // Admins are not limited, whatever stands in the row.
    let reach = match row.limited && role < Role::Admin {
        true => Reach::Groups(accounts::groups(&app.store.readers, row.account_id).await?),
        false => Reach::Everything,
    };
    let (name, address) = (row.name, origin.address.clone());
    let actor = Actor { name, role, address, reach, areas: Area::ALL.into() };
    Ok(Some(Session { account: row.account_id, actor, token_hash, flash, origin, versions }))
}

/// The role of a session that is still good.
fn role_of(row: &SessionRow, now: Moment) -> Option<Role> {
    let idle = now - Moment(row.seen_at_ms) >= IDLE;
    let old = now - Moment(row.created_at_ms) >= ABSOLUTE;
    if idle || old || row.disabled { None } else { Role::parse(&row.role) }
}

fn to_login(parts: &Parts) -> Response {
    let wanted = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    // A form that was sent with an expired login cannot be sent again by going to its address: `kept` has it.
    let next = if parts.method == Method::GET { local_path(wanted).unwrap_or("/") } else { "/" };
    let target = if next == "/" {
        "/login".to_owned()
    } else {
        let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
        format!("/login?{query}")
    };
    (axum::Extension(LoginWanted), Redirect::to(&target)).into_response()
}

/// The `Set-Cookie` of a new session; the browser forgets it with its windows, the server after a week.
pub fn set_cookie(origin: &Origin, token: &str) -> HeaderValue {
    let line = if origin.https {
        format!("{SECURE_NAME}={token}; Path=/; HttpOnly; Secure; SameSite=Lax")
    } else {
        format!("{PLAIN_NAME}={token}; Path=/; HttpOnly; SameSite=Lax")
    };
    HeaderValue::from_str(&line).unwrap_or(HeaderValue::from_static(""))
}

/// The `Set-Cookie` that takes the session away.
pub fn clear_cookie(origin: &Origin) -> HeaderValue {
    let line = if origin.https {
        "__Host-tocsin=; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=0"
    } else {
        "tocsin=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"
    };
    HeaderValue::from_static(line)
}

/// The value of one cookie.
pub(super) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
}

fn last(headers: &HeaderMap, name: &str) -> Option<String> {
    let line = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    Some(line.rsplit(',').next()?.trim().to_owned()).filter(|value| !value.is_empty())
}

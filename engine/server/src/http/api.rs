//! The door for programs, which show a token instead of a session. No cookie counts here, and no form does.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;

use super::session::Origin;
use crate::actor::Actor;
use crate::app::App;
use crate::usecase::api_token;

pub fn routes() -> Router<App> {
    Router::new().route("/api/v1/token", get(token))
}

/// The program that asks; what it may do is decided by the use cases, as for people.
pub struct Program(pub Actor);

impl FromRequestParts<App> for Program {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Program, Response> {
        let Ok(origin) = Origin::from_request_parts(parts, app).await;
        let authorization = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = authorization.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or("").trim();
        match api_token::program(app, token, &origin.address).await {
            Ok(Some(actor)) => Ok(Program(actor)),
            Ok(None) => {
                let sentence = "a token is needed: send the header Authorization: Bearer TOKEN; an admin makes tokens \
                                under Settings, API tokens";
                let mut response = refused(StatusCode::UNAUTHORIZED, sentence);
                response.headers_mut().insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer"));
                Err(response)
            }
            Err(fault) => {
                tracing::error!(error = %fault, "a token could not be looked up");
                Err(refused(StatusCode::INTERNAL_SERVER_ERROR, "the token could not be looked up; try again"))
            }
        }
    }
}

/// What the token may do: for whoever sets a program up.
async fn token(Program(actor): Program) -> Response {
    let areas: Vec<&str> = actor.areas.iter().map(|area| area.name()).collect();
    let body = json!({ "name": actor.name, "role": actor.role.name(), "areas": areas });
    ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

fn refused(status: StatusCode, sentence: &str) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], Json(json!({ "error": sentence }))).into_response()
}

//! A program with a token, and what an instance needs so that somebody is told.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use serde_json::{Value, json};
use tocsin::actor::{Actor, Area, Role};
use tocsin::usecase::account::Limit;
use tocsin::usecase::api_token::CreateApiToken;
use tocsin::usecase::policy::{RuleForm, SavePolicy, SayForm};
use tocsin::usecase::receiver::SaveReceiver;
use tocsin_policy::{Every, ReceiverId, Span, Target};
use tower::ServiceExt;

use crate::pages::world::World;

/// Asks, with its token.
pub struct Program {
    router: Router,
    pub token: Option<String>,
    pub kind: &'static str,
}

/// What came back.
pub struct Told {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub json: Value,
}

impl Told {
    /// The answer, which is no refusal.
    #[track_caller]
    pub fn fine(self) -> Value {
        assert!(self.status.is_success(), "{}: {}", self.status, self.json);
        self.json
    }

    /// Fails unless it was refused with this status and these words.
    #[track_caller]
    pub fn refused(&self, status: u16, words: &str) {
        let sentence = self.json["error"].as_str().unwrap_or_default();
        assert_eq!(self.status.as_u16(), status, "{}", self.json);
        assert!(sentence.contains(words) && sentence.ends_with('.'), "{words:?} is not in {sentence:?}");
        assert!(self.json["fields"].is_object(), "{}", self.json);
    }
}

impl Program {
    pub async fn with_role(world: &World, name: &str, role: Role) -> Program {
        Program::with(world, name, role, Area::ALL.into(), Limit::Everything).await
    }

    /// For these areas, and these hosts.
    pub async fn with(world: &World, name: &str, role: Role, areas: BTreeSet<Area>, limit: Limit) -> Program {
        let (actor, name) = (Actor::system("test"), name.to_owned());
        let create = CreateApiToken { actor, name, role, areas, limit, token: None };
        let token = world.app.engine.run(create).await.expect("a token");
        Program::showing(world, &token)
    }

    /// With a token that was made somewhere else.
    pub fn showing(world: &World, token: &str) -> Program {
        Program { router: world.router.clone(), token: Some(token.to_owned()), kind: "application/json" }
    }

    pub async fn get(&self, path: &str) -> Told {
        self.ask(Method::GET, path, String::new()).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Told {
        self.ask(Method::POST, path, body.to_string()).await
    }

    pub async fn delete(&self, path: &str) -> Told {
        self.ask(Method::DELETE, path, String::new()).await
    }

    pub async fn ask(&self, method: Method, path: &str, body: String) -> Told {
        self.tell(method, path, self.kind, body.into_bytes()).await
    }

    /// Posts something that is no JSON.
    pub async fn send(&self, path: &str, kind: &str, body: Vec<u8>) -> Told {
        self.tell(Method::POST, path, kind, body).await
    }

    async fn tell(&self, method: Method, path: &str, kind: &str, body: Vec<u8>) -> Told {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .extension(ConnectInfo(SocketAddr::from(([192, 0, 2, 9], 40_000))));
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let request = request.body(Body::from(body)).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 16 << 20).await.expect("a body");
        let json = match bytes.is_empty() {
            true => Value::Null,
            false => serde_json::from_slice(&bytes).expect("JSON, whatever was asked"),
        };
        Told { status: parts.status, headers: parts.headers, json }
    }

    /// The open alert of the host with this name, as the list has it.
    pub async fn alert_of(&self, host: &str) -> Value {
        let list = self.get(&format!("/alerts?host={host}")).await.fine();
        assert_eq!(list["alerts"].as_array().map(Vec::len), Some(1), "{list}");
        list["alerts"][0].clone()
    }
}

/// The path of a thing in an answer.
pub fn path(folder: &str, thing: &Value) -> String {
    format!("/{folder}/{}", thing["id"].as_str().expect("an id is a text"))
}

/// A receiver “hook” that the default policy tells, by urgency 1: every five minutes.
pub async fn hook_is_told(world: &World) -> ReceiverId {
    world.app.connectors.get("webhook").await.expect("it ships with tocsin");
    let save = SaveReceiver {
        actor: Actor::system("test"),
        id: None,
        name: "hook".to_owned(),
        connector: "webhook".to_owned(),
        settings: json!({ "url": "https://example.org/x" }),
        private_network: false,
        enabled: true,
        version: None,
        connectors: world.app.connectors.clone(),
    };
    let hook = world.app.engine.run(save).await.expect("a receiver");
    let rule = RuleForm {
        id: None,
        receivers: vec![hook],
        every: Every::Urgency(1),
        after: Span::ZERO,
        recovery: true,
        changes: true,
        active: None,
    };
    policy_says(world, Target::Default, SayForm::Rules(vec![rule])).await;
    hook
}

pub async fn policy_says(world: &World, target: Target, say: SayForm) {
    let save = SavePolicy { actor: Actor::system("test"), target, enabled: true, say, recognize: true, version: None };
    world.app.engine.run(save).await.expect("a policy");
}

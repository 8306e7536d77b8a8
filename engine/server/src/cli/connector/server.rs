//! A running server that is told something with an API token of an admin.

use std::time::Duration;

use clap::{Arg, ArgMatches};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

use super::chain;
use crate::cli::Failure;

/// One request, an upload among them.
const REQUEST: Duration = Duration::from_secs(5 * 60);

const NO_TOKEN: &str = "an API token is needed: make one for an admin under Settings → API tokens, for setup, and put it \
                        into TOCSIN_TOKEN";

/// Where it is, and what is shown to it.
pub struct Server {
    url: String,
    token: Option<String>,
}

impl Server {
    /// The flags that every command about a running server has.
    pub fn args() -> [Arg; 2] {
        let arg = |name: &'static str, value: &'static str| Arg::new(name).long(name).value_name(value);
        [
            arg("server", "URL")
                .env("TOCSIN_SERVER")
                .default_value("http://127.0.0.1:8080")
                .help("Where the server is"),
            arg("token", "TOKEN")
                .env("TOCSIN_TOKEN")
                .hide_env_values(true)
                .help("An API token of an admin, for setup; better in the environment than in the list of processes"),
        ]
    }

    pub fn of(matches: &ArgMatches) -> Option<Server> {
        let url = matches.get_one::<String>("server")?.trim_end_matches('/').to_owned();
        Some(Server { url, token: matches.get_one("token").cloned() })
    }

    /// A page for people.
    pub fn page(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// A request to its API.
    ///
    /// # Errors
    /// When no request can be made: without an address or a token, or on this machine.
    pub fn request(&self, method: Method, path: &str) -> Result<RequestBuilder, Failure> {
        let cannot = |sentence: String| Err(Failure::CannotRun(sentence));
        if !["http://", "https://"].iter().any(|scheme| self.url.starts_with(scheme)) {
            return cannot(format!("{} is no address of a server: write it with http:// or https://", self.url));
        }
        let Some(token) = &self.token else {
            return cannot(NO_TOKEN.to_owned());
        };
        let client = Client::builder().timeout(REQUEST).build().map_err(|error| Failure::CannotRun(chain(&error)))?;
        Ok(client.request(method, format!("{}/api/v1{path}", self.url)).bearer_auth(token))
    }

    /// Why there was no answer.
    fn unreached(&self, error: &reqwest::Error) -> String {
        let why = chain(error);
        if !error.is_connect() {
            return format!("the server cannot be asked: {why}");
        }
        let url = &self.url;
        format!(
            "no server can be reached at {url}: does it run there? --server or TOCSIN_SERVER says where it is ({why})"
        )
    }

    /// Asks for something.
    ///
    /// # Errors
    /// See [`Server::ask`].
    pub async fn get(&self, path: &str) -> Result<Value, Failure> {
        self.ask(self.request(Method::GET, path)?).await
    }

    /// Tells it something.
    ///
    /// # Errors
    /// See [`Server::ask`].
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        let request = self.request(Method::POST, path)?.header(CONTENT_TYPE, "application/json");
        self.ask(request.body(body.to_string())).await
    }

    /// Sends a request and reads its answer.
    ///
    /// # Errors
    /// A sentence of the server, or why it could not be asked.
    pub async fn ask(&self, request: RequestBuilder) -> Result<Value, Failure> {
        let cannot = |sentence: String| Failure::CannotRun(sentence);
        let answer = request.send().await;
        let answer = answer.map_err(|error| cannot(self.unreached(&error)))?;
        let status = answer.status();
        let bytes =
            answer.bytes().await.map_err(|error| cannot(format!("the answer was cut off: {}", chain(&error))))?;
        match serde_json::from_slice::<Value>(&bytes) {
            Ok(json) if status.is_success() => Ok(json),
            Ok(json) => {
                let sentence = json["error"].as_str().unwrap_or("the server refused it").to_owned();
                // What was handed in is at fault, or whoever hands it in may not.
                match status.as_u16() {
                    409 | 413 | 415 | 422 => Err(Failure::AtFault(sentence)),
                    _ => Err(cannot(sentence)),
                }
            }
            Err(_) => Err(cannot(format!("{} answered {status}, which is no answer of tocsin's API", self.url))),
        }
    }
}

//! A network that keeps what was sent and what came back; the world's, or one that plays a script.

use super::script::{Answer, Fault, MailAnswer, Says, Script};
use super::{Connections, Outgoing};
use crate::PrivateAddresses;
use crate::bindings::tocsin::connector::{http, smtp};
use crate::http::{ANSWER_BYTES, errors};
use crate::smtp::relay::Relay;
use crate::smtp::transaction::{Mail, all_refused};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// For one call or for several, one after the other.
#[derive(Debug, Default)]
pub struct WatchedNetwork {
    /// None is the world.
    script: Option<Mutex<Script>>,
    seen: Mutex<Vec<Exchange>>,
}

/// What left through a door, and what came back. With secrets in clear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    pub sent: Sent,
    pub got: Got,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    Request(SentRequest),
    Mail(SentMail),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentRequest {
    pub method: String,
    pub url: String,
    /// In the order in which the connector gave them, names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentMail {
    pub sender: Option<String>,
    pub recipients: Vec<String>,
    pub message: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Got {
    Answer {
        status: u16,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
    },
    /// What the relay said to a mail that it took.
    Reply(String),
    /// In words.
    Failed(String),
    /// The call ended before anything came back.
    Nothing,
    /// The script had no answer, and the request failed for that.
    Unscripted,
}

impl SentRequest {
    /// The first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as text; what is not UTF-8 is replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl WatchedNetwork {
    /// The world.
    pub fn real() -> WatchedNetwork {
        WatchedNetwork::default()
    }

    /// Nothing leaves this machine.
    pub fn scripted(script: impl Into<Script>) -> WatchedNetwork {
        WatchedNetwork { script: Some(Mutex::new(script.into())), ..WatchedNetwork::default() }
    }

    /// Everything so far, in order.
    pub fn exchanges(&self) -> Vec<Exchange> {
        lock(&self.seen).clone()
    }

    pub(super) async fn exchange(
        &self,
        world: &Connections,
        private: &PrivateAddresses,
        outgoing: Outgoing,
    ) -> Result<http::Response, http::Error> {
        let at = self.keep(Sent::Request(request(&outgoing)));
        let result = match &self.script {
            None => world.clients.exchange(private, outgoing).await,
            Some(script) => {
                let answer = answer(&mut lock(script), &format!("{} {}", outgoing.method, outgoing.url));
                let Some(answer) = answer else {
                    self.note(at, Got::Unscripted);
                    return Err(http::Error::Other("the script has no answer for this request".into()));
                };
                play(answer, outgoing).await
            }
        };
        self.note(
            at,
            match &result {
                Ok(http::Response { status, headers, body }) => {
                    Got::Answer { status: *status, headers: headers.clone(), body: body.clone() }
                }
                Err(error) => Got::Failed(errors::words(error)),
            },
        );
        result
    }

    pub(super) async fn mail(
        &self,
        world: &Connections,
        private: &PrivateAddresses,
        relay: &Relay,
        mail: &Mail,
    ) -> Result<smtp::Accepted, smtp::Error> {
        let at = self.keep(Sent::Mail(SentMail {
            sender: mail.sender.as_ref().map(ToString::to_string),
            recipients: mail.recipients.iter().map(ToString::to_string).collect(),
            message: mail.message.clone(),
        }));
        let result = match &self.script {
            None => world.relays.send(relay, private, mail).await,
            Some(script) => reply(&mut lock(script), mail),
        };
        self.note(
            at,
            match &result {
                Ok(accepted) => Got::Reply(format!("{} {}", accepted.reply.code, accepted.reply.text)),
                Err(error) => Got::Failed(format!("{error:?}")),
            },
        );
        result
    }

    /// Where the answer will be noted.
    fn keep(&self, sent: Sent) -> usize {
        let mut seen = lock(&self.seen);
        seen.push(Exchange { sent, got: Got::Nothing });
        seen.len() - 1
    }

    fn note(&self, at: usize, got: Got) {
        if let Some(exchange) = lock(&self.seen).get_mut(at) {
            exchange.got = got;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn request(outgoing: &Outgoing) -> SentRequest {
    let text = |value: &reqwest::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    SentRequest {
        method: outgoing.method.to_string(),
        url: outgoing.url.to_string(),
        headers: outgoing.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect(),
        body: outgoing.body.clone(),
    }
}

/// Takes the answer for a request out of the script.
fn answer(script: &mut Script, line: &str) -> Option<Answer> {
    let meant = |answer: &Answer| line.contains(&answer.on);
    match script.answers.iter().position(meant) {
        Some(at) => Some(script.answers.remove(at)),
        None => script.then.clone().filter(meant),
    }
}

async fn play(answer: Answer, outgoing: Outgoing) -> Result<http::Response, http::Error> {
    match answer.says {
        Says::Answer { body, .. } if body.len() > ANSWER_BYTES => Err(errors::too_large()),
        Says::Answer { status, headers, body } => Ok(http::Response { status, headers, body }),
        Says::Fault(Fault::Hang) => {
            tokio::time::sleep(outgoing.limit).await;
            Err(http::Error::Timeout)
        }
        Says::Fault(Fault::Timeout) => Err(http::Error::Timeout),
        Says::Fault(Fault::Huge) => Err(errors::too_large()),
        Says::Fault(Fault::Cut) => Err(errors::broken_off("connection closed before message completed")),
        Says::Fault(Fault::Dns) => Err(errors::not_found("Name or service not known")),
        Says::Fault(Fault::Connect) => Err(errors::no_connection("Connection refused (os error 111)")),
        Says::Fault(Fault::Tls) => Err(errors::not_secure("invalid peer certificate: UnknownIssuer")),
    }
}

/// What the relay of the script says to a mail.
fn reply(script: &mut Script, mail: &Mail) -> Result<smtp::Accepted, smtp::Error> {
    let answer = match script.mails.is_empty() {
        true => MailAnswer::reply(250, "queued as 1"),
        false => script.mails.remove(0),
    };
    let refusal = |recipient: String| {
        let (code, text) = answer.refused.get(&recipient)?.clone();
        Some(smtp::Refusal { recipient, reply: smtp::Reply { code, text } })
    };
    let refused: Vec<smtp::Refusal> = mail.recipients.iter().map(ToString::to_string).filter_map(refusal).collect();
    let reply = smtp::Reply { code: answer.code, text: answer.text };
    match reply.code {
        _ if refused.len() == mail.recipients.len() => Err(all_refused(refused)),
        200..=399 => Ok(smtp::Accepted { reply, refused }),
        400..=499 => Err(smtp::Error::Temporary(reply)),
        _ => Err(smtp::Error::Rejected(reply)),
    }
}

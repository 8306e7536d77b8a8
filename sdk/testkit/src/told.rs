//! What came of one call, with ways to ask for it that say what was there instead.

use crate::{show_got, show_sent};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use tocsin_connector_host::{Exchange, Outcome, Receipt, Secrets, Sent, SentMail, SentRequest};

/// The receipt of a call, and what left the sandbox and came back, in order.
pub struct Told {
    pub receipt: Receipt,
    pub exchanges: Vec<Exchange>,
}

/// Bodies as text: a panic shows what a person can read.
impl fmt::Debug for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secrets = Secrets::default();
        for Exchange { sent, got } in &self.exchanges {
            writeln!(f, "\n== sent\n{}== got\n{}", show_sent(sent, &secrets), show_got(got, &secrets))?;
        }
        write!(f, "== receipt\n{:#?}", self.receipt)
    }
}

impl Told {
    /// The requests among what was sent.
    pub fn requests<'a>(&'a self) -> Vec<&'a SentRequest> {
        let request = |exchange: &'a Exchange| match &exchange.sent {
            Sent::Request(request) => Some(request),
            Sent::Mail(_) => None,
        };
        self.exchanges.iter().filter_map(request).collect()
    }

    /// The one request there was.
    ///
    /// # Panics
    /// When there was none or more.
    pub fn only(&self) -> &SentRequest {
        match self.requests()[..] {
            [request] => request,
            _ => panic!("not one request: {self:#?}"),
        }
    }

    /// The body of the one request, as JSON.
    ///
    /// # Panics
    /// When there was not one request, or its body is no JSON.
    pub fn json(&self) -> Value {
        let request = self.only();
        serde_json::from_slice(&request.body).unwrap_or_else(|error| panic!("no JSON ({error}): {}", request.text()))
    }

    /// The fields of the one request's body, which is a form.
    ///
    /// # Panics
    /// When there was not one request, or its body is no form.
    pub fn form(&self) -> BTreeMap<String, String> {
        let request = self.only();
        let kind = request.header("content-type").unwrap_or("no content type");
        assert_eq!(kind, "application/x-www-form-urlencoded", "no form: {self:#?}");
        url::form_urlencoded::parse(&request.body).into_owned().collect()
    }

    /// The one mail there was.
    ///
    /// # Panics
    /// When there was none or more.
    pub fn mail(&self) -> &SentMail {
        match &self.exchanges[..] {
            [Exchange { sent: Sent::Mail(mail), .. }] => mail,
            _ => panic!("not one mail: {self:#?}"),
        }
    }

    /// The detail of a delivery; empty when it had none.
    ///
    /// # Panics
    /// When it was not delivered.
    pub fn detail(&self) -> &str {
        match &self.receipt.outcome {
            Outcome::Delivered { detail, .. } => detail.as_deref().unwrap_or_default(),
            _ => panic!("not delivered: {self:#?}"),
        }
    }

    /// The handle of a delivery.
    ///
    /// # Panics
    /// When it was not delivered.
    pub fn handle(&self) -> Option<&str> {
        match &self.receipt.outcome {
            Outcome::Delivered { handle, .. } => handle.as_deref(),
            _ => panic!("not delivered: {self:#?}"),
        }
    }

    /// Where people can see it at the far side.
    ///
    /// # Panics
    /// When it was not delivered.
    pub fn url(&self) -> Option<&str> {
        match &self.receipt.outcome {
            Outcome::Delivered { url, .. } => url.as_ref().map(|url| url.as_str()),
            _ => panic!("not delivered: {self:#?}"),
        }
    }

    /// What is said with a retry.
    ///
    /// # Panics
    /// When it is not to be tried again.
    pub fn retry(&self) -> &str {
        match &self.receipt.outcome {
            Outcome::Retry { message, .. } => message,
            _ => panic!("not to be tried again: {self:#?}"),
        }
    }

    /// How long a retry has to wait, if the far side said so.
    ///
    /// # Panics
    /// When it is not to be tried again.
    pub fn retry_after_ms(&self) -> Option<u128> {
        match &self.receipt.outcome {
            Outcome::Retry { after, .. } => after.map(|after| after.as_millis()),
            _ => panic!("not to be tried again: {self:#?}"),
        }
    }

    /// Why this message was given up.
    ///
    /// # Panics
    /// When it was not.
    pub fn permanent(&self) -> &str {
        match &self.receipt.outcome {
            Outcome::Permanent { message } => message,
            _ => panic!("not given up: {self:#?}"),
        }
    }

    /// The JSON pointers of the settings that are to blame.
    ///
    /// # Panics
    /// When no setting is.
    pub fn misconfigured(&self) -> Vec<&str> {
        match &self.receipt.outcome {
            Outcome::Misconfigured { errors } => errors.iter().map(|error| error.pointer.as_str()).collect(),
            _ => panic!("not misconfigured: {self:#?}"),
        }
    }
}

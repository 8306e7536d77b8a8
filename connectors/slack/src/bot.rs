//! A bot with a token: one alert is one message that shows how things stand, and a thread of what happened.

use crate::answer::{self, Said};
use crate::message;
use tocsin_connector::http::Request;
use tocsin_connector::serde_json::{Value, json};
use tocsin_connector::{Delivered, DeliveryError, Kind, Notification, log, permanent};

pub(crate) const API: &str = "https://slack.com/api/";

pub(crate) struct Bot<'a> {
    pub(crate) token: &'a str,
    /// The id, such as `C024BE91L`: a message can be changed under an id only.
    pub(crate) channel: &'a str,
}

/// Slack's words for a message that is not there any more.
const GONE: &[&str] = &["message_not_found", "thread_not_found", "cannot_reply_to_message"];

impl Bot<'_> {
    pub(crate) fn deliver(&self, n: &Notification) -> Result<Delivered, DeliveryError> {
        let root = n.prior_handle.as_deref().and_then(Root::read).filter(|root| root.channel == self.channel);
        if let Some(root) = root
            && let Some(delivered) = self.follow_up(&root, n)?
        {
            return Ok(delivered);
        }
        let said = self.call("chat.postMessage", message::write(n))?;
        let Said::Done(answer) = said else { return Err(permanent(said.words())) };
        let ts = answer["ts"].as_str().unwrap_or_default();
        let root = Root { channel: self.channel, ts, bundle: n.is_bundle() };
        Ok(Delivered::said("posted").called(root.write()))
    }

    /// Brings the first message up to date and replies in its thread; none if it is gone. In this order,
    /// since a change can be repeated after a failure and a reply cannot.
    fn follow_up(&self, root: &Root, n: &Notification) -> Result<Option<Delivered>, DeliveryError> {
        // A message that tells of several alerts must not become that of one of them.
        if !root.bundle {
            let mut change = message::write(n);
            change["ts"] = json!(root.ts);
            match self.call("chat.update", change)? {
                Said::Done(_) => {}
                Said::Refused(word) if GONE.contains(&word.as_str()) => return Ok(None),
                Said::Refused(word) => log::warning(format!("the first message keeps its old look: {word}")),
            }
        }
        let mut reply = message::write(n);
        reply["thread_ts"] = json!(root.ts);
        // A thread alone rings for nobody who has not been in it.
        reply["reply_broadcast"] = json!(n.kind == Kind::Reminder);
        match self.call("chat.postMessage", reply)? {
            Said::Done(_) => Ok(Some(Delivered::said("replied in the thread").called(root.write()))),
            Said::Refused(word) if GONE.contains(&word.as_str()) => Ok(None),
            said @ Said::Refused(_) => Err(permanent(said.words())),
        }
    }

    fn call(&self, method: &str, mut message: Value) -> Result<Said, DeliveryError> {
        message["channel"] = json!(self.channel);
        answer::read_api(Request::post(format!("{API}{method}")).bearer(self.token).json(&message).send()?)
    }
}

/// Where an alert's thread hangs. As a handle: `C024BE91L/1700000000.000100`, and `/bundle` at the end of one
/// that tells of several alerts.
struct Root<'a> {
    channel: &'a str,
    ts: &'a str,
    bundle: bool,
}

impl<'a> Root<'a> {
    fn read(handle: &'a str) -> Option<Root<'a>> {
        let (rest, bundle) = handle.strip_suffix("/bundle").map_or((handle, false), |rest| (rest, true));
        let (channel, ts) = rest.split_once('/')?;
        let plain = !ts.is_empty() && ts.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        plain.then_some(Root { channel, ts, bundle })
    }

    fn write(&self) -> String {
        let end = if self.bundle { "/bundle" } else { "" };
        format!("{}/{}{end}", self.channel, self.ts)
    }
}

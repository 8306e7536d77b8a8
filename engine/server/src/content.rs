//! What a receiver is told: the facts as they were at the commit, and the words made of them.
//!
//! The facts are kept as json in the outbox, so that a retry tomorrow tells what was true today. The words come from
//! the templates in `templates/message`.

pub mod bundle;
mod links;
pub mod sample;
mod words;

use std::sync::Arc;

use minijinja::context;
use minijinja::value::{Serde, Value};
use serde::{Deserialize, Serialize};
use tocsin_connector_host::{Acknowledgement as Taken, HostRef, Kind, Label, Notification, Tier as ConnectorTier};
use tocsin_policy::{Book, Host, Moment, Notice, NoticeKind, Reason, Span, Subject, Target, Tier};

use crate::engine::fleet::Profile;
use crate::link::Seed;
use crate::names::BookNames;
use crate::wording::{self, Wording};

use words::rendered;
pub use words::{DEFAULT_BUNDLE_TEXT, DEFAULT_BUNDLE_TITLE, DEFAULT_TEXT, DEFAULT_TITLE};

/// Monit cuts its own texts; a program's output may still be long.
const MESSAGE_CHARS: usize = 4_000;
/// One line for a subject or a heading.
const TITLE_CHARS: usize = 200;

/// Which instance speaks, and where people reach it.
#[derive(Clone, Debug)]
pub struct Place {
    /// A random word of this installation.
    pub instance: Arc<str>,
    /// Without a slash at the end.
    pub public_url: Arc<str>,
    /// Whether people elsewhere can open it: only then messages have signed links.
    pub is_open: bool,
}

/// The facts of one notification.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Content {
    /// The instance that decided it: ids are unique within one only.
    pub instance: String,
    pub kind: String,
    pub host_id: String,
    pub host: String,
    pub service: Option<String>,
    pub group: Option<String>,
    pub tier: Tier,
    pub urgency: Option<u8>,
    pub message: String,
    pub since_ms: i64,
    pub decided_at_ms: i64,
    pub ended_at_ms: Option<i64>,
    pub close: Option<String>,
    pub alert: Option<i64>,
    pub environment: String,
    pub region: String,
    pub labels: Vec<(String, String)>,
    pub reason: String,
    pub url: Option<String>,
    /// Who has taken the alert over, or had it when it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledgement: Option<Acknowledged>,
    /// What its signed links are made from, where there is something to acknowledge or to silence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Seed>,
    /// The links of this attempt: see [`Content::sign`].
    #[serde(skip)]
    pub acknowledge_url: Option<String>,
    #[serde(skip)]
    pub silence_url: Option<String>,
}

/// That somebody has taken an alert over, as it is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Acknowledged {
    pub by: String,
    pub note: String,
    /// None is until recovery.
    pub until_ms: Option<i64>,
}

impl Content {
    /// The facts of a notice that was decided for a host.
    pub fn of(notice: &Notice, host: &Host, profile: &Profile, book: &Book, place: &Place) -> Content {
        let policy = book.policies.values().find(|policy| match &policy.say {
            tocsin_policy::Say::Rules(rules) => rules.iter().any(|rule| rule.id == notice.rule),
            tocsin_policy::Say::Mute => false,
        });
        let group = match policy.map(|policy| &policy.target) {
            Some(Target::Group(id)) => book.groups.get(id).map(|group| group.name.clone()),
            _ => None,
        };
        let (ended, close) = notice.ended.unzip();
        Content {
            instance: place.instance.to_string(),
            kind: crate::store::outbox::kind_word(notice.kind).to_owned(),
            host_id: host.agent_id.to_string(),
            host: host.name.to_string(),
            service: match &notice.subject {
                Subject::Host => None,
                Subject::Service(name) => Some(name.to_string()),
            },
            group,
            tier: tier_of(&notice.reason).or(policy.map(|policy| policy.target.tier())).unwrap_or(Tier::Default),
            urgency: notice.urgency,
            message: notice.message.chars().take(MESSAGE_CHARS).collect(),
            since_ms: notice.opened_at.0,
            decided_at_ms: notice.at.0,
            ended_at_ms: ended.map(|at| at.0),
            close: close.map(|close| close.sentence().to_owned()),
            alert: Some(notice.alert.0),
            environment: profile.environment.to_string(),
            region: profile.region.to_string(),
            labels: profile.labels.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect(),
            reason: notice.reason.sentence(&BookNames { book }),
            url: Some(format!("{}/alerts/{}", place.public_url, notice.alert)),
            link: match notice.kind {
                NoticeKind::Recovery => None,
                _ => Seed::new(notice.receiver, notice.at, place),
            },
            acknowledgement: None,
            acknowledge_url: None,
            silence_url: None,
        }
    }

    /// A message that is about tocsin itself: a test of a receiver, or news about one that is broken.
    pub fn own(kind: &str, message: &str, now: Moment, place: &Place) -> Content {
        Content {
            instance: place.instance.to_string(),
            kind: kind.to_owned(),
            host_id: "tocsin".to_owned(),
            host: "tocsin".to_owned(),
            service: None,
            group: None,
            tier: Tier::Default,
            urgency: None,
            message: message.to_owned(),
            since_ms: now.0,
            decided_at_ms: now.0,
            ended_at_ms: None,
            close: None,
            alert: None,
            environment: String::new(),
            region: String::new(),
            labels: Vec::new(),
            reason: String::new(),
            url: Some(format!("{}/receivers", place.public_url)),
            link: None,
            acknowledgement: None,
            acknowledge_url: None,
            silence_url: None,
        }
    }

    /// What the connector gets; `notification` is the id in the outbox, which is the idempotency key (D3).
    pub fn notification(&self, notification: i64, attempt: u32, prior_handle: Option<String>) -> Notification {
        self.notification_in(Wording::default(), notification, attempt, prior_handle).0
    }

    /// The same in a receiver's own words, and what is wrong with them: then it is said in the built-in ones.
    pub fn notification_in(
        &self,
        wording: Wording<'_>,
        notification: i64,
        attempt: u32,
        prior_handle: Option<String>,
    ) -> (Notification, Vec<String>) {
        let millis = |at: i64| u64::try_from(at).unwrap_or_default();
        let mut troubles = Vec::new();
        let title = self.title_in(wording, &mut troubles);
        let own_text = self.own_words("text", wording.text, &title, &mut troubles);
        let html = match &own_text {
            Some(text) => rendered("own.html", context! { text => text.as_str(), ..self.model(&title) }),
            None => Some(self.words("body.html", &title)),
        };
        let some = |text: &String| (!text.is_empty()).then(|| text.clone());
        let said = Notification {
            idempotency_key: self.key(notification),
            attempt,
            budget_ms: 0,
            kind: match self.kind.as_str() {
                "reminder" => Kind::Reminder,
                "recovery" => Kind::Recovery,
                "change" => Kind::Change,
                "acknowledged" => Kind::Acknowledged,
                "test" => Kind::Test,
                _ => Kind::Problem,
            },
            urgency: self.urgency.map(u32::from),
            host: HostRef { id: self.host_id.clone(), name: self.host.clone() },
            service: self.service.clone(),
            group: self.group.clone(),
            tier: match self.tier {
                Tier::Service => ConnectorTier::Service,
                Tier::Host => ConnectorTier::Host,
                Tier::Group => ConnectorTier::Group,
                Tier::Default => ConnectorTier::Default,
            },
            message: self.message.clone(),
            since_ms: millis(self.since_ms),
            decided_at_ms: millis(self.decided_at_ms),
            ended_at_ms: self.ended_at_ms.map(millis),
            ended_because: self.close.clone(),
            duration_ms: self.lasted().map(|span| millis(span.0)),
            text: own_text.unwrap_or_else(|| self.words("text.txt", &title)),
            html,
            title,
            acknowledgement: self.acknowledgement.as_ref().map(|taken| Taken {
                by: taken.by.clone(),
                note: some(&taken.note),
                until_ms: taken.until_ms.map(millis),
            }),
            url: self.url.clone(),
            acknowledge_url: self.acknowledge_url.clone(),
            silence_url: self.silence_url.clone(),
            alert_id: self.key(self.alert.unwrap_or(notification)),
            environment: some(&self.environment),
            region: some(&self.region),
            labels: self.labels.iter().cloned().map(|(name, value)| Label { name, value }).collect(),
            prior_handle,
            bundle: Vec::new(),
            data: self.data(notification),
        };
        (said, troubles)
    }

    /// The title in a receiver's own words.
    fn title_in(&self, wording: Wording<'_>, troubles: &mut Vec<String>) -> String {
        let own = self.own_words("title", wording.title, "", troubles);
        one_line(&own.unwrap_or_else(|| self.words("title.txt", "")))
    }

    fn own_words(&self, part: &str, template: Option<&str>, title: &str, troubles: &mut Vec<String>) -> Option<String> {
        let said = wording::render(template?, &self.model(title));
        said.map_err(|fault| troubles.push(format!("its own template of the {part} failed, {fault}"))).ok()
    }

    /// How long the problem has lasted at the decision, or did last.
    fn lasted(&self) -> Option<Span> {
        let until = self.ended_at_ms.unwrap_or(self.decided_at_ms);
        (self.kind != "test" && self.kind != "change").then(|| Moment(until) - Moment(self.since_ms))
    }

    /// An id that is unique over all instances, for the far side: notifications and alerts share one row of numbers.
    pub fn key(&self, id: i64) -> String {
        format!("tocsin-{}-{id}", self.instance)
    }

    fn data(&self, notification: i64) -> String {
        let mut data = serde_json::to_value(self).unwrap_or_default();
        if let Some(object) = data.as_object_mut() {
            object.insert("schema".to_owned(), 1.into());
            object.insert("idempotency_key".to_owned(), self.key(notification).into());
            // Larger than what JavaScript can hold in a number.
            object.insert("alert".to_owned(), self.alert.map(|alert| alert.to_string()).into());
            object.remove("link");
            object.insert("acknowledge_url".to_owned(), self.acknowledge_url.clone().into());
            object.insert("silence_url".to_owned(), self.silence_url.clone().into());
        }
        data.to_string()
    }

    /// What templates can say.
    pub fn model(&self, title: &str) -> Value {
        let headline = self.message.lines().next().unwrap_or_default();
        let subject = [Some(self.host.as_str()), self.service.as_deref()];
        let taken = self.acknowledgement.as_ref();
        context! {
            title, headline,
            subject => subject.into_iter().flatten().collect::<Vec<_>>().join(" "),
            since => moment_words(Moment(self.since_ms)),
            ended => self.ended_at_ms.map(|at| moment_words(Moment(at))),
            duration => self.lasted().map(Span::words),
            acknowledged_by => taken.map(|taken| taken.by.clone()),
            acknowledged_until => taken.and_then(|taken| taken.until_ms).map(|at| moment_words(Moment(at))),
            note => taken.map(|taken| taken.note.clone()).filter(|note| !note.is_empty()),
            acknowledge_url => self.acknowledge_url.clone(),
            silence_url => self.silence_url.clone(),
            ..Value::from(Serde(self))
        }
    }

    fn words(&self, template: &str, title: &str) -> String {
        // The templates are part of the program and every one is rendered in a test.
        rendered(template, self.model(title)).unwrap_or_else(|| self.message.clone())
    }
}

/// A title in one line.
fn one_line(title: &str) -> String {
    title.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(TITLE_CHARS).collect()
}

/// A moment for people: date and time in UTC.
pub fn moment_words(at: Moment) -> String {
    let Ok(timestamp) = jiff::Timestamp::from_millisecond(at.0) else { return "never".to_owned() };
    timestamp.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

fn tier_of(reason: &Reason) -> Option<Tier> {
    match reason {
        Reason::FirstNotice { tier, .. }
        | Reason::IntervalPassed { tier, .. }
        | Reason::Released { tier, .. }
        | Reason::Overdue { tier, .. } => Some(*tier),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(kind: &str) -> Content {
        let place = Place { instance: "i1".into(), public_url: "http://tocsin".into(), is_open: true };
        let mut content =
            Content::own(kind, "process is <not> running\nsecond line", Moment(1_700_000_300_000), &place);
        (content.host, content.service) = ("web1".to_owned(), Some("nginx".to_owned()));
        content.since_ms = 1_700_000_000_000;
        content
    }

    #[test]
    fn a_problem_reads_in_one_line_and_in_full() {
        let said = content("problem").notification(7, 1, None);
        assert_eq!(said.title, "PROBLEM: web1 nginx: process is <not> running");
        assert!(
            said.text.contains("second line") && said.text.contains("Since:    2023-11-14 22:13:20 UTC"),
            "{}",
            said.text
        );
        let html = said.html.expect("html");
        assert!(html.contains("&lt;not&gt;") && !html.contains("<not>"), "{html}");
        assert_eq!(said.idempotency_key, "tocsin-i1-7");
    }

    #[test]
    fn a_recovery_says_how_long_it_lasted() {
        let mut content = content("recovery");
        (content.ended_at_ms, content.close) = (Some(1_700_000_090_000), Some("recovered".to_owned()));
        let said = content.notification(8, 1, None);
        assert_eq!(said.title, "RECOVERED after 1m 30s: web1 nginx");
        assert_eq!(said.duration_ms, Some(90_000));
    }

    #[test]
    fn a_reminder_a_change_and_a_test_are_told_apart() {
        assert_eq!(
            content("reminder").notification(1, 1, None).title,
            "STILL FAILING for 5m: web1 nginx: process is <not> running"
        );
        assert_eq!(content("change").notification(1, 1, None).title, "CHANGED: web1 nginx: process is <not> running");
        assert_eq!(content("test").notification(1, 1, None).title, "TEST from tocsin");
    }
}

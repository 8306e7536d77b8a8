//! What most channels say of a notification in the same way: words, signs, colours, facts.

use crate::{Acknowledgement, Bundled, HostRef, Kind, Label, Notification, Tier, text};
use std::collections::BTreeMap;

/// As a table of details: enough to find one's own, few enough to be read.
const DETAIL_LABELS: usize = 20;
const DETAIL_NAME_CHARS: usize = 50;
const DETAIL_CHARS: usize = 200;

/// How bad it is, in five steps: what pagers call severity or priority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// An end.
    Good,
    /// A change, a test, an acknowledgement.
    Info,
    /// A problem of urgency 3 or less urgent.
    Warning,
    /// A problem of urgency 2.
    Error,
    /// A problem of urgency 1, or of a rule with an interval of its own, whose weight nobody knows.
    Critical,
}

impl Grade {
    fn of(kind: Kind, urgency: Option<u32>) -> Grade {
        match (kind, urgency) {
            (Kind::Recovery, _) => Grade::Good,
            (Kind::Change | Kind::Test | Kind::Acknowledged, _) => Grade::Info,
            (Kind::Problem | Kind::Reminder, Some(3..)) => Grade::Warning,
            (Kind::Problem | Kind::Reminder, Some(2)) => Grade::Error,
            (Kind::Problem | Kind::Reminder, Some(0 | 1) | None) => Grade::Critical,
        }
    }

    /// As `0xRRGGBB`; each can be read on white and on black.
    pub fn colour(self) -> u32 {
        match self {
            Grade::Good => 0x2e_7d32,
            Grade::Info => 0x15_65c0,
            Grade::Warning => 0xf9_a825,
            Grade::Error => 0xef_6c00,
            Grade::Critical => 0xc6_2828,
        }
    }

    /// As `#rrggbb`.
    ///
    /// ```
    /// assert_eq!(tocsin_connector::Grade::Critical.hex(), "#c62828");
    /// ```
    pub fn hex(self) -> String {
        format!("#{:06x}", self.colour())
    }
}

impl Kind {
    /// In one lower-case word, for machines: it never changes.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Problem => "problem",
            Kind::Reminder => "reminder",
            Kind::Acknowledged => "acknowledged",
            Kind::Recovery => "recovery",
            Kind::Change => "change",
            Kind::Test => "test",
        }
    }

    /// A sign for eyes that do not tell colours apart.
    pub fn mark(self) -> &'static str {
        match self {
            Kind::Problem => "🔴",
            Kind::Reminder => "🔁",
            Kind::Acknowledged => "👤",
            Kind::Recovery => "✅",
            Kind::Change => "✏️",
            Kind::Test => "🔧",
        }
    }
}

impl Tier {
    /// In one lower-case word, for machines: it never changes.
    pub fn word(self) -> &'static str {
        match self {
            Tier::Service => "service",
            Tier::Host => "host",
            Tier::Group => "group",
            Tier::Default => "default",
        }
    }
}

impl Bundled {
    pub fn grade(&self) -> Grade {
        Grade::of(self.kind, self.urgency)
    }
}

impl Notification {
    /// One of each kind about nginx on web1, for tests and documentation.
    ///
    /// ```
    /// use tocsin_connector::{Kind, Notification};
    /// assert_eq!(Notification::example(Kind::Problem).title, "PROBLEM: web1 nginx: connection refused");
    /// ```
    pub fn example(kind: Kind) -> Notification {
        /// Tuesday, 14 November 2023, 22:13:20 UTC.
        const SINCE_MS: u64 = 1_700_000_000_000;
        let (ended, taken) = (kind == Kind::Recovery, kind == Kind::Acknowledged);
        Notification {
            idempotency_key: format!("tocsin-example-{}", kind.word()),
            attempt: 1,
            budget_ms: 30_000,
            kind,
            urgency: Some(1),
            host: HostRef { id: "4f2c".into(), name: "web1".into() },
            service: Some("nginx".into()),
            group: Some("web".into()),
            tier: Tier::Group,
            message: "connection refused".into(),
            since_ms: SINCE_MS,
            decided_at_ms: SINCE_MS + 300_000,
            ended_at_ms: ended.then_some(SINCE_MS + 299_000),
            ended_because: ended.then(|| "recovered".into()),
            duration_ms: Some(299_000),
            acknowledgement: taken.then(|| Acknowledgement { by: "anna".into(), note: None, until_ms: None }),
            title: format!("{}: web1 nginx: connection refused", kind.word().to_uppercase()),
            text: "connection refused\n\nHost:     web1\nService:  nginx".into(),
            html: None,
            url: Some("https://tocsin.example.org/alerts/1".into()),
            acknowledge_url: None,
            silence_url: None,
            alert_id: "tocsin-example-alert".into(),
            environment: Some("production".into()),
            region: None,
            labels: vec![Label { name: "team".into(), value: "web".into() }],
            prior_handle: None,
            bundle: Vec::new(),
            data: r#"{"schema":1}"#.into(),
        }
    }

    pub fn grade(&self) -> Grade {
        Grade::of(self.kind, self.urgency)
    }

    /// The sign of the kind and the title, for channels without colours.
    pub fn marked_title(&self) -> String {
        format!("{} {}", self.kind.mark(), self.title)
    }

    /// The text, or the title where there is none: many far sides refuse an empty message.
    pub fn body(&self) -> &str {
        if self.text.trim().is_empty() { &self.title } else { &self.text }
    }

    /// Whether the alert is open at the far side after this message; false for a change and a test, which
    /// belong to no open alert.
    pub fn is_open(&self) -> bool {
        matches!(self.kind, Kind::Problem | Kind::Reminder | Kind::Acknowledged)
    }

    /// The labels of the host; none for a bundle, which is about several.
    pub fn host_labels(&self) -> &[Label] {
        if self.is_bundle() { &[] } else { &self.labels }
    }

    /// Whether it tells of several alerts; see [`Notification::bundle`].
    pub fn is_bundle(&self) -> bool {
        !self.bundle.is_empty()
    }

    /// Words and address of what can be clicked: the alert's page first, then the signed links that there
    /// are. The addresses are not escaped.
    ///
    /// ```
    /// # use tocsin_connector::{Kind, Notification};
    /// let mut notification = Notification::example(Kind::Problem);
    /// notification.acknowledge_url = Some("https://tocsin.example.org/a/s1gned".into());
    /// let words: Vec<&str> = notification.links().into_iter().map(|(words, _)| words).collect();
    /// assert_eq!(words, ["Open the alert", "Acknowledge"]);
    /// ```
    pub fn links(&self) -> Vec<(&'static str, &str)> {
        let open = match (self.kind, self.is_bundle()) {
            (Kind::Test, _) => "Open tocsin",
            (_, true) => "Open the alerts",
            (_, false) => "Open the alert",
        };
        let urls = [(open, &self.url), ("Acknowledge", &self.acknowledge_url), ("Silence the host", &self.silence_url)];
        urls.into_iter().filter_map(|(words, url)| Some((words, url.as_deref()?))).collect()
    }

    /// The text and below it the links that it does not name, one a line, in at most so many characters: for
    /// far sides that take nothing but plain text. Only the text is shortened.
    ///
    /// ```
    /// # use tocsin_connector::{Kind, Notification};
    /// let mut notification = Notification::example(Kind::Problem);
    /// notification.text = "disk full".into();
    /// assert_eq!(notification.text_with_links(80), "disk full\n\nOpen the alert: https://tocsin.example.org/alerts/1");
    /// ```
    pub fn text_with_links(&self, chars: usize) -> String {
        let body = text::tame(self.body());
        let body = body.trim();
        let below = |said: &str| -> String {
            let unsaid = self.links().into_iter().filter(|(_, url)| !said.contains(url));
            unsaid.map(|(words, url)| format!("\n{words}: {url}")).collect()
        };
        let joined = |text: &str, links: &str| format!("{text}\n{links}").trim().to_owned();
        let whole = joined(body, &below(body));
        if whole.chars().count() <= chars {
            return whole;
        }
        // What is cut may be an address, so all of them are written below.
        let links = below("");
        let shortened = joined(&text::shorten(body, chars.saturating_sub(links.chars().count() + 1)), &links);
        text::shorten(&shortened, chars)
    }

    /// Name and value of what people look for first, in the same order for every kind, so that the eye
    /// finds things in their places. Values are one line each and not escaped. Labels are not among them.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let urgency = self.urgency.map(|urgency| urgency.to_string());
        let some = |name, value: &Option<String>| value.as_deref().map(|value| (name, line(value)));
        if self.is_bundle() {
            let count = Some(("Alerts", self.bundle.len().to_string()));
            return [count, some("Urgency", &urgency)].into_iter().flatten().collect();
        }
        let lasted = self.duration_ms.filter(|_| self.kind == Kind::Recovery).map(text::duration);
        let by = self.acknowledgement.as_ref().map(|acknowledgement| acknowledgement.by.clone());
        let host = Some(("Host", line(&self.host.name)));
        let rest = [
            some("Service", &self.service),
            some("Environment", &self.environment),
            some("Region", &self.region),
            some("Urgency", &urgency),
            some("Acknowledged by", &by),
            some("Lasted", &lasted),
        ];
        std::iter::once(host).chain(rest).flatten().collect()
    }

    /// Facts and labels by name, for far sides that keep a table with an alert. Names are in lower case and
    /// of one word; those of labels begin with `label_`, so that none passes for a fact. At most 26, of
    /// 56 and 200 characters at most.
    ///
    /// ```
    /// # use tocsin_connector::{Kind, Notification};
    /// let details = Notification::example(Kind::Acknowledged).details();
    /// assert_eq!(details["acknowledged_by"], "anna");
    /// assert_eq!(details["label_team"], "web");
    /// ```
    pub fn details(&self) -> BTreeMap<String, String> {
        let word = |name: &str| text::shorten(&line(name).replace(' ', "_"), DETAIL_NAME_CHARS);
        let short = |value: &str| text::shorten(value, DETAIL_CHARS);
        let facts = self.facts().into_iter().map(|(name, value)| (word(&name.to_lowercase()), short(&value)));
        let labels = self.host_labels().iter().take(DETAIL_LABELS);
        let labels = labels.map(|label| (format!("label_{}", word(&label.name)), short(&line(&label.value))));
        facts.chain(labels).collect()
    }
}

fn line(value: &str) -> String {
    text::one_line(&text::tame(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(notification: &Notification) -> Vec<&str> {
        notification.facts().into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn facts_are_those_that_the_kind_has() {
        assert_eq!(names(&Notification::example(Kind::Problem)), ["Host", "Service", "Environment", "Urgency"]);
        let recovery = Notification::example(Kind::Recovery).facts();
        assert_eq!(recovery.last(), Some(&("Lasted", "4 min 59 s".to_owned())));
        let taken = Notification::example(Kind::Acknowledged).facts();
        assert_eq!(taken.last(), Some(&("Acknowledged by", "anna".to_owned())));
    }

    #[test]
    fn a_name_with_line_breaks_is_one_line_among_the_facts() {
        let mut notification = Notification::example(Kind::Problem);
        notification.host.name = "web1\r\nX-Evil: 1\u{202e}".into();
        assert_eq!(notification.facts()[0].1, "web1 X-Evil: 1");
    }

    #[test]
    fn links_are_written_once_and_outlive_a_long_text() {
        let mut notification = Notification::example(Kind::Problem);
        notification.text = "disk full\n\nhttps://tocsin.example.org/alerts/1\n".into();
        assert_eq!(notification.text_with_links(1_000), "disk full\n\nhttps://tocsin.example.org/alerts/1");
        notification.text = "x".repeat(10_000);
        let text = notification.text_with_links(500);
        assert_eq!(text.chars().count(), 500);
        assert!(text.ends_with("x\n\nOpen the alert: https://tocsin.example.org/alerts/1"), "{text}");
        assert!(notification.text_with_links(20).chars().count() <= 20);
    }

    #[test]
    fn a_label_passes_for_no_fact_and_the_table_is_bounded() {
        let mut notification = Notification::example(Kind::Problem);
        let label = |n| Label { name: format!("host\r\n{n}"), value: "x".repeat(1_000) };
        notification.labels = (0..100).map(label).collect();
        let details = notification.details();
        assert_eq!(details["host"], "web1");
        assert_eq!(details["label_host_0"].chars().count(), 200);
        assert_eq!(details.len(), 24);
    }

    #[test]
    fn urgency_counts_for_problems_only() {
        let grade = |kind, urgency| Notification { urgency, ..Notification::example(kind) }.grade();
        assert_eq!(grade(Kind::Problem, Some(1)), Grade::Critical);
        assert_eq!(grade(Kind::Reminder, Some(2)), Grade::Error);
        assert_eq!(grade(Kind::Problem, Some(7)), Grade::Warning);
        assert_eq!(grade(Kind::Recovery, Some(1)), Grade::Good);
        assert_eq!(grade(Kind::Acknowledged, Some(1)), Grade::Info);
        assert_eq!(grade(Kind::Problem, None), Grade::Critical);
    }
}

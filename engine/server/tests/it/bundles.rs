//! Several notifications in one message, and the pace of receivers, on a clock that the test moves.

use tocsin::app::App;
use tocsin::clock::Clock;
use tocsin::content::bundle::{Part, notification};
use tocsin::engine::channels::Channels;
use tocsin::provision::{self, Sources};
use tocsin::store::Pool;
use tocsin::usecase::check_in::CheckIn;
use tocsin::usecase::deliver::{Claim, Claimed, Outcome, Record, RecordAll};
use tocsin::wording::Wording;
use tocsin_connector_host::{ChannelLimits, Notification};
use tocsin_policy::{Moment, ObservedService, Span};

use crate::support::still::{self, FAILED, NOW};

const MINUTE: Span = Span::minutes(1);

/// All receivers have a channel that bears so many messages a minute.
pub fn bears(app: &App, per_minute: Option<u32>, bundles: bool) {
    let limits = ChannelLimits { per_minute, bundles, ..ChannelLimits::default() };
    let receivers = app.engine.shared().receivers();
    app.engine.shared().set_channels(Channels::of(receivers.keys().map(|id| (*id, limits))));
}

/// A receiver “chat” that hears of everything, by urgency 3; of these hosts, which are well so far, by urgency 1.
pub async fn lay_down(app: &App, more: &str, urgent: &[&str], services: usize) -> Moment {
    for host in urgent {
        checks_in(app, host, services, 0).await;
    }
    let text = format!(
        "[[receiver]]\nname = \"chat\"\nconnector = \"webhook\"\nsettings = {{ url = \"https://example.org/x\" }}\n{more}\n\
         [[policy]]\ndefault = true\n[[policy.rule]]\nreceivers = [\"chat\"]\nurgency = 3\n\
         [[policy]]\nhost = \"urgent*\"\n[[policy.rule]]\nreceivers = [\"chat\"]\nurgency = 1\n"
    );
    let sources = Sources { variable: &|_| None, folder: std::path::Path::new("/nowhere") };
    provision::apply(app, "provision.toml", &text, &sources).await.expect("applied");
    app.clock.set(app.clock.now() + Span::seconds(1));
    app.clock.now()
}

/// A host checks in with so many services, all in this state.
pub async fn checks_in(app: &App, host: &str, services: usize, status: u32) {
    let mut check_in: CheckIn = still::check_in(app, status);
    let service = check_in.seen.services[0].clone();
    let named = |number: usize| ObservedService { name: format!("service{number}").into(), ..service.clone() };
    check_in.seen.services = (0..services).map(named).collect();
    check_in.seen.host_name = host.into();
    check_in.agent_id = format!("agent-{host}").as_str().into();
    check_in.host = app.engine.fleet().by_agent(&check_in.agent_id).map(|cell| cell.id);
    app.engine.run(check_in).await.expect("taken");
}

pub async fn claim(app: &App) -> Vec<Claimed> {
    app.engine.run(Claim { node: app.node.clone() }).await.expect("claimed")
}

fn said(claimed: &Claimed) -> Notification {
    let part = |(content, due): (tocsin::content::Content, &tocsin::store::outbox::Due)| Part {
        content,
        notification: due.notification_id,
        prior_handle: due.prior_handle.clone(),
    };
    let parts: Vec<Part> = claimed.parts().expect("stored").into_iter().map(part).collect();
    let id = claimed.bundle.unwrap_or(claimed.due.notification_id);
    notification(&parts, id, 1, Wording::default(), Some(4_000)).expect("a message").0
}

pub async fn ends(app: &App, claimed: Claimed, outcome: Outcome) {
    let record = |due| Record {
        due,
        words: None,
        outcome: outcome.clone(),
        word: "test",
        detail: String::new(),
        log: "[]".to_owned(),
        started_at: app.clock.now(),
        took: Span::ZERO,
        jitter: 0,
    };
    let dues = std::iter::once(claimed.due).chain(claimed.more);
    app.engine.run(RecordAll(dues.map(record).collect())).await.expect("recorded");
}

async fn count(app: &App, query: &'static str) -> i64 {
    let Pool::Sqlite(pool) = &app.store.readers else { panic!("tests run on SQLite") };
    sqlx::query_scalar(query).fetch_one(pool).await.expect("a count")
}

/// Everything that goes out until nothing waits, second by second.
async fn until_nothing_waits(app: &App) -> Vec<(Moment, Notification, Vec<i64>)> {
    let mut messages = Vec::new();
    while count(app, "select count(*) from delivery where state = 'due'").await > 0 {
        for claimed in claim(app).await {
            let ranks = std::iter::once(&claimed.due).chain(&claimed.more).map(|due| due.rank).collect();
            messages.push((app.clock.now(), said(&claimed), ranks));
            ends(app, claimed, Outcome::Delivered { handle: Some("m".to_owned()) }).await;
        }
        app.clock.set(app.clock.now() + Span::seconds(1));
    }
    messages
}

#[tokio::test]
async fn a_storm_of_a_thousand_alerts_to_one_chat_is_a_few_readable_messages() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = still::instance(folder.path(), Clock::manual(NOW)).await;
    lay_down(&app, "bundle_for = \"30s\"", &["urgent1"], 250).await;
    bears(&app, Some(2), true);
    for host in ["web1", "web2", "web3", "urgent1"] {
        checks_in(&app, host, 250, FAILED).await;
    }
    let messages = until_nothing_waits(&app).await;
    assert!((4..=5).contains(&messages.len()), "{} messages", messages.len());
    assert_eq!(
        messages.iter().map(|(_, said, _)| said.bundle.len().max(1)).sum::<usize>(),
        1_000,
        "nothing is dropped"
    );

    let ranks: Vec<i64> = messages.iter().flat_map(|(_, _, ranks)| ranks.clone()).collect();
    assert!(ranks.is_sorted(), "the most urgent first");
    assert!(messages[0].1.title.starts_with("250 problems: urgent1"), "{}", messages[0].1.title);
    assert_eq!(messages[0].1.urgency, Some(1));
    for (at, said, _) in &messages {
        let begun = messages.iter().filter(|(other, ..)| at <= other && *other < *at + MINUTE).count();
        assert!(begun <= 2, "{begun} messages in a minute");
        assert!(said.text.chars().count() <= 4_000, "{} characters", said.text.chars().count());
        let named = said.text.lines().filter(|line| line.starts_with("• ")).count();
        let rest = said.text.lines().find_map(|line| line.strip_prefix("… and ")?.split(' ').next()?.parse().ok());
        assert_eq!(named + rest.unwrap_or(0), said.bundle.len(), "each is named or counted:\n{}", said.text);
    }
    assert_eq!(count(&app, "select count(*) from attempt").await, 1_000, "each has a receipt of its own");
    let handles = "select count(*) from delivery where state = 'delivered' and handle = 'm'";
    assert_eq!(count(&app, handles).await, 1_000, "each knows the message it was told in");
}

#[tokio::test]
async fn what_falls_due_within_the_bundling_time_is_one_message_and_the_urgent_does_not_wait() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = still::instance(folder.path(), Clock::manual(NOW)).await;
    let start = lay_down(&app, "bundle_for = \"60s\"", &["urgent1", "urgent2"], 1).await;
    bears(&app, None, true);
    checks_in(&app, "web1", 1, FAILED).await;
    assert!(claim(&app).await.is_empty(), "it waits for others");
    app.clock.set(start + Span::seconds(40));
    checks_in(&app, "web2", 1, FAILED).await;
    assert!(claim(&app).await.is_empty());
    app.clock.set(start + Span::seconds(60));
    let mut claimed = claim(&app).await;
    let both = said(&claimed[0]);
    assert_eq!((claimed.len(), both.bundle.len()), (1, 2));
    assert_eq!(both.title, "2 problems: web1, web2");
    ends(&app, claimed.remove(0), Outcome::Retry { after: None }).await;

    // Tried again, it is the same message; what came meanwhile is another.
    app.clock.set(start + Span::seconds(100));
    checks_in(&app, "web3", 1, FAILED).await;
    let mut claimed = claim(&app).await;
    assert_eq!(claimed.len(), 1);
    let again = said(&claimed[0]);
    assert_eq!((again.idempotency_key, again.bundle.len()), (both.idempotency_key, 2));
    ends(&app, claimed.remove(0), Outcome::Delivered { handle: None }).await;

    app.clock.set(start + Span::seconds(159));
    checks_in(&app, "web4", 1, FAILED).await;
    app.clock.set(start + Span::seconds(161));
    let mut claimed = claim(&app).await;
    assert_eq!(claimed.len(), 1, "the oldest has waited its minute");
    ends(&app, claimed.remove(0), Outcome::Delivered { handle: None }).await;
    // Nothing went for a minute: what is urgent goes at once.
    app.clock.set(start + Span::seconds(240));
    checks_in(&app, "urgent1", 1, FAILED).await;
    let mut claimed = claim(&app).await;
    assert_eq!(claimed.len(), 1);
    ends(&app, claimed.remove(0), Outcome::Delivered { handle: None }).await;
    app.clock.set(start + Span::seconds(250));
    checks_in(&app, "urgent2", 1, FAILED).await;
    assert!(claim(&app).await.is_empty(), "a message has just gone: this one is the next");
    app.clock.set(start + Span::seconds(300));
    assert_eq!(claim(&app).await.len(), 1);
}

#[tokio::test]
async fn a_channel_without_bundles_gets_one_by_one_at_the_slower_pace() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = still::instance(folder.path(), Clock::manual(NOW)).await;
    lay_down(&app, "bundle_for = \"60s\"\nper_minute = 5", &["urgent1"], 6).await;
    bears(&app, Some(60), false);
    checks_in(&app, "web1", 6, FAILED).await;
    checks_in(&app, "urgent1", 6, FAILED).await;
    let messages = until_nothing_waits(&app).await;
    assert_eq!(messages.len(), 12);
    assert!(messages.iter().all(|(_, said, _)| said.bundle.len() <= 1));
    let ranks: Vec<i64> = messages.iter().flat_map(|(_, _, ranks)| ranks.clone()).collect();
    assert!(ranks[..6].iter().all(|rank| *rank == 1), "{ranks:?}");
    for (at, ..) in &messages {
        let begun = messages.iter().filter(|(other, ..)| at <= other && *other < *at + MINUTE).count();
        assert!(begun <= 5, "{begun} messages in a minute");
    }
}

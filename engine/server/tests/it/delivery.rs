//! On the way to receivers that refuse, break, hang or want to be left alone: nothing is lost, nobody is told twice, and
//! no receiver waits for another.

use std::time::Duration;

use crate::support::sink::{FINE, Request};
use crate::support::{Agent, Instance, Kind, Manner, Part, Provision, Sink, parts, patiently, post, until};

/// The first retry comes after at most half a minute.
const FIRST_RETRY: Duration = Duration::from_secs(45);
/// At least three quarters of it have to pass.
const EARLIEST_RETRY: Duration = Duration::from_secs(22);
/// Longer than a retry of our own would wait.
const ASKED_SECONDS: u32 = 33;
const DOWN: &str = "process is not running";
const PUBLIC_URL: &str = "https://tocsin.example.org";

/// The two attempts at this place.
fn two_attempts(sink: &Sink, place: &str) -> [Request; 2] {
    patiently(FIRST_RETRY, &format!("a second attempt at {place}"), || {
        let seen = sink.at(place);
        assert!(seen.len() <= 2, "{place} was tried more than twice");
        seen.try_into().ok()
    })
}

#[test]
fn what_was_sent_in_words_of_its_own_is_kept_without_the_links_that_need_no_login() {
    let sink = Sink::start();
    let url = sink.url("ops");
    let provision = Provision::new().and(&format!(
        "[[receiver]]\nname = \"ops\"\nconnector = \"webhook\"\nprivate_network = true\nsettings = {{ url = \"{url}\" }}\n\
         bundle_for = \"3s\"\ntitle = \"Bell: {{{{ subject }}}}\"\ntext = \"{{{{ headline }}}} {{{{ acknowledge_url }}}}\"\n\
         bundle_title = \"{{{{ count }}}} bells\"\n\
         bundle_text = \"{{% for alert in alerts %}}{{{{ alert.subject }}}} {{{{ alert.acknowledge_url }}}} {{% endfor %}}\"\n"
    ));
    let instance = Instance::start_at(PUBLIC_URL, &provision.tell(&["ops"], "1h"));
    let database = &instance.database;
    let settled = |n: i64| {
        let sql = "select count(*) from delivery where state = 'delivered'";
        until("it is recorded", || (database.number(sql) == n).then_some(()));
    };
    let mut agent = Agent::new("web1", &["nginx", "postgres", "sshd"]);
    instance.take(&agent.fails("nginx", DOWN));
    let alone = sink.until("ops", "the first", |_| true);
    let link = alone.body["acknowledge_url"].as_str().expect("a link").to_owned();
    assert_eq!(alone.body["title"], "Bell: web1 nginx");
    assert_eq!(alone.body["text"], format!("{DOWN} {link}"));
    settled(1);
    let kept = database.texts("select title || '|' || text from attempt where text is not null");
    assert_eq!(kept, [format!("Bell: web1 nginx|{DOWN} (a signed link)")]);

    instance.take(&agent.fails("postgres", DOWN));
    instance.take(&agent.fails("sshd", DOWN));
    settled(3);
    let told = sink.at("ops");
    let several = told.iter().find(|request| request.body["title"] == "2 bells");
    let Some(several) = several else { panic!("{told:?}") };
    assert!(several.body["text"].as_str().is_some_and(|text| text.contains("/l/")), "{several:?}");
    let kept = database.texts("select title || '|' || text from attempt where text is not null order by id desc");
    assert_eq!(kept.len(), 2, "a message of several is kept once");
    let words = "2 bells|web1 postgres (a signed link) web1 sshd (a signed link) ";
    assert_eq!(kept[0].trim_end(), words.trim_end());
}

/// One problem, three receivers: one refuses for a moment, one asks for time, one takes it.
fn a_failed_delivery_is_tried_again_and_is_the_same(kind: Kind) {
    let sink = Sink::start();
    sink.answers("refuses", &[Manner::Status(500), FINE]);
    sink.answers("busy", &[Manner::Busy(ASKED_SECONDS), FINE]);
    let provision = Provision::new().hook("refuses", &sink).hook("busy", &sink).hook("takes", &sink);
    let instance = Instance::start(kind, &provision.tell(&["refuses", "busy", "takes"], "1h"));
    let mut agent = Agent::new("web1", &["nginx"]);
    instance.take(&agent.fails("nginx", DOWN));
    sink.until("takes", "the receiver that works is told at once", |request| request.kind() == "problem");

    let (refused, busy) = (two_attempts(&sink, "refuses"), two_attempts(&sink, "busy"));
    for [first, second] in [&refused, &busy] {
        assert!(!first.idempotency_key.is_empty());
        assert_eq!(first.idempotency_key, second.idempotency_key, "whoever got it before can tell");
        assert_eq!(first.body["idempotency_key"], first.idempotency_key.as_str());
        assert_eq!((first.number("attempt"), second.number("attempt")), (1, 2));
        let (mut first, mut second) = (first.body.clone(), second.body.clone());
        (first["attempt"], second["attempt"]) = (0.into(), 0.into());
        assert_eq!(first, second, "a retry tells what was true at the decision");
    }
    let waited = |[first, second]: &[Request; 2]| second.at - first.at;
    assert!(waited(&refused) >= EARLIEST_RETRY, "again after {:?} only", waited(&refused));
    assert!(waited(&busy) >= Duration::from_secs(ASKED_SECONDS.into()), "asked for more than {:?}", waited(&busy));

    let database = &instance.database;
    let delivered = "select count(*) from delivery where state = 'delivered'";
    until("everything is recorded as delivered", || (database.number(delivered) == 3).then_some(()));
    let mut attempts = database.texts("select outcome from attempt");
    attempts.sort();
    assert_eq!(attempts, ["delivered", "delivered", "delivered", "retry", "retry"]);
    assert_eq!(sink.taken("takes"), ["problem nginx"]);
}

#[test]
fn a_failed_delivery_is_tried_again_and_is_the_same_with_sqlite() {
    a_failed_delivery_is_tried_again_and_is_the_same(Kind::Sqlite);
}

#[test]
fn a_failed_delivery_is_tried_again_and_is_the_same_with_postgres() {
    if parts::are_here("retries on PostgreSQL", &[Part::Postgres]) {
        a_failed_delivery_is_tried_again_and_is_the_same(Kind::Postgres);
    }
}

#[test]
fn a_receiver_that_refuses_for_good_is_broken_and_the_others_hear_of_it_once() {
    let sink = Sink::start();
    sink.answers("wrong", &[Manner::Status(400)]);
    let provision = Provision::new().hook("wrong", &sink).hook("ops", &sink).tell(&["wrong", "ops"], "1h");
    let instance = Instance::start(Kind::Sqlite, &provision);
    let mut agent = Agent::new("web1", &["nginx", "postgres"]);
    instance.take(&agent.fails("nginx", DOWN));
    let news = sink.until("ops", "the others hear of it", |request| request.message().contains("is broken"));
    assert!(news.message().contains("The receiver wrong is broken"), "{}", news.message());
    assert!(news.message().contains("400"), "what came back is told: {}", news.message());

    let database = &instance.database;
    let broken = database.texts("select broken_reason from receiver where broken_at_ms is not null");
    assert_eq!(broken.len(), 1, "{broken:?}");
    let dead = "select d.detail from delivery d join receiver r on r.id = d.receiver_id \
                where r.name = 'wrong' and d.state = 'dead'";
    assert_eq!(database.texts(dead).len(), 1, "a dead letter with its reason");
    assert!(database.texts(dead)[0].contains("400"));

    // The next problem fails the same way, and that is no news.
    instance.take(&agent.fails("postgres", DOWN));
    until("the second one is dead as well", || (database.texts(dead).len() == 2).then_some(()));
    sink.until("ops", "the second problem is told", |request| request.service() == "postgres");
    assert_eq!(sink.at("ops").iter().filter(|request| request.message().contains("is broken")).count(), 1);
    let attempts = "select count(*) from attempt where outcome = 'permanent'";
    assert_eq!(database.number(attempts), 2, "nothing is tried twice in vain");
}

#[test]
fn a_receiver_that_hangs_delays_no_other() {
    let sink = Sink::start();
    sink.answers("hangs", &[Manner::Hang]);
    let provision = Provision::new().hook("hangs", &sink).hook("ops", &sink).tell(&["hangs", "ops"], "1h");
    let instance = Instance::start(Kind::Sqlite, &provision);
    // More than one receiver is given places for.
    let services: Vec<String> = (0..30).map(|number| format!("service{number}")).collect();
    let mut agent = Agent::new("web1", &services.iter().map(String::as_str).collect::<Vec<_>>());
    for service in &services {
        instance.take(&agent.fails(service, DOWN));
    }
    until("the other receiver is told everything", || (sink.taken("ops").len() == services.len()).then_some(()));
    assert!(!sink.at("hangs").is_empty(), "the one that hangs was tried");
    assert!(sink.at("hangs").len() < services.len(), "it did not get everything at once");
}

#[test]
fn a_recovery_before_the_problem_was_delivered_is_the_only_message() {
    let sink = Sink::start();
    sink.answers("ops", &[Manner::Status(503), FINE]);
    let instance = Instance::start(Kind::Sqlite, &Provision::new().hook("ops", &sink).tell(&["ops"], "1h"));
    let mut agent = Agent::new("web1", &["nginx"]);
    instance.take(&agent.fails("nginx", DOWN));
    until("the first attempt has failed", || {
        (instance.database.number("select count(*) from attempt where outcome = 'retry'") == 1).then_some(())
    });
    instance.take(&agent.recovers("nginx"));
    let recovery = sink.until("ops", "the end is told", |request| request.manner == FINE);
    assert_eq!(recovery.words(), "recovery nginx");
    assert_eq!(recovery.number("duration_ms"), recovery.number("ended_at_ms") - recovery.number("since_ms"));
    assert_ne!(recovery.idempotency_key, sink.at("ops")[0].idempotency_key, "it is another message");

    let states = "select n.kind || ' ' || d.state from delivery d join notification n on n.id = d.notification_id \
                  order by n.id";
    until("both are settled", || {
        (instance.database.texts(states) == ["problem superseded", "recovery delivered"]).then_some(())
    });
    assert_eq!(sink.taken("ops"), ["recovery nginx"]);
}

#[test]
fn a_reminder_comes_at_its_interval_and_an_urgency_has_its_own() {
    let sink = Sink::start();
    let provision = Provision::new()
        .and("[urgency]\n1 = \"10s\"\n")
        .hook("first", &sink)
        .hook("later", &sink)
        .tell(&["first"], "1h")
        .rule(&["later"], "urgency = 1\nafter = \"2s\"\nrecovery = false");
    let instance = Instance::start(Kind::Sqlite, &provision);
    let mut agent = Agent::new("web1", &["nginx"]);
    instance.take(&agent.fails("nginx", DOWN));
    let first = sink.until("first", "the first notice", |request| request.kind() == "problem");
    let later = sink.until("later", "the delayed first notice", |request| request.kind() == "problem");
    let delay = later.number("decided_at_ms") - first.number("decided_at_ms");
    assert!((2_000..4_000).contains(&delay), "it came after {delay} ms");
    let reminder = sink.until("later", "its reminder", |request| request.kind() == "reminder");
    let interval = reminder.number("decided_at_ms") - later.number("decided_at_ms");
    assert!((10_000..12_000).contains(&interval), "it came after {interval} ms");
    assert_eq!(reminder.number("urgency"), 1);

    instance.take(&agent.recovers("nginx"));
    sink.until("first", "the end", |request| request.kind() == "recovery");
    assert_eq!(sink.taken("first"), ["problem nginx", "recovery nginx"]);
    assert_eq!(sink.taken("later"), ["problem nginx", "reminder nginx"], "this rule wants no recoveries");
}

#[test]
fn a_link_out_of_a_delivered_message_acknowledges_its_alert_once() {
    let sink = Sink::start();
    let instance = Instance::start_at(PUBLIC_URL, &Provision::new().hook("ops", &sink).tell(&["ops"], "1h"));
    let mut agent = Agent::new("web1", &["nginx"]);
    instance.take(&agent.fails("nginx", DOWN));
    let problem = sink.until("ops", "the problem", |request| request.kind() == "problem");
    let url = problem.body["acknowledge_url"].as_str().expect("a link to acknowledge with").to_owned();
    assert!(problem.body["silence_url"].is_string());
    let path = url.strip_prefix(PUBLIC_URL).expect("it leads to the instance");

    assert_eq!(post::get(instance.port, path).expect("a page").status, 200);
    let acknowledged = "select ack_by from alert where ack_by is not null";
    assert!(instance.database.texts(acknowledged).is_empty(), "opening it does nothing");
    assert_eq!(post::form(instance.port, path, "note=on+my+way").expect("an answer").status, 200);
    assert_eq!(instance.database.texts(acknowledged), ["link of receiver ops"]);
    assert_eq!(post::form(instance.port, path, "").expect("an answer").status, 410, "it works once");

    instance.take(&agent.recovers("nginx"));
    let recovery = sink.until("ops", "the end", |request| request.kind() == "recovery");
    assert!(recovery.body["acknowledge_url"].is_null() && recovery.body["silence_url"].is_null());
}

#[test]
fn words_that_fail_at_the_delivery_give_way_to_the_built_in_ones_and_the_receipt_says_so() {
    let sink = Sink::start();
    // It reads well for the made-up alert on which it is tried.
    let title = "{% if kind == 'test' or host == 'web1' %}fine{% else %}{{ nosuch }}{% endif %}";
    let url = sink.url("ops");
    let provision = Provision::new()
        .and(&format!(
            "[[receiver]]\nname = \"ops\"\nconnector = \"webhook\"\nprivate_network = true\n\
             settings = {{ url = \"{url}\" }}\ntitle = \"{title}\"\ntext = \"{{{{ host }}}} is down\"\n"
        ))
        .tell(&["ops"], "1h");
    let instance = Instance::start(Kind::Sqlite, &provision);
    let mut agent = Agent::new("db1", &["nginx"]);
    instance.take(&agent.fails("nginx", DOWN));
    let problem = sink.until("ops", "the problem", |request| request.kind() == "problem");
    assert_eq!(problem.body["title"], "PROBLEM: db1 nginx: process is not running");
    assert_eq!(problem.body["text"], "db1 is down");
    let receipts = "select detail from attempt where outcome = 'delivered'";
    let receipt = until("the receipt", || instance.database.texts(receipts).pop());
    assert!(receipt.contains("template of the title failed, line 1: there is no such variable"), "{receipt}");
    assert!(receipt.contains("the built-in words were sent"), "{receipt}");
}

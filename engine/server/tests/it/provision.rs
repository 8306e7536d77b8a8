//! The provision file: the complete example, every kind of mistake with its line, and hosts that come later.

use std::path::{Path, PathBuf};

use tocsin::app::App;
use tocsin::cli::serve;
use tocsin::clock::Clock;
use tocsin::provision::{self, Applied, ProvisionError, Sources};
use tocsin::settings::Settings;
use tocsin::store::{self, Pool};
use tocsin::usecase::check_in::CheckIn;
use tocsin_policy::{Admission, HostId, Moment, Observation, Span, Target};
use tokio_util::sync::CancellationToken;

/// 2026-01-01T00:00:00Z
const NOW: Moment = Moment(1_767_225_600_000);

const RECEIVER: &str = r#"
    [[receiver]]
    name = "hook"
    connector = "webhook"
    settings = { url = "https://example.org/hook" }
"#;

async fn instance(folder: &Path) -> App {
    let connector_cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("connectors");
    let settings = Settings { connector_cache, ..Settings::for_tests(folder) };
    serve::build(settings, Clock::manual(NOW)).await.expect("an instance")
}

/// Every variable is set; relative files lie beside the docs.
async fn apply(app: &App, text: &str) -> Result<Applied, ProvisionError> {
    let variable = |name: &str| {
        (name != "NOT_SET").then(|| match name {
            "TOCSIN_SLACK_URL" => "https://hooks.slack.com/services/T0/B0/x".to_owned(),
            name => format!("{}-long-enough", name.to_lowercase()),
        })
    };
    let sources = Sources { variable: &variable, folder: Path::new("/nowhere") };
    provision::apply(app, "provision.toml", text, &sources).await
}

async fn refusal(app: &App, text: &str) -> String {
    match apply(app, text).await {
        Err(ProvisionError::Wrong(sentences)) => sentences,
        Err(other) => panic!("failed: {other}"),
        Ok(_) => panic!("this was applied:\n{text}"),
    }
}

async fn count(app: &App, table: &str) -> i64 {
    let Pool::Sqlite(pool) = &app.store.readers else { panic!("tests run on SQLite") };
    let sql = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
    sqlx::query_scalar(sql).fetch_one(pool).await.expect("a count")
}

async fn checks_in(app: &App, name: &str, agent_id: &str) -> HostId {
    let check_in = CheckIn {
        host: None,
        agent_id: agent_id.into(),
        seen: Observation {
            incarnation: 1,
            host_name: name.into(),
            poll: Span::seconds(30),
            start_delay: Span::ZERO,
            shares_bits: false,
            services: Vec::new(),
            event: None,
        },
        agent_version: "5.33.0".into(),
        platform: "{}".into(),
        address: "192.0.2.1".into(),
        account: "monit".into(),
        body: Box::default(),
    };
    app.engine.run(check_in).await.expect("taken");
    app.engine.fleet().by_agent(agent_id).expect("known now").id
}

fn example() -> String {
    let path = PathBuf::from("../../docs/provision.example.toml");
    std::fs::read_to_string(path).expect("the example")
}

#[tokio::test]
async fn the_example_of_the_docs_is_applied_and_the_second_time_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = instance(folder.path()).await;
    let first = apply(&app, &example()).await.expect("applied");
    let lines = count(&app, "audit").await;
    assert!(first.changes > 10 && lines >= 10, "{} changes, {lines} lines", first.changes);
    assert_eq!(count(&app, "receiver").await, 3);
    assert_eq!(count(&app, "approval_rule").await, 2);
    let book = app.engine.book();
    assert_eq!(book.groups.len(), 2);
    assert_eq!(book.downtimes.len(), 2, "the third waits for its host");
    assert!(book.policies.contains_key(&Target::Default));
    assert!(app.engine.shared().door().accounts.contains_key("monit"));

    let second = apply(&app, &example()).await.expect("applied again");
    assert_eq!(second.changes, 0);
    assert_eq!(count(&app, "audit").await, lines);
}

#[tokio::test]
async fn a_changed_line_changes_that_one_thing() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = instance(folder.path()).await;
    apply(&app, &example()).await.expect("applied");
    for (before, after) in [
        ("3 = \"30m\"", "3 = \"45m\""),
        ("priority = 10", "priority = 11"),
        ("to = [\"ops@example.org\"]", "to = [\"oncall@example.org\"]"),
        ("every = \"3h\"", "every = \"4h\""),
        ("active = \"MON-FRI 08:00", "active = \"MON-SAT 08:00"),
        ("role = \"operator\"", "role = \"viewer\""),
        ("TOCSIN_OLGA_PASSWORD", "TOCSIN_OLGA_NEW_PASSWORD"),
        ("stop_alerts = true", "stop_alerts = false"),
    ] {
        let text = example().replace(before, after);
        assert_ne!(text, example(), "{before} stands in the example");
        assert_eq!(apply(&app, &text).await.expect(after).changes, 1, "{after}");
        assert_eq!(apply(&app, &example()).await.expect(before).changes, 1, "back to {before}");
    }
}

#[tokio::test]
async fn another_schedule_replaces_that_of_a_recurring_downtime() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = instance(folder.path()).await;
    apply(&app, &example()).await.expect("applied");
    let text = example().replace("SUN,WED 02:00", "MON 03:30");
    assert_eq!(apply(&app, &text).await.expect("applied").changes, 2, "one ends, the other begins");
    let schedules: Vec<String> =
        app.engine.book().downtimes.iter().map(|downtime| downtime.schedule.to_string()).collect();
    assert_eq!(schedules.len(), 2, "{schedules:?}");
    assert!(schedules.contains(&"weekly MON 03:30 for 1h in Europe/Berlin".to_owned()), "{schedules:?}");
}

#[tokio::test]
async fn every_mistake_is_named_with_its_line_and_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = instance(folder.path()).await;
    let policy = |rest: &str| format!("[[policy]]\n{rest}{RECEIVER}");
    let cases: Vec<(String, &str)> = vec![
        (
            "[[downtime]]\ntitle = \"a\"\neverything = true\nrepeats = \"weekly FUN 02:00 for 1h\"\n".into(),
            "line 4, column 11, downtime[1].repeats: “FUN” is no day of the week",
        ),
        (
            "[[downtime]]\ntitle = \"a\"\neverything = true\nlength = \"1h\"\nrepeats = \"daily 02:00 for 1h\"\n".into(),
            "line 4, column 10, downtime[1].length: `repeats` says all of it; remove this key",
        ),
        (
            policy("default = true\n[[policy.rule]]\nreceivers = [\"hook\"]\nurgency = 1\nactive = \"day\"\n"),
            "active: “day” are no active hours",
        ),
        ("[[group]\n".into(), "line 1, column 9: this is no TOML"),
        ("[[acount]]\nname = \"a\"\n".into(), "line 1, column 3, acount: there is no such key here; did you mean `account`?"),
        (
            "[[account]]\nname = \"a\"\nroel = \"admin\"\nrole = \"admin\"\n".into(),
            "line 3, column 1, account[1].roel: there is no such key here; did you mean `role`?",
        ),
        ("[[account]]\nname = \"a\"\nrole = \"boss\"\n".into(), "line 3, column 8, account[1].role: there is no `boss`; expected one of viewer, operator, admin"),
        ("[[account]]\nname = \"a\"\nrole = \"admin\"\n".into(), "line 1, column 1, account[1]: a new account needs a password"),
        ("[[account]]\nname = \"a\"\nrole = \"admin\"\npassword = \"x\"\n".into(), "account[1]: Use 10 characters or more"),
        ("[[agent_account]]\nname = \"a\"\n".into(), "line 1, column 1, agent_account[1]: one of password, password_env, password_file is missing"),
        ("[[agent_account]]\nname = \"a:b\"\npassword = \"x\"\n".into(), "line 1, column 1, agent_account[1]: name: "),
        ("[[agent_account]]\nname = \"a\"\npassword_env = \"NOT_SET\"\n".into(), "line 3, column 16, agent_account[1].password_env: the environment has no NOT_SET"),
        ("[[agent_account]]\nname = \"a\"\npassword_file = \"secret\"\n".into(), "password_file: cannot read /nowhere/secret"),
        ("[[api_token]]\nname = \"a\"\nrole = \"viewer\"\ntoken = \"short\"\n".into(), "line 1, column 1, api_token[1]: token: Use 20 to 200"),
        ("[urgency]\n1 = \"5\"\n".into(), "line 2, column 5, urgency.1: `5` is no length of time; expected a length of time such as 30s"),
        ("[urgency]\n12 = \"5m\"\n".into(), "`12` is no urgency"),
        ("[settings]\nmissed_cycles = 0\n".into(), "line 2, column 17, settings.missed_cycles: 0 is out of bounds"),
        ("[[group]]\nname = \"a\"\npriority = 1\n[[group]]\nname = \"a\"\npriority = 2\n".into(), "line 4, column 1, group[2]: this host group stands in line 1 already"),
        ("[[approval]]\nhost = \"*\"\ngroup = \"wbe\"\n[[group]]\nname = \"web\"\npriority = 1\n".into(), "line 3, column 9, approval[1].group: there is no host group `wbe`; did you mean `web`?"),
        ("[[host]]\nregion = \"Chicago\"\n".into(), "line 1, column 1, host[1]: say which hosts this is about"),
        ("[[receiver]]\nname = \"a\"\nconnector = \"emial\"\n".into(), "line 3, column 13, receiver[1].connector: there is no connector `emial`; did you mean `email`?"),
        ("[[receiver]]\nname = \"a\"\nconnector = \"webhook\"\nsettings = { url = \"ftp://x\" }\n".into(), "line 4, column 12, receiver[1].settings.url: "),
        ("[[receiver]]\nname = \"a\"\nconnector = \"webhook\"\nsettings = { url = { env = \"NOT_SET\" } }\n".into(), "line 4, column 28, receiver[1].settings.url.env: the environment has no NOT_SET"),
        (policy("default = true\n[[policy.rule]]\nreceivers = [\"hok\"]\nurgency = 1\n"), "line 4, column 14, policy[1].rule[1].receivers[1]: there is no receiver `hok`; did you mean `hook`?"),
        (policy("host = \"later\"\n[[policy.rule]]\nreceivers = [\"hok\"]\nurgency = 1\n"), "line 4, column 14"),
        (policy("default = true\n[[policy.rule]]\nreceivers = [\"hook\"]\nurgency = 7\n"), "line 1, column 1, policy[1]: rules/0/every: there is no urgency 7"),
        (policy("default = true\n[[policy.rule]]\nreceivers = [\"hook\"]\nevery = \"often\"\n"), "line 5, column 9, policy[1].rule[1].every: `often` is no length of time"),
        (policy("default = true\n[[policy.rule]]\nreceivers = [\"hook\"]\n"), "line 3, column 1, policy[1].rule[1]: say how often it repeats"),
        (policy("default = true\n"), "line 1, column 1, policy[1]: a policy needs a [[policy.rule]]"),
        (policy("service = \"x\"\nmute = true\n"), "line 1, column 1, policy[1]: a service belongs to a host"),
        (policy("default = true\nmute = true\n[[policy]]\ndefault = true\nmute = true\n"), "line 4, column 1, policy[2]: this policy stands in line 1 already"),
        ("[[downtime]]\ntitle = \"a\"\neverything = true\nstart = 2099-01-01\nlength = \"1h\"\n".into(), "line 4, column 9, downtime[1].start: `2099-01-01` names no moment"),
        ("[[downtime]]\ntitle = \"a\"\neverything = true\nstart = 2099-01-02T00:00:00Z\nend = 2099-01-01T00:00:00Z\n".into(), "line 1, column 1, downtime[1]: it ends before it starts"),
    ];
    let mut otherwise = Vec::new();
    for (text, expected) in cases {
        let said = refusal(&app, &text).await;
        if !said.contains(expected) || !said.starts_with("provision.toml, line ") {
            otherwise.push(format!("expected: {expected}\nsaid: {said}\nof:\n{text}"));
        }
    }
    assert!(otherwise.is_empty(), "{}", otherwise.join("\n\n"));
}

#[tokio::test]
async fn several_mistakes_are_said_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = instance(folder.path()).await;
    let text = "[[group]]\nname = 7\npriority = 1\n[[policy]]\ndefault = true\n[urgency]\n1 = \"soon\"\n";
    assert_eq!(refusal(&app, text).await.lines().count(), 3);
}

#[tokio::test]
async fn when_one_thing_is_wrong_nothing_is_applied() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = instance(folder.path()).await;
    let wrong =
        format!("{}\n[[policy]]\nhost = \"x\"\n[[policy.rule]]\nreceivers = [\"nobody\"]\nurgency = 1\n", example());
    assert!(refusal(&app, &wrong).await.contains("there is no receiver `nobody`"));
    for table in [
        "account",
        "agent_account",
        "api_token",
        "host_group",
        "receiver",
        "policy",
        "approval_rule",
        "downtime",
        "audit",
    ] {
        assert_eq!(count(&app, table).await, 0, "{table}");
    }
    assert!(app.engine.book().groups.is_empty());
}

#[tokio::test]
async fn a_host_that_comes_later_is_brought_under_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = instance(folder.path()).await;
    let applied = apply(&app, &example()).await.expect("applied");
    let shutdown = CancellationToken::new();
    let follower = tokio::spawn(provision::follow(app.clone(), applied, shutdown.clone()));
    let mut signals = app.engine.bus().subscribe();

    let trade = checks_in(&app, "trade1.chi.example.org", "aaaa").await;
    let relay = checks_in(&app, "relay.elsewhere.net", "7c2fcda1c67c15d73d41f07e0ac944e0").await;
    let database = checks_in(&app, "db1.example.org", "bbbb").await;

    let postgres = Target::Service { host: database, service: "postgres".into() };
    let done = || {
        let approved = app.engine.fleet().by_id(relay).is_some_and(|cell| cell.host().admission == Admission::Approved);
        let known = app.engine.fleet().by_id(trade).is_some_and(|cell| &*cell.lock().profile.region == "Chicago");
        approved
            && known
            && app.engine.book().policies.contains_key(&postgres)
            && app.engine.book().downtimes.len() == 3
    };
    while !done() {
        // A signal that was missed means that there was one.
        let _ = signals.recv().await;
    }
    let cell = app.engine.fleet().by_id(trade).expect("there");
    assert_eq!(cell.host().liveness.missed_cycles, Some(5));
    assert_eq!(cell.host().groups.len(), 1);
    assert_eq!(cell.lock().profile.labels.len(), 2);
    shutdown.cancel();
    follower.await.expect("ends");
}

#[tokio::test]
async fn a_secret_that_is_left_out_keeps_the_stored_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = instance(folder.path()).await;
    let with = "[[receiver]]\nname = \"a\"\nconnector = \"webhook\"\nsettings = { url = \"https://example.org\", token = \"t\" }\n";
    apply(&app, with).await.expect("applied");
    let without = with.replace(", token = \"t\"", "");
    assert_eq!(apply(&app, &without).await.expect("applied").changes, 0);
    let rows = store::receiver::list(&app.store.readers).await.expect("rows");
    let settings =
        tocsin::usecase::receiver::settings_of(&app.keys, tocsin_policy::ReceiverId(rows[0].id), &rows[0].settings);
    assert_eq!(settings.expect("open")["token"], "t");
}

#[tokio::test]
async fn reminders_that_nobody_could_read_are_taken_with_a_warning_at_their_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = instance(folder.path()).await;
    let policy = |every: &str| {
        format!("[[policy]]\ndefault = true\n[[policy.rule]]\nreceivers = [\"hook\"]\nevery = \"{every}\"\n")
    };
    let urgencies = "[urgency]\n1 = \"30s\"\n2 = \"1m\"\n";
    let applied = apply(&app, &format!("{urgencies}{}{RECEIVER}", policy("1s"))).await.expect("applied");
    let warnings: Vec<String> = applied.plan.hurries().iter().map(ToString::to_string).collect();
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert!(warnings[0].starts_with("line 2, ") && warnings[0].contains("every 30s"), "{warnings:?}");
    assert!(warnings[1].starts_with("line 6, ") && warnings[1].contains("every 1s until it is fixed"), "{warnings:?}");
    let calm = apply(&app, &format!("{}{RECEIVER}", policy("1m"))).await.expect("applied");
    assert!(calm.plan.hurries().is_empty());
}

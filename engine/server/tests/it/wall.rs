//! The clock on the wall and the time that passes: windows that come again and hours of rules are kept, and nobody hears
//! too much or too little because somebody set a clock, or because the machine slept (N6, N7).

use std::path::Path;

use tocsin::actor::Actor;
use tocsin::app::App;
use tocsin::cli::serve;
use tocsin::clock::Clock;
use tocsin::provision::{self, Sources};
use tocsin::settings::Settings;
use tocsin::store::{self, Pool};
use tocsin::usecase::check_in::CheckIn;
use tocsin::usecase::downtime::{EndDowntime, SaveDowntime};
use tocsin::usecase::policy::{RuleForm, SavePolicy, SayForm};
use tocsin::usecase::wake::Wake;
use tocsin_policy::{
    Book, DowntimeSchedule, HostId, Moment, Observation, ObservedService, Say, Scope, Span, Target, wake_at,
};

/// 2026-01-01T00:00:00Z
const NOW: Moment = Moment(1_767_225_600_000);
const FAILED: u32 = 0x20;
const LAID_DOWN: &str = r#"
    [[receiver]]
    name = "hook"
    connector = "webhook"
    settings = { url = "https://example.org/hook" }

    [[approval]]
    host = "*"

    [[policy]]
    default = true
    [[policy.rule]]
    receivers = ["hook"]
    every = "10m"
"#;

async fn instance(folder: &Path, clock: Clock) -> App {
    let connector_cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("connectors");
    let settings = Settings { connector_cache, ..Settings::for_tests(folder) };
    let app = serve::build(settings, clock).await.expect("an instance");
    let sources = Sources { variable: &|_| None, folder: Path::new("/nowhere") };
    provision::apply(&app, "provision.toml", LAID_DOWN, &sources).await.expect("applied");
    app
}

async fn kept(app: &App) -> Book {
    store::book::load(&mut app.store.begin().await.expect("a transaction")).await.expect("the book")
}

async fn notices(app: &App) -> i64 {
    let Pool::Sqlite(pool) = &app.store.readers else { panic!("tests run on SQLite") };
    sqlx::query_scalar("select count(*) from notification").fetch_one(pool).await.expect("a count")
}

async fn checks_in(app: &App, status: u32) -> HostId {
    let service = ObservedService {
        name: "nginx".into(),
        kind: 3,
        monitor: 1,
        status,
        status_hint: 0,
        collected_us: app.clock.now().0 * 1_000,
    };
    let check_in = CheckIn {
        host: app.engine.fleet().by_agent("one").map(|cell| cell.id),
        agent_id: "one".into(),
        seen: Observation {
            incarnation: 1,
            host_name: "web1".into(),
            poll: Span::minutes(1),
            start_delay: Span::ZERO,
            shares_bits: false,
            services: vec![service],
            event: None,
        },
        agent_version: "6.0.0".into(),
        platform: "{}".into(),
        address: "192.0.2.1".into(),
        account: "monit".into(),
        body: Box::default(),
    };
    app.engine.run(check_in).await.expect("taken");
    app.engine.fleet().by_agent("one").expect("known now").id
}

/// Lets minutes pass in which the host checks in and the engine looks.
async fn pass(app: &App, minutes: i64) {
    for _ in 0..minutes {
        app.clock.set(app.clock.now() + Span::minutes(1));
        let host = checks_in(app, FAILED).await;
        app.engine.run(Wake(host)).await.expect("a look");
    }
}

#[tokio::test]
async fn s6_recurring_windows_and_hours_are_kept_and_ended_for_good() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = instance(folder.path(), Clock::manual(NOW)).await;
    let actor = Actor::system("anna");
    for text in ["weekly SUN,WED 02:00 for 1h in Europe/Berlin", "cron \"*/5 2 31 * *\" for 2m in UTC"] {
        let schedule = DowntimeSchedule::read(text).expect("a schedule");
        let save = SaveDowntime { actor: actor.clone(), title: text.to_owned(), scope: Scope::All, schedule };
        app.engine.run(save).await.expect("planned");
    }
    let schedules: Vec<String> = kept(&app).await.downtimes.iter().map(|kept| kept.schedule.to_string()).collect();
    assert_eq!(schedules, ["weekly WED,SUN 02:00 for 1h in Europe/Berlin", "cron \"*/5 2 31 * *\" for 2m in UTC"]);

    let never = DowntimeSchedule::read("cron \"0 2 31 4 *\" for 1h in UTC").expect("readable");
    let save = SaveDowntime { actor: actor.clone(), title: "never".to_owned(), scope: Scope::All, schedule: never };
    let refused = app.engine.run(save).await.expect_err("there is no 31st of April");
    assert!(format!("{refused:?}").contains("does not come about within five years"), "{refused:?}");

    app.clock.set(NOW + Span::hours(1));
    let id = kept(&app).await.downtimes[0].id;
    app.engine.run(EndDowntime { actor: actor.clone(), id }).await.expect("ended");
    assert_eq!(kept(&app).await.downtimes.len(), 1);
    app.engine.run(EndDowntime { actor: actor.clone(), id }).await.expect_err("it is over");

    let active = Some("MON-FRI 08:00-18:00 in Asia/Kolkata".parse().expect("hours"));
    let Some(Say::Rules(rules)) = kept(&app).await.policies.get(&Target::Default).map(|policy| policy.say.clone())
    else {
        panic!("a policy with rules")
    };
    let rule = rules[0].clone();
    let form = RuleForm {
        id: Some(rule.id),
        receivers: rule.receivers,
        every: rule.every,
        after: rule.after,
        recovery: rule.recovery,
        changes: rule.changes,
        active: active.clone(),
    };
    let say = SayForm::Rules(vec![form]);
    app.engine
        .run(SavePolicy { actor, target: Target::Default, enabled: true, say, version: None })
        .await
        .expect("saved");
    let Say::Rules(rules) = &kept(&app).await.policies[&Target::Default].say else { panic!("rules") };
    assert_eq!(rules[0].active, active);
}

#[tokio::test]
async fn n6_setting_the_clock_by_an_hour_is_neither_a_burst_nor_silence() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = instance(folder.path(), Clock::manual(NOW)).await;
    checks_in(&app, FAILED).await;
    assert_eq!(notices(&app).await, 1, "the first notice");
    for (step, told) in [(Span::hours(1), 2), (Span::hours(-2), 3), (Span::hours(24 * 365), 4)] {
        pass(&app, 9).await;
        app.clock.step_wall(step);
        pass(&app, 0).await;
        assert_eq!(notices(&app).await, told - 1, "nothing is due for a step of {}", step.words());
        pass(&app, 1).await;
        assert_eq!(notices(&app).await, told, "ten minutes are ten minutes after a step of {}", step.words());
    }
}

#[tokio::test]
async fn n6_windows_go_by_the_wall_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = instance(folder.path(), Clock::manual(NOW)).await;
    let schedule = DowntimeSchedule::read("daily 01:00 for 30m in UTC").expect("a schedule");
    let actor = Actor::system("anna");
    let save = SaveDowntime { actor, title: "backup".to_owned(), scope: Scope::All, schedule };
    app.engine.run(save).await.expect("planned");
    checks_in(&app, FAILED).await;
    app.clock.step_wall(Span::hours(1));
    pass(&app, 29).await;
    assert_eq!(notices(&app).await, 1, "the wall is in the window");
    let host = app.engine.fleet().by_agent("one").expect("known").host();
    let (book, facts, now) = (app.engine.book(), app.engine.facts(), app.clock.now());
    assert_eq!(wake_at(&host, &book, &facts, now), NOW + Span::minutes(30));
    pass(&app, 1).await;
    assert_eq!(notices(&app).await, 2);
}

#[tokio::test]
async fn n7_a_suspended_process_catches_up_once_and_calls_nobody_silent() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = instance(folder.path(), Clock::manual(NOW)).await;
    let host = checks_in(&app, FAILED).await;
    pass(&app, 5).await;
    app.clock.suspend(Span::hours(8));
    app.engine.run(Wake(host)).await.expect("a look");
    assert_eq!(notices(&app).await, 1, "neither a host down, nor a reminder without fresh evidence");
    pass(&app, 1).await;
    assert_eq!(notices(&app).await, 2, "one catch-up");
    pass(&app, 9).await;
    assert_eq!(notices(&app).await, 2);
    pass(&app, 1).await;
    assert_eq!(notices(&app).await, 3, "and on from there");
}

#[tokio::test]
async fn n6_a_wall_that_was_set_back_before_a_start_holds_nothing_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let clock = Clock::manual(NOW);
    let app = instance(folder.path(), clock.clone()).await;
    checks_in(&app, FAILED).await;
    pass(&app, 10).await;
    let newest = store::book::newest(&mut app.store.begin().await.expect("a transaction")).await.expect("a moment");
    assert_eq!(newest, Some(NOW + Span::minutes(10)), "the reminder");
    let later = Clock::manual(NOW - Span::hours(1));
    assert_eq!(later.not_before(newest.expect("there is one")), Span::minutes(70));
    assert_eq!(later.now(), NOW + Span::minutes(10));
}

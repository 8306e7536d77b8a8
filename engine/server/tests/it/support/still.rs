//! An instance inside the test's own process, whose clock stands still until the test moves it. Nothing runs beside the
//! test: it lets a host check in, and the engine look, when it wants.

use std::path::Path;

use tocsin::app::App;
use tocsin::cli::serve;
use tocsin::clock::Clock;
use tocsin::provision::{self, Sources};
use tocsin::settings::Settings;
use tocsin::store::Pool;
use tocsin::usecase::check_in::CheckIn;
use tocsin::usecase::wake::Wake;
use tocsin_policy::{HostId, Moment, Observation, ObservedService, Span};

/// 2026-01-01T00:00:00Z
pub const NOW: Moment = Moment(1_767_225_600_000);
/// The status of a service that fails.
pub const FAILED: u32 = 0x20;
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

/// Everybody hears of everything through one receiver, every ten minutes.
pub async fn instance(folder: &Path, clock: Clock) -> App {
    let connector_cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("connectors");
    let settings = Settings { connector_cache, ..Settings::for_tests(folder) };
    let app = serve::build(settings, clock).await.expect("an instance");
    let sources = Sources { variable: &|_| None, folder: Path::new("/nowhere") };
    provision::apply(&app, "provision.toml", LAID_DOWN, &sources).await.expect("applied");
    app
}

/// How many notifications were committed.
pub async fn notices(app: &App) -> i64 {
    count(app, "select count(*) from notification").await
}

/// The answer to a question for a number.
pub async fn count(app: &App, question: &'static str) -> i64 {
    let Pool::Sqlite(pool) = &app.store.readers else { panic!("tests run on SQLite") };
    sqlx::query_scalar(question).fetch_one(pool).await.expect("a count")
}

/// What the agent of the one host says now.
pub fn check_in(app: &App, status: u32) -> CheckIn {
    let service = ObservedService {
        name: "nginx".into(),
        kind: 3,
        monitor: 1,
        status,
        status_hint: 0,
        collected_us: app.clock.now().0 * 1_000,
    };
    CheckIn {
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
    }
}

/// The host checks in.
pub async fn checks_in(app: &App, status: u32) -> HostId {
    app.engine.run(check_in(app, status)).await.expect("taken");
    app.engine.fleet().by_agent("one").expect("known now").id
}

/// Lets minutes pass in which the host checks in, failing, and the engine looks.
pub async fn pass(app: &App, minutes: i64) {
    for _ in 0..minutes {
        app.clock.set(app.clock.now() + Span::minutes(1));
        let host = checks_in(app, FAILED).await;
        app.engine.run(Wake(host)).await.expect("a look");
    }
}

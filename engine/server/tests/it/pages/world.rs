//! An instance with people, hosts in trouble, policies and receivers, on a clock that stands still.

use std::path::Path;

use axum::Router;
use axum::http::StatusCode;
use tocsin::actor::{Actor, Role};
use tocsin::app::App;
use tocsin::cli::serve;
use tocsin::clock::Clock;
use tocsin::settings::Settings;
use tocsin::store::outbox;
use tocsin::store::page::delivery;
use tocsin::usecase::account::{CreateAccount, Limit, issue_setup_link, password};
use tocsin::usecase::check_in::CheckIn;
use tocsin::usecase::host::Admit;
use tocsin::usecase::wake::Wake;
use tocsin_policy::{Admission, HostId, Moment, Observation, ObservedEvent, ObservedService, Span};

use super::browser::Browser;

/// 2026-01-01T00:00:00Z
pub const NOW: Moment = Moment(1_767_225_600_000);
pub const PASSWORD: &str = "correct horse battery";

pub struct World {
    pub app: App,
    pub router: Router,
    _folder: tempfile::TempDir,
}

impl World {
    /// Nobody has an account yet.
    pub async fn new() -> World {
        World::with(|settings| settings).await
    }

    /// The same, set up otherwise.
    pub async fn with(change: impl FnOnce(Settings) -> Settings) -> World {
        let folder = tempfile::tempdir().expect("a folder");
        // Compiled once for all tests.
        let connector_cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("connectors");
        let settings = change(Settings { connector_cache, ..Settings::for_tests(folder.path()) });
        let app = serve::build(settings, Clock::manual(NOW)).await.expect("an instance");
        World { router: tocsin::http::router(app.clone()), app, _folder: folder }
    }

    /// With an admin, who is logged in.
    pub async fn set_up() -> (World, Browser) {
        World::set_up_with(|settings| settings).await
    }

    /// The same, set up otherwise.
    pub async fn set_up_with(change: impl FnOnce(Settings) -> Settings) -> (World, Browser) {
        let world = World::with(change).await;
        let path = issue_setup_link(&world.app).await.expect("issued").expect("nobody is there yet");
        let mut browser = world.browser();
        let fields = [("name", "anna"), ("password", PASSWORD), ("repeated", PASSWORD)];
        let seen = browser.post(&path, &fields).await;
        assert_eq!(Browser::done(&seen), "/start");
        (world, browser)
    }

    pub fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    /// Somebody with a role, logged in.
    pub async fn somebody(&self, name: &str, role: Role) -> Browser {
        let password_hash = password::hash(PASSWORD.to_owned()).await.expect("a hash");
        let actor = Actor::system("test");
        let create = CreateAccount { actor, name: name.to_owned(), role, password_hash, limit: Limit::Everything };
        self.app.engine.run(create).await.expect("an account");
        let mut browser = self.browser();
        let seen = browser.post("/login", &[("name", name), ("password", PASSWORD)]).await;
        assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text);
        browser
    }

    /// A host checks in with one service, which has failed; it is not approved.
    pub async fn checks_in(&self, name: &str, service: &str, message: &str) -> HostId {
        let now = self.app.clock.now();
        let event = ObservedEvent {
            collected_us: now.0 * 1_000,
            service: service.into(),
            id: 512,
            state: 1,
            action: 1,
            message: message.to_owned(),
            is_new: true,
        };
        self.reports(name, service, 512, Some(event)).await
    }

    /// A host checks in with one service, and says what there is to say.
    pub async fn reports(&self, name: &str, service: &str, status: u32, event: Option<ObservedEvent>) -> HostId {
        let agent_id = format!("agent-of-{:x}", name.len() * 31 + service.len());
        let check_in = CheckIn {
            host: None,
            agent_id: agent_id.as_str().into(),
            seen: Observation {
                incarnation: 1,
                host_name: name.into(),
                poll: Span::seconds(30),
                start_delay: Span::ZERO,
                shares_bits: false,
                services: vec![ObservedService {
                    name: service.into(),
                    kind: 3,
                    monitor: 1,
                    status,
                    status_hint: 0,
                    collected_us: self.app.clock.now().0 * 1_000,
                }],
                event,
            },
            agent_version: "5.33.0".into(),
            platform: r#"{"name":"Linux","release":"6.1","machine":"x86_64"}"#.into(),
            address: "192.0.2.1".into(),
            account: "monit".into(),
            body: Box::default(),
        };
        self.app.engine.run(check_in).await.expect("taken");
        self.app.engine.fleet().by_agent(&agent_id).expect("known now").id
    }

    /// So many minutes pass; each minute these hosts check in with the status of their service, then what is due for
    /// every host is decided.
    pub async fn minutes(&self, n: i64, reports: &[(&str, &str, u32)]) {
        for _ in 0..n {
            self.app.clock.set(self.app.clock.now() + Span::minutes(1));
            for (name, service, status) in reports {
                self.reports(name, service, *status, None).await;
            }
            for cell in self.app.engine.fleet().cells() {
                self.app.engine.run(Wake(cell.id)).await.expect("looked");
            }
        }
    }

    /// The same, approved: an alert is open.
    pub async fn fails(&self, name: &str, service: &str, message: &str) -> HostId {
        let host = self.checks_in(name, service, message).await;
        let action = Admit { actor: Actor::system("test"), host, admission: Admission::Approved };
        self.app.engine.run(action).await.expect("approved");
        host
    }

    /// The open alert of a host.
    pub fn alert_of(&self, host: HostId) -> i64 {
        let host = self.app.engine.fleet().by_id(host).expect("the host").host();
        host.alerts.first().expect("an open alert").id.0
    }

    /// A receiver that never answers, and a default policy that tells it at once and every five minutes. Its id.
    pub async fn default_policy(&self, browser: &mut Browser) -> String {
        let hook = [("name", "hook"), ("set/url", "https://example.org/x"), ("enabled", "on")];
        Browser::done(&browser.post("/receivers/new/webhook", &hook).await);
        let id = self.receiver_id(browser).await;
        let rule = [
            ("target", "default"),
            ("enabled", "on"),
            ("say", "rules"),
            ("urgency_0", "1"),
            ("to_0", id.as_str()),
            ("recovery_0", "on"),
        ];
        Browser::done(&browser.post("/policies/edit", &rule).await);
        id
    }

    /// The number of the only receiver.
    pub async fn receiver_id(&self, browser: &mut Browser) -> String {
        let page = browser.get("/receivers").await.text;
        let id = page.split("/receivers/").find_map(|part| part.split(['"', '/']).next()?.parse::<i64>().ok());
        id.expect("the receiver's id").to_string()
    }

    /// Everything that waits arrives.
    pub async fn deliver_all(&self) {
        let (now, pool) = (self.app.clock.now(), &self.app.store.readers);
        let waiting = delivery::before(pool, "due", 0, i64::MAX, 1_000, "").await.expect("read");
        let mut tx = self.app.store.begin().await.expect("a transaction");
        for row in waiting {
            assert!(outbox::lease(&mut tx, row.id, "test", now + Span::minutes(1)).await.expect("leased"));
            outbox::finish(&mut tx, row.id, "delivered", now, "", None).await.expect("finished");
        }
        tx.commit().await.expect("committed");
    }

    /// The newest alert of a host that has ended.
    pub async fn closed_alert_of(&self, host: HostId) -> i64 {
        let ended = tocsin::store::page::alert::closed_of_host(&self.app.store.readers, host.0, 1).await.expect("read");
        ended.first().expect("an ended alert").id
    }

    /// The kinds of what was committed, in its order.
    pub async fn sent(&self) -> Vec<String> {
        let rows = tocsin::store::rehearse::committed(&self.app.store.readers, 0).await.expect("read");
        rows.into_iter().map(|row| row.kind).collect()
    }
}

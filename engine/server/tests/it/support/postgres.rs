//! A PostgreSQL server of our own, one for the whole run, on a socket in a folder of its own. Every test has its own
//! database in it. With `TOCSIN_TEST_POSTGRES=postgres://…` the databases are made there instead.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::database::block_on;
use super::parts;
use super::wait::patiently;

/// A server starts within seconds, on a busy machine within many.
const STARTS: Duration = Duration::from_secs(60);
/// Starts the server and holds it until the standard input ends, which it does when the test program is gone, however
/// that came about. Then the server is stopped and its folder removed.
const KEEPER: &str = r#"
    "$1" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c full_page_writes=off -c synchronous_commit=off \
        -c max_connections=200 -c unix_socket_permissions=0777 >"$2/log" 2>&1 </dev/null &
    server=$!
    cat >/dev/null
    kill -TERM "$server"
    kill -INT "$server"
    wait "$server"
    rm -rf "$2"
"#;

/// A database for one test.
pub struct PostgresDatabase {
    pub url: String,
    name: String,
}

impl Drop for PostgresDatabase {
    fn drop(&mut self) {
        // Our own server goes as a whole; one that was given to us is left as it was.
        if std::env::var_os("TOCSIN_TEST_POSTGRES").is_some() && !std::thread::panicking() {
            run(&format!("drop database if exists {} with (force)", self.name));
        }
    }
}

/// A new and empty database.
pub fn database() -> PostgresDatabase {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("tocsin_test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    run(&format!("create database {name}"));
    let mut url = url::Url::parse(server()).expect("an address");
    url.set_path(&name);
    PostgresDatabase { url: url.to_string(), name }
}

fn run(sql: &str) {
    let sql = AssertSqlSafe(sql.to_owned());
    let server = server();
    block_on(async {
        let mut db = PgConnection::connect(server).await?;
        sqlx::raw_sql(sql).execute(&mut db).await?;
        db.close().await
    });
}

/// The address of the server, which is started when it is first asked for.
fn server() -> &'static str {
    static SERVER: OnceLock<(String, Option<Child>)> = OnceLock::new();
    let start = || match std::env::var("TOCSIN_TEST_POSTGRES") {
        Ok(url) => (url, None),
        Err(_) => {
            let (url, keeper) = start();
            (url, Some(keeper))
        }
    };
    &SERVER.get_or_init(start).0
}

fn start() -> (String, Child) {
    let folder = tempfile::Builder::new().prefix("tocsin-pg-").tempdir().expect("a folder").keep();
    let user = user();
    if let Some((uid, gid)) = user {
        chown(&folder, Some(uid), Some(gid)).expect("root may give a folder away");
    }
    let program = |name| parts::postgres(name).expect("PostgreSQL was looked for before");
    let as_user = |mut command: Command| {
        if let Some((uid, gid)) = user {
            command.uid(uid).gid(gid);
        }
        command.current_dir(&folder).env("LC_ALL", "C");
        command
    };

    let mut init = as_user(Command::new(program("initdb")));
    init.arg("-D").arg(folder.join("data"));
    init.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]);
    let made = init.stdin(Stdio::null()).output().expect("initdb runs");
    assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));

    let mut keeper = as_user(Command::new("sh"));
    // A group of its own: a key that interrupts the tests does not interrupt the tidying up.
    keeper.process_group(0).args(["-c", KEEPER, "keeper"]).arg(program("postgres")).arg(&folder);
    let keeper = keeper.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("sh runs");
    let url = format!("postgres://postgres@localhost/postgres?host={}", folder.display());
    patiently(STARTS, "PostgreSQL takes connections", || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
        runtime.block_on(PgConnection::connect(&url)).ok()
    });
    (url, keeper)
}

/// PostgreSQL refuses to run as root: then as the user of its package, or as nobody.
fn user() -> Option<(u32, u32)> {
    let id = |args: &[&str]| -> Option<u32> {
        let said = Command::new("id").args(args).stderr(Stdio::null()).output().ok()?;
        String::from_utf8(said.stdout).ok()?.trim().parse().ok()
    };
    if id(&["-u"]) != Some(0) {
        return None;
    }
    let user = ["postgres", "nobody"].into_iter().find_map(|name| Some((id(&["-u", name])?, id(&["-g", name])?)));
    Some(user.expect("a user `postgres` or `nobody`"))
}

//! A database of one test, and looking into it from outside.

use std::path::PathBuf;
use std::sync::Arc;

use sqlx::{AssertSqlSafe, Connection, PgConnection, Row, SqliteConnection};

use super::postgres::{self, PostgresDatabase};

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// Where an instance keeps everything.
#[derive(Clone)]
pub enum Database {
    Sqlite(PathBuf),
    /// Removed with the last handle.
    Postgres(Arc<PostgresDatabase>),
}

impl Database {
    /// A new and empty one; SQLite's file is `tocsin.db` in this folder.
    pub fn new(kind: Kind, folder: &std::path::Path) -> Database {
        match kind {
            Kind::Sqlite => Database::Sqlite(folder.join("tocsin.db")),
            Kind::Postgres => Database::Postgres(Arc::new(postgres::database())),
        }
    }

    /// What `--database` is told.
    pub fn address(&self) -> String {
        match self {
            Database::Sqlite(file) => file.display().to_string(),
            Database::Postgres(database) => database.url.clone(),
        }
    }

    /// The first column of all rows, as text.
    pub fn texts(&self, sql: &str) -> Vec<String> {
        let sql = AssertSqlSafe(sql.to_owned());
        block_on(async {
            match self {
                Database::Sqlite(_) => {
                    let mut db = SqliteConnection::connect(&self.address()).await?;
                    let rows = sqlx::query(sql).fetch_all(&mut db).await?;
                    rows.iter().map(|row| row.try_get(0)).collect()
                }
                Database::Postgres(_) => {
                    let mut db = PgConnection::connect(&self.address()).await?;
                    let rows = sqlx::query(sql).fetch_all(&mut db).await?;
                    let texts = rows.iter().map(|row| row.try_get(0)).collect();
                    db.close().await?;
                    texts
                }
            }
        })
    }

    /// The number that a query comes to.
    pub fn number(&self, sql: &str) -> i64 {
        let texts = self.texts(&format!("select cast(({sql}) as text)"));
        texts.first().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{sql} came to {texts:?}"))
    }

    /// Changes something behind the back of the program, which must not run.
    pub fn change(&self, sql: &str) {
        let changed = block_on(async {
            match self {
                Database::Sqlite(_) => {
                    let mut db = SqliteConnection::connect(&self.address()).await?;
                    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut db).await.map(|done| done.rows_affected())
                }
                Database::Postgres(_) => {
                    let mut db = PgConnection::connect(&self.address()).await?;
                    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut db).await.map(|done| done.rows_affected())
                }
            }
        });
        assert_ne!(changed, 0, "{sql} changed nothing");
    }
}

/// Runs a question to a database to its end.
pub fn block_on<T>(question: impl Future<Output = sqlx::Result<T>>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(question).unwrap_or_else(|error| panic!("the database says: {error}"))
}

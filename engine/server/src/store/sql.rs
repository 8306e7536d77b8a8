//! One SQL text on two typed databases: the macros pick the connection, the text stays the same.
//!
//! House rules that keep one text enough: `$n` parameters, `on conflict … do update`, no vendor functions, no `now()`,
//! sums cast to bigint. A test prepares every constant of this folder on both migrated databases.

use sqlx::{PgPool, Postgres, SqlitePool, Transaction};

use super::later::SqliteTx;

/// A pool of connections.
#[derive(Clone, Debug)]
pub enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// A transaction. Dropping it undoes it.
pub enum Tx {
    Sqlite(SqliteTx),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    /// Has everything run that still waits: what is left is the commit itself.
    pub async fn settle(&mut self) -> sqlx::Result<()> {
        match self {
            Tx::Sqlite(tx) => tx.connection().await.map(drop),
            Tx::Postgres(_) => Ok(()),
        }
    }

    pub async fn commit(self) -> sqlx::Result<()> {
        match self {
            Tx::Sqlite(tx) => tx.commit().await,
            Tx::Postgres(tx) => tx.commit().await,
        }
    }
}

/// Runs a statement in a transaction: the number of rows it touched.
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $arg:expr)* $(,)?) => {
        match $tx {
            $crate::store::Tx::Sqlite(db) => {
                let run = async { sqlx::query($sql)$(.bind($arg))*.execute(db.connection().await?).await };
                run.await.map(|done| done.rows_affected())
            }
            $crate::store::Tx::Postgres(db) => {
                sqlx::query($sql)$(.bind($arg))*.execute(&mut **db).await.map(|done| done.rows_affected())
            }
        }
    };
}

/// All rows of a query in a transaction, as values of a type.
macro_rules! fetch_all {
    ($tx:expr, $row:ty, $sql:expr $(, $arg:expr)* $(,)?) => {
        match $tx {
            $crate::store::Tx::Sqlite(db) => {
                async { sqlx::query_as::<_, $row>($sql)$(.bind($arg))*.fetch_all(db.connection().await?).await }.await
            }
            $crate::store::Tx::Postgres(db) => sqlx::query_as::<_, $row>($sql)$(.bind($arg))*.fetch_all(&mut **db).await,
        }
    };
}

/// Runs a statement in a transaction at once, or together with others that follow (see `later.rs`): the number of rows it
/// touched, `None` if that is not known yet.
macro_rules! execute_later {
    ($tx:expr, $sql:expr $(, $arg:expr)* $(,)?) => {
        match $tx {
            $crate::store::Tx::Sqlite(db) => async {
                db.later($sql).await?;
                $(db.bind($arg)?;)*
                sqlx::Result::Ok(None)
            }
            .await,
            $crate::store::Tx::Postgres(db) => {
                sqlx::query($sql)$(.bind($arg))*.execute(&mut **db).await.map(|done| Some(done.rows_affected()))
            }
        }
    };
}

/// The first row of a query in a transaction, if there is one.
macro_rules! fetch_optional {
    ($tx:expr, $row:ty, $sql:expr $(, $arg:expr)* $(,)?) => {
        match $tx {
            $crate::store::Tx::Sqlite(db) => {
                async { sqlx::query_as::<_, $row>($sql)$(.bind($arg))*.fetch_optional(db.connection().await?).await }.await
            }
            $crate::store::Tx::Postgres(db) => {
                sqlx::query_as::<_, $row>($sql)$(.bind($arg))*.fetch_optional(&mut **db).await
            }
        }
    };
}

/// All rows of a query outside any transaction.
macro_rules! read_all {
    ($pool:expr, $row:ty, $sql:expr $(, $arg:expr)* $(,)?) => {
        match $pool {
            $crate::store::Pool::Sqlite(db) => sqlx::query_as::<_, $row>($sql)$(.bind($arg))*.fetch_all(db).await,
            $crate::store::Pool::Postgres(db) => sqlx::query_as::<_, $row>($sql)$(.bind($arg))*.fetch_all(db).await,
        }
    };
}

/// The first row of a query outside any transaction, if there is one.
macro_rules! read_optional {
    ($pool:expr, $row:ty, $sql:expr $(, $arg:expr)* $(,)?) => {
        match $pool {
            $crate::store::Pool::Sqlite(db) => sqlx::query_as::<_, $row>($sql)$(.bind($arg))*.fetch_optional(db).await,
            $crate::store::Pool::Postgres(db) => sqlx::query_as::<_, $row>($sql)$(.bind($arg))*.fetch_optional(db).await,
        }
    };
}

pub(crate) use {execute, execute_later, fetch_all, fetch_optional, read_all, read_optional};

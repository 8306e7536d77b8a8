//! Writes that nobody needs the answer of: with SQLite they wait in the transaction and run together.
//!
//! Each statement is a trip to the thread of its connection and back, which costs several times what SQLite does with
//! it; on the way from an event to its message these trips were the longest part. What waits runs, in its order, before
//! the next statement whose answer is needed, and before the commit; a mistake in it comes out there. PostgreSQL takes
//! no parameters for several statements at once, so there each runs at its turn.

use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, AssertSqlSafe, Encode, Sqlite, SqliteConnection, Transaction, Type};

/// Statements that run together: about what one event writes. The texts of such rows are prepared and kept like any
/// other, so there should not be too many different ones.
const TOGETHER: usize = 12;

/// A transaction on SQLite with what waits in it.
pub struct SqliteTx {
    tx: Transaction<'static, Sqlite>,
    sql: String,
    arguments: SqliteArguments,
    waiting: usize,
}

impl SqliteTx {
    pub fn new(tx: Transaction<'static, Sqlite>) -> SqliteTx {
        SqliteTx { tx, sql: String::new(), arguments: SqliteArguments::default(), waiting: 0 }
    }

    /// The connection, after everything that waits has run.
    pub async fn connection(&mut self) -> sqlx::Result<&mut SqliteConnection> {
        if self.waiting > 0 {
            self.waiting = 0;
            let (sql, arguments) = (std::mem::take(&mut self.sql), std::mem::take(&mut self.arguments));
            // Safe: put together from the texts of this folder; whatever comes from outside is an argument.
            sqlx::query_with(AssertSqlSafe(sql), arguments).execute(&mut *self.tx).await?;
        }
        Ok(&mut self.tx)
    }

    /// Begins a statement that may wait; its arguments follow by [`SqliteTx::bind`], in the order of their numbers.
    pub async fn later(&mut self, sql: &str) -> sqlx::Result<()> {
        if self.waiting >= TOGETHER {
            self.connection().await?;
        }
        if self.waiting > 0 {
            self.sql.push(';');
        }
        renumber(sql, self.arguments.len(), &mut self.sql);
        self.waiting += 1;
        Ok(())
    }

    /// The next argument of the statement that was begun last.
    pub fn bind<'a>(&mut self, value: impl Encode<'a, Sqlite> + Type<Sqlite>) -> sqlx::Result<()> {
        self.arguments.add(value).map_err(sqlx::Error::Encode)
    }

    pub async fn commit(mut self) -> sqlx::Result<()> {
        self.connection().await?;
        self.tx.commit().await
    }
}

/// Appends a statement whose parameters are counted from `offset` on. No text of the store has a `$` that is not one.
fn renumber(sql: &str, offset: usize, into: &mut String) {
    let mut parts = sql.split('$');
    into.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let digits = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        let number: usize = part[..digits].parse().unwrap_or_default();
        into.push('$');
        into.push_str(&(number + offset).to_string());
        into.push_str(&part[digits..]);
    }
}

#[cfg(test)]
mod tests {
    use super::renumber;

    #[test]
    fn parameters_go_on_where_those_before_ended() {
        let mut sql = "a = $1;".to_owned();
        renumber("update b set c = $2, d = $10 where e = $1", 12, &mut sql);
        assert_eq!(sql, "a = $1;update b set c = $14, d = $22 where e = $13");
    }
}

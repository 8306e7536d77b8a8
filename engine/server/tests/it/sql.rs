//! One SQL text for two databases: every text of the store is understood by both, and both have the same tables.

use std::collections::BTreeMap;
use std::path::Path;

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqlSafeStr, SqliteConnection};
use tocsin::store::Store;

use crate::support::database::block_on;
use crate::support::{Database, Kind, Part, parts};

/// The store has more texts than this; fewer found means that the search for them is broken.
const FEWEST_TEXTS: usize = 80;
const OURS: &str = "not like '\\_sqlx%' escape '\\'";

/// Every `const NAME: &str = "…";` below a folder, with the place where it stands.
fn texts(folder: &Path, found: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).expect("the store").flatten() {
        let path = entry.path();
        if path.is_dir() {
            texts(&path, found);
            continue;
        }
        let source = std::fs::read_to_string(&path).expect("source");
        for part in source.split("const ").skip(1) {
            let Some((name, value)) = part.split_once(": &str =") else { continue };
            let Some(text) = value.trim_start().strip_prefix('"') else { continue };
            found.insert(format!("{} {name}", path.display()), literal(text));
        }
    }
}

/// The value of a string literal whose opening quote was taken off.
fn literal(source: &str) -> String {
    let (mut value, mut chars) = (String::new(), source.chars().peekable());
    while let Some(next) = chars.next() {
        match next {
            '"' => break,
            '\\' => match chars.next() {
                // A line that goes on: its indentation does not count.
                Some('\n') => while chars.next_if(|next| next.is_whitespace()).is_some() {},
                Some('n') => value.push('\n'),
                Some(other) => value.push(other),
                None => {}
            },
            other => value.push(other),
        }
    }
    value
}

fn all_texts() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    texts(Path::new("src/store"), &mut found);
    let words = ["select", "insert", "update", "delete", "with"];
    found.retain(|_, text| words.iter().any(|word| text.starts_with(word)));
    assert!(found.len() >= FEWEST_TEXTS, "only {} texts were found", found.len());
    found
}

/// A new database that was brought to this version by the program's own migrations.
fn migrated(kind: Kind, folder: &Path) -> Database {
    let database = Database::new(kind, folder);
    block_on(async {
        let store = match &database {
            Database::Sqlite(file) => Store::sqlite(file).await,
            Database::Postgres(postgres) => Store::postgres(&postgres.url).await,
        };
        store.unwrap_or_else(|error| panic!("{error}")).close().await;
        Ok(())
    });
    database
}

/// What a database objects to in the texts of the store.
fn objections(database: &Database) -> Vec<String> {
    block_on(async {
        let mut wrong = Vec::new();
        match database {
            Database::Sqlite(_) => {
                let mut db = SqliteConnection::connect(&database.address()).await?;
                for (place, text) in all_texts() {
                    let prepared = (&mut db).prepare(AssertSqlSafe(text.as_str()).into_sql_str()).await;
                    wrong.extend(prepared.err().map(|error| format!("{place}: {error}\n    {text}")));
                }
            }
            Database::Postgres(_) => {
                let mut db = PgConnection::connect(&database.address()).await?;
                for (place, text) in all_texts() {
                    let prepared = (&mut db).prepare(AssertSqlSafe(text.as_str()).into_sql_str()).await;
                    wrong.extend(prepared.err().map(|error| format!("{place}: {error}\n    {text}")));
                }
            }
        }
        Ok(wrong)
    })
}

#[test]
fn sqlite_understands_every_text_of_the_store() {
    let folder = tempfile::tempdir().expect("a folder");
    let wrong = objections(&migrated(Kind::Sqlite, folder.path()));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn postgres_understands_every_text_of_the_store() {
    if parts::are_here("the store's texts on PostgreSQL", &[Part::Postgres]) {
        let folder = tempfile::tempdir().expect("a folder");
        let wrong = objections(&migrated(Kind::Postgres, folder.path()));
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

#[test]
fn both_databases_have_the_same_migrations() {
    let list = |migrator: sqlx::migrate::Migrator| -> Vec<(i64, String)> {
        migrator.iter().map(|migration| (migration.version, migration.description.to_string())).collect()
    };
    assert_eq!(
        list(sqlx::migrate!("../../migrations/sqlite")),
        list(sqlx::migrate!("../../migrations/postgres")),
        "numbers and names in migrations/sqlite and migrations/postgres"
    );
}

#[test]
fn both_databases_have_the_same_tables_columns_and_indexes() {
    if !parts::are_here("tables on PostgreSQL", &[Part::Postgres]) {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let (sqlite, postgres) = (migrated(Kind::Sqlite, folder.path()), migrated(Kind::Postgres, folder.path()));
    // Columns of a primary key take no null in either; SQLite says so only when asked twice.
    let columns = [
        format!(
            "select t.name || '.' || c.name || case when c.\"notnull\" = 1 or c.pk > 0 then ' not null' else '' end \
             from sqlite_master t join pragma_table_info(t.name) c where t.type = 'table' and t.name {OURS} order by 1"
        ),
        format!(
            "select table_name || '.' || column_name || case is_nullable when 'NO' then ' not null' else '' end \
             from information_schema.columns where table_schema = 'public' and table_name {OURS}"
        ),
    ];
    let indexes = [
        "select name from sqlite_master where type = 'index' and sql is not null".to_owned(),
        format!(
            "select cast(i.indexname as text) from pg_indexes i where i.schemaname = 'public' and i.tablename {OURS} \
             and not exists (select 1 from pg_constraint c where c.conname = i.indexname)"
        ),
    ];
    for [in_sqlite, in_postgres] in [columns, indexes] {
        let (mut in_sqlite, mut in_postgres) = (sqlite.texts(&in_sqlite), postgres.texts(&in_postgres));
        in_sqlite.sort();
        in_postgres.sort();
        assert!(in_sqlite.len() > 10, "{in_sqlite:?}");
        assert_eq!(in_sqlite, in_postgres);
    }
}

//! The store's schema, version by version. A published version is never edited: a change is a new file.

use crate::{Store, StoreError};
use rusqlite::Connection;

/// Each brings a store from the version of its index to the next.
const MIGRATIONS: &[&str] = &[include_str!("migrations/0001.sql")];

/// Marks an SQLite file as a Polybius store: "Plyb".
const APPLICATION: i64 = 0x506c_7962;

fn pragma(connection: &Connection, name: &str) -> rusqlite::Result<i64> {
    connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0))
}

/// Brings a store up to date, one transaction a version; makes the tables of a new one.
pub(crate) fn up(store: &mut Store) -> Result<(), StoreError> {
    let found = version(store)?;
    let tables: i64 = store
        .connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(|e| store.error(e))?;
    if found.is_none() && tables > 0 {
        return Err(StoreError::Foreign { path: store.path.display().to_string() });
    }
    apply(&mut store.connection, MIGRATIONS, found.unwrap_or(0)).map_err(|e| store.error(e))
}

fn apply(connection: &mut Connection, migrations: &[&str], from: i64) -> rusqlite::Result<()> {
    for (version, sql) in migrations.iter().enumerate().skip(usize::try_from(from).unwrap_or(usize::MAX)) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(sql)?;
        transaction
            .execute_batch(&format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {};", version + 1))?;
        transaction.commit()?;
    }
    Ok(())
}

/// Whether a store can be read as it is.
pub(crate) fn check(store: &Store) -> Result<(), StoreError> {
    let (path, known) = (store.path.display().to_string(), MIGRATIONS.len() as i64);
    match version(store)? {
        None => Err(StoreError::Foreign { path }),
        Some(found) if found < known => Err(StoreError::Older { path, found, known }),
        Some(_) => Ok(()),
    }
}

/// The version of a store; none of a file that is not marked as one.
fn version(store: &Store) -> Result<Option<i64>, StoreError> {
    let read = |name| pragma(&store.connection, name).map_err(|e| store.error(e));
    if read("application_id")? != APPLICATION {
        return Ok(None);
    }
    let (found, known) = (read("user_version")?, MIGRATIONS.len() as i64);
    if found > known {
        return Err(StoreError::Newer { path: store.path.display().to_string(), found, known });
    }
    Ok(Some(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(connection: &Connection) -> Vec<String> {
        let mut select =
            connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").unwrap();
        select.query_map([], |row| row.get(0)).unwrap().collect::<rusqlite::Result<_>>().unwrap()
    }

    #[test]
    fn each_version_is_a_transaction() {
        let mut connection = Connection::open_in_memory().unwrap();
        let first = "CREATE TABLE a (x); INSERT INTO a VALUES (1);";
        apply(&mut connection, &[first], 0).unwrap();
        assert_eq!(pragma(&connection, "user_version").unwrap(), 1);
        // a step that fails half-way leaves the version before it
        let broken = "CREATE TABLE b (x); INSERT INTO nowhere VALUES (1);";
        assert!(apply(&mut connection, &[first, broken], 1).is_err());
        assert_eq!((names(&connection), pragma(&connection, "user_version").unwrap()), (vec!["a".to_owned()], 1));
        // later ones go on from the version that is there, and keep what is stored
        let second = "CREATE TABLE b (x); INSERT INTO b SELECT x + 1 FROM a;";
        apply(&mut connection, &[first, second, "CREATE TABLE c (x)"], 1).unwrap();
        assert_eq!((names(&connection).len(), pragma(&connection, "user_version").unwrap()), (3, 3));
        assert_eq!(connection.query_row("SELECT x FROM b", [], |row| row.get::<_, i64>(0)).unwrap(), 2);
        assert_eq!(connection.query_row("SELECT count(*) FROM a", [], |row| row.get::<_, i64>(0)).unwrap(), 1);
    }

    /// What has been published must never change: stores out there were made by it.
    #[test]
    fn published_versions_are_not_edited() {
        let hashes: Vec<String> =
            MIGRATIONS.iter().map(|sql| format!("{:016x}", xxhash_rust::xxh3::xxh3_64(sql.as_bytes()))).collect();
        assert_eq!(hashes, ["18610590d85d2a1d"], "a change of the schema is a new file in migrations/");
    }
}

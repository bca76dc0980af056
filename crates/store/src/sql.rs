//! Questions in SQL, for everything that the language of questions does not have.

use crate::{Store, StoreError};
use rusqlite::Statement;
use rusqlite::types::ValueRef;
use serde_json::Value;

/// A question in SQL that has been understood.
#[derive(Debug)]
pub struct SqlAnswer<'s> {
    statement: Statement<'s>,
}

impl Store {
    /// Understands a question in SQL: one statement that only reads. A store opened to read cannot be changed by any.
    pub fn sql(&self, sql: &str) -> Result<SqlAnswer<'_>, StoreError> {
        let statement = self.connection().prepare(sql).map_err(|e| StoreError::Sql(e.to_string()))?;
        if !statement.readonly() {
            return Err(StoreError::Sql("it would change the store; only SELECT is allowed".to_owned()));
        }
        Ok(SqlAnswer { statement })
    }
}

impl SqlAnswer<'_> {
    /// The names of its columns.
    pub fn columns(&self) -> Vec<String> {
        self.statement.column_names().map(str::to_owned).collect()
    }

    /// Hands on its rows, `limit` at most, a value for each column; an error of `sink` ends it.
    pub fn rows<E: From<StoreError>>(
        &mut self,
        limit: usize,
        sink: &mut dyn FnMut(Vec<Value>) -> Result<(), E>,
    ) -> Result<(), E> {
        let failed = |e: rusqlite::Error| E::from(StoreError::Sql(e.to_string()));
        let width = self.statement.column_count();
        let mut rows = self.statement.query([]).map_err(failed)?;
        for _ in 0..limit {
            let Some(row) = rows.next().map_err(failed)? else { break };
            let values =
                (0..width).map(|i| row.get_ref(i).map(value)).collect::<Result<Vec<_>, _>>().map_err(failed)?;
            sink(values)?;
        }
        Ok(())
    }
}

fn value(value: ValueRef) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(i) => Value::from(i),
        ValueRef::Real(r) => Value::from(r),
        ValueRef::Text(t) => Value::from(String::from_utf8_lossy(t)),
        ValueRef::Blob(b) => Value::from(b.iter().map(|byte| format!("{byte:02x}")).collect::<String>()),
    }
}

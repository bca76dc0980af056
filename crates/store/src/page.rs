//! Pages of an answer that stay fast however far one leafs: a page begins behind the last event of the one before.

use crate::Store;
use crate::query::{AskError, Query};
use rusqlite::params_from_iter;

/// An event's place in the order of days: its day ('' for none) and its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The event's day, YYYY-MM-DD or ''.
    pub day: String,
    /// Its number in the store.
    pub number: i64,
}

impl Store {
    /// The events that a question asks for behind `after`, at most `limit`: the newest first, or with `oldest` the oldest first.
    pub fn positions(
        &self,
        query: &Query,
        oldest: bool,
        after: Option<&Position>,
        limit: usize,
    ) -> Result<Vec<Position>, AskError> {
        let mut sql = query.sql(self)?;
        let day = sql.day;
        let number = if day == "d.day" { "d.event" } else { "e.id" };
        let (than, direction) = if oldest { (">", "") } else { ("<", " DESC") };
        if let Some(after) = after {
            let (d, n) = (sql.parameter(after.day.clone()), sql.parameter(after.number));
            sql.conditions.push(format!("({day}, {number}) {than} ({d}, {n})"));
        }
        let distinct = if sql.repeats { "DISTINCT " } else { "" };
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let text = format!(
            "SELECT {distinct}{day}, {number} FROM {}{} ORDER BY {day}{direction}, {number}{direction} LIMIT {limit}",
            sql.from,
            sql.filter()
        );
        let read = || -> rusqlite::Result<Vec<Position>> {
            let mut select = self.connection().prepare_cached(&text)?;
            let rows = select.query_map(params_from_iter(&sql.parameters), |row| {
                Ok(Position { day: row.get(0)?, number: row.get(1)? })
            })?;
            rows.collect()
        };
        Ok(read().map_err(|e| self.error(e))?)
    }
}

//! Counts of events, articles or incidents by month, actor and whatever else a time series is drawn of.

use crate::Store;
use crate::query::{AskError, Query};
use rusqlite::params_from_iter;
use rusqlite::types::{Value, ValueRef};

/// What is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    /// Mentions of events.
    #[default]
    Events,
    /// Articles that mention one.
    Articles,
    /// Incidents: an event once, however often it is told.
    Incidents,
}

macro_rules! dimensions {
    ($($variant:ident $name:literal $column:literal $needs:literal),* $(,)?) => {
        /// By what is counted.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Dimension { $(#[doc = concat!("`", $name, "`")] $variant),* }

        impl Dimension {
            /// All there are.
            pub const ALL: &[Dimension] = &[$(Dimension::$variant),*];

            /// As it is asked for, and as the column is called.
            pub fn name(self) -> &'static str {
                match self { $(Dimension::$variant => $name),* }
            }

            /// The SQL of its value, and the table beside the events that it needs.
            fn sql(self) -> (&'static str, &'static str) {
                match self { $(Dimension::$variant => ($column, $needs)),* }
            }
        }
    };
}

dimensions! {
    Day "day" "{day}" "",
    Week "week" "CASE {day} WHEN '' THEN '' ELSE date({day}, '-6 days', 'weekday 1') END" "",
    Month "month" "substr({day}, 1, 7)" "",
    Year "year" "substr({day}, 1, 4)" "",
    Event "event" "e.event" "",
    Mode "mode" "ifnull(e.mode, '')" "",
    Cameo "cameo" "ifnull(e.cameo, '')" "",
    Quad "quad" "e.quad" "",
    Status "status" "CASE e.auxiliary WHEN '' THEN 'actual' ELSE e.auxiliary END" "",
    Place "place" "ifnull(e.place_country, '')" "",
    Actor "actor" "{dyads}.actor" "dyads",
    Recipient "recipient" "{dyads}.recipient" "dyads",
    ActorSector "actor_sector" "ifnull(pa.sector, '')" "pa",
    RecipientSector "recipient_sector" "ifnull(pr.sector, '')" "pr",
    ActorName "actor_name" "coalesce(pa.name, pa.text, '')" "pa",
    RecipientName "recipient_name" "coalesce(pr.name, pr.text, '')" "pr",
    Source "source" "coalesce(ps.name, ps.text, '')" "ps",
    Context "context" "ifnull(c.context, '')" "c",
    Publisher "publisher" "ifnull(a.publisher, '')" "a",
}

/// A table of counts: a row for each combination that occurs, in the order of its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    /// By what.
    pub by: Vec<Dimension>,
    /// The values, '' where there is none, and the count.
    pub rows: Vec<(Vec<String>, u64)>,
}

impl Store {
    /// Counts what a question asks for. An event with two actors counts once for each of them where actors are told apart.
    pub fn count(&self, query: &Query, by: &[Dimension], unit: Unit) -> Result<Counts, AskError> {
        let sql = query.sql(self)?;
        let mut from = sql.from.clone();
        let mut dyads = "d";
        let mut joined = Vec::new();
        for (_, needs) in by.iter().map(|d| d.sql()) {
            if needs.is_empty() || joined.contains(&needs) {
                continue;
            }
            joined.push(needs);
            from += match needs {
                "dyads" => {
                    dyads = "x";
                    " JOIN dyads x ON x.event = e.id"
                }
                "pa" => " LEFT JOIN participants pa ON pa.event = e.id AND pa.role = 'actor'",
                "pr" => " LEFT JOIN participants pr ON pr.event = e.id AND pr.role = 'recipient'",
                "ps" => " LEFT JOIN participants ps ON ps.event = e.id AND ps.role = 'source'",
                "c" => " LEFT JOIN contexts c ON c.event = e.id",
                _ => " JOIN articles a ON a.id = e.article",
            };
        }
        let column = |d: &Dimension| d.sql().0.replace("{day}", sql.day).replace("{dyads}", dyads);
        let columns: Vec<String> = by.iter().map(column).collect();
        let repeats = sql.repeats || !joined.is_empty() && joined != ["a"] && joined != ["dyads"] && joined != ["c"];
        let counted = match unit {
            Unit::Events if repeats => "count(DISTINCT e.id)",
            Unit::Events => "count(*)",
            Unit::Articles => "count(DISTINCT e.article)",
            Unit::Incidents => "count(DISTINCT e.incident)",
        };
        let numbers: Vec<String> = (1..=columns.len()).map(|n| n.to_string()).collect();
        let mut text = String::from("SELECT ");
        for column in &columns {
            text += column;
            text += ", ";
        }
        text += &format!("{counted} FROM {from}{}", sql.filter());
        if !numbers.is_empty() {
            text += &format!(" GROUP BY {0} ORDER BY {0}", numbers.join(", "));
        }
        let parameters: &[Value] = &sql.parameters;
        let read = || -> rusqlite::Result<Vec<(Vec<String>, u64)>> {
            let mut select = self.connection().prepare_cached(&text)?;
            let rows = select.query_map(params_from_iter(parameters), |row| {
                let values =
                    (0..by.len()).map(|i| Ok(text_of(row.get_ref(i)?))).collect::<rusqlite::Result<Vec<_>>>()?;
                Ok((values, row.get::<_, i64>(by.len())? as u64))
            })?;
            rows.collect()
        };
        let rows = read().map_err(|e| self.error(e))?;
        Ok(Counts { by: by.to_vec(), rows })
    }
}

fn text_of(value: ValueRef) -> String {
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(i) => i.to_string(),
        ValueRef::Real(r) => r.to_string(),
        ValueRef::Text(t) | ValueRef::Blob(t) => String::from_utf8_lossy(t).into_owned(),
    }
}

//! `polybius count`

use crate::rows::Rows;
use crate::{CountArgs, Format, UnitArg};
use anyhow::Result;
use polybius_store::{Dimension, Query, Store, Unit};
use serde_json::Value;
use std::io::IsTerminal;

/// A dimension by its name.
pub fn dimension(name: &str) -> Result<Dimension, String> {
    let all = || Dimension::ALL.iter().map(|d| d.name());
    Dimension::ALL
        .iter()
        .find(|d| d.name() == name)
        .copied()
        .ok_or_else(|| format!("count by some of {}", all().collect::<Vec<_>>().join(", ")))
}

pub fn run(args: &CountArgs) -> Result<bool> {
    let store = Store::open_read_only(&args.store)?;
    let unit = match args.of {
        UnitArg::Events => Unit::Events,
        UnitArg::Articles => Unit::Articles,
        UnitArg::Incidents => Unit::Incidents,
    };
    let name = match args.of {
        UnitArg::Events => "events",
        UnitArg::Articles => "articles",
        UnitArg::Incidents => "incidents",
    };
    let counts = store.count(&Query::parse(&args.query.join(" "))?, &args.by, unit)?;
    let default = if std::io::stdout().is_terminal() { Format::Table } else { Format::Csv };
    let columns = counts.by.iter().map(|d| d.name().to_owned()).chain([name.to_owned()]).collect();
    let mut rows = Rows::new(args.format.unwrap_or(default), columns)?;
    for (values, count) in counts.rows {
        rows.push(values.into_iter().map(Value::from).chain([Value::from(count)]).collect())?;
    }
    rows.finish(&[counts.by.len()])?;
    Ok(true)
}

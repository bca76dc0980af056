//! `polybius query`

use crate::rows::Rows;
use crate::{Format, OrderArg, QueryArgs};
use anyhow::Result;
use polybius_store::{EventRow, Order, ParticipantRow, Query, Store, fields};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::{BufWriter, IsTerminal, Write, stdout};

/// Events in a table unless more are asked for.
const TABLE: usize = 50;

/// The fields of a question, for `--help`.
pub fn help() -> String {
    let mut help = String::from("A question is made of terms that must all hold:\n");
    for (name, what) in fields() {
        let _ = writeln!(help, "  {name}:  {what}");
    }
    help + "\nAlternatives stand behind a comma (event:ACCUSE,REJECT), values with blanks in quotation marks (actor:\"Sergei Lavrov\"); a minus \
        in front of a term says that it must not hold (-status:future).\n"
}

pub fn run(args: &QueryArgs) -> Result<bool> {
    let store = Store::open_read_only(&args.store)?;
    let terminal = stdout().is_terminal();
    let format = args.format.unwrap_or(if terminal { Format::Table } else { Format::Jsonl });
    if let Some(sql) = &args.sql {
        return by_sql(&store, sql, format, args.limit);
    }
    let query = Query::parse(&args.query.join(" "))?;
    let order = match args.order {
        OrderArg::Newest => Order::Newest,
        OrderArg::Oldest => Order::Oldest,
        OrderArg::Confidence => Order::Confidence,
    };
    let limit = args.limit.unwrap_or(if format == Format::Table { TABLE } else { usize::MAX });
    let numbers = store.event_numbers(&query, order, limit, 0)?;
    let events = numbers.iter().filter_map(|&n| store.event(n).transpose());
    if format == Format::Jsonl {
        let mut out = BufWriter::new(stdout().lock());
        for event in events {
            serde_json::to_writer(&mut out, &event?).map_err(std::io::Error::from)?;
            out.write_all(b"\n")?;
        }
        out.flush()?;
        return Ok(true);
    }
    let columns = if format == Format::Table { &SHORT[..] } else { &EventRow::COLUMNS[..] };
    let mut rows = Rows::new(format, columns.iter().map(|&c| c.to_owned()).collect())?;
    for event in events {
        let event = event?;
        rows.push(columns.iter().map(|c| value(&event, c)).collect())?;
    }
    rows.finish(&[])?;
    if format == Format::Table {
        let all = store.how_many(&query, 100_000)?;
        if all > numbers.len() {
            let more = if all == 100_000 { "more than 100000" } else { &all.to_string() };
            println!("{} of {more} events; --limit N shows more, --format csv or jsonl gives all", numbers.len());
        } else {
            println!("{all} events");
        }
    }
    Ok(true)
}

const SHORT: [&str; 8] = ["event", "who", "to whom", "when", "where", "how real", "whose word", "evidence"];

fn value(e: &EventRow, column: &str) -> Value {
    match column {
        "who" => json!(shown(&e.actor)),
        "to whom" => json!(shown(&e.recipient)),
        "when" => json!(e.date),
        "how real" => json!(e.auxiliary.join(", ")),
        "whose word" => json!(shown(&e.attribution)),
        "evidence" => e.value("sentence"),
        "where" => e.value("place"),
        column => e.value(column),
    }
}

/// As people read it: "Sergei Lavrov (RUS GOV)".
fn shown(side: &[ParticipantRow]) -> String {
    let one = |p: &ParticipantRow| {
        let codes: Vec<&str> = [p.country.as_deref(), p.sector.as_deref()].into_iter().flatten().collect();
        let name = p.name.as_deref().unwrap_or(&p.text);
        if codes.is_empty() { name.to_owned() } else { format!("{name} ({})", codes.join(" ")) }
    };
    side.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn by_sql(store: &Store, sql: &str, format: Format, limit: Option<usize>) -> Result<bool> {
    let mut answer = store.sql(sql)?;
    let mut rows = Rows::new(format, answer.columns())?;
    answer.rows(limit.unwrap_or(usize::MAX), &mut |values| rows.push(values))?;
    rows.finish(&[])?;
    Ok(true)
}

//! What readers of our tables rely on.

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int32Type};
use arrow_array::{
    Array, ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray, StringViewArray, TimestampMillisecondArray,
};
use arrow_schema::{DataType, Schema};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use polybius_arrow::{ArticleRecord, EventFile, article_schema, articles, code, event_schema, events, read};
use polybius_coder::{Coder, RecordWriter};
use polybius_reader::Defaults;
use polybius_text::Article;
use std::sync::{Arc, LazyLock};

static CODER: LazyLock<Coder> = LazyLock::new(Coder::new);

const TEXT: &str = "Çavuşoğlu “no”. Turkey's foreign minister accused Greece on Monday of shelling a town near Izmir, officials said. \
    France and Germany will meet Iranian officials in Vienna in May 2014. Rebels might attack the capital.";

fn article() -> Article {
    let mut article = Article::from_lines("a-1", TEXT);
    article.title = Some("A title".to_owned());
    article.date = "2013-07-23".parse().ok();
    article
}

fn record() -> ArticleRecord {
    ArticleRecord::coded(&article(), &CODER.code(&article()))
}

fn shown(kind: &DataType) -> String {
    match kind {
        DataType::List(f) => format!("list<{}>", shown(f.data_type())),
        DataType::Struct(fields) => {
            let fields: Vec<String> = fields.iter().map(|f| field(f)).collect();
            format!("struct<{}>", fields.join(", "))
        }
        other => other.to_string().to_lowercase(),
    }
}

fn field(f: &arrow_schema::Field) -> String {
    format!("{}: {}{}", f.name(), shown(f.data_type()), if f.is_nullable() { "?" } else { "" })
}

fn lines(schema: &Schema) -> String {
    schema.fields().iter().map(|f| field(f) + "\n").collect()
}

/// Columns are added at the end of this list; a line of it does not change while `polybius.layout` stays the same.
const EVENTS: &str = "\
article: utf8
title: utf8?
publisher: utf8?
published: date32?
url: utf8?
id: utf8
event: utf8
mode: utf8?
cameo: utf8?
quad: utf8
score: float64
context: list<utf8>
date: date32?
date_precision: utf8?
actor_name: utf8?
actor_country: utf8?
actor_sector: utf8?
recipient_name: utf8?
recipient_country: utf8?
recipient_sector: utf8?
historical: boolean
future: boolean
hypothetical: boolean
negation: boolean
source_name: utf8?
source_kind: utf8?
place_text: utf8?
place_name: utf8?
place_kind: utf8?
place_country: utf8?
place_lat: float64?
place_lon: float64?
place_geonames: int32?
place_basis: utf8?
place_start: int32?
place_end: int32?
trigger: utf8
trigger_start: int32
trigger_end: int32
sentence: utf8
sentence_index: int32
sentence_start: int32
sentence_end: int32
rule: utf8
confidence: float64
actor: list<struct<text: utf8, name: utf8?, id: utf8?, country: utf8?, sector: utf8?, guessed: boolean, start: int32, end: int32>>
recipient: list<struct<text: utf8, name: utf8?, id: utf8?, country: utf8?, sector: utf8?, guessed: boolean, start: int32, end: int32>>
attribution: list<struct<text: utf8, name: utf8?, id: utf8?, country: utf8?, sector: utf8?, guessed: boolean, start: int32, end: int32, kind: utf8>>
figures: list<struct<kind: utf8, low: int64?, high: int64?, text: utf8, start: int32, end: int32>>
";

#[test]
fn the_layout_is_stable() {
    assert_eq!(lines(&event_schema()), EVENTS);
    let of_event: Vec<&str> = EVENTS.lines().skip(5).collect();
    let articles = format!(
        "id: utf8\ntitle: utf8?\npublisher: utf8?\ndate: date32?\nurl: utf8?\nfailure: utf8?\nevents: list<struct<{}>>\n",
        of_event.join(", ")
    );
    assert_eq!(lines(&article_schema()), articles);
    for schema in [event_schema(), article_schema()] {
        assert_eq!(schema.metadata().get("polybius.layout").map(String::as_str), Some("1"));
    }
}

#[test]
fn every_field_of_the_json_record_is_a_column() {
    let columns = event_schema();
    let record = RecordWriter::new(&article()).article(&CODER.code(&article()), false);
    let place = |e: &serde_json::Value| e["place"].is_object();
    let event = record["events"].as_array().unwrap().iter().find(|e| place(e)).unwrap();
    for (name, value) in event.as_object().unwrap() {
        // these are spread over columns of their own
        let inside = match name.as_str() {
            "auxiliary" => continue,
            "trigger" | "sentence" | "place" => value.as_object().unwrap().keys().cloned().collect(),
            _ => vec![String::new()],
        };
        for part in inside {
            let column = match part.as_str() {
                "" => name.clone(),
                "text" if name != "place" => name.clone(),
                part => format!("{name}_{part}"),
            };
            assert!(columns.column_with_name(&column).is_some(), "no column for {name} {part}");
        }
    }
}

fn text(table: &RecordBatch, column: &str, row: usize) -> Option<String> {
    let strings = table.column_by_name(column).unwrap().as_string::<i32>();
    strings.is_valid(row).then(|| strings.value(row).to_owned())
}

#[test]
fn rows_hold_the_values_of_the_record() {
    let record = record();
    let table = events(std::slice::from_ref(&record)).unwrap();
    assert_eq!(table.num_rows(), record.events.len());
    assert!(record.events.len() >= 3, "{record:?}");
    let number = |column: &str, row| table.column_by_name(column).unwrap().as_primitive::<Int32Type>().value(row);
    let slice =
        |start: i32, end: i32| TEXT.chars().skip(start as usize).take((end - start) as usize).collect::<String>();
    for (row, event) in record.events.iter().enumerate() {
        assert_eq!(text(&table, "article", row).as_deref(), Some("a-1"));
        assert_eq!(text(&table, "event", row).as_ref(), Some(&event.event));
        assert_eq!(text(&table, "mode", row), event.mode);
        assert_eq!(slice(number("trigger_start", row), number("trigger_end", row)), event.trigger.text);
        let sentence = slice(number("sentence_start", row), number("sentence_end", row));
        assert_eq!(text(&table, "sentence", row), Some(sentence));
        let confidence = table.column_by_name("confidence").unwrap().as_primitive::<Float64Type>().value(row);
        assert_eq!(confidence, event.confidence);
        let actors = table.column_by_name("actor").unwrap().as_list::<i32>().value(row);
        assert_eq!(actors.len(), event.actor.len());
        let names = actors.as_struct().column_by_name("text").unwrap().as_string::<i32>().clone();
        assert_eq!(names.iter().flatten().collect::<Vec<_>>(), event.actor.iter().map(|p| &p.text).collect::<Vec<_>>());
        assert_eq!(text(&table, "actor_country", row), event.actor.first().and_then(|p| p.country.clone()));
        let future = table.column_by_name("future").unwrap().as_boolean().value(row);
        assert_eq!(future, event.auxiliary.iter().any(|a| a == "future"));
    }
    let nested = articles(&[record.clone(), ArticleRecord::failed(&article(), "why".to_owned())]).unwrap();
    let lists = nested.column_by_name("events").unwrap().as_list::<i32>();
    assert_eq!((lists.value(0).len(), lists.value(1).len()), (record.events.len(), 0));
    assert_eq!((text(&nested, "failure", 0), text(&nested, "failure", 1).as_deref()), (None, Some("why")));
}

#[test]
fn dates_say_how_exact_they_are() {
    let mut record = record();
    record.events.truncate(1);
    let days = |date: Option<&str>| {
        let mut record = record.clone();
        record.events[0].date = date.map(str::to_owned);
        let table = events(&[record]).unwrap();
        let column = table.column_by_name("date").unwrap().as_primitive::<Date32Type>().clone();
        (column.is_valid(0).then(|| column.value(0)), text(&table, "date_precision", 0))
    };
    let exact = |day: i32, precision: &str| (Some(day), Some(precision.to_owned()));
    assert_eq!(days(Some("1970-01-02")), exact(1, "day"));
    assert_eq!(days(Some("1970-02")), exact(31, "month"));
    assert_eq!(days(Some("1969")), exact(-365, "year"));
    assert_eq!(days(None), (None, None));
    let table = events(&[record.clone()]).unwrap();
    let published = table.column_by_name("published").unwrap().as_primitive::<Date32Type>().value(0);
    assert_eq!(published, 15_909);
}

#[test]
fn a_parquet_file_gives_back_the_table() {
    let mut bytes = Vec::new();
    let mut file = EventFile::new(&mut bytes).unwrap();
    file.write(&[record()]).unwrap();
    file.write(&[]).unwrap();
    file.write(&[record()]).unwrap();
    file.finish().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("events.parquet");
    std::fs::write(&path, bytes).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(std::fs::File::open(path).unwrap()).unwrap();
    assert_eq!(reader.schema().as_ref(), event_schema().as_ref());
    let batches: Vec<RecordBatch> = reader.build().unwrap().map(Result::unwrap).collect();
    let whole = events(&[record(), record()]).unwrap();
    assert_eq!(batches.len(), 1);
    for (name, (read, written)) in whole.schema().fields().iter().zip(batches[0].columns().iter().zip(whole.columns()))
    {
        assert_eq!(read, written, "{}", name.name());
    }
}

fn table(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, c)| (n, c, true))).unwrap()
}

#[test]
fn articles_are_read_from_columns_of_many_types() {
    let texts = || Arc::new(StringArray::from(vec![Some("One."), None, Some(" "), Some("Four.")])) as ArrayRef;
    let read = |columns| read(&table(columns), 1, &Defaults::default()).unwrap();
    let rows = read(vec![("text", texts())]);
    let why = |row: usize| rows[row].as_ref().unwrap_err().failure.clone().unwrap();
    assert_eq!(rows[0].as_ref().unwrap().id, "1");
    assert_eq!(why(1), "2: the field `text` is missing; it holds the article's words");
    assert_eq!(why(2), "3: the field `text` is empty; it holds the article's words");
    let day: Option<jiff::civil::Date> = "2013-07-23".parse().ok();
    let time = TimestampMillisecondArray::from(vec![15_909 * 86_400_000 + 1; 4]);
    let dates: [ArrayRef; 5] = [
        Arc::new(StringArray::from(vec!["23 July 2013"; 4])),
        Arc::new(StringViewArray::from(vec!["2013-07-23T10:00:00Z"; 4])),
        Arc::new(Date32Array::from(vec![15_909; 4])),
        Arc::new(time.clone().with_timezone("America/New_York")),
        Arc::new(time),
    ];
    for dates in dates {
        let ids = Arc::new(Int64Array::from(vec![7, 8, 9, 10]));
        let rows = read(vec![("more", texts()), ("date", dates), ("id", ids), ("text", texts())]);
        let article = rows[3].as_ref().unwrap();
        assert_eq!((article.date, article.id.as_str(), article.text.as_str()), (day, "10", "Four."));
        assert_eq!(rows[1].as_ref().unwrap_err().id, "8");
    }
    let bad = read(vec![("text", texts()), ("date", Arc::new(StringArray::from(vec!["07/08/2013"; 4])))]);
    let why = bad[0].as_ref().unwrap_err().failure.clone().unwrap();
    assert_eq!(why, "1: the date `07/08/2013` cannot be read; write YYYY-MM-DD");
}

#[test]
fn a_table_without_texts_is_refused_in_words() {
    let error = |columns| read(&table(columns), 1, &Defaults::default()).unwrap_err().to_string();
    let numbers = || Arc::new(Int64Array::from(vec![1])) as ArrayRef;
    assert_eq!(
        error(vec![("body", numbers()), ("n", numbers())]),
        "the table has no column `text`; it holds the articles' words. Its columns: body, n"
    );
    assert_eq!(error(vec![("text", numbers())]), "the column `text` is of type Int64; it must hold strings");
}

#[test]
fn what_is_not_english_is_a_failure_with_advice() {
    let german =
        "Die Außenminister der beiden Länder trafen sich am Montag in Genf, um über die Waffenruhe zu sprechen.";
    let given = || vec![Ok(Article::from_lines("de", german)), Ok(article())];
    let records = code(&CODER, given(), false, "do so", 0.0);
    assert_eq!(records[0].failure.as_deref(), Some("de: this is not in English, so it was not coded; do so"));
    assert_eq!(records[1], record());
    assert_eq!(code(&CODER, given(), true, "", 0.0)[0].failure, None);
    assert!(code(&CODER, given(), false, "", 1.0)[1].events.is_empty());
}

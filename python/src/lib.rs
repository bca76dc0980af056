//! What the Python package `polybius` needs of Rust: articles in, JSON records or Arrow tables out. Everything that a user sees is
//! written in Python around it (`package/`).

use arrow_array::ffi_stream::RecordBatchStreamReader;
use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_pyarrow::{IntoPyArrow, PyArrowType, Table};
use arrow_schema::{ArrowError, Schema, SchemaRef};
use polybius_arrow::{ArticleRecord, InputError};
use polybius_coder::{Coder, Lexicon, RecordWriter};
use polybius_reader::{Defaults, Fields, ReadError, files, read_file};
use polybius_text::Article;
use pyo3::create_exception;
use pyo3::exceptions::{PyException, PyValueError};
use pyo3::prelude::*;
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

create_exception!(polybius, PolybiusError, PyException, "What Polybius has to complain about.");
create_exception!(polybius, ArticleError, PolybiusError, "An article that cannot be read or coded.");
create_exception!(polybius, LexiconError, PolybiusError, "A lexicon folder with errors, one a line.");
create_exception!(polybius, TableError, PolybiusError, "A table that is not one of articles.");

/// How to have an article coded that is not in English.
const ADVICE: &str = "say force=True to code it all the same";
/// Articles between two looks at whether the user has interrupted.
const SLICE: usize = 256;
/// Articles in one record batch of a result.
const BATCH: usize = 1024;

/// Of an article its record as JSON and its text, or what is wrong with it.
type Coded = (Option<(String, String)>, Option<String>);
/// Articles by field: id, title, date, publisher, url, text.
type Row = (Option<String>, Option<String>, Option<String>, Option<String>, Option<String>, Option<String>);

fn fields((id, title, date, publisher, url, text): Row) -> Fields {
    Fields { id: id.map(serde_json::Value::from), title, date, publisher, url, text, ..Fields::default() }
}

#[pyclass(frozen, module = "polybius._native")]
struct NativeCoder {
    coder: Coder,
    threads: usize,
    /// The threads of the process with this id: a forked process has none of its parent's.
    pool: Mutex<Option<(u32, Arc<ThreadPool>)>>,
}

impl NativeCoder {
    fn pool(&self) -> PyResult<Arc<ThreadPool>> {
        let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        let process = std::process::id();
        match &*pool {
            Some((owner, pool)) if *owner == process => Ok(pool.clone()),
            _ => {
                let new = ThreadPoolBuilder::new().num_threads(self.threads).build();
                let new = new.map_err(|e| PolybiusError::new_err(format!("the threads could not be started: {e}")))?;
                let new = Arc::new(new);
                // the threads of another process cannot be ended from here
                if let Some(old) = pool.replace((process, new.clone())) {
                    std::mem::forget(old);
                }
                Ok(new)
            }
        }
    }

    /// The article's record as a JSON line.
    fn record(&self, article: &Article, min_confidence: f64) -> String {
        let mut events = self.coder.code(article);
        events.retain(|e| e.confidence >= min_confidence);
        RecordWriter::new(article).article(&events, false).to_string()
    }
}

/// The article if it is in English or may be in another language.
fn english(article: Article, force: bool) -> Result<Article, String> {
    polybius_arrow::english(article, force, ADVICE).map_err(|record| record.failure.unwrap_or_default())
}

#[pymethods]
impl NativeCoder {
    #[new]
    fn new(py: Python<'_>, lexicon: Option<PathBuf>, threads: usize) -> PyResult<Self> {
        let coder = py.detach(|| match lexicon {
            None => Ok(Coder::new()),
            Some(folder) => Lexicon::with_folder(&folder).map(Coder::with_lexicon),
        });
        let coder = coder.map_err(|e| LexiconError::new_err(format!("the lexicon cannot be used: {e}")))?;
        Ok(NativeCoder { coder, threads, pool: Mutex::new(None) })
    }

    /// The record of one article as JSON.
    fn code(&self, py: Python<'_>, row: Row, force: bool, min_confidence: f64) -> PyResult<String> {
        let record = py.detach(|| {
            let article = fields(row).article(|| "-".to_owned(), &Defaults::default())?;
            Ok(self.record(&english(article, force)?, min_confidence))
        });
        record.map_err(|e: String| ArticleError::new_err(e))
    }

    /// Of each article in these files and folders its record as JSON and its text, or what is wrong with it.
    fn code_files(
        &self,
        py: Python<'_>,
        paths: Vec<PathBuf>,
        date: Option<&str>,
        publisher: Option<String>,
        force: bool,
        min_confidence: f64,
    ) -> PyResult<Vec<Coded>> {
        let date = date.map(|d| polybius_reader::parse_date(d).ok_or_else(|| bad_date(d))).transpose()?;
        let defaults = Defaults { date, publisher, ..Defaults::default() };
        let mut coded = Vec::new();
        let mut waiting = Vec::new();
        let pool = self.pool()?;
        let flush = |waiting: &mut Vec<Result<Article, ReadError>>, coded: &mut Vec<Coded>| {
            let one = |read: Result<Article, ReadError>| -> Coded {
                match read.map_err(|e| e.to_string()).and_then(|article| english(article, force)) {
                    Ok(article) => (Some((self.record(&article, min_confidence), article.text)), None),
                    Err(why) => (None, Some(why)),
                }
            };
            py.detach(|| pool.install(|| coded.par_extend(std::mem::take(waiting).into_par_iter().map(one))));
            py.check_signals()
        };
        let mut interrupted = Ok(());
        for path in paths {
            let mut sink = |read| {
                waiting.push(read);
                if waiting.len() >= SLICE && interrupted.is_ok() {
                    interrupted = flush(&mut waiting, &mut coded);
                }
            };
            match files(&path) {
                Ok(found) => found.iter().for_each(|file| read_file(file, &defaults, &mut sink)),
                Err(e) => sink(Err(e)),
            }
        }
        interrupted?;
        flush(&mut waiting, &mut coded)?;
        Ok(coded)
    }

    /// Codes the articles of anything that speaks the Arrow C stream or array interface.
    fn code_stream(
        &self,
        py: Python<'_>,
        table: &Bound<'_, PyAny>,
        force: bool,
        min_confidence: f64,
    ) -> PyResult<Records> {
        let mut records = Vec::new();
        let mut slice = |batch: RecordBatch| -> PyResult<()> {
            for start in (0..batch.num_rows()).step_by(SLICE) {
                let part = batch.slice(start, SLICE.min(batch.num_rows() - start));
                let pool = self.pool()?;
                let coded = py.detach(|| -> Result<_, InputError> {
                    let articles = polybius_arrow::read(&part, records.len() + 1, &Defaults::default())?;
                    Ok(pool.install(|| polybius_arrow::code(&self.coder, articles, force, ADVICE, min_confidence)))
                });
                records.extend(coded.map_err(|e| TableError::new_err(e.to_string()))?);
                py.check_signals()?;
            }
            Ok(())
        };
        if table.hasattr("__arrow_c_stream__")? {
            let stream: PyArrowType<RecordBatchStreamReader> = table.extract()?;
            let mut stream = stream.0;
            // the first batch may be the only one: without it nobody would say that there are no texts
            slice(RecordBatch::new_empty(stream.schema()))?;
            while let Some(batch) = py.detach(|| stream.next()) {
                slice(batch.map_err(failed)?)?;
            }
        } else {
            let batch: PyArrowType<RecordBatch> = table.extract()?;
            slice(batch.0)?;
        }
        Ok(Records { records })
    }

    /// Codes articles given field by field.
    fn code_rows(&self, py: Python<'_>, rows: Vec<Row>, force: bool, min_confidence: f64) -> PyResult<Records> {
        let mut records: Vec<ArticleRecord> = Vec::with_capacity(rows.len());
        let pool = self.pool()?;
        let mut rows = rows.into_iter();
        loop {
            let part: Vec<Row> = rows.by_ref().take(SLICE).collect();
            if part.is_empty() {
                return Ok(Records { records });
            }
            let first = records.len() + 1;
            let articles = part.into_iter().enumerate().map(|(i, row)| {
                polybius_arrow::article(fields(row), || (first + i).to_string(), &Defaults::default())
            });
            let articles: Vec<_> = articles.collect();
            let code = || polybius_arrow::code(&self.coder, articles, force, ADVICE, min_confidence);
            records.extend(py.detach(|| pool.install(code)));
            py.check_signals()?;
        }
    }
}

/// What became of articles.
#[pyclass(frozen, module = "polybius._native")]
struct Records {
    records: Vec<ArticleRecord>,
}

#[pymethods]
impl Records {
    /// A `pyarrow.Table` with a row an article.
    fn articles<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.table(py, polybius_arrow::articles, polybius_arrow::article_schema())
    }

    /// A `pyarrow.Table` with a row an event.
    fn events<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.table(py, polybius_arrow::events, polybius_arrow::event_schema())
    }
}

impl Records {
    fn table<'py>(
        &self,
        py: Python<'py>,
        columns: fn(&[ArticleRecord]) -> Result<RecordBatch, ArrowError>,
        schema: SchemaRef,
    ) -> PyResult<Bound<'py, PyAny>> {
        let batches = py.detach(|| self.records.chunks(BATCH).map(columns).collect::<Result<Vec<_>, _>>());
        Table::try_new(batches.map_err(failed)?, schema).map_err(failed)?.into_pyarrow(py)
    }
}

fn failed(e: ArrowError) -> PyErr {
    TableError::new_err(e.to_string())
}

fn bad_date(date: &str) -> PyErr {
    PyValueError::new_err(format!("the date `{date}` cannot be read; write YYYY-MM-DD"))
}

/// The `pyarrow.Schema` of the table with a row an article.
#[pyfunction]
fn article_schema() -> PyArrowType<Schema> {
    PyArrowType(Schema::clone(&polybius_arrow::article_schema()))
}

/// The `pyarrow.Schema` of the table with a row an event.
#[pyfunction]
fn event_schema() -> PyArrowType<Schema> {
    PyArrowType(Schema::clone(&polybius_arrow::event_schema()))
}

#[pymodule]
fn _native(m: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = m.py();
    m.add_class::<NativeCoder>()?;
    m.add_class::<Records>()?;
    m.add_function(wrap_pyfunction!(article_schema, m)?)?;
    m.add_function(wrap_pyfunction!(event_schema, m)?)?;
    m.add("PolybiusError", py.get_type::<PolybiusError>())?;
    m.add("ArticleError", py.get_type::<ArticleError>())?;
    m.add("LexiconError", py.get_type::<LexiconError>())?;
    m.add("TableError", py.get_type::<TableError>())?;
    m.add("__version__", env!("CARGO_PKG_VERSION"))?;
    Ok(())
}

//! The `polybius` command: one module a subcommand, no logic of its own.

mod code;
mod count;
mod eval;
mod eval_attributions;
mod eval_coreference;
mod eval_incidents;
mod eval_places;
mod eval_syntax;
mod explain;
mod export;
mod ingest;
mod inputs;
mod lexicon;
mod parse;
mod query;
mod rows;
mod serve;
mod table;
mod watch;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;
use polybius_reader::Column;
use polybius_store::Dimension;
use std::ffi::OsString;
use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;

/// The lexicon is a hundred thousand small strings: with this allocator the program starts in 60 ms instead of 100.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Polybius reads the news and writes down who did what to whom, when, where, and on whose word.
#[derive(Parser)]
#[command(version, about, max_term_width = 110)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Code articles: one record an event, as a table, JSON Lines, CSV or Parquet
    Code(CodeArgs),
    /// Code articles into a store, each exactly once
    Ingest(IngestArgs),
    /// Ask a store for events: `polybius query --store FILE 'actor:RUS recipient:SYR event:CONSULT since:2013-07'`
    #[command(after_long_help = query::help())]
    Query(QueryArgs),
    /// Count events of a store: `polybius count --store FILE --by month,actor,quad since:2013`
    Count(CountArgs),
    /// Open a store in the browser: pages to search it, read its articles and see why they were coded so, and a JSON API
    Serve(ServeArgs),
    /// Write events of a store as Parquet or CSV, or in the columns of other data sets: POLECAT, ICEWS, GDELT
    Export(ExportArgs),
    /// Poll RSS and Atom feeds and put what is new into a store, until Ctrl-C
    Watch(WatchArgs),
    /// Tell in words why each event was coded: rule and example, how actor and recipient were found, how real, whose word, when, where
    Explain {
        #[command(flatten)]
        input: InputArgs,
        /// Tell instead why a sentence has no event of this category
        #[arg(long, value_name = "CATEGORY")]
        why_not: Option<String>,
        /// Show the syntax tree and the clauses of each sentence too
        #[arg(long)]
        trees: bool,
    },
    /// Write CoNLL-U: of text, or of CoNLL-U whose tokens are taken as they are
    Parse {
        /// Articles in any format that `code` reads, or CoNLL-U (`.conllu`); `-` is standard input
        #[arg(default_value = "-")]
        file: PathBuf,
    },
    /// Score recognition and resolution of toponyms
    EvalPlaces {
        /// JSON Lines: `text` and `toponyms`, each with `start`, `end` (code points), `lat`, `lon`
        gold: PathBuf,
        /// Only every other article: the 1st, 3rd, ... (development) or the 2nd, 4th, ... (held-back)
        #[arg(long, value_enum)]
        half: Option<Half>,
    },
    /// Score the syntax model against a treebank, by the measures of the CoNLL 2018 shared task
    EvalSyntax {
        /// CoNLL-U with gold trees and `# text` lines
        gold: PathBuf,
        /// CoNLL-U of the same text by another system, scored instead of the model
        system: Option<PathBuf>,
    },
    /// Score coded events against hand-coded ones, list the errors by cause, compare two codings
    Eval(EvalArgs),
    /// Score coreference against a treebank with entities (GUM): MUC, B³, CEAF and their CoNLL average
    EvalCoreference {
        /// CoNLL-U with `Entity` in MISC; its words and sentences are taken as they are
        gold: PathBuf,
        /// Score documents of these genres only (`# meta::genre`)
        #[arg(long, value_delimiter = ',')]
        genre: Vec<String>,
        /// Learn from these documents instead of scoring them, and write the weights (model/coreference.tsv) to standard output
        #[arg(long)]
        learn: bool,
    },
    /// Score the attributions found against annotated ones
    EvalAttributions {
        /// JSON Lines with `text` and `attributions`, each with `source`, `cue` and `content`, lists of [start, end] in code points
        file: PathBuf,
    },
    /// Score the merging of mentions to incidents (B³) and the finding of near-copies
    EvalIncidents {
        /// JSON Lines of articles with `mentions` of the stories they tell, as in `corpus/incidents`
        file: PathBuf,
        /// List the stories that were torn and the incidents that mix stories
        #[arg(long)]
        errors: bool,
    },
    /// Look into the lexicons
    Lexicon {
        #[command(subcommand)]
        action: LexiconAction,
    },
}

#[derive(Subcommand)]
enum LexiconAction {
    /// Count what the lexicon covers
    Stats {
        /// A folder laid out like `lexicon/`, counted with what is built in
        folder: Option<PathBuf>,
    },
    /// Name everything that is wrong in a folder of lexicon files, by line and with what to do, and run its examples
    Check {
        /// A folder laid out like `lexicon/`; without it the built-in lexicon is checked
        folder: Option<PathBuf>,
    },
    /// Tell what a name means
    Lookup {
        /// A name or a role as it stands in a text
        name: String,
        /// The day of the article (YYYY-MM-DD) [default: none, what held last]
        #[arg(long, value_parser = date)]
        date: Option<Date>,
        /// Folder with further lexicon files
        #[arg(long)]
        lexicon: Option<PathBuf>,
    },
}

#[derive(Args, Clone)]
struct InputArgs {
    /// Files, folders, or `-` for standard input: text, Markdown, HTML, JSON Lines, CSV, TSV, RSS, Atom, NITF, NewsML-G2, WARC; also .gz
    #[arg(default_value = "-")]
    paths: Vec<PathBuf>,
    /// Day of publication (YYYY-MM-DD) of articles that do not say it
    #[arg(long, value_parser = date)]
    date: Option<Date>,
    /// Publisher of articles that do not say it
    #[arg(long)]
    publisher: Option<String>,
    /// Which column of a table holds what, such as text=body; fields: text, title, date, publisher, url, id, byline, language
    /// [default: guessed from the usual names]
    #[arg(long, value_name = "FIELD=COLUMN")]
    column: Vec<Column>,
    /// Folder with further lexicon files, laid out like `lexicon/`
    #[arg(long)]
    lexicon: Option<PathBuf>,
    /// Code articles that are not in English all the same
    #[arg(long)]
    force: bool,
}

#[derive(Args)]
struct CodeArgs {
    #[command(flatten)]
    input: InputArgs,
    /// How to write the events [default: as the name of --out ends; table on a terminal; else jsonl]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// File to write to [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// What to add to each JSON line
    #[arg(long, value_enum, value_delimiter = ',')]
    with: Vec<With>,
    /// Leave out events of a lower confidence: the chance, from 0 to 1, that the event is there and of its category
    #[arg(long, value_name = "X", default_value_t = 0.0, hide_default_value = true, value_parser = chance)]
    min_confidence: f64,
    /// Threads [default: one a core]
    #[arg(long)]
    threads: Option<usize>,
}

#[derive(Args)]
struct IngestArgs {
    /// The store, a file; it is made if it is not there
    #[arg(long)]
    store: PathBuf,
    #[command(flatten)]
    input: InputArgs,
    /// Read again the sources in which something failed, instead of those given
    #[arg(long)]
    retry_failed: bool,
    /// Threads [default: one a core]
    #[arg(long)]
    threads: Option<usize>,
}

#[derive(Args)]
struct WatchArgs {
    /// The store, a file; it is made if it is not there
    #[arg(long)]
    store: PathBuf,
    /// A file of feeds: one address a line, `#` begins a remark
    feeds: PathBuf,
    /// Minutes between two polls of a feed
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..=10_080))]
    every: u64,
    /// Seconds, at least, between two requests to one host
    #[arg(long, default_value_t = 2.0, value_parser = seconds)]
    delay: f64,
    /// Seconds for one request with its answer
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=600))]
    timeout: u64,
    /// Code what the feeds themselves have of the articles, and do not read the pages they link to
    #[arg(long)]
    summaries: bool,
    /// Poll each feed that is due once, and end
    #[arg(long)]
    once: bool,
    /// Folder with further lexicon files, laid out like `lexicon/`
    #[arg(long)]
    lexicon: Option<PathBuf>,
    /// Code articles that are not in English all the same
    #[arg(long)]
    force: bool,
}

#[derive(Args)]
struct QueryArgs {
    /// The store
    #[arg(long)]
    store: PathBuf,
    /// What to ask for, in one or several words; everything if there is none
    query: Vec<String>,
    /// A question in SQL instead; it cannot change the store
    #[arg(long, conflicts_with = "query")]
    sql: Option<String>,
    /// How to write the answer [default: table on a terminal, else jsonl]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// At most so many events [default: 50 in a table, else all]
    #[arg(long)]
    limit: Option<usize>,
    /// In which order
    #[arg(long, value_enum, default_value = "newest")]
    order: OrderArg,
}

#[derive(Args)]
struct CountArgs {
    /// The store
    #[arg(long)]
    store: PathBuf,
    /// By what, such as month,actor,quad
    #[arg(long, value_delimiter = ',', value_parser = count::dimension)]
    by: Vec<Dimension>,
    /// What is counted
    #[arg(long, value_enum, default_value = "events")]
    of: UnitArg,
    /// What to count, in the language of `polybius query`; everything if there is none
    query: Vec<String>,
    /// How to write the counts [default: table on a terminal, else csv]
    #[arg(long, value_enum)]
    format: Option<Format>,
}

#[derive(Args)]
struct ServeArgs {
    /// The store
    #[arg(long)]
    store: PathBuf,
    /// The port; 0 takes a free one
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The address; one that other machines reach needs --token
    #[arg(long, default_value = "127.0.0.1")]
    address: IpAddr,
    /// What others must give to see the store, at least 16 characters
    #[arg(long, env = "POLYBIUS_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// Folder with further lexicon files, for Explain
    #[arg(long)]
    lexicon: Option<PathBuf>,
}

#[derive(Args)]
struct ExportArgs {
    /// The store
    #[arg(long)]
    store: PathBuf,
    /// In which columns; docs/export.md says what each cannot hold
    #[arg(long, value_enum)]
    format: ExportFormat,
    /// The file, for Parquet a new folder [default: standard output]
    #[arg(long, required_if_eq("format", "parquet"))]
    out: Option<PathBuf>,
    /// Which events, in the language of `polybius query`; all if there is no question
    query: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ExportFormat {
    /// A folder of files, one a month (month=2013-07/events.parquet); the columns stand in docs/arrow.md
    Parquet,
    /// A row an event with all that is known of it
    Csv,
    /// 40 columns, tab-separated, with a header; `None` for what is missing; a row an event
    Polecat,
    /// 20 columns, tab-separated, with a header; a row a pair of source and target
    Icews,
    /// The 61 columns of GDELT 2.0 event files, tab-separated, without a header; a row a pair of actors
    Gdelt,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OrderArg {
    Newest,
    Oldest,
    Confidence,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum UnitArg {
    Events,
    Articles,
    Incidents,
}

#[derive(Args)]
struct EvalArgs {
    /// JSON Lines of articles with `text` and hand-coded `events`
    gold: PathBuf,
    /// JSON Lines that `polybius code` wrote for the same articles; without it they are coded now
    predicted: Option<PathBuf>,
    /// Another such file: print the change from it, and which events are newly right or wrong
    #[arg(long)]
    against: Option<PathBuf>,
    /// Folder with further lexicon files, where the articles are coded now
    #[arg(long)]
    lexicon: Option<PathBuf>,
    /// Add a row for each category
    #[arg(long)]
    by_category: bool,
    /// List up to this many errors of each cause
    #[arg(long, default_value_t = 0, value_name = "N")]
    errors: usize,
    /// Write the figures as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Jsonl,
    Csv,
    /// A row an event, with stable types (docs/arrow.md)
    Parquet,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum With {
    /// The text that the offsets count in
    Text,
    /// Every attribution of the article: source, cue, content
    Attributions,
    /// Time expressions, with values as TIMEX3 writes them
    Dates,
    /// All places named, with coordinates
    Places,
    /// Everybody and every body spoken of, with all mentions
    Entities,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Half {
    Development,
    HeldBack,
}

fn date(text: &str) -> Result<Date, String> {
    polybius_reader::parse_date(text).ok_or_else(|| "write a day as YYYY-MM-DD".to_owned())
}

fn chance(text: &str) -> Result<f64, String> {
    let chance = text.parse().ok().filter(|x| (0.0..=1.0).contains(x));
    chance.ok_or_else(|| "write a number from 0 to 1".to_owned())
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse().ok().filter(|x| (0.0..=3600.0).contains(x));
    seconds.ok_or_else(|| "write a number of seconds from 0 to 3600".to_owned())
}

/// The arguments, such that `-status:future` is taken for a term of a question and not for a flag.
fn arguments() -> impl Iterator<Item = OsString> {
    std::env::args_os().map(|argument| {
        let is_term = argument
            .to_str()
            .and_then(|a| a.strip_prefix('-')?.split_once(':'))
            .is_some_and(|(field, _)| !field.is_empty() && field.bytes().all(|b| b.is_ascii_lowercase()));
        if is_term { [OsString::from(" "), argument].into_iter().collect() } else { argument }
    })
}

fn main() -> ExitCode {
    let result = match Cli::parse_from(arguments()).command {
        Command::Code(args) => code::run(&args),
        Command::Eval(args) => eval::run(&args),
        Command::Ingest(args) => ingest::run(&args),
        Command::Watch(args) => watch::run(&args),
        Command::Query(args) => query::run(&args),
        Command::Count(args) => count::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Explain { input, why_not, trees } => explain::run(&input, why_not.as_deref(), trees),
        Command::Parse { file } => parse::run(&file),
        Command::EvalPlaces { gold, half } => eval_places::run(&gold, half),
        Command::EvalSyntax { gold, system: None } => eval_syntax::model(&gold),
        Command::EvalSyntax { gold, system: Some(system) } => eval_syntax::compare(&gold, &system),
        Command::EvalCoreference { gold, genre, learn } => eval_coreference::run(&gold, &genre, learn),
        Command::Lexicon { action: LexiconAction::Stats { folder } } => lexicon::stats(folder.as_deref()),
        Command::EvalIncidents { file, errors } => eval_incidents::run(&file, errors),
        Command::EvalAttributions { file } => eval_attributions::run(&file),
        Command::Lexicon { action: LexiconAction::Check { folder } } => lexicon::check(folder.as_deref()),
        Command::Lexicon { action: LexiconAction::Lookup { name, date, lexicon } } => {
            lexicon::lookup(&name, date, lexicon.as_deref())
        }
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        // whoever reads our output has seen enough: no error
        Err(error) if broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("polybius: {error:#}");
            ExitCode::from(1)
        }
    }
}

fn broken_pipe(error: &anyhow::Error) -> bool {
    let is_broken = |e: &io::Error| e.kind() == io::ErrorKind::BrokenPipe;
    error.chain().any(|c| {
        c.downcast_ref::<io::Error>().is_some_and(is_broken)
            || c.downcast_ref::<csv::Error>().is_some_and(|e| matches!(e.kind(), csv::ErrorKind::Io(e) if is_broken(e)))
    })
}

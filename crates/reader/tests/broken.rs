//! Whatever comes in, every reader ends without a panic, and where no article comes out an error does, with the file's name.

use flate2::{Compression, write::GzEncoder};
use polybius_reader::{Defaults, read_file};
use proptest::prelude::*;
use std::io::Write;
use std::path::Path;

/// Names tell the readers apart.
const NAMES: [&str; 12] = [
    "a.txt",
    "a.md",
    "a.html",
    "a.jsonl",
    "a.csv",
    "a.tsv",
    "a.rss",
    "a.nitf",
    "a.xml",
    "a.warc",
    "a.json",
    "a.warc.gz",
];

fn samples() -> Vec<Vec<u8>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["tests/formats", "tests/pages", "../../samples"] {
        let mut paths: Vec<_> = std::fs::read_dir(here.join(folder)).unwrap().map(|e| e.unwrap().path()).collect();
        paths.sort();
        files.extend(paths.into_iter().take(14).map(|p| std::fs::read(p).unwrap()));
    }
    let page = &files[3];
    let http = [
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n",
        page.as_slice(),
    ]
    .concat();
    let head = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example\r\nContent-Length: {}\r\n\r\n",
        http.len()
    );
    let record = [head.as_bytes(), &http, b"\r\n\r\n"].concat();
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(&record).unwrap();
    let packed = packed.finish().unwrap();
    files.push(record.repeat(3));
    files.push(packed.repeat(3));
    files
}

/// Reads the bytes under a name; true if all is in order.
fn check(name: &str, bytes: &[u8]) -> Result<(), TestCaseError> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let (mut articles, mut errors) = (0, Vec::new());
    read_file(&path, &Defaults::default(), &mut |r| match r {
        Ok(article) => {
            articles += 1;
            // spans lie in the text, on characters
            assert!(article.paragraphs.iter().all(|p| article.text.get(p.span.start..p.span.end).is_some()));
        }
        Err(e) => errors.push(e.to_string()),
    });
    for error in &errors {
        prop_assert!(error.contains(name), "{}", error);
    }
    // an archive may hold nothing that is an article, a file of pictures likewise
    let may_be_silent = bytes.windows(5).any(|w| w == b"WARC/")
        || bytes.starts_with(&[0x1f, 0x8b])
        || name.ends_with("jsonl")
        || name.ends_with("json")
        || name.ends_with("csv")
        || name.ends_with("tsv")
        || name.ends_with("xml");
    prop_assert!(articles > 0 || !errors.is_empty() || may_be_silent, "{} of {} bytes gave nothing", name, bytes.len());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(name in prop::sample::select(NAMES.to_vec()), bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        check(name, &bytes)?;
    }

    #[test]
    fn any_markup(name in prop::sample::select(NAMES.to_vec()), text in "([<>&;:,\"'\\[\\]{}()=/!?\\-#\r\n\t ]|<(p|div|a|table|tr|td|br|li|ul|script|item|entry|nitf|newsItem|rss|channel|feed|html|body)>|</(p|div|a|item|nitf|html)>|[a-zé]{1,5}|<!\\[CDATA\\[|\\]\\]>|<!--|<\\?xml ){0,120}") {
        check(name, text.as_bytes())?;
    }

    #[test]
    fn samples_cut_doubled_and_scrambled(
        sample in prop::sample::select(samples()),
        name in prop::sample::select(NAMES.to_vec()),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4u8, 1..40usize), 0..8),
    ) {
        let mut bytes = sample;
        for (at, byte, what, length) in edits {
            if bytes.is_empty() {
                break;
            }
            let at = at.index(bytes.len());
            let end = (at + length).min(bytes.len());
            match what {
                0 => bytes[at] = byte,
                1 => drop(bytes.drain(at..end)),
                2 => bytes.truncate(at),
                _ => {
                    let piece = bytes[at..end].to_vec();
                    bytes.splice(at..at, piece);
                }
            }
        }
        check(name, &bytes)?;
    }
}

#[test]
fn nested_without_end() {
    let deep = |open: &str, close: &str, n: usize| format!("{}text{}", open.repeat(n), close.repeat(n));
    for (name, text) in [
        ("a.html", format!("<html><body>{}", deep("<div>", "</div>", 100_000))),
        ("a.html", format!("<html><body>{}", deep("<b><p>", "", 3000))),
        ("a.html", format!("<html><body>{}", deep("<table><tr><td>", "", 2000))),
        ("a.rss", format!("<rss version=\"2.0\"><channel><item><description>{}", deep("<a>", "</a>", 100_000))),
        (
            "a.rss",
            format!(
                "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><content type=\"xhtml\">{}",
                deep("<b>", "</b>", 400)
            ),
        ),
        (
            "a.rss",
            format!(
                "<rss version=\"2.0\"><channel><item><description><![CDATA[{}]]></description></item></channel></rss>",
                deep("<div>", "", 100_000)
            ),
        ),
        ("a.nitf", format!("<nitf><body><body.content>{}", deep("<block>", "</block>", 100_000))),
        ("a.jsonl", deep("{\"text\":", "}", 100_000)),
        ("a.html", format!("<script type=\"application/ld+json\">{}</script><p>x</p>", deep("[", "]", 100_000))),
    ] {
        check(name, text.as_bytes()).unwrap();
    }
}

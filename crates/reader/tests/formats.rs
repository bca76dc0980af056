//! Each kind of source gives its articles and names what is wrong in it.

use flate2::{Compression, write::GzEncoder};
use polybius_reader::{Column, Columns, Defaults, read_file, read_stream};
use polybius_text::{Article, Role};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

type Outcome = (Vec<Article>, Vec<String>);

fn sorted(read: impl FnOnce(&mut dyn FnMut(Result<Article, polybius_reader::ReadError>))) -> Outcome {
    let (mut articles, mut errors) = Outcome::default();
    read(&mut |r| match r {
        Ok(article) => articles.push(article),
        Err(e) => errors.push(e.to_string()),
    });
    (articles, errors)
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats").join(name)
}

fn from_file(name: &str) -> Outcome {
    sorted(|sink| read_file(&file(name), &Defaults::default(), sink))
}

fn from_stream(bytes: &[u8]) -> Outcome {
    sorted(|sink| read_stream(bytes, "-", &Defaults::default(), sink))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn body(article: &Article) -> Vec<&str> {
    article.body().map(|s| s.of(&article.text)).collect()
}

fn date(article: &Article) -> String {
    article.date.map_or_else(String::new, |d| d.to_string())
}

#[test]
fn rss_gives_full_content_else_the_summary() {
    // its declaration is longer than 64 bytes and says windows-1252
    let (articles, errors) = from_file("harbour.rss");
    assert_eq!(articles.len(), 2, "{errors:?}");
    let first = &articles[0];
    assert_eq!((first.id.as_str(), first.title.as_deref()), ("ht-1", Some("Kenya & Somalia resume talks")));
    assert_eq!((date(first).as_str(), first.publisher.as_deref()), ("2013-07-22", Some("The Harbour Times")));
    assert_eq!((first.byline.as_deref(), first.language.as_deref()), (Some("Jane Roe"), Some("en")));
    assert_eq!(first.url.as_deref(), Some("https://harbourtimes.example/1"));
    assert_eq!(
        body(first),
        [
            "The foreign ministers of Kenya and Somalia met in Nairobi on Monday.",
            "They agreed to reopen the border.",
            "Somalia's minister accused a militia of smuggling arms."
        ]
    );
    assert_eq!(body(&articles[1]), ["Police arrested six protesters in Lyon on Tuesday."]);
    assert!(
        errors[0].contains("entry 3 (https://harbourtimes.example/3): it has neither content nor a summary"),
        "{errors:?}"
    );
}

#[test]
fn atom_and_json_feed() {
    let (articles, errors) = from_file("harbour.atom");
    assert_eq!(errors, [""; 0]);
    let entry = &articles[0];
    assert_eq!((entry.title.as_deref(), date(entry).as_str()), (Some("Strike & lockout end"), "2024-05-01"));
    assert_eq!(
        (entry.byline.as_deref(), entry.url.as_deref()),
        (Some("A. Li, B. Cruz"), Some("https://wire.example/7"))
    );
    assert_eq!(
        body(entry),
        ["Dockers ended a strike of nine days on Wednesday.", "The port company withdrew its lockout."]
    );
    let (articles, errors) = from_file("feed.json");
    assert_eq!(errors, [""; 0]);
    assert_eq!(body(&articles[0]), ["An envoy of Turkey arrived in Baku on Thursday."]);
    assert_eq!((date(&articles[0]).as_str(), articles[0].publisher.as_deref()), ("2022-02-03", Some("Harbour Notes")));
}

#[test]
fn a_table_names_line_column_and_remedy() {
    let columns: Columns = ["date=Published on"].iter().map(|c| c.parse::<Column>().unwrap()).collect();
    let defaults = Defaults { columns, ..Defaults::default() };
    let (articles, errors) = sorted(|sink| read_file(&file("table.csv"), &defaults, sink));
    assert_eq!(articles.len(), 2, "{errors:?}");
    assert_eq!(articles[0].title.as_deref(), Some("Talks; then a walkout"));
    assert_eq!((date(&articles[0]).as_str(), articles[0].publisher.as_deref()), ("2019-04-03", Some("Fjord Post")));
    assert_eq!(body(&articles[0]), ["The ministers met in Oslo.", "They disagreed on fishing."]);
    assert_eq!(articles[1].text, "The café owner was arrested.");
    assert!(articles[1].id.ends_with("table.csv:7"), "{}", articles[1].id);
    for (error, expected) in errors.iter().zip([
        "table.csv, line 4: the row has 2 fields and the header 5; is a quote or a delimiter missing?",
        "table.csv, line 5: the column `Body` is empty; it holds the article's words",
        "table.csv, line 6: the date `soon` in column `Published on` cannot be read; write YYYY-MM-DD",
    ]) {
        assert!(error.contains(expected), "{error}\nis not\n{expected}");
    }
    assert_eq!(errors.len(), 3);
}

#[test]
fn columns_that_are_not_there_are_told() {
    let table = b"when,what\n2020-01-01,The minister resigned.\n";
    let read = |map: &[&str]| {
        let columns = map.iter().map(|c| c.parse::<Column>().unwrap()).collect();
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("t.csv");
        std::fs::write(&path, table).unwrap();
        sorted(|sink| read_file(&path, &Defaults { columns, ..Defaults::default() }, sink))
    };
    assert!(read(&[]).1[0].contains(
        "line 1: no column is known to hold the article's words; the columns are `when`, `what`; name it in text=COLUMN"
    ));
    assert!(
        read(&["text=story"]).1[0]
            .contains("no column is called `story`; the columns are `when`, `what`; name one of them in text=COLUMN")
    );
    let (articles, errors) = read(&["text=What", "date=when"]);
    assert_eq!((articles.len(), errors.len(), date(&articles[0]).as_str()), (1, 0, "2020-01-01"));
    assert!("txt=a".parse::<Column>().unwrap_err().contains("must be one of text, title, date"));
}

#[test]
fn nitf_with_dateline_caption_and_entities() {
    let (articles, errors) = from_file("wire.nitf");
    assert_eq!(errors, [""; 0]);
    let a = &articles[0];
    assert_eq!((a.id.as_str(), a.title.as_deref()), ("wire-0302-7", Some("Minister resigns over port deal")));
    assert_eq!((date(a).as_str(), a.publisher.as_deref()), ("2011-03-03", Some("The Plain Dealer Post")));
    assert_eq!((a.byline.as_deref(), a.url.as_deref()), (Some("Olu Ade"), Some("https://plain.example/7")));
    assert_eq!(
        body(a),
        [
            "LAGOS, MARCH 2 - The port ministry’s head resigned on Wednesday.",
            "The opposition demanded an election & an inquiry.",
            "Workers marched to the port."
        ]
    );
    assert!(a.paragraphs.iter().any(|p| p.role == Role::Caption && p.span.of(&a.text) == "The port of Lagos"));
}

#[test]
fn newsml_with_many_items() {
    let (articles, errors) = from_file("newsml.xml");
    let ids: Vec<&str> = articles.iter().map(|a| a.id.as_str()).collect();
    assert_eq!(ids, ["tag:wire.example,2020:1", "tag:4", "tag:5"], "{errors:?}");
    let a = &articles[0];
    assert_eq!((a.title.as_deref(), date(a).as_str()), (Some("Protesters block bridge"), "2020-05-31"));
    assert_eq!(
        (a.publisher.as_deref(), a.byline.as_deref(), a.language.as_deref()),
        (Some("Harbour Wire"), Some("Ana Sol"), Some("en-US"))
    );
    assert_eq!(body(a), ["QUITO, MAY 31 - Protesters blocked a bridge in Quito on Sunday.", "Police used tear gas."]);
    assert_eq!(body(&articles[1]).len(), 2);
    assert_eq!(articles[2].title.as_deref(), Some("Rebels free nurse"));
    assert_eq!(errors.len(), 1);
    assert!(errors[0].contains("newsml.xml, item 3 (tag:3): it has no paragraph of a story"), "{errors:?}");
}

#[test]
fn xml_of_other_kinds_and_xml_that_is_cut_off() {
    let dir = tempfile::tempdir().unwrap();
    let read = |text: &str| {
        let path = dir.path().join("x.xml");
        std::fs::write(&path, text).unwrap();
        sorted(|sink| read_file(&path, &Defaults::default(), sink)).1.join("\n")
    };
    assert!(
        read("<?xml version=\"1.0\"?><!-- <rss> --><sitemap/>").contains("its root element is `sitemap`; RSS, Atom")
    );
    assert!(read("<nitf><body><body.content><p>The minister").contains("item 1: the file ends within it"));
    assert!(read("<newsMessage><newsItem><a").contains("item 2 (byte 23): the XML is broken"));
    assert!(read("<rss><channel><item>").contains("the feed: "));
}

/// A record of a web archive.
fn record(kind: &str, url: &str, content: &[u8], length: usize) -> Vec<u8> {
    let head = format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2018-03-04T05:06:07Z\r\nWARC-Record-ID: <urn:uuid:{url}>\r\n\
         Content-Type: application/http; msgtype={kind}\r\nContent-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), content, b"\r\n\r\n"].concat()
}

fn response(url: &str, fields: &str, page: &[u8]) -> Vec<u8> {
    let content = [format!("HTTP/1.1 200 OK\r\n{fields}\r\n\r\n").as_bytes(), page].concat();
    record("response", url, &content, content.len())
}

fn page(words: &str) -> String {
    let story = format!(
        "<p>{words} The two governments agreed to go on talking after a day of long meetings in the capital.</p>"
    );
    format!(
        "<html lang=en><head><title>A story of two governments</title></head><body><article>{}</article></body></html>",
        story.repeat(3)
    )
}

/// Records of which the 2nd, a redirect and a picture give nothing, and the last has a charset in its HTTP header only.
fn archive() -> Vec<Vec<u8>> {
    let html = "Content-Type: text/html; charset=utf-8";
    let chunk = page("Peru met Chile.");
    let chunked = format!("{:x}\r\n{chunk}\r\n0\r\n\r\n", chunk.len());
    let (cyrillic, _, _) = encoding_rs::WINDOWS_1251.encode("Москва said no. ");
    let moscow =
        [page("Italy met Spain.").replace("</p>", "").as_bytes(), b"<p>", &cyrillic, b"was the answer.</p>"].concat();
    let gone = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<p>No</p>";
    vec![
        record("warcinfo", "info", b"software: x", 11),
        record("request", "http://a.example/1", b"GET / HTTP/1.1\r\n\r\n", 18),
        response("http://a.example/1", html, page("Kenya met Chad.").as_bytes()),
        record("response", "http://a.example/gone", gone, gone.len()),
        response("http://a.example/p.png", "Content-Type: image/png", b"\x89PNG\0\0"),
        response("http://a.example/2", &format!("{html}\r\nTransfer-Encoding: chunked"), chunked.as_bytes()),
        response(
            "http://a.example/3",
            &format!("{html}\r\nContent-Encoding: gzip"),
            &gzip(page("Mali met Niger.").as_bytes()),
        ),
        response("http://a.example/4", "Content-Type: text/plain", b"The mayor resigned on Friday.\n"),
        response("http://a.example/5", "Content-Type: text/html; charset=windows-1251", &moscow),
    ]
}

fn urls(articles: &[Article]) -> Vec<&str> {
    articles.iter().map(|a| a.url.as_deref().unwrap_or("").trim_start_matches("http://a.example/")).collect()
}

#[test]
fn web_archives_plain_and_packed() {
    let plain = archive().concat();
    let members: Vec<u8> = archive().iter().flat_map(|r| gzip(r)).collect();
    // packed as a whole, and cut into members anywhere
    let whole = gzip(&plain);
    let anywhere: Vec<u8> = plain.chunks(700).flat_map(gzip).collect();
    for bytes in [plain, members, whole, anywhere] {
        let (articles, errors) = from_stream(&bytes);
        assert_eq!(errors, [""; 0]);
        assert_eq!(urls(&articles), ["1", "2", "3", "4", "5"]);
        assert_eq!((date(&articles[0]).as_str(), articles[0].publisher.as_deref()), ("2018-03-04", Some("a.example")));
        assert_eq!(articles[0].id, "urn:uuid:http://a.example/1");
        assert!(articles[4].text.contains("Москва"), "{}", articles[4].text);
    }
}

#[test]
fn a_broken_record_never_stops_the_others() {
    let good = |n: usize| {
        response(&format!("http://a.example/{n}"), "Content-Type: text/html", page("Kenya met Chad.").as_bytes())
    };
    let bomb = response(
        "http://a.example/bomb",
        "Content-Type: text/html\r\nContent-Encoding: gzip",
        &gzip(&vec![b' '; 40 << 20]),
    );
    let mut broken = gzip(&good(2));
    let middle = broken.len() / 2;
    broken[middle..middle + 20].fill(0xff);
    let cut = gzip(&good(3));
    let long = record("response", "http://a.example/long", b"HTTP/1.1 200 OK\r\n\r\n<p>cut", 1 << 40);
    let huge = record("response", "http://a.example/huge", &vec![b'x'; 33 << 20], 33 << 20);
    let empty = response("http://a.example/empty", "Content-Type: text/html", b"<html></html>");
    let members = [
        gzip(&good(1)),
        broken,
        gzip(&bomb),
        gzip(b"this is no record\r\n"),
        gzip(&long),
        gzip(&huge),
        gzip(&empty),
        cut[..cut.len() - 30].to_vec(),
        gzip(&good(4)),
        gzip(&good(5))[..200].to_vec(),
    ];
    let offset = |n: usize| members[..n].iter().map(Vec::len).sum::<usize>();
    let (articles, errors) = from_stream(&members.concat());
    assert_eq!(urls(&articles), ["1", "4"], "{errors:#?}");
    for (n, expected) in [
        (1, "it cannot be unpacked or read"),
        (2, "(http://a.example/bomb): its unpacked body is larger than 32 MiB"),
        (3, "no record starts here"),
        (4, "(http://a.example/long): it is shorter than its Content-Length says"),
        (5, "(http://a.example/huge): it is larger than 32 MiB"),
        (6, "(http://a.example/empty): "),
        (7, "it is cut off"),
        (9, "it cannot be unpacked or read"),
    ] {
        let place = format!("record at byte {}", offset(n));
        let found = errors.iter().find(|e| e.contains(&format!("{place} ")) || e.contains(&format!("{place}:")));
        assert!(found.is_some_and(|e| e.contains(expected)), "{n}: `{place}`, `{expected}` not in {errors:#?}");
    }
    assert_eq!(errors.len(), 8, "{errors:#?}");

    // plain: what lies between two records is passed over
    let plain = [good(1), b"garbage\r\n".to_vec(), good(2), good(3)[..300].to_vec()].concat();
    let (articles, errors) = from_stream(&plain);
    assert_eq!(urls(&articles), ["1", "2"]);
    assert!(errors[0].contains("no record starts here") && errors[1].contains("before this record does"), "{errors:?}");
}

#[test]
fn packed_text_and_lines() {
    let dir = tempfile::tempdir().unwrap();
    let line = b"{\"id\": \"a\", \"text\": \"Egypt met Libya.\"}\n{\"id\": \"b\", \"text\": \"Libya met Chad.\"}\n";
    let table = b"id\ttext\nc\tMali met Niger.\n";
    let text = b"The minister resigned.\n";
    for (name, bytes) in [
        ("n.jsonl.gz", line.as_slice()),
        ("t.tsv.gz", table),
        ("a.txt.gz", text),
        ("p.html.gz", page("Peru met Chile.").as_bytes()),
    ] {
        std::fs::write(dir.path().join(name), gzip(bytes)).unwrap();
    }
    let mut ids = Vec::new();
    for path in polybius_reader::files(dir.path()).unwrap() {
        let (articles, errors) = sorted(|sink| read_file(&path, &Defaults::default(), sink));
        assert_eq!(errors, [""; 0]);
        ids.extend(articles.into_iter().map(|a| a.id));
    }
    assert_eq!(ids, ["a", "a", "b", "p", "c"]);
    // on a stream the kind is told by the bytes
    assert_eq!(from_stream(&gzip(line)).0.len(), 2);
    assert_eq!(from_stream(table).0[0].id, "c");
    assert_eq!(from_stream(&std::fs::read(file("harbour.atom")).unwrap()).0.len(), 1);
    assert_eq!(from_stream(&std::fs::read(file("newsml.xml")).unwrap()).0.len(), 3);
    assert_eq!(from_stream(&std::fs::read(file("feed.json")).unwrap()).0.len(), 1);
    // cut off and corrupt
    let packed = gzip(line);
    assert!(from_stream(&packed[..packed.len() / 2]).1[0].contains("-: "));
    assert!(from_stream(b"\x1f\x8b\x08garbage and nothing else").1[0].contains("-: "));
}

#[test]
fn what_is_too_large_fails_alone_and_bounded() {
    let line = |text: &str| format!("{{\"id\": \"x\", \"text\": \"{text}\"}}\n");
    // 100 MB on one line between two good ones
    let (good, long) = (line("Egypt met Libya."), "a ".repeat(50_000_000));
    let lines = good
        .as_bytes()
        .chain(b"{\"text\": \"".as_slice())
        .chain(long.as_bytes())
        .chain(b"\"}\n".as_slice())
        .chain(good.as_bytes());
    let (articles, errors) = sorted(|sink| read_stream(lines, "-", &Defaults::default(), sink));
    assert_eq!(articles.len(), 2);
    assert!(errors[0].contains("line 2: the line is larger than 32 MiB"), "{errors:?}");
    // a quote that is never closed
    let rows = b"id,text\na,Egypt met Libya.\nb,\"".as_slice().chain(long.as_bytes());
    let (articles, errors) = sorted(|sink| read_stream(rows, "-", &Defaults::default(), sink));
    assert_eq!(articles.len(), 1);
    assert!(
        errors[0].contains("line 3: the row that starts here is larger than 32 MiB") && errors[0].contains("quote"),
        "{errors:?}"
    );
    // bombs: as text, page, feed and item
    for (start, end, expected) in [
        ("Peace. ", "", "it is larger"),
        ("<html><body>", "</body></html>", "it is larger"),
        ("<rss><channel><item><description>", "</description></item></channel></rss>", "it is larger"),
        ("<nitf><body><body.content><p>", "</p></body.content></body></nitf>", "the item is larger"),
    ] {
        let bomb = gzip(&[start.as_bytes(), long.as_bytes(), end.as_bytes()].concat());
        let (articles, errors) = from_stream(&bomb);
        assert!(articles.is_empty() && errors.len() == 1 && errors[0].contains(expected), "{start}: {errors:?}");
    }
}

#[test]
fn other_character_sets() {
    let utf16 = |text: &str| -> Vec<u8> {
        [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
    };
    let (articles, errors) = from_stream(&utf16("id,text\r\na,\"Le café est fermé.\"\r\n"));
    assert_eq!(
        (articles.first().map(|a| a.text.as_str()), errors.len()),
        (Some("Le café est fermé."), 0),
        "{errors:?}"
    );
    let (articles, _) = from_stream(&utf16("{\"text\": \"Le café est fermé.\"}\r\n"));
    assert_eq!(articles[0].text, "Le café est fermé.");
    let (latin, _, _) = encoding_rs::WINDOWS_1252.encode("{\"text\": \"Le café est fermé.\"}\n");
    assert_eq!(from_stream(&latin).0[0].text, "Le café est fermé.");
    // the declaration is wrong: the bytes are UTF-8
    let feed = "<?xml version='1.0' encoding='iso-8859-1'?><rss version='2.0'><channel><title>t</title><item><guid>1</guid><description>Le café est fermé.</description></item></channel></rss>";
    assert_eq!(from_stream(feed.as_bytes()).0[0].text, "Le café est fermé.");
    let (latin, _, _) = encoding_rs::WINDOWS_1252.encode("<?xml version='1.0' encoding='iso-8859-1'?><nitf><body><body.content><p>Le café est fermé.</p></body.content></body></nitf>");
    assert_eq!(from_stream(&latin).0[0].text, "Le café est fermé.");
}

//! Polls of servers that misbehave.

use polybius_coder::Coder;
use polybius_store::{FeedState, Query, Store};
use polybius_watch::{Options, Watcher, feeds};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

fn coder() -> &'static Coder {
    static CODER: OnceLock<Coder> = OnceLock::new();
    CODER.get_or_init(Coder::new)
}

type Answer = dyn Fn(&str, &[String], &mut TcpStream) -> std::io::Result<()> + Send + Sync;

/// A server that answers each request (path and header lines) as it is told; what it was asked is kept.
struct Server {
    address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// Path, header lines and time of a request.
type Asked = (String, Vec<String>, Instant);

impl Server {
    fn new(answer: &'static Answer) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (Ok(mut stream), log) = (stream, Arc::clone(&log)) else { return };
                std::thread::spawn(move || {
                    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
                    let first = lines.next().and_then(Result::ok).unwrap_or_default();
                    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
                    let headers: Vec<String> = lines.map_while(Result::ok).take_while(|l| !l.is_empty()).collect();
                    log.lock().unwrap().push((path.clone(), headers.clone(), Instant::now()));
                    // who has heard enough hangs up
                    let _ = answer(&path, &headers, &mut stream);
                });
            }
        });
        Server { address, asked }
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }
}

fn send(stream: &mut TcpStream, status: &str, headers: &str, body: &[u8]) -> std::io::Result<()> {
    write!(stream, "HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len())?;
    stream.write_all(body)
}

fn rss(items: &[(&str, &str)]) -> String {
    let items: String = items
        .iter()
        .map(|(id, text)| {
            format!("<item><guid>{id}</guid><title>{id}</title><pubDate>Mon, 04 Mar 2024 08:00:00 GMT</pubDate><description>{text}</description></item>")
        })
        .collect();
    format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>The Wire</title>{items}</channel></rss>")
}

fn options() -> Options {
    Options { delay: Duration::ZERO, timeout: Duration::from_millis(1500), pages: false, ..Options::default() }
}

fn poll_with(store: &Path, urls: &[String], options: Options) -> Vec<FeedState> {
    let (stop, mut polls) = (AtomicBool::new(false), Vec::new());
    let mut store = Store::open(store).unwrap();
    Watcher::new(&mut store, coder(), options, &stop).run(urls, true, &mut |p| polls.push(p.feed.clone())).unwrap();
    polls
}

fn poll(store: &Path, url: String) -> FeedState {
    poll_with(store, &[url], options()).remove(0)
}

/// Makes every feed due at once.
fn make_due(store: &Path) {
    Store::open(store).unwrap().connection().execute("UPDATE feeds SET due = '2000-01-01T00:00:00Z'", []).unwrap();
}

fn count(store: &Path, query: &str) -> usize {
    Store::open_read_only(store).unwrap().how_many(&Query::parse(query).unwrap(), 1000).unwrap()
}

const ATTACK: &str = "Rebels attacked the town of Goma on Monday and killed three soldiers.";

#[test]
fn a_feed_is_read_once_and_asked_for_changes() {
    let server = Server::new(&|_, headers, stream| {
        if headers.iter().any(|h| h.eq_ignore_ascii_case("if-none-match: \"v1\"")) {
            return send(stream, "304 Not Modified", "", b"");
        }
        send(
            stream,
            "200 OK",
            "ETag: \"v1\"\r\nLast-Modified: Mon, 04 Mar 2024 08:00:00 GMT\r\n",
            rss(&[("a", ATTACK)]).as_bytes(),
        )
    });
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("news.db");
    let state = poll(&store, server.at("/feed"));
    assert_eq!(
        (state.status.as_str(), state.title.as_deref(), state.failures),
        ("1 entries, 1 new", Some("The Wire"), 0)
    );
    assert!(count(&store, "event:ASSAULT publisher:\"The Wire\"") > 0);
    // not due yet: nothing is asked
    assert!(poll_with(&store, &[server.at("/feed")], options()).is_empty());
    make_due(&store);
    let state = poll(&store, server.at("/feed"));
    assert_eq!(state.status, "not modified");
    let asked = server.asked.lock().unwrap();
    assert_eq!(asked.len(), 2);
    assert!(asked[1].1.iter().any(|h| h.to_lowercase().starts_with("if-modified-since: mon, 04 mar")));
    assert!(asked[0].1.iter().any(|h| h.to_lowercase().starts_with("user-agent: polybius/")));
}

#[test]
fn new_entries_are_read_and_old_ones_are_not() {
    static ROUND: AtomicUsize = AtomicUsize::new(0);
    let server = Server::new(&|_, _, stream| {
        let all = [("a", ATTACK), ("b", "Police arrested ten protesters in Tunis on Friday.")];
        send(stream, "200 OK", "", rss(&all[..1 + ROUND.fetch_add(1, Ordering::SeqCst).min(1)]).as_bytes())
    });
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("news.db");
    poll(&store, server.at("/"));
    let before = count(&store, "");
    make_due(&store);
    assert_eq!(poll(&store, server.at("/")).status, "2 entries, 1 new");
    assert!(count(&store, "") > before && count(&store, "event:ASSAULT") > 0);
    assert_eq!(count(&store, "event:COERCE"), 1);
}

#[test]
fn pages_are_read_politely() {
    let server = Server::new(&|path, headers, stream| match path {
        "/feed" => {
            let host =
                headers.iter().find_map(|h| h.strip_prefix("Host: ").or(h.strip_prefix("host: "))).unwrap_or_default();
            let item = |n: u8| {
                format!(
                    "<item><guid>{n}</guid><title>Item {n}</title><link>http://{host}/page{n}</link><description>Short.</description></item>"
                )
            };
            let text = format!("<rss version=\"2.0\"><channel><title>W</title>{}{}</channel></rss>", item(1), item(2));
            send(stream, "200 OK", "", text.as_bytes())
        }
        "/page1" => {
            let page = format!("<html lang=\"en\"><head><title>Goma</title></head><body><article><h1>Goma</h1>{}</article></body></html>", format!("<p>{ATTACK} The army sent more troops to the region, a spokesman said, and asked residents to stay at home until further notice.</p>").repeat(4));
            send(stream, "200 OK", "Content-Type: text/html\r\n", page.as_bytes())
        }
        _ => send(stream, "404 Not Found", "", b"gone"),
    });
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("news.db");
    let options = Options { pages: true, delay: Duration::from_millis(200), ..options() };
    let polls = poll_with(&store, &[server.at("/feed")], options);
    assert_eq!(polls[0].status, "2 entries, 2 new");
    assert!(count(&store, "event:ASSAULT") > 0, "the page has more than the feed");
    let asked = server.asked.lock().unwrap();
    assert_eq!(asked.iter().map(|a| a.0.as_str()).collect::<Vec<_>>(), ["/feed", "/page1", "/page2"]);
    assert!(
        asked.windows(2).all(|w| w[1].2 - w[0].2 >= Duration::from_millis(180)),
        "requests follow each other too fast"
    );
}

/// Each of these costs its own feed a failure, told in its status, and nothing else.
#[test]
fn servers_that_misbehave() {
    static BOMB: OnceLock<Vec<u8>> = OnceLock::new();
    BOMB.get_or_init(|| {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        for _ in 0..200 {
            packed.write_all(&[b' '; 1 << 20]).unwrap();
        }
        packed.finish().unwrap()
    });
    let server = Server::new(&|path, _, stream| match path {
        "/slow" => {
            std::thread::sleep(Duration::from_secs(5));
            send(stream, "200 OK", "", rss(&[("a", ATTACK)]).as_bytes())
        }
        "/drip" => {
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")?;
            for _ in 0..100 {
                stream.write_all(b"<")?;
                stream.flush()?;
                std::thread::sleep(Duration::from_millis(100));
            }
            Ok(())
        }
        "/error" => send(stream, "500 Internal Server Error", "", b"oops"),
        "/later" => send(stream, "503 Service Unavailable", "Retry-After: 7200\r\n", b""),
        "/broken" => send(stream, "200 OK", "", b"<rss version=\"2.0\"><channel><title>W</title><item><title>a</titl"),
        "/html" => send(stream, "200 OK", "", b"<html><body>Please log in</body></html>"),
        "/bomb" => send(stream, "200 OK", "Content-Encoding: gzip\r\n", BOMB.get().map_or(&[][..], Vec::as_slice)),
        "/circle" => send(stream, "302 Found", "Location: /circle2\r\n", b""),
        "/circle2" => send(stream, "302 Found", "Location: /circle\r\n", b""),
        "/endless" => {
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")?;
            let part = vec![b'x'; 1 << 16];
            for _ in 0..160_000 {
                stream.write_all(&part)?;
            }
            Ok(())
        }
        "/cut" => {
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<rss>")?;
            Ok(())
        }
        "/garbage" => stream.write_all(b"\x00\xff\xfe nothing like HTTP\r\n\r\n"),
        _ => send(stream, "200 OK", "", rss(&[("good", ATTACK)]).as_bytes()),
    });
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("news.db");
    let bad =
        ["/slow", "/drip", "/error", "/later", "/broken", "/html", "/bomb", "/circle", "/endless", "/cut", "/garbage"];
    let mut urls: Vec<String> = bad.iter().map(|p| server.at(p)).collect();
    urls.push(server.at("/good"));
    urls.push("http://127.0.0.1:1/nobody".to_owned());
    let start = Instant::now();
    let polls = poll_with(&store, &urls, options());
    assert!(start.elapsed() < Duration::from_secs(60), "a server kept us for {:?}", start.elapsed());
    assert_eq!(polls.len(), urls.len());
    for poll in &polls {
        let good = poll.url.ends_with("/good");
        assert_eq!(poll.failures, u32::from(!good), "{}: {}", poll.url, poll.status);
        assert!(!poll.status.is_empty());
    }
    let status =
        |path: &str| polls.iter().find(|p| p.url.ends_with(path)).map(|p| p.status.clone()).unwrap_or_default();
    assert!(status("/error").contains("500"), "{}", status("/error"));
    assert!(
        status("/bomb").contains("longer than") && status("/endless").contains("longer than"),
        "{} {}",
        status("/bomb"),
        status("/endless")
    );
    assert!(count(&store, "event:ASSAULT") > 0);

    // back-off: twice as long each time; or as long as the server asks
    let waits = |store: &Path, path: &str| {
        let state = Store::open_read_only(store).unwrap().feed(&server.at(path)).unwrap().unwrap();
        let at = |t: &str| t.parse::<jiff::Timestamp>().unwrap();
        (at(&state.due).as_second() - at(&state.polled).as_second(), state.failures)
    };
    assert_eq!(waits(&store, "/later"), (7200, 1));
    assert_eq!(waits(&store, "/error"), (2 * 900, 1));
    make_due(&store);
    poll_with(&store, &[server.at("/error")], options());
    assert_eq!(waits(&store, "/error"), (4 * 900, 2));
}

#[test]
fn a_wrong_charset_is_survived() {
    let server = Server::new(&|_, _, stream| {
        let text = rss(&[("a", "Rebels attacked S\u{e3}o Tom\u{e9} on Monday.")]);
        // Latin-1 bytes that claim to be UTF-8
        let bytes: Vec<u8> = text.chars().map(|c| c as u32 as u8).collect();
        send(stream, "200 OK", "Content-Type: application/rss+xml; charset=utf-8\r\n", &bytes)
    });
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("news.db");
    let state = poll(&store, server.at("/"));
    assert_eq!(state.failures, 0, "{}", state.status);
    assert_eq!(state.status, "1 entries, 1 new");
}

#[test]
fn it_stops_when_told() {
    let server = Server::new(&|_, _, stream| send(stream, "200 OK", "", rss(&[("a", ATTACK)]).as_bytes()));
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("news.db")).unwrap();
    let stop = AtomicBool::new(false);
    let mut polls = 0;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(700));
            stop.store(true, Ordering::Relaxed);
        });
        Watcher::new(&mut store, coder(), options(), &stop).run(&[server.at("/")], false, &mut |_| polls += 1).unwrap();
    });
    assert_eq!(polls, 1);
}

#[test]
fn a_list_of_feeds() {
    let urls =
        feeds("feeds.txt", "# ours\nhttps://example.org/rss\n\nhttp://example.com/atom \nhttps://example.org/rss\n")
            .unwrap();
    assert_eq!(urls, ["https://example.org/rss", "http://example.com/atom"]);
    let error = feeds("feeds.txt", "https://example.org/rss\nexample.com\n").unwrap_err();
    assert_eq!((error.line, error.text.as_str()), (2, "example.com"));
}

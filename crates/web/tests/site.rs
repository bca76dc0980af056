//! The site as a browser or a program sees it, over a store of the sample articles and one that is an attack.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use polybius_actors::Tables;
use polybius_coder::{Coder, LexiconFiles};
use polybius_reader::{Defaults, files, read_file};
use polybius_store::{Failure, FailureKind, Read, Store};
use polybius_text::Article;
use polybius_web::{Access, ServeError, Site, router, serve};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use tower::ServiceExt;

static CODER: LazyLock<Coder> = LazyLock::new(Coder::new);
static TABLES: LazyLock<Tables> = LazyLock::new(|| LexiconFiles::built_in().tables().0);

/// What must not reach a page as it is.
const ATTACKS: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(2)>",
    "' onmouseover='alert(3)",
    "</title></textarea></svg><svg onload=alert(4)>",
    "javascript:alert(5)",
    "{{7*7}}<!--",
];

/// Every field of it is an attack; the words around make events of it, so that it gets into every table.
fn attack() -> Article {
    let mut text = String::new();
    for attack in ATTACKS {
        text += &format!(
            "Russia accused Turkey of {attack} on Monday.\n\nThe president of France met Turkish {attack} officials in Paris, the \
             {attack} Times reported.\n\n\"{attack} was attacked\", Foreign Minister Sergei Lavrov said.\n\n"
        );
    }
    let mut article = Article::from_lines(ATTACKS.concat(), text);
    article.title = Some(ATTACKS.concat());
    article.publisher = Some(ATTACKS[1].to_owned() + ATTACKS[0]);
    article.url = Some(ATTACKS[4].to_owned());
    article.date = "2014-03-05".parse().ok();
    article
}

static STORE: LazyLock<(tempfile::TempDir, PathBuf)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder for the store");
    let path = folder.path().join("samples.db");
    let mut reads = Vec::new();
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let samples = files(&here.join("../../samples")).expect("the samples");
    for file in samples.into_iter().chain([here.join("tests/data/stories.jsonl")]) {
        read_file(&file, &Defaults::default(), &mut |article| {
            reads.push(Read::Article("samples".to_owned(), article.expect("a sample")))
        });
    }
    reads.push(Read::Article(ATTACKS[0].to_owned(), attack()));
    let failed =
        Failure { source: ATTACKS[1].to_owned(), reason: ATTACKS[0].to_owned(), kind: FailureKind::Unreadable };
    reads.push(Read::Failed(failed));
    let mut store = Store::open(&path).expect("a new store");
    store.ingest(&CODER, reads.into_iter(), true, &mut |_| {}).expect("the samples are stored");
    (folder, path)
});

fn site(access: Access) -> Router {
    let site = Site::new(&STORE.1, &CODER, &TABLES, access).expect("the store can be read");
    router(Arc::new(site))
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

async fn ask(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.expect("an answer");
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a whole answer");
    Answer { status, headers, text: String::from_utf8(bytes.to_vec()).expect("UTF-8") }
}

async fn get(router: &Router, address: &str) -> Answer {
    ask(router, Request::get(address).header(header::HOST, "localhost:8080").body(Body::empty()).expect("a request"))
        .await
}

async fn post(router: &Router, address: &str, form: &str) -> Answer {
    let request = Request::post(address)
        .header(header::HOST, "localhost")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    ask(router, request.body(Body::from(form.to_owned())).expect("a request")).await
}

async fn json(router: &Router, address: &str) -> Value {
    let answer = get(router, address).await;
    assert_eq!(answer.status, StatusCode::OK, "{address}: {}", answer.text);
    serde_json::from_str(&answer.text).expect("JSON")
}

fn encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// All addresses of pages that an article or a person's name can lead to.
async fn addresses(site: &Router) -> Vec<String> {
    let mut all: Vec<String> = [
        "/",
        "/?since=2014&until=2014-12",
        "/?since=1800&until=1801",
        "/search",
        "/search?q=talks&order=oldest",
        "/search?actor=Russia&status=actual",
        "/search?event=ACCUSE&event=CONSULT&since=2010",
        "/search?q=zyzzyva",
        "/search?place=Paris",
        "/explain",
        "/quality",
        "/quality?month=2014-03",
        "/quality?kind=unreadable",
        "/api",
        "/actor/RUS",
        "/actor/RUS?on=2014-03-05",
        "/actor/RUS?on=never",
        "/dyad/RUS/TUR",
    ]
    .map(str::to_owned)
    .into();
    let events = json(site, "/api/events?limit=1000").await;
    for event in events["events"].as_array().into_iter().flatten() {
        all.push(format!("/article/{}?event={}", event["article"], event["number"]));
        all.extend(event["incident"].as_i64().map(|incident| format!("/incident/{incident}")));
        let sides = ["actor", "recipient"].into_iter().flat_map(|side| event[side].as_array().into_iter().flatten());
        all.extend(
            sides.filter_map(|p| p["id"].as_str()).map(|id| format!("/actor/{}", encode(id).replace('+', "%20"))),
        );
    }
    all.sort();
    all.dedup();
    all
}

#[tokio::test]
async fn every_page_answers() {
    let site = site(Access::Local);
    for address in addresses(&site).await {
        let answer = get(&site, &address).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}");
        assert!(answer.text.starts_with("<!DOCTYPE html><html lang=\"en\">"), "{address}");
        assert_eq!(answer.text.matches("<h1>").count(), 1, "{address}");
    }
}

/// The incident that most reports tell: those of `tests/data/stories.jsonl`.
async fn hotel(site: &Router) -> Value {
    let events = json(site, "/api/events?limit=1000&event=ASSAULT&place=Mogadishu&since=2019-07&until=2019-07").await;
    let incidents = events["events"].as_array().unwrap().iter().filter_map(|e| e["incident"].as_i64());
    let mut best = Value::Null;
    for number in incidents {
        let incident = json(site, &format!("/api/incidents/{number}")).await;
        if incident["reports"].as_u64() > best["reports"].as_u64() {
            best = incident;
        }
    }
    best
}

#[tokio::test]
async fn an_incident_shows_its_reports_and_where_they_disagree() {
    let site = site(Access::Local);
    let hotel = hotel(&site).await;
    assert_eq!(hotel["reports"], 3, "{hotel}");
    let page = get(&site, &format!("/incident/{}", hotel["number"])).await.text;
    for part in [
        "Where the reports disagree",
        "How many: killed",
        "Eastern Courier",
        "Lake News Agency",
        "3 reports",
        "<strong>12</strong>",
        "<strong>20</strong>",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    let search = get(&site, "/search?event=ASSAULT&place=Mogadishu&since=2019-07&until=2019-07").await.text;
    assert!(search.contains(&format!("<a href=\"/incident/{}\">3 reports</a>", hotel["number"])), "{search}");
    assert!(get(&site, "/").await.text.contains(&format!("href=\"/incident/{}\"", hotel["number"])));
}

/// The tags of a page, each with the names and values of its attributes. As every `<` of a text is escaped, each is a tag's.
fn tags(page: &str) -> Vec<(&str, Vec<(&str, &str)>)> {
    let mut tags = Vec::new();
    for tag in page.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').expect("a tag ends");
        if let Some(name) = tag.strip_prefix('/') {
            tags.push((name, Vec::new()));
            continue;
        }
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        let mut attributes = Vec::new();
        let mut rest = tag[name.len()..].trim();
        while !rest.is_empty() {
            let end = rest.find([' ', '=']).unwrap_or(rest.len());
            let attribute = &rest[..end];
            match rest[end..].strip_prefix("=\"") {
                Some(value) => {
                    let (value, behind) = value.split_once('"').expect("a value ends");
                    attributes.push((attribute, value));
                    rest = behind.trim();
                }
                None => {
                    attributes.push((attribute, ""));
                    rest = rest[end..].trim();
                }
            }
        }
        tags.push((name, attributes));
    }
    tags
}

fn is_harmless(page: &str, address: &str) {
    const ATTRIBUTES: &[&str] = &[
        "href",
        "src",
        "class",
        "id",
        "name",
        "value",
        "type",
        "for",
        "method",
        "action",
        "lang",
        "charset",
        "content",
        "rel",
        "role",
        "title",
        "scope",
        "tabindex",
        "datetime",
        "placeholder",
        "list",
        "autocomplete",
        "inputmode",
        "size",
        "rows",
        "required",
        "selected",
        "checked",
        "open",
        "defer",
        "download",
        "maxlength",
        "focusable",
        "viewBox",
        "d",
        "x",
        "y",
        "x1",
        "x2",
        "y1",
        "y2",
        "cx",
        "cy",
        "r",
        "dy",
        "width",
        "height",
        "points",
        "text-anchor",
        "preserveAspectRatio",
        "rowspan",
    ];
    for (name, attributes) in tags(page) {
        assert!(
            name == "!DOCTYPE" || !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric()),
            "{address}: <{name}>"
        );
        assert!(
            !["img", "iframe", "object", "embed", "style", "base", "math", "foreignObject"].contains(&name),
            "{address}: <{name}>"
        );
        for (attribute, value) in attributes {
            if name == "!DOCTYPE" {
                continue;
            }
            let known =
                ATTRIBUTES.contains(&attribute) || attribute.starts_with("aria-") || attribute.starts_with("data-");
            assert!(known, "{address}: <{name} {attribute}>");
            if attribute == "href" || attribute == "src" || attribute == "action" {
                let own = value.starts_with('/') && !value.starts_with("//") || value.starts_with('#');
                let web = name == "a" && (value.starts_with("http://") || value.starts_with("https://"));
                assert!(own || web, "{address}: {attribute}={value}");
            }
            if name == "script" && attribute == "src" {
                assert!(value.starts_with("/assets/site.js?v="), "{address}: {value}");
            }
        }
    }
    let scripts = tags(page).iter().filter(|(name, _)| *name == "script").count();
    assert_eq!(scripts, 2, "{address}: one, which begins and ends");
}

#[tokio::test]
async fn an_article_that_is_an_attack_does_nothing() {
    let site = site(Access::Local);
    let events = json(&site, "/api/events?limit=1000&q=published%3A2014-03-05").await;
    let evidence = events["events"].to_string();
    assert!(events["events"].as_array().unwrap().len() >= 6, "the attack got into the store: {evidence}");
    assert!(evidence.contains("onerror=alert(2)") && evidence.contains("<script>alert(1)"), "with its words");
    let mut all = addresses(&site).await;
    for attack in ATTACKS {
        for field in [
            "q",
            "actor",
            "recipient",
            "place",
            "since",
            "publisher",
            "event",
            "source",
            "status",
            "party",
            "mode",
            "order",
            "after",
        ] {
            all.push(format!("/search?{field}={}", encode(attack)));
        }
        for page in ["/?since=", "/quality?kind=", "/quality?month=", "/quality?after=", "/actor/RUS?on="] {
            all.push(format!("{page}{}", encode(attack)));
        }
        for page in ["/actor/", "/article/", "/incident/", "/dyad/RUS/", "/assets/", "/"] {
            all.push(format!("{page}{}", encode(attack).replace('+', "%20")));
        }
    }
    let mut shown = 0;
    for address in all {
        let answer = get(&site, &address).await;
        is_harmless(&answer.text, &address);
        shown += usize::from(answer.text.contains("alert(1)"));
    }
    assert!(shown > 20, "the pages show the words of the attack, {shown} of them");
    for attack in ATTACKS {
        let form = format!("text={}&date={}&why_not={}", encode(&attack.repeat(3)), "", "");
        is_harmless(&post(&site, "/explain", &form).await.text, "/explain");
        let form = format!("text={}&date={}&why_not={}", encode(&attack.repeat(3)), encode(attack), encode(attack));
        is_harmless(&post(&site, "/explain", &form).await.text, "/explain");
    }
}

#[tokio::test]
async fn the_check_for_attacks_finds_them() {
    for page in [
        "<p onclick=\"x\">",
        "<img src=\"x\">",
        "<a href=\"javascript:x\">",
        "<a href=\"//x\">",
        "<p style=\"x\">",
        "<!--",
    ] {
        let caught = std::panic::catch_unwind(|| {
            is_harmless(&format!("<script src=\"/assets/site.js?v=1\"></script>{page}<p>"), "x")
        });
        assert!(caught.is_err(), "{page}");
    }
}

#[tokio::test]
async fn downloads_hold_all_events_and_no_formula() {
    let site = site(Access::Local);
    let all = json(&site, "/api/count").await["rows"][0]["count"].as_u64().unwrap() as usize;
    let csv = get(&site, "/search.csv").await;
    assert_eq!(csv.headers[header::CONTENT_TYPE], "text/csv; charset=utf-8");
    let mut reader = csv::Reader::from_reader(csv.text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(|r| r.expect("a row")).collect();
    assert_eq!(rows.len(), all);
    assert!(rows.iter().flatten().all(|field| !field.starts_with(['=', '+', '@'])));
    let lines = get(&site, "/search.jsonl?actor=RUS").await;
    let numbers: Vec<i64> = lines
        .text
        .lines()
        .map(|l| serde_json::from_str::<Value>(l).expect("JSON")["number"].as_i64().unwrap())
        .collect();
    let russian = json(&site, "/api/count?actor=RUS").await["rows"][0]["count"].as_u64().unwrap() as usize;
    assert_eq!(numbers.len(), russian);
    assert_eq!(get(&site, "/search.csv?event=GRUMBLE").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn leafing_through_gives_every_event_once_in_order() {
    let site = site(Access::Local);
    for filter in ["", "&actor=RUS", "&party=FRA", "&order=oldest"] {
        let whole = json(&site, &format!("/api/events?limit=1000{filter}")).await;
        let numbers = |page: &Value| -> Vec<i64> {
            page["events"].as_array().unwrap().iter().map(|e| e["number"].as_i64().unwrap()).collect()
        };
        let (mut leafed, mut after) = (Vec::new(), String::new());
        loop {
            let page = json(&site, &format!("/api/events?limit=3{filter}&after={after}")).await;
            leafed.extend(numbers(&page));
            match page["next"].as_str() {
                Some(next) => after = encode(next),
                None => break,
            }
        }
        assert!(leafed.len() > 3, "{filter}");
        assert_eq!(leafed, numbers(&whole), "{filter}");
    }
}

#[tokio::test]
async fn no_path_leaves_the_assets() {
    let site = site(Access::Local);
    assert_eq!(get(&site, "/assets/style.css").await.status, StatusCode::OK);
    for path in [
        "/assets/../Cargo.toml",
        "/assets/..%2fCargo.toml",
        "/assets/%2e%2e/%2e%2e/etc/passwd",
        "/assets//etc/passwd",
        "/assets/",
        "/assets",
        "/assets/style.css/..",
        "/assets/style.css%00",
        "/../../etc/passwd",
        "/nothing",
        "/article/999999",
        "/article/x",
        "/article/-1",
        "/actor/XYZ",
        "/actor/nobody-of-this-name",
        "/dyad/XYZ/RUS",
        "/dyad/x/y",
        "/article/99999999999999999999",
        "/incident/999999",
        "/incident/x",
    ] {
        let answer = get(&site, path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.text.contains("<h1>Not found</h1>"), "{path}");
    }
    for path in [
        "/api/nothing",
        "/api/events/999999",
        "/api/events/x",
        "/api/articles/999999",
        "/api/incidents/999999",
        "/api/incidents/x",
    ] {
        let answer = get(&site, path).await;
        assert_eq!(
            (answer.status, &answer.headers[header::CONTENT_TYPE]),
            (StatusCode::NOT_FOUND, &"application/problem+json".parse().unwrap())
        );
    }
    assert_eq!(post(&site, "/search", "").await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_wrong_question_is_shown_with_the_wrong_word() {
    let site = site(Access::Local);
    let answer = get(&site, "/search?q=actorr%3ARUS+talks").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.text.contains("<mark class=\"wrong\">actorr</mark>:RUS talks"), "{}", answer.text);
    assert!(answer.text.contains("did you mean `actor`?"));
    let answer = get(&site, "/search?q=talks&event=ASAULT&since=2013-13").await;
    assert!(answer.text.contains("<mark class=\"wrong\">2013-13</mark>"), "{}", answer.text);
    assert!(
        answer.text.contains("value=\"2013-13\" placeholder=\"2013-07\" autocomplete=\"off\" aria-invalid=\"true\"")
    );
    let answer = get(&site, "/search?event=ASAULT").await;
    assert!(answer.text.contains("did you mean `ASSAULT`?"), "{}", answer.text);
    let answer = get(&site, "/api/events?q=event%3AASAULT").await;
    let problem: Value = serde_json::from_str(&answer.text).unwrap();
    assert_eq!(
        (&problem["status"], &problem["start"], &problem["end"]),
        (&400.into(), &6.into(), &12.into()),
        "{problem}"
    );
    for address in [
        "/api/events?limit=0",
        "/api/events?limit=5000",
        "/api/events?after=x",
        "/api/count?by=colour",
        "/api/count?of=words",
        "/quality?month=13",
        "/?since=x",
    ] {
        assert_eq!(get(&site, address).await.status, StatusCode::BAD_REQUEST, "{address}");
    }
}

#[tokio::test]
async fn what_is_too_much_is_refused() {
    let site = site(Access::Local);
    assert_eq!(get(&site, &format!("/search?q={}", "x".repeat(9000))).await.status, StatusCode::URI_TOO_LONG);
    let answer = post(&site, "/explain", &format!("text={}", "x+".repeat(15_000))).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.text.contains("at most 20000 can be explained"), "{}", answer.text);
    let long = "x".repeat(300 * 1024);
    assert_eq!(post(&site, "/explain", &format!("text={long}")).await.status, StatusCode::BAD_REQUEST);
    let request =
        Request::post("/explain").header(header::HOST, "localhost").header(header::CONTENT_LENGTH, long.len());
    let answer = ask(&site, request.body(Body::from(long)).unwrap()).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_pasted_text_is_explained_and_not_stored() {
    let site = site(Access::Local);
    let before = json(&site, "/api/count?of=articles").await;
    let text = "Egypt's foreign minister flew to Ankara on Monday. He will meet Turkish officials.";
    let answer = post(&site, "/explain", &format!("text={}&date=2024-05-01", encode(text))).await;
    assert_eq!(answer.status, StatusCode::OK);
    for part in ["2 sentences, 2 events", "is the verb `fly to` of the rule consult.visit", "class=\"parse\""] {
        assert!(answer.text.contains(part), "{part} is not in {}", answer.text);
    }
    let why_not = post(&site, "/explain", &format!("text={}&why_not=ASSAULT", encode(text))).await;
    assert!(why_not.text.contains("is a predicate of ASSAULT"), "{}", why_not.text);
    let wrong = post(&site, "/explain", &format!("text={}&date=tomorrow", encode(text))).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(wrong.text.contains("Turkish officials"), "the text is kept in the form");
    assert_eq!(json(&site, "/api/count?of=articles").await, before);
}

#[tokio::test]
async fn every_answer_has_the_headers_that_keep_it_safe() {
    let site = site(Access::Local);
    for address in ["/", "/nothing", "/assets/site.js", "/api/events", "/api/nothing", "/search?q=a:b", "/search.csv"] {
        let headers = get(&site, address).await.headers;
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{address}");
        assert!(!policy.contains("unsafe"), "{address}");
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{address}");
        assert!(headers.contains_key(header::CACHE_CONTROL), "{address}");
    }
}

#[tokio::test]
async fn only_this_machine_or_who_has_the_token_is_answered() {
    let local = site(Access::Local);
    let request = |host: &str| Request::get("/").header(header::HOST, host).body(Body::empty()).unwrap();
    assert_eq!(ask(&local, request("127.0.0.1:8080")).await.status, StatusCode::OK);
    assert_eq!(ask(&local, request("evil.example")).await.status, StatusCode::MISDIRECTED_REQUEST);

    let token = "correct horse battery staple";
    let guarded = site(Access::Token(token.to_owned()));
    let with = |name, value: String| {
        Request::get("/api/count").header(header::HOST, "x.example").header(name, value).body(Body::empty()).unwrap()
    };
    let status = async |request| ask(&guarded, request).await.status;
    assert_eq!(status(request("x.example")).await, StatusCode::UNAUTHORIZED);
    assert_eq!(get(&guarded, "/api/events").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(get(&guarded, "/search.csv").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(get(&guarded, "/assets/style.css").await.status, StatusCode::OK);
    assert_eq!(status(with(header::AUTHORIZATION, format!("Bearer {token}"))).await, StatusCode::OK);
    for wrong in ["Bearer ", "Bearer correct horse battery stapl", "Basic x", token] {
        assert_eq!(status(with(header::AUTHORIZATION, wrong.to_owned())).await, StatusCode::UNAUTHORIZED, "{wrong}");
    }
    assert_eq!(post(&guarded, "/token", "token=wrong").await.status, StatusCode::FORBIDDEN);
    let entered = post(&guarded, "/token", &format!("token={}", encode(token))).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER);
    let cookie = entered.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let pair = cookie.split(';').next().unwrap().to_owned();
    assert_eq!(status(with(header::COOKIE, format!("a=b; {pair}"))).await, StatusCode::OK);
    assert_eq!(status(with(header::COOKIE, "polybius-token=".to_owned())).await, StatusCode::UNAUTHORIZED);
}

#[test]
fn another_address_demands_a_token() {
    let start = |token: Option<&str>| {
        serve(&STORE.1, &CODER, &TABLES, "0.0.0.0:0".parse().unwrap(), token.map(str::to_owned), |_| {})
    };
    assert!(matches!(start(None), Err(ServeError::Open(_))));
    assert!(matches!(start(Some("short")), Err(ServeError::Short(5))));
    let missing = serve(Path::new("/nowhere/x.db"), &CODER, &TABLES, "127.0.0.1:0".parse().unwrap(), None, |_| {});
    assert!(missing.unwrap_err().to_string().contains("there is no such store"));
}

/// Does a value fit a schema? Knows what the description uses, and no more.
fn fits(schema: &Value, value: &Value, root: &Value, at: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = root.pointer(&reference[1..]).unwrap_or_else(|| panic!("{reference} is described"));
        return fits(target, value, root, at);
    }
    if let Some(any) = schema["oneOf"].as_array() {
        let one = if value.is_null() {
            any.iter().find(|s| s["type"] == "null")
        } else {
            any.iter().find(|s| s["type"] != "null")
        };
        return fits(one.unwrap_or_else(|| panic!("{at}: none fits {value}")), value, root, at);
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        other => panic!("{at}: no type, {other}"),
    };
    let fitting = |kind: &&str| match *kind {
        "null" => value.is_null(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{at}: {other}"),
    };
    assert!(kinds.iter().any(fitting), "{at}: {value} is no {kinds:?}");
    if let Some(choices) = schema["enum"].as_array() {
        assert!(choices.contains(value), "{at}: {value}");
    }
    if let (Some(object), Some(properties)) = (value.as_object(), schema["properties"].as_object()) {
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            assert!(object.contains_key(name), "{at}: {name} is missing");
        }
        for (name, value) in object {
            match (properties.get(name), &schema["additionalProperties"]) {
                (Some(schema), _) => fits(schema, value, root, &format!("{at}.{name}")),
                (None, Value::Object(_)) => fits(&schema["additionalProperties"], value, root, &format!("{at}.{name}")),
                _ => panic!("{at}: {name} is not described"),
            }
        }
    }
    if schema["items"].is_null() && schema["prefixItems"].is_null() {
        return;
    }
    for (i, value) in value.as_array().into_iter().flatten().enumerate() {
        let item = if schema["items"].is_object() { &schema["items"] } else { &schema["prefixItems"][i] };
        fits(item, value, root, &format!("{at}[{i}]"));
    }
}

#[tokio::test]
async fn the_api_is_as_it_is_described() {
    let site = site(Access::Local);
    let described = json(&site, "/api/openapi.json").await;
    assert_eq!(described["openapi"], "3.1.0");
    let number = json(&site, "/api/events?limit=1").await["events"][0]["number"].clone();
    let incident = hotel(&site).await["number"].clone();
    let addresses = [
        ("/api/events", "/api/events?limit=1000", "/api/events?q=a:b"),
        ("/api/events/{number}", &format!("/api/events/{number}"), "/api/events/0"),
        ("/api/articles/{number}", "/api/articles/1", "/api/articles/0"),
        ("/api/incidents/{number}", &format!("/api/incidents/{incident}"), "/api/incidents/0"),
        ("/api/count", "/api/count?by=month,quad,actor&status=actual", "/api/count?by=x"),
        ("/api/names", "/api/names?like=s", ""),
        ("/api/places", "/api/places?like=p", ""),
        ("/api/openapi.json", "/api/openapi.json", ""),
    ];
    let paths = described["paths"].as_object().unwrap();
    assert_eq!(paths.len(), addresses.len(), "every address is tested");
    for (path, good, bad) in addresses {
        let answers = &paths[path]["get"]["responses"];
        let schema = &answers["200"]["content"]["application/json"]["schema"];
        let value = json(&site, good).await;
        fits(schema, &value, &described, path);
        if !bad.is_empty() {
            let answer = get(&site, bad).await;
            assert!(answers[answer.status.as_str()].is_object(), "{bad}: {} is described", answer.status);
            let problem = described.pointer("/components/schemas/Problem").unwrap();
            fits(problem, &serde_json::from_str(&answer.text).unwrap(), &described, bad);
        }
        for parameter in paths[path]["get"]["parameters"].as_array().into_iter().flatten() {
            let name = parameter["$ref"].as_str().map(|r| r.rsplit('/').next().unwrap().to_owned());
            if let Some(name) = name {
                assert_eq!(described["components"]["parameters"][&name]["name"], name.as_str());
            }
        }
    }
    assert!(json(&site, "/api/names?like=al-sha").await["names"].to_string().contains("l-Shabaab"));
    assert!(json(&site, "/api/places?like=mog").await["places"].to_string().contains("Mogadishu"));
}

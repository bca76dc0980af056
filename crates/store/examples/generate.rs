//! Fills a store with invented events, to measure it at a size that nobody has the articles for:
//! `cargo run --release -p polybius-store --example generate -- FILE 5000000`. With `incidents` behind the number, incidents are
//! merged at the end, which takes longer than all the rest.
//!
//! Countries, names and places come with the frequencies of news (a few of them very often), days over ten years.

use jiff::{ToSpan, civil::date};
use polybius_coder::{Auxiliary, Coder, Event, Participant};
use polybius_store::Store;
use polybius_text::{Article, Span};
use std::path::Path;
use std::time::Instant;

const COUNTRIES: &str = "USA RUS CHN SYR UKR ISR PSE IRN IRQ AFG PAK IND GBR FRA DEU TUR EGY SAU YEM LBN JPN KOR PRK SDN SSD ETH SOM KEN NGA MLI \
    NER BFA LBY TUN DZA MAR COD RWA UGA ZAF MOZ ZWE BRA ARG CHL COL VEN PER ECU MEX GTM HND HTI CUB CAN AUS NZL IDN MYS PHL THA MMR VNM \
    KHM BGD LKA NPL KAZ UZB GEO ARM AZE BLR POL HUN ROU BGR SRB GRC ITA ESP PRT NLD BEL SWE NOR FIN DNK IGO NGO";
const KINDS: [(&str, &str, f64); 16] = [
    ("CONSULT", "verbal cooperation", 1.0),
    ("ACCUSE", "verbal conflict", -3.5),
    ("ASSAULT", "material conflict", -10.0),
    ("COERCE", "material conflict", -7.0),
    ("REQUEST", "verbal conflict", -1.0),
    ("SUPPORT", "verbal cooperation", 3.0),
    ("AGREE", "verbal cooperation", 4.0),
    ("REJECT", "verbal conflict", -4.0),
    ("PROTEST", "material conflict", -6.5),
    ("THREATEN", "verbal conflict", -5.0),
    ("COOPERATE", "material cooperation", 6.0),
    ("AID", "material cooperation", 7.0),
    ("SANCTION", "material conflict", -6.0),
    ("MOBILIZE", "material conflict", -7.5),
    ("CONCEDE", "verbal cooperation", 4.5),
    ("RETREAT", "material cooperation", 8.0),
];
const SECTORS: [&str; 10] = ["GOV", "MIL", "GOV", "REB", "COP", "CVL", "OPP", "JUD", "LEG", "UAF"];

/// Numbers by chance, the same in every run (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `n`, small numbers much more often than large ones.
    fn skewed(&mut self, n: usize) -> usize {
        let x = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        ((x * x * x) * n as f64) as usize
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let (file, events, merge) = match arguments.as_slice() {
        [_, file, events] => (file, events, false),
        [_, file, events, word] if word == "incidents" => (file, events, true),
        _ => return Err("give a file, the number of events and, if you like, `incidents`".into()),
    };
    let events: usize = events.parse()?;
    let countries: Vec<&str> = COUNTRIES.split_whitespace().collect();
    let mut store = Store::open(Path::new(file))?;
    // nothing to code: only the terms of the ontology
    store.ingest(&Coder::new(), std::iter::empty(), false, &mut |_| {})?;
    let (mut dice, start) = (Dice(1), Instant::now());
    let (mut done, mut number) = (0, 0);
    while done < events {
        let mut coded = Vec::new();
        for _ in 0..512 {
            number += 1;
            let (article, found) = article(&mut dice, &countries, number);
            done += found.len();
            coded.push((article, found));
        }
        store.insert("generated", &coded)?;
        if number % (512 * 50) == 0 {
            eprintln!("{done} events in {:.0} s", start.elapsed().as_secs_f64());
        }
    }
    eprintln!("{done} events in {:.0} s", start.elapsed().as_secs_f64());
    if merge {
        let merged = store.merge_incidents(&mut |done, all| {
            if done % 320 == 0 {
                eprintln!("{done} of {all} blocks in {:.0} s", start.elapsed().as_secs_f64());
            }
        })?;
        eprintln!("{merged} incidents in {:.0} s", start.elapsed().as_secs_f64());
    }
    store.connection().execute_batch("PRAGMA optimize")?;
    Ok(())
}

fn article(dice: &mut Dice, countries: &[&str], number: usize) -> (Article, Vec<Event>) {
    let day = date(2014, 1, 1).saturating_add((dice.below(3650) as i64).days());
    let mut text = String::new();
    let mut events = Vec::new();
    for index in 0..6 + dice.below(5) {
        let (category, quad, score) = KINDS[dice.skewed(KINDS.len())];
        let [a, b] = [0, 1].map(|_| countries[dice.skewed(countries.len())]);
        let [who, whom] = [a, b].map(|c| format!("{c} official {}", dice.skewed(400)));
        let start = text.len();
        let sentence =
            format!("{who} {category} {whom} over matter {} near town {}.", dice.skewed(2000), dice.below(5000));
        let span = |part: &str| {
            let at = start + sentence.find(part).unwrap_or_default();
            Span::new(at, at + part.len())
        };
        let participant = |name: &str, country: &str, sector: &str, named: bool| Participant {
            span: span(name),
            name: named.then(|| name.to_owned()),
            country: Some(country.to_owned()),
            sector: Some(sector.to_owned()),
            guessed: false,
        };
        events.push(Event {
            category: category.to_owned(),
            mode: None,
            cameo: Some(format!("{:02}0", 1 + dice.below(19))),
            quad: quad.to_owned(),
            score,
            trigger: span(category),
            context: vec![["military", "diplomatic", "economic", "human_rights"][dice.below(4)].to_owned()],
            actor: vec![participant(&who, a, SECTORS[dice.below(10)], dice.below(3) == 0)],
            recipient: if dice.below(4) == 0 {
                Vec::new()
            } else {
                vec![participant(&whom, b, SECTORS[dice.below(10)], dice.below(3) == 0)]
            },
            auxiliary: Auxiliary { future: dice.below(12) == 0, ..Auxiliary::default() },
            attribution: Vec::new(),
            date: Some(day.saturating_sub((dice.skewed(6) as i64).days()).to_string()),
            place: None,
            sentence: index,
            sentence_span: Span::new(start, start + sentence.len()),
            figures: Vec::new(),
            rule: "generated".to_owned(),
            confidence: 0.5 + dice.below(50) as f64 / 100.0,
        });
        text += &sentence;
        text.push('\n');
    }
    let mut article = Article::from_lines(format!("generated-{number}"), text);
    article.title = Some(format!("Article {number}"));
    article.publisher = Some(format!("Paper {}", dice.skewed(300)));
    article.date = Some(day);
    (article, events)
}

//! Mentions of the same event become one incident.
//!
//! First [`gather`] makes a [`Report`] of what one article tells of one event. Reports are then put into blocks ([`block_keys`]): a family of
//! categories and a period of time. [`merge_block`] sweeps over a block's reports in order of their days and adds each to the cluster that
//! it agrees with best, or begins a new one; an index of names, towns, countries and rare words finds the few clusters worth
//! comparing, so that the time grows with the number of reports and not with its square. A report of the last days of a period is a
//! guest in the next one, so that what is told later without a date finds it; clusters of different blocks that share a report are one
//! ([`unite`]).
//!
//! A block's clusters follow from its reports alone, in whatever order they come: whoever keeps reports and clusters needs to
//! merge anew only the blocks that new reports fall in.

use crate::incident::Incident;
use crate::mention::Mention;
use crate::profile::{BEFORE, Day, Evidence, Key, Profile, compare, key};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What one article tells of one event, in order of its text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// At least one.
    pub mentions: Vec<Mention>,
    /// The group of near-copies that the article is in: reports of one group count as one. The article is a group of its own where the caller
    /// says nothing.
    pub group: Option<i64>,
}

impl Report {
    /// The id of its first mention.
    pub fn id(&self) -> &str {
        self.mentions.first().map_or("", |m| &m.id)
    }

    fn profile(&self) -> Profile {
        let mut profile = Profile::default();
        for m in &self.mentions {
            profile.add(&Profile::of(m));
        }
        if let Some(title) = self.mentions.first().and_then(|m| m.title.as_deref()) {
            profile.add_words(title);
        }
        profile.groups.extend(self.group);
        profile
    }
}

/// Is it told as something that happened (or that somebody denies), or as something that lies ahead or may be? The two are never merged: a
/// feared attack is not the attack.
fn is_expected(m: &Mention) -> bool {
    m.auxiliary.future || m.auxiliary.hypothetical
}

/// Categories between which reports of one event waver: one calls a pledge what another calls a gift or an agreement. A visit
/// that is planned (AGREE) and one that was made (CONSULT) are different things, so that CONSULT stands alone.
fn family(category: &str) -> &str {
    match category {
        "AGREE" | "SUPPORT" | "COOPERATE" | "AID" => "AGREE",
        other => other,
    }
}

/// Weights of the evidence, in the order of [`Evidence::NAMES`], and what must be outweighed.
struct Weights {
    evidence: [f64; Evidence::NAMES.len()],
    against: f64,
}

/// For two reports of different articles.
const ACROSS: Weights = Weights {
    evidence: [1.5, 0.2, -0.8, 0.0, 2.0, -9.0, -2.5, 1.5, -0.8, 1.0, -1.5, 1.0, 0.8, 0.7, 0.5, 6.0, 0.7],
    against: 3.0,
};

/// For two mentions of one article.
const WITHIN: Weights = Weights {
    evidence: [0.8, -0.4, -0.6, 0.6, 1.0, -3.0, -2.0, 1.0, -0.3, 0.7, 0.0, 0.7, 0.4, 0.4, 0.3, 1.5, 0.3],
    against: 0.6,
};

impl Weights {
    /// Positive where the evidence says that two profiles are of one event.
    fn score(&self, e: &Evidence) -> f64 {
        self.evidence.iter().zip(e.values).map(|(w, x)| w * x).sum::<f64>() - self.against
    }
}

/// How much less likely a mention is to go on with an event told so many sentences before: a point in twenty sentences of 100 letters.
const FORGOTTEN: f64 = 1.0 / 2_000.0;

/// The reports of one article, whose mentions these are, in any order.
pub fn gather(mut mentions: Vec<Mention>) -> Vec<Report> {
    mentions.sort_by(|a, b| (a.offset, &a.id).cmp(&(b.offset, &b.id)));
    let mut clusters: Vec<(Profile, Vec<Mention>)> = Vec::new();
    for m in mentions {
        let profile = Profile::of(&m);
        let mut best: Option<(f64, usize)> = None;
        for (i, (other, members)) in clusters.iter().enumerate() {
            let (Some(first), Some(last)) = (members.first(), members.last()) else { continue };
            if family(&first.category) != family(&m.category) || is_expected(first) != is_expected(&m) {
                continue;
            }
            let Some(evidence) = compare(&profile, other, true) else { continue };
            let score = WITHIN.score(&evidence) - (m.offset - last.offset) as f64 * FORGOTTEN;
            if score > 0.0 && best.is_none_or(|b| score > b.0) {
                best = Some((score, i));
            }
        }
        match best {
            Some((_, i)) => {
                clusters[i].0.add(&profile);
                clusters[i].1.push(m);
            }
            None => clusters.push((profile, vec![m])),
        }
    }
    clusters.into_iter().map(|(_, mentions)| Report { mentions, group: None }).collect()
}

/// Days in a period.
const PERIOD: Day = 16;
/// The last days of a period, whose reports are guests in the next one: as long as an event is told of without a date.
const LATE: Day = BEFORE + 1;

/// The blocks that a report falls in. The first is its home, that of the period in which its event happened or, where the text does not
/// tell, was last told to have happened; at the end of a period it is a guest in the block of the next one too. No block where the
/// text does not even tell the month: such a report is an incident of its own.
pub fn block_keys(report: &Report) -> Vec<String> {
    keys_of(report, &report.profile())
}

fn keys_of(report: &Report, profile: &Profile) -> Vec<String> {
    let (Some(first), Some(day)) = (report.mentions.first(), profile.home()) else { return Vec::new() };
    let status = if is_expected(first) { "expected" } else { "told" };
    let home = day.div_euclid(PERIOD);
    let is_late = day.rem_euclid(PERIOD) >= PERIOD - LATE;
    (home..=home + Day::from(is_late)).map(|p| format!("{}/{status}/{p}", family(&first.category))).collect()
}

/// Reports that are taken for one event.
struct Cluster {
    profile: Profile,
    members: Vec<usize>,
    articles: BTreeSet<i64>,
}

/// Clusters that one key of the index leads to; older ones are forgotten. Bounds the time for a report in a block where all agree.
const POSTINGS: usize = 64;
/// Clusters that a report is compared with: those with most in common, and a day.
const CANDIDATES: usize = 16;
/// Words by which a cluster is found.
const HEAVY: usize = 8;
/// Two events of one article, which told them apart, are rarely one.
const TOLD_APART: f64 = 2.0;
/// Near-copies tell the same events.
const COPIES: f64 = 3.0;
/// On a day on which much is reported of a country, more events are alike by chance, and more is asked of two reports: with fifty about one
/// point, with five hundred three and a half.
const CROWDED: f64 = 1.5;

/// What a block's reports have in common.
#[derive(Default)]
struct Block {
    /// In how many reports a word stands.
    frequency: HashMap<Key, u32>,
    /// How many reports have a country, by day.
    crowd: HashMap<(Key, Day), u32>,
    reports: usize,
}

impl Block {
    fn of(clusters: &[Cluster]) -> Self {
        let mut block = Block { reports: clusters.len(), ..Block::default() };
        for profile in clusters.iter().map(|c| &c.profile) {
            for word in profile.words() {
                *block.frequency.entry(word).or_default() += 1;
            }
            for country in profile.countries().collect::<BTreeSet<_>>() {
                *block.crowd.entry((country, profile.home().unwrap_or_default())).or_default() += 1;
            }
        }
        block
    }

    fn frequency(&self, word: Key) -> u32 {
        self.frequency.get(&word).copied().unwrap_or(0)
    }

    /// How much a word says: its inverse document frequency, as if in fifty more reports, for in a small block a word is not common
    /// because it is in all of it.
    fn rarity(&self, word: Key) -> f64 {
        ((self.reports as f64 + 50.0) / (f64::from(self.frequency(word)) + 0.5)).ln()
    }

    /// What two reports must agree by, one of which is this.
    fn needed(&self, profile: &Profile) -> f64 {
        let day = profile.home().unwrap_or_default();
        let others = profile.countries().filter_map(|c| self.crowd.get(&(c, day))).max().copied().unwrap_or(0);
        CROWDED * (1.0 + f64::from(others) / 50.0).ln()
    }

    /// By what a cluster is found, and how much each says.
    fn index_keys(&self, profile: &Profile) -> Vec<(Key, f64)> {
        let mut keys: Vec<(Key, f64)> = profile.names.keys().map(|k| (*k, 2.0)).collect();
        keys.extend(profile.spots.iter().map(|s| (s.name, 3.0)));
        keys.extend(profile.groups.iter().map(|g| (key(&format!("group {g}")), 4.0)));
        keys.extend(profile.countries().map(|k| (k, 1.0)));
        // a word of this report alone leads nowhere
        let words = profile.heaviest(|w| self.frequency(w) > 1);
        keys.extend(words.iter().take(HEAVY).map(|(k, _)| (*k, self.rarity(*k) / 4.0)));
        keys.sort_by_key(|k| k.0);
        keys.dedup_by_key(|k| k.0);
        keys
    }

    /// Adds each of these to the cluster before it that it agrees with best.
    fn sweep(&self, mut items: Vec<Cluster>) -> Vec<Cluster> {
        items.sort_by_key(|c| c.profile.span().map(|s| s.1));
        let mut clusters: Vec<Cluster> = Vec::new();
        let mut index: HashMap<Key, Vec<usize>> = HashMap::new();
        // how much each cluster has in common with the item, and which have something
        let (mut common, mut found): (Vec<f64>, Vec<usize>) = (vec![0.0; items.len()], Vec::new());
        for item in items {
            let keys = self.index_keys(&item.profile);
            for (k, weight) in &keys {
                for &cluster in index.get(k).into_iter().flatten() {
                    if common[cluster] == 0.0 {
                        found.push(cluster);
                    }
                    common[cluster] += weight;
                }
            }
            found.sort_by(|&a, &b| common[b].total_cmp(&common[a]).then(b.cmp(&a)));
            let needed = self.needed(&item.profile);
            let mut best: Option<(f64, usize)> = None;
            let possible = found.iter().filter_map(|&at| Some((agree(&item, &clusters[at])?, at)));
            for (score, at) in possible.take(CANDIDATES) {
                if score > needed && best.is_none_or(|b| score > b.0) {
                    best = Some((score, at));
                }
            }
            for at in found.drain(..) {
                common[at] = 0.0;
            }
            let at = match best {
                Some((_, at)) => {
                    let cluster = &mut clusters[at];
                    cluster.profile.add(&item.profile);
                    cluster.members.extend(item.members);
                    cluster.articles.extend(item.articles);
                    at
                }
                None => {
                    clusters.push(item);
                    clusters.len() - 1
                }
            };
            for (k, _) in keys {
                let postings = index.entry(k).or_default();
                if !postings.contains(&at) {
                    if postings.len() == POSTINGS {
                        postings.remove(0);
                    }
                    postings.push(at);
                }
            }
        }
        clusters
    }
}

/// The clusters of the reports that fall in the block `key`, as indices of `reports`; they do not depend on the order of the reports.
/// Clusters of guests alone are left out, for it is for their home to say what belongs together.
pub fn merge_block(key: &str, reports: &[&Report]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..reports.len()).collect();
    order.sort_by_key(|&i| (reports[i].id(), reports[i].mentions.first().map(|m| m.article)));
    let mut is_home = vec![false; reports.len()];
    let mut clusters = Vec::new();
    for i in order {
        let profile = reports[i].profile();
        is_home[i] = keys_of(reports[i], &profile).first().is_some_and(|home| home == key);
        let articles = reports[i].mentions.first().map(|m| m.article).into_iter().collect();
        clusters.push(Cluster { profile, members: vec![i], articles });
    }
    let block = Block::of(&clusters);
    for c in &mut clusters {
        c.profile.weigh(|word| block.rarity(word));
    }
    // once more for clusters that began with reports which said too little
    for _ in 0..2 {
        clusters = block.sweep(clusters);
    }
    clusters.into_iter().map(|c| c.members).filter(|c| c.iter().any(|&i| is_home[i])).collect()
}

/// Positive where two clusters are of one event; `None` where they cannot be.
fn agree(a: &Cluster, b: &Cluster) -> Option<f64> {
    let mut score = ACROSS.score(&compare(&a.profile, &b.profile, false)?);
    let (few, many) = if a.articles.len() < b.articles.len() { (a, b) } else { (b, a) };
    score -= TOLD_APART * few.articles.iter().filter(|x| many.articles.contains(x)).count() as f64;
    if a.profile.groups.iter().any(|g| b.profile.groups.contains(g)) {
        score += COPIES;
    }
    Some(score)
}

/// Clusters that share a thing become one; in order of their smallest thing, each sorted. Gives the final incidents from the clusters of all
/// blocks, or of those blocks that hang together through their reports.
pub fn unite<T: Ord + Clone>(clusters: impl IntoIterator<Item = Vec<T>>) -> Vec<Vec<T>> {
    fn root(parents: &mut [usize], mut i: usize) -> usize {
        while parents[i] != i {
            parents[i] = parents[parents[i]];
            i = parents[i];
        }
        i
    }
    let mut number: BTreeMap<T, usize> = BTreeMap::new();
    let mut parents: Vec<usize> = Vec::new();
    for cluster in clusters {
        let mut first = None;
        for thing in cluster {
            let next = number.len();
            let n = *number.entry(thing).or_insert(next);
            if n == parents.len() {
                parents.push(n);
            }
            let r = root(&mut parents, n);
            match first {
                None => first = Some(r),
                Some(f) => {
                    let f = root(&mut parents, f);
                    parents[r] = f;
                }
            }
        }
    }
    let mut groups: HashMap<usize, Vec<T>> = HashMap::new();
    for (thing, n) in number {
        groups.entry(root(&mut parents, n)).or_default().push(thing);
    }
    let mut groups: Vec<Vec<T>> = groups.into_values().collect();
    groups.sort();
    groups
}

/// All incidents of all these reports, in order of their ids.
pub fn merge(reports: &[Report]) -> Vec<Incident> {
    let mut blocks: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (i, report) in reports.iter().enumerate() {
        for key in block_keys(report) {
            blocks.entry(key).or_default().push(i);
        }
    }
    let mut clusters: Vec<Vec<usize>> = (0..reports.len()).map(|i| vec![i]).collect();
    for (key, members) in &blocks {
        let block: Vec<&Report> = members.iter().map(|&i| &reports[i]).collect();
        clusters.extend(merge_block(key, &block).into_iter().map(|c| c.into_iter().map(|i| members[i]).collect()));
    }
    let of = |members: Vec<usize>| Incident::of(&members.iter().map(|&i| &reports[i]).collect::<Vec<_>>());
    let mut incidents: Vec<Incident> = unite(clusters).into_iter().map(of).collect();
    incidents.sort_by(|a, b| a.id.cmp(&b.id));
    incidents
}

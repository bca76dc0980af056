//! Is it English? By the share of the commonest English words; enough to keep other languages out.

use polybius_text::{Article, Span, tokens};

const COMMON: &[&str] = &[
    "the", "of", "and", "to", "in", "a", "is", "that", "for", "it", "on", "was", "with", "as", "by", "at", "from",
    "be", "are", "this", "have", "has", "had", "an", "not", "he", "his", "they", "their", "were", "which", "said",
    "who", "will", "after", "been", "its", "would", "against", "over", "between", "into", "but", "or", "she", "her",
    "we",
];
/// The commonest words of the languages that English is most easily taken for.
const FOREIGN: &[&str] = &[
    "der", "die", "das", "und", "den", "von", "im", "le", "la", "les", "des", "du", "et", "de", "el", "los", "las",
    "del", "que", "en", "y", "il", "di", "che", "e", "o", "da", "do", "os", "het", "een", "van", "och", "att", "og",
    "det", "ve", "bir", "na", "se", "si", "w",
];
/// Fewer words than this are taken as English: a headline need not hold a common word.
const ENOUGH: usize = 12;

/// Is the article's text in English, as far as its words tell? Texts in other scripts never are.
pub fn is_english(article: &Article) -> bool {
    let (mut words, mut common, mut foreign, mut letters, mut latin) = (0usize, 0usize, 0usize, 0usize, 0usize);
    for c in article.text.chars().filter(|c| c.is_alphabetic()).take(4000) {
        letters += 1;
        latin += usize::from(c.is_ascii() || ('\u{c0}'..='\u{24f}').contains(&c));
    }
    if letters > 0 && latin * 2 < letters {
        return false;
    }
    for span in article.body() {
        let end = span.end.min(span.start + 20_000);
        let end = (end..=span.end).find(|&e| article.text.is_char_boundary(e)).unwrap_or(span.end);
        for t in tokens(&article.text, Span::new(span.start, end)) {
            let word = t.span.of(&article.text);
            if word.chars().all(char::is_alphabetic) {
                words += 1;
                let word = word.to_lowercase();
                common += usize::from(COMMON.contains(&word.as_str()));
                foreign += usize::from(FOREIGN.contains(&word.as_str()));
            }
        }
        if words > 2000 {
            break;
        }
    }
    // a single sentence full of names and titles holds few common words, but none of another language
    let names = words < 3 * ENOUGH && common > foreign;
    words < ENOUGH || names || common * 100 >= words * 12
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_is_told_from_its_neighbours() {
        let english = |t: &str| is_english(&Article::from_lines("x", t));
        assert!(english(
            "The foreign ministers of the two countries met in Geneva on Monday to discuss the ceasefire, officials said."
        ));
        assert!(!english(
            "Die Außenminister der beiden Länder trafen sich am Montag in Genf, um über die Waffenruhe zu sprechen, sagte ein Sprecher."
        ));
        assert!(!english(
            "Los ministros de Exteriores de ambos países se reunieron el lunes en Ginebra para hablar de la tregua, según fuentes oficiales."
        ));
        assert!(!english(
            "Les ministres des Affaires étrangères des deux pays se sont réunis lundi à Genève pour parler du cessez-le-feu, selon un porte-parole."
        ));
        assert!(!english("Министры иностранных дел двух стран встретились в понедельник в Женеве."));
        assert!(english("Gunmen kill mayor"));
        assert!(english("Syrian Deputy Prime Minister for Economic Affairs Qadri Jamil criticized Israel last month."));
    }
}

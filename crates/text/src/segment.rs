//! Sentences and tokens by rule, in the manner of the English UD treebanks (LDC's tokenization of web text): contractions and
//! possessives are split ("do|n't", "Iran|'s"), hyphenated words are split at the hyphen unless the first part is an affix.

use crate::Span;

/// The most tokens a sentence may have; a longer one is cut, so that no layer above meets an unbounded one.
pub const LONGEST_SENTENCE: usize = 240;

/// The most bytes without a blank that are looked at together; a longer run is cut, which keeps time linear and recursion shallow.
const LONGEST_RUN: usize = 500;

/// A word or a punctuation mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Where it stands in the text; neighbours may touch.
    pub span: Span,
}

/// A sentence: its span and its tokens, at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// From its first token's start to its last token's end.
    pub span: Span,
    /// In order, not overlapping.
    pub tokens: Vec<Token>,
}

const AFFIXES: &[&str] = &[
    "a", "agro", "ante", "anti", "arch", "be", "bi", "bio", "co", "counter", "cross", "cyber", "de", "e", "eco", "ex",
    "extra", "inter", "intra", "macro", "mega", "micro", "mid", "mini", "mono", "multi", "neo", "non", "o", "over",
    "pan", "para", "post", "pre", "pro", "pseudo", "quasi", "re", "semi", "sub", "super", "tri", "u", "ultra", "un",
    "uni", "vice", "x",
];

/// Words that end with a full stop inside a sentence and are followed by more of it.
const ABBREVIATIONS: &[&str] = &[
    "mr", "mrs", "ms", "dr", "prof", "gen", "lt", "col", "maj", "capt", "cmdr", "sgt", "adm", "brig", "sen", "rep",
    "gov", "rev", "hon", "st", "pres", "sec", "amb", "fr", "msgr", "sr", "jr", "vs", "vol", "pp", "jan", "feb", "mar",
    "apr", "aug", "sept", "sep", "oct", "nov", "dec", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "e.g", "i.e",
    "cf", "approx", "dept", "est", "ft", "mt", "ave", "blvd", "lt.-gen", "maj.-gen", "supt", "insp", "const", "cpl",
    "pvt", "c", "al", "ed", "assoc",
];
/// Abbreviations that may also end a sentence: the next word decides.
const CLOSING_ABBREVIATIONS: &[&str] = &[
    "u.s", "u.n", "u.k", "u.s.s.r", "e.u", "inc", "ltd", "corp", "co", "bros", "a.m", "p.m", "etc", "jr", "sr", "d.c",
];
/// Words that begin a new sentence after "U.S." or "Inc." rather than go on with a name.
const OPENERS: &[&str] = &[
    "the",
    "he",
    "she",
    "it",
    "they",
    "we",
    "in",
    "on",
    "at",
    "but",
    "and",
    "a",
    "an",
    "this",
    "that",
    "these",
    "those",
    "there",
    "his",
    "her",
    "its",
    "their",
    "however",
    "meanwhile",
    "as",
    "after",
    "before",
    "if",
    "when",
    "while",
    "some",
    "many",
    "no",
    "not",
    "since",
    "for",
    "from",
    "i",
    "you",
    "what",
    "who",
    "how",
    "why",
    "under",
    "last",
    "earlier",
];

/// The sentences of the part of `text` at `range`, in order. Every token is an exact range of `text`; whitespace is between them.
pub fn sentences(text: &str, range: Span) -> Vec<Sentence> {
    let all = tokens(text, range);
    let mut found = Vec::new();
    let mut start = 0;
    let mut i = 0;
    while i < all.len() {
        let mut end = i + 1;
        // "1." opens an item of a list
        let item = i == start + 1 && word(text, &all, i) == "." && is_item(word(text, &all, start));
        let ends = !item && is_end(text, &all, i);
        if ends {
            // closing quotes and brackets, and further stops, belong to the sentence they follow
            while end < all.len() && is_closer(text, &all, end) {
                end += 1;
            }
        }
        if ends || end - start >= LONGEST_SENTENCE || end == all.len() {
            found.push(sentence(&all[start..end]));
            start = end;
        }
        i = end;
    }
    found
}

fn sentence(tokens: &[Token]) -> Sentence {
    Sentence { span: tokens[0].span.join(tokens[tokens.len() - 1].span), tokens: tokens.to_vec() }
}

fn word<'t>(text: &'t str, tokens: &[Token], i: usize) -> &'t str {
    tokens.get(i).map_or("", |t| t.span.of(text))
}

fn is_item(form: &str) -> bool {
    form.len() <= 2 && form.chars().all(|c| c.is_ascii_digit())
}

fn is_closer(text: &str, tokens: &[Token], i: usize) -> bool {
    let touching = tokens[i - 1].span.end == tokens[i].span.start;
    // a footnote mark
    let digits = |k: usize| word(text, tokens, k).chars().all(|c| c.is_ascii_digit());
    let note = |open: usize| word(text, tokens, open) == "[" && digits(open + 1) && word(text, tokens, open + 2) == "]";
    if touching && (note(i) || note(i - 1) || i >= 2 && note(i - 2)) {
        return true;
    }
    match word(text, tokens, i) {
        "”" | "’" | ")" | "]" | "»" | "''" => true,
        "\"" | "'" | "." | "!" | "?" => touching,
        _ => false,
    }
}

/// Does the sentence end after token `i` (and the closers that follow it)?
fn is_end(text: &str, tokens: &[Token], i: usize) -> bool {
    let form = word(text, tokens, i);
    let mut next = i + 1;
    while next < tokens.len() && is_closer(text, tokens, next) {
        next += 1;
    }
    let Some(following) = tokens.get(next) else { return true };
    let gap = following.span.start > tokens[next - 1].span.end;
    let following = following.span.of(text);
    let first = following.chars().next().unwrap_or(' ');
    let opens = first.is_uppercase()
        || first.is_numeric()
        || matches!(first, '"' | '“' | '‘' | '\'' | '«' | '(' | '[' | '-' | '–' | '—' | '•' | '*' | '#' | '@')
        || !first.is_ascii() && first.is_alphabetic() && !first.is_lowercase();
    // careless writing begins sentences with small letters; after a closing quote that is "he said"
    let careless =
        next == i + 1 && matches!(form.chars().next(), Some('.' | '!' | '?')) && form != "..." && first.is_lowercase();
    match form {
        "…" | "..." | "。" => gap && opens,
        _ if form == "." || form.chars().all(is_shout) => gap && (opens || careless),
        _ if form.ends_with('.') && form.len() > 1 => {
            let stem = form[..form.len() - 1].to_lowercase();
            gap && opens
                && CLOSING_ABBREVIATIONS.contains(&stem.as_str())
                && (OPENERS.contains(&following.to_lowercase().as_str()) && first.is_uppercase()
                    || matches!(first, '"' | '“'))
        }
        _ => false,
    }
}

/// The tokens of the part of `text` at `range`.
pub fn tokens(text: &str, range: Span) -> Vec<Token> {
    let mut out = Vec::new();
    let part = range.of(text);
    let mut start = None;
    for (i, c) in part.char_indices().chain([(part.len(), ' ')]) {
        if c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}' {
            if let Some(from) = start.take() {
                let (mut from, end) = (range.start + from, range.start + i);
                while end - from > LONGEST_RUN {
                    let cut = (from + LONGEST_RUN - 3..=from + LONGEST_RUN).rev().find(|&k| text.is_char_boundary(k));
                    let cut = cut.unwrap_or(end); // a character has at most four bytes: there is a boundary
                    chunk(text, from, cut, &mut out);
                    from = cut;
                }
                chunk(text, from, end, &mut out);
            }
        } else if start.is_none() {
            start = Some(i);
        }
    }
    out
}

fn push(out: &mut Vec<Token>, start: usize, end: usize) {
    if start < end {
        out.push(Token { span: Span::new(start, end) });
    }
}

fn is_opening(c: char) -> bool {
    matches!(
        c,
        '"' | '“'
            | '”'
            | '‘'
            | '\''
            | '’'
            | '«'
            | '('
            | '['
            | '{'
            | '<'
            | '>'
            | '~'
            | '*'
            | '$'
            | '£'
            | '€'
            | '¥'
            | '¿'
            | '¡'
            | '•'
            | '`'
            | '„'
            | '–'
            | '—'
            | '#'
    )
}

fn is_trailing(c: char) -> bool {
    matches!(
        c,
        '"' | '“'
            | '”'
            | '’'
            | '\''
            | '»'
            | ')'
            | ']'
            | '}'
            | '>'
            | ','
            | ';'
            | ':'
            | '!'
            | '?'
            | '%'
            | '…'
            | '*'
            | '–'
            | '—'
            | '、'
            | '。'
            | '/'
            | '='
            | '|'
    )
}

/// Splits what stands between two blanks.
fn chunk(text: &str, mut start: usize, mut end: usize, out: &mut Vec<Token>) {
    // a row of one mark ("***", "-----", "?!") is one token
    let whole = &text[start..end];
    let row = |c: char| !c.is_alphanumeric() && !is_quote(c) && whole.chars().all(|x| x == c);
    if whole.chars().nth(1).is_some() && (whole.chars().next().is_some_and(row) || whole.chars().all(is_shout)) {
        return push(out, start, end);
    }
    // "’70s"
    let decade = whole.strip_prefix(['\'', '’']).and_then(|d| d.strip_suffix('s'));
    if decade.is_some_and(|d| d.len() == 2 && d.chars().all(|c| c.is_ascii_digit())) {
        return push(out, start, end);
    }
    const FACES: &[&str] = &[":)", ":-)", ";)", ";-)", ":(", ":-(", ":D", ":-D", ":P", ":/", "=)", "<3", ":))"];
    if let Some(face) = FACES.iter().find(|f| whole.ends_with(**f) && !is_address(whole)) {
        if whole.len() > face.len() {
            chunk(text, start, end - face.len(), out);
        }
        return push(out, end - face.len(), end);
    }
    // opening marks, one by one
    while let Some(c) = text[start..end].chars().next() {
        let rest = &text[start + c.len_utf8()..end];
        let hashtag = c == '#' && rest.starts_with(char::is_alphabetic);
        if !is_opening(c) || hashtag || matches!(c, '\'' | '’') && is_clitic(&text[start..end]) {
            break;
        }
        push(out, start, start + c.len_utf8());
        start += c.len_utf8();
    }
    // dots before a word
    let dots = text[start..end].len() - text[start..end].trim_start_matches('.').len();
    if dots > 1 {
        push(out, start, start + dots);
        start += dots;
    }
    // trailing marks, from the end
    let mut tail: Vec<(usize, usize)> = Vec::new();
    while let Some(c) = text[start..end].chars().next_back() {
        let before = &text[start..end - c.len_utf8()];
        // "no!!!" ends in one mark
        let shout = text[start..end].trim_end_matches(is_shout).len();
        if is_shout(c) && shout + 1 < end - start && shout > 0 {
            tail.push((start + shout, end));
            end = start + shout;
            continue;
        }
        let cut = if c == '.' {
            let dots = text[start..end].len() - text[start..end].trim_end_matches('.').len();
            if dots > 1 {
                tail.push((end - dots, end));
                end -= dots;
                continue;
            }
            !before.is_empty() && !keeps_dot(before, &text[end..])
        } else {
            // an address keeps what it may contain
            let part = is_address(&text[start..end])
                && (matches!(c, '/' | '=' | '%' | '*' | '|') || c == ')' && before.contains('('));
            is_trailing(c) && !before.is_empty() && !part
        };
        if !cut {
            break;
        }
        tail.push((end - c.len_utf8(), end));
        end -= c.len_utf8();
    }
    core(text, start, end, out);
    for &(s, e) in tail.iter().rev() {
        push(out, s, e);
    }
}

fn is_shout(c: char) -> bool {
    matches!(c, '!' | '?')
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '’' | '‘' | '“' | '”' | '`')
}

fn is_clitic(s: &str) -> bool {
    let rest: String = s.chars().skip(1).take(3).collect::<String>().to_lowercase();
    let rest = rest.trim_end_matches(|c: char| !c.is_alphabetic());
    matches!(rest, "s" | "re" | "ve" | "ll" | "m" | "d") && s.chars().count() <= 4
}

fn is_address(s: &str) -> bool {
    s.contains("://") || s.starts_with("www.")
}

/// Is the full stop after `before` (and before `after`) part of the word?
fn keeps_dot(before: &str, after: &str) -> bool {
    let lower = before.to_lowercase();
    let lower = lower.rsplit(['-', '–', '/', '(', '"', '“']).next().unwrap_or(&lower);
    let letters = before.chars().count();
    (letters == 1 && before.chars().all(char::is_uppercase))
        || ABBREVIATIONS.contains(&lower)
        || CLOSING_ABBREVIATIONS.contains(&lower)
        || (matches!(lower, "no" | "nos" | "art" | "fig" | "p" | "ext")
            && after.trim_start().starts_with(|c: char| c.is_ascii_digit()))
        || (lower.contains('.')
            && lower.split('.').all(|p| p.chars().count() == 1 && p.chars().all(char::is_alphabetic)))
}

/// Splits a chunk without outer punctuation: dashes, slashes, hyphens, clitics, units.
fn core(text: &str, start: usize, end: usize, out: &mut Vec<Token>) {
    let s = &text[start..end];
    if s.is_empty() {
        return;
    }
    if is_address(s) || s.contains('@') && s.contains('.') {
        return push(out, start, end);
    }
    // marks inside: long dashes, ellipsis, quotes, brackets, slash between letters, comma or colon between letters
    let chars: Vec<(usize, char)> = s.char_indices().collect();
    for (k, &(i, c)) in chars.iter().enumerate() {
        if k == 0 || k + 1 == chars.len() {
            continue;
        }
        let (before, after) = (chars[k - 1].1, chars[k + 1].1);
        let inner = match c {
            '—' | '–' | '…' | '"' | '“' | '”' | '(' | ')' | '[' | ']' | ';' => true,
            // "and/or", but "b/c"
            '/' => before.is_alphabetic() && after.is_alphabetic() && chars.len() > 3,
            ',' | ':' | '?' | '!' => !(before.is_numeric() && after.is_numeric()),
            '.' => before == '.' && after != '.',
            '-' if before == '-' => true,
            _ => false,
        };
        if inner {
            let (mut from, to) = (start + i, start + i + c.len_utf8());
            while text[start..from].ends_with(c) && matches!(c, '.' | '-') {
                from -= 1;
            }
            if matches!(c, '[' | '(') {
                chunk(text, start, from, out);
            } else {
                core(text, start, from, out);
            }
            push(out, from, to);
            return chunk(text, to, end, out);
        }
    }
    // hyphens between words
    for (k, &(i, c)) in chars.iter().enumerate() {
        if !matches!(c, '-' | '‐' | '‑') || k == 0 || k + 1 == chars.len() {
            continue;
        }
        let (before, after) = (&s[..i], &s[i + c.len_utf8()..]);
        let wordy = before.chars().any(char::is_alphabetic) || after.chars().any(char::is_alphabetic);
        let code = !before.chars().any(char::is_lowercase) && after.chars().all(|c| c.is_numeric());
        let affix = AFFIXES.contains(&before.to_lowercase().as_str());
        if wordy && !code && !affix {
            core(text, start, start + i, out);
            push(out, start + i, start + i + c.len_utf8());
            return core(text, start + i + c.len_utf8(), end, out);
        }
    }
    clitics(text, start, end, out);
}

fn clitics(text: &str, start: usize, end: usize, out: &mut Vec<Token>) {
    let s = &text[start..end];
    // the apostrophes are ASCII or U+2019: compare on a straightened copy, cut by characters
    let straight: String =
        s.chars().map(|c| if c == '’' { '\'' } else { c.to_lowercase().next().unwrap_or(c) }).collect();
    let count = s.chars().count();
    let byte = |chars: usize| start + s.char_indices().nth(chars).map_or(s.len(), |(i, _)| i);
    for suffix in ["n't", "'s", "'re", "'ve", "'ll", "'m", "'d"] {
        if straight.ends_with(suffix) && count > suffix.len() && straight.chars().count() == count {
            let cut = byte(count - suffix.len());
            push(out, start, cut);
            return push(out, cut, end);
        }
    }
    // "cannot", and contractions without their apostrophe
    let bare = ["cannot", "dont", "didnt", "doesnt", "isnt", "wasnt", "arent", "couldnt", "wouldnt", "havent", "hasnt"]
        .contains(&straight.as_str());
    let suffix = match straight.as_str() {
        "cannot" => 3,
        _ if bare => 2,
        "wont" | "cant" | "ive" | "youve" | "weve" | "theyre" => 2,
        "im" | "thats" | "theres" | "whats" => 1,
        _ => 0,
    };
    if suffix > 0 {
        push(out, start, end - suffix);
        return push(out, end - suffix, end);
    }
    // "5km", "10pm" stay; "$5" and "5%" are split at the edges already
    push(out, start, end);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<String> {
        let whole = Span::new(0, text.len());
        sentences(text, whole)
            .iter()
            .map(|s| s.tokens.iter().map(|t| t.span.of(text)).collect::<Vec<_>>().join(" "))
            .collect()
    }

    #[test]
    fn tokens_follow_the_treebanks() {
        assert_eq!(split("He didn't say \"no\" (yet)."), ["He did n't say \" no \" ( yet ) ."]);
        assert_eq!(split("U.S.-led forces hit an anti-Assad base."), ["U.S. - led forces hit an anti-Assad base ."]);
        assert_eq!(split("Iran’s 12,000-strong force can't stay."), ["Iran ’s 12,000 - strong force ca n't stay ."]);
        assert_eq!(split("It cost $5.3 million, or 20%..."), ["It cost $ 5.3 million , or 20 % ..."]);
        assert_eq!(split("No!!! Why?! *** #1 b/c"), ["No !!!", "Why ?!", "*** # 1 b/c"]);
        assert_eq!(split("See https://example.org/a-b, he wrote"), ["See https://example.org/a-b , he wrote"]);
        assert_eq!(split("the soldiers' camp—their last"), ["the soldiers ' camp — their last"]);
    }

    #[test]
    fn sentences_know_abbreviations_initials_and_quotes() {
        assert_eq!(split("Gen. J. Smith met Mr. Doe. They left.").len(), 2);
        assert_eq!(split("He lives in the U.S. The minister left the U.S. Army.").len(), 2);
        assert_eq!(split("“We will stay.” He left.").len(), 2);
        assert_eq!(split("They signed.[12] Then they left."), ["They signed . [ 12 ]", "Then they left ."]);
        assert_eq!(split("Who won? No. 2 did. No. They lost.").len(), 4);
        assert_eq!(split("it was late. they left.").len(), 2);
        assert_eq!(split("“Who?” asked Doe.").len(), 1);
        assert_eq!(split("\"Stop it!\" she said. \"Now.\"").len(), 2);
        assert_eq!(split("Growth was 3.5 percent. Prices fell.").len(), 2);
        assert_eq!(split("Troops left at 5 p.m. on Monday.").len(), 1);
    }

    #[test]
    fn news_is_segmented_as_it_is_written() {
        // quotes that close behind the full stop, decimals, ellipses, addresses, hashtags, lists, ranks with names
        assert_eq!(split("\"We won.\" Then Lt. Col. A. B. Roy left.").len(), 2);
        assert_eq!(split("(They fled.) Nobody spoke.").len(), 2);
        assert_eq!(split("Rates rose 0.25 points to 4.5%. Shares fell.").len(), 2);
        assert_eq!(split("We waited ... and waited. It came…").len(), 2);
        assert_eq!(split("Write to desk@example.org or see www.example.org/a. #Vote2024 began.").len(), 2);
        assert_eq!(split("Write to desk@example.org."), ["Write to desk@example.org ."]);
        assert_eq!(split("#Vote2024 by @doe"), ["#Vote2024 by @doe"]);
        assert_eq!(split("1. Talks resume."), ["1 . Talks resume ."]);
        assert_eq!(split("UN: thousands flee shelling").len(), 1);
        assert_eq!(split("See https://example.org/x_(y)?a=b."), ["See https://example.org/x_(y)?a=b ."]);
    }

    #[test]
    fn a_megabyte_without_a_blank_is_split_in_linear_time() {
        for part in ["a-", "—a", "é\"", "(", "x.", "a/b;"] {
            let text = part.repeat(1_000_000 / part.len());
            let found = tokens(&text, Span::new(0, text.len()));
            assert_eq!(found.iter().map(|t| t.span.end - t.span.start).sum::<usize>(), text.len());
        }
    }

    #[test]
    fn any_text_gives_exact_spans() {
        for text in [
            "",
            " \n ",
            "''''",
            "...",
            "—",
            "a\u{feff}b",
            "'s",
            "n't",
            "x".repeat(9000).as_str(),
            "«Да».",
            "İ'S",
            "-a-",
            "5-",
        ] {
            let whole = Span::new(0, text.len());
            let mut last = 0;
            for token in tokens(text, whole) {
                assert!(token.span.start >= last && token.span.end > token.span.start, "{text:?}");
                last = token.span.end;
            }
            let kept: String = tokens(text, whole).iter().map(|t| t.span.of(text)).collect();
            let expected: String =
                text.chars().filter(|c| !c.is_whitespace() && *c != '\u{feff}' && *c != '\u{200b}').collect();
            assert_eq!(kept, expected);
        }
    }

    #[test]
    fn an_endless_sentence_is_cut() {
        let text = "word ".repeat(5000);
        let found = sentences(&text, Span::new(0, text.len()));
        assert!(found.iter().all(|s| s.tokens.len() <= LONGEST_SENTENCE + 8));
        assert_eq!(found.iter().map(|s| s.tokens.len()).sum::<usize>(), 5000);
    }
}

//! How a name is compared with a text: token by token, without diacritics and dots.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The key under which a token of a name is looked up: no diacritics, no dots inside ("U.N." = "UN"), straight quotes.
pub fn key(token: &str) -> String {
    if token.is_ascii() && !token.contains('.') {
        return token.to_owned();
    }
    let plain: String = token.nfd().filter(|c| !is_combining_mark(*c)).collect();
    // letters that are no letter with a mark to Unicode
    let letters =
        [('ı', "i"), ('ø', "o"), ('Ø', "O"), ('ł', "l"), ('Ł', "L"), ('đ', "d"), ('Đ', "D"), ('æ', "ae"), ('ß', "ss")];
    letters
        .iter()
        .fold(plain.replace('’', "'").replace('.', ""), |text, (letter, plain)| text.replace(*letter, plain))
}

/// A name's tokens, as the segmenter cuts them, as keys.
pub fn keys(name: &str) -> Vec<String> {
    let span = polybius_text::Span::new(0, name.len());
    polybius_text::tokens(name, span).iter().map(|t| key(t.span.of(name))).filter(|k| !k.is_empty()).collect()
}

/// The keys of an entry of the lexicon, which may write an article before the name.
pub(crate) fn entry_keys(name: &str) -> Vec<String> {
    let mut keys = keys(name);
    if keys.first().is_some_and(|k| k == "the" || k == "The") {
        keys.remove(0);
    }
    keys
}

/// The keys of a role term, which is compared in small letters.
pub(crate) fn term_keys(term: &str) -> Vec<String> {
    keys(term).into_iter().map(|k| k.to_lowercase()).collect()
}

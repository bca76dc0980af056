//! Dates as articles print them.

use jiff::civil::Date;

/// Reads `2013-07-22` (also with a time behind it), `July 22, 2013`, `22 July 2013`, `Mon, 22 Jul 2013 ...`, `2013/07/22`,
/// `20130722`; nothing that could be read two ways, such as `07/08/2013`.
pub fn parse_date(text: &str) -> Option<Date> {
    let text = text.trim();
    let head: String = text.chars().take(10).collect();
    if let Ok(date) = head.replace('/', "-").parse::<Date>() {
        return Some(date);
    }
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        return Date::new(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?).ok();
    }
    let words: Vec<&str> = text.split([' ', ',', '\u{a0}']).filter(|w| !w.is_empty()).collect();
    let at = words.iter().position(|w| month(w).is_some())?;
    let month = month(words[at])?;
    let day = |w: Option<&&str>| -> Option<i8> {
        w?.trim_end_matches(char::is_alphabetic).parse().ok().filter(|d| (1..=31).contains(d))
    };
    let year = |w: Option<&&str>| -> Option<i16> { w?.parse().ok().filter(|y| (1500..=2200).contains(y)) };
    let before = at.checked_sub(1).and_then(|b| words.get(b));
    if let (Some(d), Some(y)) = (day(before), year(words.get(at + 1))) {
        return Date::new(y, month, d).ok();
    }
    Date::new(year(words.get(at + 2))?, month, day(words.get(at + 1))?).ok()
}

fn month(word: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.trim_end_matches('.').to_lowercase();
    let at = MONTHS.iter().position(|m| {
        *m == word || (word.len() == 3 && m.starts_with(&word)) || (word == "sept" && *m == "september")
    })?;
    i8::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_articles_print_them() {
        let expected = Date::new(2013, 7, 22).ok();
        for text in [
            "2013-07-22",
            "2013-07-22T10:00:00Z",
            "July 22, 2013",
            "22 July 2013",
            "Mon, 22 Jul 2013 10:00 GMT",
            "20130722",
            "2013/07/22",
            "Jul. 22nd, 2013",
        ] {
            assert_eq!(parse_date(text), expected, "{text}");
        }
        for text in ["", "07/08/2013", "soon", "31 February 2013", "July", "2013-13-01"] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }
}

//! Any character set that the web uses, to UTF-8.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8};

/// Decodes by byte order mark, UTF-8 validity, the page's own declaration (`html`), and at last by guessing as browsers do.
pub(crate) fn decode(bytes: &[u8], html: bool) -> String {
    if Encoding::for_bom(bytes).is_none()
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return text.to_owned();
    }
    let encoding = Encoding::for_bom(bytes)
        .map(|(e, _)| e)
        .or_else(|| html.then(|| declared(bytes)).flatten())
        .unwrap_or_else(|| {
            let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
            detector.feed(bytes, true);
            detector.guess(None, Utf8Detection::Allow)
        });
    encoding.decode(bytes).0.into_owned()
}

/// The `charset` in the first kilobytes of a page.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).to_lowercase();
    let at = head.find("charset=")? + "charset=".len();
    let label: String = head[at..]
        .trim_start_matches(['"', '\''])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .collect();
    // a page that declares UTF-8 but is not valid UTF-8 is better guessed
    Encoding::for_label(label.as_bytes()).filter(|e| *e != UTF_8)
}

/// Zero bytes outside UTF-16, or many control characters: not text.
pub(crate) fn is_binary(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(8192)];
    if Encoding::for_bom(bytes).is_some() {
        return false;
    }
    let control = head.iter().filter(|&&b| b < 32 && !matches!(b, b'\n' | b'\r' | b'\t' | 0x0c | 0x1b)).count();
    head.contains(&0) || control * 50 > head.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn character_sets_of_the_web() {
        let text = "Le président Erdogan a rencontré le ministre à l’Élysée, où il a été reçu.";
        let (latin, _, _) = encoding_rs::WINDOWS_1252.encode(text);
        assert_eq!(decode(&latin, false), text);
        assert_eq!(decode(text.as_bytes(), false), text);
        let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(decode(&utf16, false), text);
        let page = "<html><head><meta charset=\"windows-1251\"></head><body>Москва</body></html>";
        let (cyrillic, _, _) = encoding_rs::WINDOWS_1251.encode(page);
        assert_eq!(decode(&cyrillic, true), page);
    }

    #[test]
    fn binaries_are_told() {
        assert!(is_binary(b"\x7fELF\x02\x01\x01\0\0\0"));
        assert!(!is_binary("Text.\n".as_bytes()));
    }
}

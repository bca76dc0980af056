//! Any character set that the web uses, to UTF-8.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8};
use encoding_rs_io::{DecodeReaderBytes, DecodeReaderBytesBuilder};
use std::io::Read;

/// Decodes by byte order mark, UTF-8 validity, the declaration (`declared`), and at last by guessing as browsers do.
pub(crate) fn decode(bytes: &[u8], declared: Option<&'static Encoding>) -> String {
    if Encoding::for_bom(bytes).is_none()
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return text.to_owned();
    }
    let encoding = Encoding::for_bom(bytes)
        .map(|(e, _)| e)
        // what declares UTF-8 but is not valid UTF-8 is better guessed
        .or(declared.filter(|e| *e != UTF_8))
        .unwrap_or_else(|| {
            let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
            detector.feed(bytes, true);
            detector.guess(None, Utf8Detection::Allow)
        });
    encoding.decode(bytes).0.into_owned()
}

/// The `charset` in the first kilobytes of a page, or in a `Content-Type`.
pub(crate) fn declared_by_html(bytes: &[u8]) -> Option<&'static Encoding> {
    label_behind(bytes, "charset=")
}

/// The `encoding` in an XML declaration.
pub(crate) fn declared_by_xml(bytes: &[u8]) -> Option<&'static Encoding> {
    let end = bytes.windows(2).take(512).position(|w| w == b"?>")?;
    label_behind(&bytes[..end], "encoding=")
}

fn label_behind(bytes: &[u8], key: &str) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).to_lowercase();
    let at = head.find(key)? + key.len();
    let label: String = head[at..]
        .trim_start_matches(['"', '\''])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .collect();
    Encoding::for_label(label.as_bytes())
}

/// A stream of text with a byte order mark, or of the encoding declared, as UTF-8; without either the bytes go through as they are.
pub(crate) fn utf8<R: Read>(input: R, declared: Option<&'static Encoding>) -> DecodeReaderBytes<R, Vec<u8>> {
    DecodeReaderBytesBuilder::new().encoding(declared).bom_override(true).build(input)
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
        assert_eq!(decode(&latin, None), text);
        assert_eq!(decode(text.as_bytes(), None), text);
        let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(decode(&utf16, None), text);
        let page = "<html><head><meta charset=\"windows-1251\"></head><body>Москва</body></html>";
        let (cyrillic, _, _) = encoding_rs::WINDOWS_1251.encode(page);
        assert_eq!(decode(&cyrillic, declared_by_html(&cyrillic)), page);
    }

    #[test]
    fn binaries_are_told() {
        assert!(is_binary(b"\x7fELF\x02\x01\x01\0\0\0"));
        assert!(!is_binary("Text.\n".as_bytes()));
    }
}

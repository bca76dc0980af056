//! HTTP responses as web archives keep them.

use encoding_rs::Encoding;
use flate2::bufread::{MultiGzDecoder, ZlibDecoder};
use std::io::Read;

/// A response: status and fields, and the body with the transfer and content encodings undone.
pub(crate) struct Response {
    pub(crate) status: u16,
    fields: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Response {
    /// Parses a stored response. Crawlers often undo the encodings and leave their names in the header, so a body that is
    /// not encoded as the header says is taken as it is.
    pub(crate) fn parse(bytes: &[u8], largest: u64) -> Result<Self, String> {
        let (head, body) = split_head(bytes);
        let head = String::from_utf8_lossy(head);
        let mut lines = head.lines();
        let first = lines.next().unwrap_or("");
        let status = first
            .strip_prefix("HTTP/")
            .and_then(|rest| rest.split_whitespace().nth(1)?.parse().ok())
            .ok_or("its HTTP status line cannot be read; the record is left out")?;
        let fields =
            lines.filter_map(|l| l.split_once(':')).map(|(k, v)| (k.trim().to_lowercase(), v.trim().to_owned()));
        let mut response = Response { status, fields: fields.collect(), body: Vec::new() };
        let chunked = response.field("transfer-encoding").is_some_and(|t| t.to_lowercase().contains("chunked"));
        let mut body = if chunked { unchunked(body).unwrap_or_else(|| body.to_vec()) } else { body.to_vec() };
        let encodings = response.field("content-encoding").unwrap_or("").to_lowercase();
        for encoding in encodings.split(',').map(str::trim).rev() {
            body = match encoding {
                "" | "identity" => body,
                "gzip" | "x-gzip" if body.starts_with(&[0x1f, 0x8b]) => {
                    unpacked(MultiGzDecoder::new(body.as_slice()), largest)?
                }
                "deflate" if body.first().is_some_and(|b| b & 0x0f == 8) => {
                    unpacked(ZlibDecoder::new(body.as_slice()), largest)?
                }
                "gzip" | "x-gzip" | "deflate" => body,
                _ if body.first().is_some_and(|b| matches!(b, b'<' | b'\n' | b'\r' | b' ')) => body,
                other => return Err(format!("its content encoding `{other}` is not supported (gzip and deflate are)")),
            };
        }
        response.body = body;
        Ok(response)
    }

    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(k, _)| k == name).map(|(_, v)| v.as_str())
    }

    /// The media type without parameters, lower case.
    pub(crate) fn media_type(&self) -> String {
        self.field("content-type").and_then(|t| t.split(';').next()).unwrap_or("").trim().to_lowercase()
    }

    pub(crate) fn charset(&self) -> Option<&'static Encoding> {
        crate::charset::declared_by_html(self.field("content-type")?.as_bytes())
    }
}

fn split_head(bytes: &[u8]) -> (&[u8], &[u8]) {
    let mut at = 0;
    while let Some(end) = bytes[at..].iter().position(|&b| b == b'\n') {
        let line = &bytes[at..at + end];
        let next = at + end + 1;
        if line.is_empty() || line == b"\r" {
            return (&bytes[..at], &bytes[next..]);
        }
        at = next;
    }
    (bytes, &[])
}

/// The chunks of a body put together; what came before a broken chunk is kept, and none if already the first is.
fn unchunked(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let size = body.iter().position(|&b| b == b'\n').and_then(|end| {
            let digits = std::str::from_utf8(&body[..end]).ok()?.split(';').next()?.trim();
            body = &body[end + 1..];
            usize::from_str_radix(digits, 16).ok()
        });
        match size {
            None if whole.is_empty() => return None,
            None | Some(0) => return Some(whole),
            Some(n) => {
                let chunk = &body[..n.min(body.len())];
                whole.extend_from_slice(chunk);
                body = &body[chunk.len()..];
                body = body.strip_prefix(b"\r\n").or_else(|| body.strip_prefix(b"\n")).unwrap_or(body);
            }
        }
    }
}

/// Crawlers cut long pages off: what could be unpacked before the end is kept.
fn unpacked(decoder: impl Read, largest: u64) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    let outcome = decoder.take(largest + 1).read_to_end(&mut body);
    if body.len() as u64 > largest {
        return Err(crate::limit::too_large("its unpacked body"));
    }
    match outcome {
        Err(e) if body.is_empty() => Err(format!("its body cannot be unpacked ({e}); fetch the page anew")),
        _ => Ok(body),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn parse(head: &str, body: &[u8]) -> Result<Response, String> {
        Response::parse(&[head.as_bytes(), b"\r\n\r\n", body].concat(), 1000)
    }

    #[test]
    fn encodings_are_undone_where_they_are_there() {
        let mut gz = GzEncoder::new(Vec::new(), Compression::fast());
        gz.write_all(b"<p>Text</p>").unwrap();
        let gz = gz.finish().unwrap();
        let chunk = [format!("{:x}\r\n", gz.len()).as_bytes(), &gz, b"\r\n0\r\n\r\n"].concat();
        let both = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\ncontent-encoding: gzip\r\nContent-Type: text/html; charset=GBK";
        let response = parse(both, &chunk).unwrap();
        assert_eq!((response.status, response.body.as_slice()), (200, b"<p>Text</p>".as_slice()));
        assert_eq!((response.media_type().as_str(), response.charset().map(|c| c.name())), ("text/html", Some("GBK")));
        // the crawler has undone them already
        assert_eq!(parse(both, b"<p>Text</p>").unwrap().body, b"<p>Text</p>");
    }

    #[test]
    fn what_is_broken_is_told() {
        assert!(parse("GET / HTTP/1.1", b"").err().unwrap().contains("status line"));
        let brotli = parse("HTTP/1.1 200 OK\r\nContent-Encoding: br", &[0x1b, 3]).err().unwrap();
        assert!(brotli.contains("`br` is not supported"), "{brotli}");
        let mut bomb = GzEncoder::new(Vec::new(), Compression::fast());
        bomb.write_all(&[b'a'; 2000]).unwrap();
        let bomb = parse("HTTP/1.1 200 OK\r\nContent-Encoding: gzip", &bomb.finish().unwrap()).err().unwrap();
        assert!(bomb.contains("larger than"), "{bomb}");
    }
}

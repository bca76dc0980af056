//! What every request passes: who may ask, how much may be sent, how long an answer may take, and the headers of every answer.
//!
//! A site for this machine only answers requests for a local host name, so that a page elsewhere cannot read it through a name of its own
//! that points here (DNS rebinding). A site for others asks for a token: in the header `Authorization: Bearer`, or once in a form, after
//! which a cookie keeps it.

use crate::Site;
use crate::fault::Fault;
use crate::page::{Page, page};
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use maud::html;
use std::sync::Arc;
use std::time::Duration;

/// A request that is not answered by then is given up.
const ANSWER: Duration = Duration::from_secs(30);

/// The longest address, in bytes.
const ADDRESS: usize = 8 * 1024;

/// The most that may be posted, in bytes.
pub(crate) const BODY: usize = 256 * 1024;

const COOKIE: &str = "polybius-token";

/// Nothing from elsewhere, no script or style but the site's own files, no frames.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Who may ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// Whoever is on this machine.
    Local,
    /// Whoever has the token.
    Token(String),
}

pub(crate) async fn guard(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let length = request.uri().path_and_query().map_or(0, |p| p.as_str().len());
    let api = request.uri().path().starts_with("/api");
    let allowed = match &site.access {
        Access::Local => is_local(request.headers()),
        // whoever has no token yet needs the style of the page that asks for it
        Access::Token(token) => {
            let path = request.uri().path();
            path == "/token" || path.starts_with("/assets/") || has_token(request.headers(), token)
        }
    };
    let mut response = if length > ADDRESS {
        StatusCode::URI_TOO_LONG.into_response()
    } else if allowed {
        let posted = request.headers().get(header::CONTENT_LENGTH).and_then(|l| l.to_str().ok()?.parse().ok());
        if posted.is_some_and(|l: usize| l > BODY) {
            too_large()
        } else {
            match tokio::time::timeout(ANSWER, next.run(request)).await {
                Ok(response) => response,
                Err(_) if api => Fault::Slow.json(),
                Err(_) => Fault::Slow.into_response(),
            }
        }
    } else if site.access == Access::Local {
        (
            StatusCode::MISDIRECTED_REQUEST,
            "This site answers for this machine only: http://127.0.0.1 or http://localhost.\n",
        )
            .into_response()
    } else {
        ask_for_token(StatusCode::UNAUTHORIZED, api)
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

fn too_large() -> Response {
    let body = html! { p.lead { "That is too much for one page: at most " (BODY / 1024) " kB can be sent." } p { a href="/explain" { "Back" } } };
    (StatusCode::PAYLOAD_TOO_LARGE, page(Page { title: "Too large", ..Page::default() }, body)).into_response()
}

/// Is the request for a name of this machine?
fn is_local(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|h| h.to_str().ok()).unwrap_or_default();
    let name = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<std::net::IpAddr>().is_ok_and(|a| a.is_loopback())
}

fn has_token(headers: &HeaderMap, token: &str) -> bool {
    let text = |name| headers.get(name).and_then(|v: &HeaderValue| v.to_str().ok()).unwrap_or_default();
    let bearer = text(header::AUTHORIZATION).strip_prefix("Bearer ");
    let cookie = text(header::COOKIE).split(';').find_map(|c| c.trim().strip_prefix(COOKIE)?.strip_prefix('='));
    // the cookie holds a hash: a token may have letters that a cookie may not
    bearer.is_some_and(|b| same(b, token)) || cookie.is_some_and(|c| same(c, &cookie_value(token)))
}

/// Compares all of both, so that the time it takes tells nothing.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |d, (x, y)| d | (x ^ y)) == 0
}

fn cookie_value(token: &str) -> String {
    token.bytes().map(|b| format!("{b:02x}")).collect()
}

fn ask_for_token(status: StatusCode, api: bool) -> Response {
    let challenge = [(header::WWW_AUTHENTICATE, "Bearer")];
    if api {
        let text = "{\"title\":\"Unauthorized\",\"status\":401,\"detail\":\"Send the token in the header Authorization: Bearer TOKEN.\"}";
        return (status, challenge, [(header::CONTENT_TYPE, "application/problem+json")], text).into_response();
    }
    let body = html! {
        p.lead { "This store is open to those who have its token. Whoever started " code { "polybius serve" } " knows it." }
        form.narrow method="post" action="/token" {
            label for="token" { "Token" }
            input #token type="password" name="token" autocomplete="current-password" required;
            button type="submit" { "Open" }
        }
    };
    (status, challenge, page(Page { title: "Token", bare: true, ..Page::default() }, body)).into_response()
}

/// Takes the token from the form and keeps it in a cookie.
pub(crate) async fn enter(State(site): State<Arc<Site>>, body: Bytes) -> Response {
    let given = form_urlencoded::parse(&body).find(|(name, _)| name == "token").map(|(_, value)| value.into_owned());
    match (&site.access, given) {
        (Access::Token(token), Some(given)) if same(&given, token) => {
            let cookie = format!("{COOKIE}={}; HttpOnly; SameSite=Strict; Path=/", cookie_value(token));
            (StatusCode::SEE_OTHER, [(header::LOCATION, "/".to_owned()), (header::SET_COOKIE, cookie)]).into_response()
        }
        (Access::Local, _) => (StatusCode::SEE_OTHER, [(header::LOCATION, "/")]).into_response(),
        _ => ask_for_token(StatusCode::FORBIDDEN, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_local() {
        let local =
            |host: &str| is_local(&HeaderMap::from_iter([(header::HOST, HeaderValue::from_str(host).unwrap())]));
        for host in ["localhost", "localhost:8080", "127.0.0.1:8080", "127.0.0.2", "[::1]:8080", "LOCALHOST"] {
            assert!(local(host), "{host}");
        }
        for host in ["", "example.org", "127.0.0.1.example.org", "localhost.example.org:8080", "192.168.0.2", "[::2]"] {
            assert!(!local(host), "{host}");
        }
    }
}

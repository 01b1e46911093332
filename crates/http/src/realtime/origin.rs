//! Which pages may open a WebSocket: browsers let every page open one anywhere, and only say where it comes from.

use axum::http::{HeaderMap, header};
use mainstay_core::{Code, Problem};

/// Refuses a page of another origin, unless the configuration names it. Who sends no `Origin` is no browser.
pub(super) fn refuse_other_origins(headers: &HeaderMap, allowed: &[String]) -> Result<(), Problem> {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return Ok(());
    };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let of_origin = origin.to_str().ok().and_then(|origin| {
        origin
            .strip_prefix("https://")
            .or_else(|| origin.strip_prefix("http://"))
    });
    let is_own = host.is_some_and(|host| of_origin.is_some_and(|origin| origin.eq_ignore_ascii_case(host)));
    if is_own || is_named(headers, allowed) {
        return Ok(());
    }
    Err(Problem::new(
        Code::Forbidden,
        "pages of this origin may not connect; name it in server.cors_origins if they should",
    ))
}

/// Does it come from a page of an origin that the configuration names?
pub(super) fn is_named(headers: &HeaderMap, allowed: &[String]) -> bool {
    headers
        .get(header::ORIGIN)
        .is_some_and(|origin| allowed.iter().any(|known| known.as_bytes() == origin.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_own_host_and_named_origins_may() {
        let allowed = ["https://app.example.org".to_owned()];
        for (origin, may) in [
            (None, true),
            (Some("https://api.example.org"), true),
            (Some("http://api.example.org"), true),
            (Some("https://app.example.org"), true),
            (Some("https://evil.example.org"), false),
            (Some("https://api.example.org.evil.org"), false),
            (Some("https://api.example.org:8443"), false),
            (Some("null"), false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, "api.example.org".parse().unwrap());
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().unwrap());
            }
            assert_eq!(
                refuse_other_origins(&headers, &allowed).is_ok(),
                may,
                "{origin:?}"
            );
        }
    }
}

//! Where a client may be led back to: what can be such an address, and which one is meant (RFC 8252, RFC 9700).

use crate::limits::URL_CHARACTERS_MAX;

const HTTPS: &str = "https://";
const HTTP: &str = "http://";
/// Hosts of the same machine. For the two that no name server decides about, the port may be another one each time.
const LOOPBACK: [&str; 3] = ["127.0.0.1", "[::1]", "localhost"];
const LITERAL: [&str; 2] = ["127.0.0.1", "[::1]"];

/// Can a client be led back there? With `https`, to a program on the same machine with `http`, or with a scheme of a
/// program's own, which is a domain in reverse.
pub fn is_redirect(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"#\\\"<>`{}|^*".contains(&byte);
    if text.len() > URL_CHARACTERS_MAX || !text.bytes().all(plain) {
        return false;
    }
    if let Some(rest) = text.strip_prefix(HTTPS) {
        return is_host(authority(rest));
    }
    if let Some(rest) = text.strip_prefix(HTTP) {
        let authority = authority(rest);
        return is_host(authority) && LOOPBACK.contains(&split_port(authority).0);
    }
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-+".contains(&byte);
    scheme.contains('.')
        && scheme.starts_with(|first: char| first.is_ascii_lowercase())
        && scheme.bytes().all(part)
        && rest.starts_with('/')
        && !rest.starts_with("//")
}

/// Is this address the one that was registered? Letter by letter, but for the port of a program on the same machine, which
/// it cannot choose (RFC 8252, 7.3).
pub fn is_same_redirect(registered: &str, given: &str) -> bool {
    if registered == given {
        return true;
    }
    let split = |text: &'_ str| -> Option<(String, String)> {
        let rest = text.strip_prefix(HTTP)?;
        let authority = authority(rest);
        let (host, _) = split_port(authority);
        LITERAL
            .contains(&host)
            .then(|| (host.to_owned(), rest[authority.len()..].to_owned()))
    };
    is_redirect(given) && split(registered).is_some_and(|registered| split(given) == Some(registered))
}

/// Is it the web page of somebody, and not a program that any other one may stand in for?
pub fn is_web_redirect(text: &str) -> bool {
    text.starts_with(HTTPS)
}

fn authority(rest: &str) -> &str {
    &rest[..rest.find(['/', '?']).unwrap_or(rest.len())]
}

/// A host, perhaps with a port, and without anybody's name in front.
fn is_host(authority: &str) -> bool {
    let (host, port) = split_port(authority);
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
    let inner = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_host = match inner {
        Some(inner) => inner.parse::<std::net::Ipv6Addr>().is_ok(),
        None => !host.is_empty() && host.bytes().all(is_name),
    };
    is_host && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
}

fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_are_led_back_to_where_they_can_be() {
        for good in [
            "https://app.example.org/back",
            "https://app.example.org:8443/back?a=b",
            "https://app.example.org",
            "http://127.0.0.1/back",
            "http://127.0.0.1:4000/back",
            "http://[::1]:4000/back",
            "http://localhost:4000/back",
            "org.example.app:/back",
        ] {
            assert!(is_redirect(good), "{good}");
        }
        for bad in [
            "",
            "/back",
            "//app.example.org/back",
            "http://app.example.org/back",
            "http://127.0.0.1.example.org/back",
            "http://localhost.example.org/",
            "https://app.example.org/back#part",
            "https://ada@app.example.org/back",
            "https://app.example.org@evil.example/",
            "https://*.example.org/back",
            "https://app.example.org/a b",
            "https://app.example.org\\@evil.example/",
            "https:///back",
            "https://app.example.org:0/",
            "https://app.example.org:x/",
            "javascript:alert(1)",
            "data:text/html,x",
            "todo:/back",
            "org.example.app:back",
            "org.example.app://back",
        ] {
            assert!(!is_redirect(bad), "{bad}");
        }
    }

    #[test]
    fn only_the_port_of_a_program_on_this_machine_may_differ() {
        let same = is_same_redirect;
        assert!(same("https://a.example/back", "https://a.example/back"));
        assert!(same("http://127.0.0.1/back", "http://127.0.0.1:51004/back"));
        assert!(same("http://[::1]:1/back?a=b", "http://[::1]:2/back?a=b"));
        for (registered, given) in [
            ("https://a.example/back", "https://a.example/back/"),
            ("https://a.example/back", "https://a.example/back?x=1"),
            ("https://a.example/back", "https://A.example/back"),
            ("https://a.example/back", "https://a.example:8443/back"),
            ("http://localhost:1/back", "http://localhost:2/back"),
            ("http://127.0.0.1/back", "http://127.0.0.1:4000/other"),
            ("http://127.0.0.1/back", "http://[::1]/back"),
            ("http://127.0.0.1/back", "http://127.0.0.1:4000@evil.example/back"),
            ("http://127.0.0.1/back", "https://127.0.0.1/back"),
        ] {
            assert!(!same(registered, given), "{registered} {given}");
        }
    }
}

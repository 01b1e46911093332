//! The client's address, through declared proxies only.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName, header};
use mainstay_core::Network;

/// The header in which the proxies in front say who called them. Another one may come from anybody, and is not looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ForwardedHeader {
    #[default]
    XForwardedFor,
    /// RFC 7239.
    Forwarded,
}

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Who sent the request: the last address of the header that is no proxy of ours.
///
/// Each proxy appends the address that it was called from, so only what our own proxies appended is believed. What a
/// client wrote into the header itself stands further left and is never reached.
pub(crate) fn client_address(
    peer: IpAddr,
    headers: &HeaderMap,
    (proxies, header): (&[Network], ForwardedHeader),
) -> IpAddr {
    let is_proxy = |address: IpAddr| proxies.iter().any(|network| network.contains(address));
    let mut client = peer;
    let name = match header {
        ForwardedHeader::XForwardedFor => X_FORWARDED_FOR,
        ForwardedHeader::Forwarded => header::FORWARDED,
    };
    let values = headers.get_all(name).iter().rev();
    let claimed = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.rsplit(','));
    for text in claimed {
        if !is_proxy(client) {
            break;
        }
        let node = match header {
            ForwardedHeader::XForwardedFor => Some(text),
            ForwardedHeader::Forwarded => forwarded_for(text),
        };
        match node.and_then(|node| parse_node(node.trim())) {
            Some(address) => client = address,
            None => break,
        }
    }
    client.to_canonical()
}

/// The `for` of one element of `Forwarded`.
fn forwarded_for(element: &str) -> Option<&str> {
    let mut pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let (_, node) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    Some(node.trim().trim_matches('"'))
}

/// An address, perhaps with a port; IPv6 in brackets then. Anything else names nobody.
fn parse_node(node: &str) -> Option<IpAddr> {
    let bare = node.strip_prefix('[').and_then(|node| node.strip_suffix(']'));
    let address = bare.unwrap_or(node).parse();
    address
        .ok()
        .or_else(|| node.parse().ok().map(|with_port: SocketAddr| with_port.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen_in(
        header: ForwardedHeader,
        peer: &str,
        lines: &[(&'static str, &str)],
        proxies: &[&str],
    ) -> String {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().unwrap());
        }
        let proxies: Vec<Network> = proxies.iter().map(|text| text.parse().unwrap()).collect();
        client_address(peer.parse().unwrap(), &headers, (&proxies, header)).to_string()
    }

    fn seen(peer: &str, forwarded: &[&str], proxies: &[&str]) -> String {
        let lines: Vec<_> = forwarded
            .iter()
            .map(|value| ("x-forwarded-for", *value))
            .collect();
        seen_in(ForwardedHeader::XForwardedFor, peer, &lines, proxies)
    }

    #[test]
    fn a_forged_header_does_not_help() {
        assert_eq!(seen("9.9.9.9", &["1.2.3.4"], &[]), "9.9.9.9");
        assert_eq!(seen("9.9.9.9", &["1.2.3.4"], &["10.0.0.0/8"]), "9.9.9.9");
        assert_eq!(
            seen("10.0.0.1", &["1.2.3.4, 5.6.7.8"], &["10.0.0.0/8"]),
            "5.6.7.8"
        );
        // The proxies speak another header than the one that the client sends.
        let forged = [("forwarded", "for=1.2.3.4"), ("x-forwarded-for", "5.6.7.8")];
        let of = |header| seen_in(header, "10.0.0.1", &forged, &["10.0.0.0/8"]);
        assert_eq!(of(ForwardedHeader::XForwardedFor), "5.6.7.8");
        assert_eq!(of(ForwardedHeader::Forwarded), "1.2.3.4");
    }

    #[test]
    fn declared_proxies_are_believed() {
        let proxies = ["10.0.0.0/8", "fd00::/8"];
        assert_eq!(seen("10.0.0.1", &["5.6.7.8"], &proxies), "5.6.7.8");
        assert_eq!(seen("10.0.0.1", &["5.6.7.8, 10.1.1.1"], &proxies), "5.6.7.8");
        assert_eq!(seen("fd00::1", &["5.6.7.8", "10.1.1.1"], &proxies), "5.6.7.8");
        assert_eq!(seen("::ffff:10.0.0.1", &["5.6.7.8:1234"], &proxies), "5.6.7.8");
        assert_eq!(seen("10.0.0.1", &["[2001:db8::1]:1234"], &proxies), "2001:db8::1");
        assert_eq!(seen("10.0.0.1", &[], &proxies), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["unknown"], &proxies), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["5.6.7.8, unknown"], &proxies), "10.0.0.1");
    }

    #[test]
    fn the_standard_header_is_read() {
        for (value, client) in [
            ("for=5.6.7.8", "5.6.7.8"),
            ("for=1.2.3.4, For=5.6.7.8;proto=https;by=10.0.0.1", "5.6.7.8"),
            (r#"for="[2001:db8::17]:4711""#, "2001:db8::17"),
            (r#"proto=http;for="5.6.7.8:80", for=10.2.2.2"#, "5.6.7.8"),
            ("for=5.6.7.8, for=_hidden", "10.0.0.1"),
            ("proto=https", "10.0.0.1"),
        ] {
            let of = seen_in(
                ForwardedHeader::Forwarded,
                "10.0.0.1",
                &[("forwarded", value)],
                &["10.0.0.0/8"],
            );
            assert_eq!(of, client, "{value}");
        }
    }
}

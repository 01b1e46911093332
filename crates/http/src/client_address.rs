//! The client's address, through declared proxies only.

use std::net::IpAddr;

use axum::http::HeaderMap;

/// A network of proxies: an address and how many of its leading bits count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProxyNetwork {
    pub address: IpAddr,
    pub prefix_bits: u8,
}

impl ProxyNetwork {
    fn contains(self, address: IpAddr) -> bool {
        let bits = |address: IpAddr| match address {
            IpAddr::V4(v4) => (u128::from(v4.to_bits()) << 96, 32),
            IpAddr::V6(v6) => (v6.to_bits(), 128),
        };
        let ((own, own_length), (other, other_length)) = (bits(self.address), bits(address));
        let shift = 128 - u32::from(self.prefix_bits.min(128));
        own_length == other_length && (shift >= 128 || own >> shift == other >> shift)
    }
}

/// Who sent the request: the last address of `X-Forwarded-For` that is no proxy of ours.
///
/// Each proxy appends the address that it was called from, so only what our own proxies appended is believed. What a
/// client wrote into the header itself stands further left and is never reached.
pub(crate) fn client_address(peer: IpAddr, headers: &HeaderMap, proxies: &[ProxyNetwork]) -> IpAddr {
    let is_proxy = |address: IpAddr| proxies.iter().any(|network| network.contains(address));
    let mut client = peer;
    let values = headers.get_all("x-forwarded-for").iter().rev();
    let claimed = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.rsplit(','));
    for text in claimed {
        if !is_proxy(client) {
            break;
        }
        match text.trim().parse() {
            Ok(address) => client = address,
            Err(_) => break,
        }
    }
    client
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &[&str], proxies: &[(&str, u8)]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        let proxies: Vec<ProxyNetwork> = proxies
            .iter()
            .map(|(address, bits)| ProxyNetwork {
                address: address.parse().unwrap(),
                prefix_bits: *bits,
            })
            .collect();
        client_address(peer.parse().unwrap(), &headers, &proxies).to_string()
    }

    #[test]
    fn a_forged_header_does_not_help() {
        assert_eq!(seen("9.9.9.9", &["1.2.3.4"], &[]), "9.9.9.9");
        assert_eq!(seen("9.9.9.9", &["1.2.3.4"], &[("10.0.0.0", 8)]), "9.9.9.9");
        assert_eq!(
            seen("10.0.0.1", &["1.2.3.4, 5.6.7.8"], &[("10.0.0.0", 8)]),
            "5.6.7.8"
        );
    }

    #[test]
    fn declared_proxies_are_believed() {
        let proxies = [("10.0.0.0", 8), ("fd00::", 8)];
        assert_eq!(seen("10.0.0.1", &["5.6.7.8"], &proxies), "5.6.7.8");
        assert_eq!(seen("10.0.0.1", &["5.6.7.8, 10.1.1.1"], &proxies), "5.6.7.8");
        assert_eq!(seen("fd00::1", &["5.6.7.8", "10.1.1.1"], &proxies), "5.6.7.8");
        assert_eq!(seen("10.0.0.1", &[], &proxies), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["unknown"], &proxies), "10.0.0.1");
    }
}

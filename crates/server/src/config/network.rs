//! A network in CIDR notation.

use std::net::IpAddr;
use std::str::FromStr;

/// An address and how many of its leading bits count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Network {
    pub(crate) address: IpAddr,
    pub(crate) prefix_bits: u8,
}

impl Network {
    /// As the HTTP floor knows it.
    pub(crate) fn as_proxies(self) -> mainstay_http::ProxyNetwork {
        mainstay_http::ProxyNetwork {
            address: self.address,
            prefix_bits: self.prefix_bits,
        }
    }
}

/// The text is not a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InvalidNetwork;

impl FromStr for Network {
    type Err = InvalidNetwork;

    /// `10.0.0.0/8`, or an address that stands for itself alone.
    fn from_str(text: &str) -> Result<Self, InvalidNetwork> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| InvalidNetwork)?;
        let bits = if address.is_ipv4() { 32 } else { 128 };
        let prefix_bits = match prefix {
            Some(prefix) => prefix.parse().map_err(|_| InvalidNetwork)?,
            None => bits,
        };
        if prefix_bits > bits {
            return Err(InvalidNetwork);
        }
        Ok(Self { address, prefix_bits })
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix_bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_have_a_prefix_that_fits() {
        for (text, shown) in [
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("::1", "::1/128"),
            ("1.2.3.4", "1.2.3.4/32"),
        ] {
            assert_eq!(text.parse::<Network>().unwrap().to_string(), shown);
        }
        for bad in [
            "",
            "10.0.0.0/33",
            "::/129",
            "10.0.0/8",
            "10.0.0.0/",
            "10.0.0.0/-1",
            "localhost",
        ] {
            assert_eq!(bad.parse::<Network>(), Err(InvalidNetwork), "{bad}");
        }
    }
}

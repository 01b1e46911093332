//! One setting: its place, what it takes, and its documentation.

use std::net::SocketAddr;

use mainstay_core::Network;
use mainstay_engine::rates::RedisRates;
use mainstay_store::Postgres;

/// A row of the settings table, from which the reader, the example file and the reference page are made.
#[derive(Debug)]
pub(crate) struct Setting {
    pub(crate) section: &'static str,
    pub(crate) key: &'static str,
    pub(crate) kind: Kind,
    /// As an environment variable would say it.
    pub(crate) default: &'static str,
    /// Is the value never shown?
    pub(crate) secret: bool,
    pub(crate) doc: &'static str,
}

/// What a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// IP address and port.
    Address,
    Integer {
        min: i64,
        max: i64,
    },
    Boolean,
    Choice(&'static [&'static str]),
    /// A list of networks, such as `10.0.0.0/8`.
    Networks,
    /// A list of web origins, such as `https://app.example.org`.
    Origins,
    /// A list of names of hosts, such as `app.example.org`.
    Domains,
    /// The address of a PostgreSQL database, or nothing.
    Database,
    /// A list of such addresses.
    Databases,
    /// The address of a Redis server, or nothing.
    Redis,
    /// What begins an address on the web, without a slash at the end, or nothing.
    PublicUrl,
    /// Any text, which its section looks at; what it is stands here.
    Text(&'static str),
}

/// A value that fits its setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SettingValue {
    Address(SocketAddr),
    Integer(i64),
    Boolean(bool),
    Choice(&'static str),
    Networks(Vec<Network>),
    Origins(Vec<String>),
    Domains(Vec<String>),
    Database(String),
    Databases(Vec<String>),
    Redis(String),
    Text(String),
}

impl Setting {
    /// `server.listen`
    pub(crate) fn path(&self) -> String {
        format!("{}.{}", self.section, self.key)
    }

    /// `MAINSTAY_SERVER__LISTEN`
    pub(crate) fn variable(&self) -> String {
        format!("MAINSTAY_{}__{}", self.section, self.key).to_ascii_uppercase()
    }

    pub(crate) fn default_value(&self) -> SettingValue {
        self.kind
            .read_text(self.default)
            .expect("a test reads every default")
    }
}

impl Kind {
    /// Reads a value as an environment variable or a flag says it; the items of a list stand between commas.
    pub(crate) fn read_text(self, text: &str) -> Result<SettingValue, String> {
        let items = || text.split(',').map(str::trim).filter(|item| !item.is_empty());
        match self {
            Self::Address => text
                .parse()
                .map(SettingValue::Address)
                .map_err(|_| self.refusal()),
            Self::Integer { .. } => {
                let number = text.replace('_', "").parse().map_err(|_| self.refusal())?;
                self.read_integer(number)
            }
            Self::Boolean => text
                .parse()
                .map(SettingValue::Boolean)
                .map_err(|_| self.refusal()),
            Self::Choice(choices) => {
                let choice = choices.iter().find(|choice| **choice == text);
                choice
                    .map(|choice| SettingValue::Choice(choice))
                    .ok_or_else(|| self.refusal())
            }
            Self::Networks | Self::Origins | Self::Domains | Self::Databases => self.read_list(items()),
            Self::PublicUrl if text.is_empty() || is_public_url(text) => {
                Ok(SettingValue::Text(text.to_owned()))
            }
            Self::Text(_) => Ok(SettingValue::Text(text.to_owned())),
            Self::Database if text.is_empty() => Ok(SettingValue::Database(String::new())),
            Self::Database => match Postgres::parse(text) {
                Ok(_) => Ok(SettingValue::Database(text.to_owned())),
                Err(error) => Err(format!("{}: {error}", self.refusal())),
            },
            Self::Redis if text.is_empty() || RedisRates::new(text, "").is_ok() => {
                Ok(SettingValue::Redis(text.to_owned()))
            }
            Self::PublicUrl | Self::Redis => Err(self.refusal()),
        }
    }

    pub(crate) fn read_integer(self, number: i64) -> Result<SettingValue, String> {
        match self {
            Self::Integer { min, max } if (min..=max).contains(&number) => Ok(SettingValue::Integer(number)),
            _ => Err(self.refusal()),
        }
    }

    pub(crate) fn read_list<'t>(self, items: impl Iterator<Item = &'t str>) -> Result<SettingValue, String> {
        match self {
            Self::Networks => {
                let networks =
                    items.map(|item| item.parse().map_err(|_| format!("{item:?}: {}", self.refusal())));
                networks.collect::<Result<_, _>>().map(SettingValue::Networks)
            }
            Self::Origins => {
                let checked = items.map(|item| {
                    if is_origin(item) {
                        Ok(item.to_owned())
                    } else {
                        Err(format!("{item:?}: {}", self.refusal()))
                    }
                });
                checked.collect::<Result<_, _>>().map(SettingValue::Origins)
            }
            Self::Domains => {
                let checked = items.map(|item| {
                    let domain = item.to_ascii_lowercase();
                    is_domain(&domain)
                        .then_some(domain)
                        .ok_or_else(|| format!("{item:?}: {}", self.refusal()))
                });
                checked.collect::<Result<_, _>>().map(SettingValue::Domains)
            }
            Self::Databases => {
                let checked = items.map(|item| match Postgres::parse(item) {
                    Ok(_) => Ok(item.to_owned()),
                    Err(error) => Err(format!("{}: {error}", self.refusal())),
                });
                checked.collect::<Result<_, _>>().map(SettingValue::Databases)
            }
            _ => Err(self.refusal()),
        }
    }

    fn refusal(self) -> String {
        format!("must be {}", self.describe())
    }

    /// What is taken, as the end of a sentence.
    pub(crate) fn describe(self) -> String {
        match self {
            Self::Address => "an IP address with a port, such as 127.0.0.1:8090".to_owned(),
            Self::Integer { min, max } => format!("an integer from {min} to {max}"),
            Self::Boolean => "true or false".to_owned(),
            Self::Choice(choices) => format!("one of {}", choices.join(", ")),
            Self::Networks => "a list of networks, such as 10.0.0.0/8".to_owned(),
            Self::Origins => "a list of origins, such as https://app.example.org".to_owned(),
            Self::Domains => "a list of names such as app.example.org, without wildcards".to_owned(),
            Self::Database => "an address such as postgres://user:password@host/name".to_owned(),
            Self::Redis => "an address such as redis://host:6379".to_owned(),
            Self::Databases => "a list of addresses such as postgres://user:password@host/name".to_owned(),
            Self::PublicUrl => "an address such as https://app.example.org".to_owned(),
            Self::Text(what) => what.to_owned(),
        }
    }
}

/// Scheme, host and port as a browser sends them: without a path, a slash at the end or capital letters.
fn is_origin(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        let allowed =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-:[]".contains(&byte);
        !rest.is_empty() && rest.bytes().all(allowed)
    })
}

/// A name of a host in small letters (RFC 1123, 2.1), not an address.
fn is_domain(text: &str) -> bool {
    /// RFC 1035, 2.3.4.
    const BYTES_MAX: usize = 253;
    const LABEL_BYTES_MAX: usize = 63;
    let is_label = |label: &str| {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        (1..=LABEL_BYTES_MAX).contains(&label.len())
            && label.bytes().all(allowed)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= BYTES_MAX && text.parse::<std::net::IpAddr>().is_err() && text.split('.').all(is_label)
}

/// An origin, perhaps with a path.
fn is_public_url(text: &str) -> bool {
    let (scheme, rest) = text.split_once("://").unwrap_or_default();
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    is_origin(&format!("{scheme}://{host}")) && !path.ends_with('/') && path.bytes().all(allowed)
}

impl SettingValue {
    /// As the configuration file writes it.
    pub(crate) fn to_toml(&self) -> String {
        let list = |items: Vec<String>| format!("[{}]", items.join(", "));
        match self {
            Self::Address(address) => format!("{:?}", address.to_string()),
            Self::Integer(number) => number.to_string(),
            Self::Boolean(value) => value.to_string(),
            Self::Choice(choice) => format!("{choice:?}"),
            Self::Networks(networks) => {
                list(networks.iter().map(|network| format!("\"{network}\"")).collect())
            }
            Self::Origins(texts) | Self::Domains(texts) => {
                list(texts.iter().map(|text| format!("{text:?}")).collect())
            }
            Self::Database(text) | Self::Redis(text) | Self::Text(text) => format!("{text:?}"),
            Self::Databases(addresses) => {
                list(addresses.iter().map(|address| format!("{address:?}")).collect())
            }
        }
    }

    pub(crate) fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Address(address) => address.to_string().into(),
            Self::Integer(number) => (*number).into(),
            Self::Boolean(value) => (*value).into(),
            Self::Choice(choice) => (*choice).into(),
            Self::Networks(networks) => networks.iter().map(ToString::to_string).collect(),
            Self::Origins(texts) | Self::Domains(texts) => texts.clone().into(),
            Self::Database(text) | Self::Redis(text) | Self::Text(text) => text.clone().into(),
            Self::Databases(addresses) => addresses.clone().into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_what_browsers_send() {
        for good in [
            "https://app.example.org",
            "http://localhost:5173",
            "http://[::1]:8080",
        ] {
            assert!(is_origin(good), "{good}");
        }
        for bad in [
            "",
            "*",
            "app.example.org",
            "https://",
            "https://a.org/",
            "https://a.org/x",
            "https://A.org",
        ] {
            assert!(!is_origin(bad), "{bad}");
        }
    }

    #[test]
    fn domains_are_names_of_hosts() {
        let read = |text: &str| Kind::Domains.read_text(text).map(|value| value.to_toml());
        assert_eq!(
            read("App.Example.org, localhost, xn--bcher-kva.example").as_deref(),
            Ok(r#"["app.example.org", "localhost", "xn--bcher-kva.example"]"#)
        );
        let long = "a".repeat(64);
        for bad in [
            "*.example.org",
            "a..b",
            "-a.org",
            "10.0.0.1",
            "a_b.org",
            "a.org:443",
            "b\u{fc}cher.example",
            &long,
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn public_addresses_have_no_slash_at_the_end() {
        for good in [
            "",
            "https://app.example.org",
            "http://localhost:8090",
            "https://example.org/todo",
        ] {
            assert!(Kind::PublicUrl.read_text(good).is_ok(), "{good}");
        }
        for bad in [
            "app.example.org",
            "https://app.example.org/",
            "https://a.org/?x",
            "ftp://a.org",
            "https://u@a.org",
        ] {
            assert!(Kind::PublicUrl.read_text(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn texts_are_read_by_kind() {
        let kind = Kind::Integer { min: 1, max: 10_000 };
        assert_eq!(kind.read_text("1_000"), Ok(SettingValue::Integer(1_000)));
        assert_eq!(
            kind.read_text("0"),
            Err("must be an integer from 1 to 10000".to_owned())
        );
        assert_eq!(
            Kind::Choice(&["a", "b"]).read_text("b"),
            Ok(SettingValue::Choice("b"))
        );
        let networks = Kind::Networks.read_text("10.0.0.0/8, ::1").unwrap();
        assert_eq!(networks.to_toml(), r#"["10.0.0.0/8", "::1/128"]"#);
        assert!(Kind::Networks.read_text("10.0.0.0/33").is_err());
    }
}

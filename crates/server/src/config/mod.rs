//! The settings of a server: one table of them, from which everything else follows.

mod acme;
mod auth;
mod database;
mod environment;
mod fault;
mod file;
mod keys;
mod limits;
mod log;
mod mail;
mod pages;
mod resolve;
mod server;
mod setting;
mod tls;
mod unverified;
mod webhooks;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

pub(crate) use auth::AuthConfig;
pub(crate) use database::DatabaseConfig;
pub(crate) use environment::no_color;
pub(crate) use fault::ConfigError;
use keys::KeysConfig;
pub(crate) use limits::LimitsConfig;
pub(crate) use log::{LogConfig, LogFormat};
pub(crate) use mail::MailConfig;
pub(crate) use pages::{example, in_force, listing, listing_json, reference};
use resolve::Values;
pub(crate) use server::ServerConfig;
use setting::Setting;
pub(crate) use tls::{CertificateFrom, TlsConfig, TlsFiles};
pub(crate) use unverified::Unverified;
pub(crate) use webhooks::WebhooksConfig;

/// The sections, each with what it is about.
const SECTIONS: &[(&str, &[Setting])] = &[
    ("Connections and requests.", server::SETTINGS),
    ("Encryption without a proxy in front.", tls::SETTINGS),
    (
        "Certificates that the server gets for itself. See [tls.md](tls.md).",
        acme::SETTINGS,
    ),
    (
        "The database, its threads and its connections.",
        database::SETTINGS,
    ),
    (
        "What sign-in costs the machine. How people sign in is said by the application.",
        auth::SETTINGS,
    ),
    ("The secret keys. See [keys.md](keys.md).", keys::SETTINGS),
    (
        "How processes share the limits of requests. What the limits are is said by the application.",
        limits::SETTINGS,
    ),
    ("What is written to standard error.", log::SETTINGS),
    ("Requests to other servers.", webhooks::SETTINGS),
    ("How mails leave the server.", mail::SETTINGS),
];

const FILE_NAME: &str = "config.toml";

/// Every setting with a value that fits.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) server: ServerConfig,
    pub(crate) tls: TlsConfig,
    pub(crate) database: DatabaseConfig,
    pub(crate) auth: AuthConfig,
    pub(crate) keys: KeysConfig,
    pub(crate) limits: LimitsConfig,
    pub(crate) log: LogConfig,
    pub(crate) webhooks: WebhooksConfig,
    pub(crate) mail: MailConfig,
    pub(crate) values: Values,
}

/// From where settings are taken, besides defaults and the environment.
#[derive(Debug, Default)]
pub(crate) struct Sources<'a> {
    /// A file that must be there.
    pub(crate) file: Option<&'a Path>,
    /// A folder whose `config.toml` is read if it is there and no file is named.
    pub(crate) data: Option<&'a Path>,
    /// Setting, flag and text.
    pub(crate) flags: Vec<(&'static str, &'static str, String)>,
}

impl Config {
    /// Reads all layers and fails with everything that is wrong with them.
    pub(crate) fn load(sources: &Sources<'_>) -> Result<Self> {
        let file = read_file(sources)?;
        let mut faults = Vec::new();
        let file = file.as_ref().map(|(path, text)| (path.as_path(), text.as_str()));
        let values = Values::resolve(file, &sources.flags, &mut faults);
        let config = Self {
            server: ServerConfig::read(&values),
            tls: TlsConfig::read(&values, &mut faults),
            database: DatabaseConfig::read(&values),
            auth: AuthConfig::read(&values),
            keys: KeysConfig::read(&values),
            limits: LimitsConfig::read(&values),
            log: LogConfig::read(&values),
            webhooks: WebhooksConfig::read(&values),
            mail: MailConfig::read(&values, &mut faults),
            values,
        };
        config.server.validate(&config.values, &mut faults);
        config.tls.validate(&config.server, &config.values, &mut faults);
        config.keys.validate(&config.values, &mut faults);
        AuthConfig::validate(&config.values, &mut faults);
        config
            .database
            .validate(&config.server, &config.values, &mut faults);
        config.mail.validate(&config.server, &config.values, &mut faults);
        if faults.is_empty() {
            Ok(config)
        } else {
            Err(ConfigError(faults).into())
        }
    }
}

impl Config {
    /// Where browsers that come without encryption are heard, and the origin that they are led to.
    pub(crate) fn redirect(&self) -> Option<(SocketAddr, String)> {
        let address = self.tls.redirect_from?;
        let url = self.server.public_url.as_deref()?;
        let host = url.strip_prefix("https://")?.split('/').next()?;
        Some((address, format!("https://{host}")))
    }
}

fn read_file(sources: &Sources<'_>) -> Result<Option<(PathBuf, String)>> {
    let path = match (sources.file, sources.data) {
        (Some(file), _) => file.to_owned(),
        (None, Some(data)) if data.join(FILE_NAME).exists() => data.join(FILE_NAME),
        _ => return Ok(None),
    };
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("the configuration file {} cannot be read", path.display()))?;
    Ok(Some((path, text)))
}

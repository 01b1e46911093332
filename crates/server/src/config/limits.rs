//! `[limits]`: where several processes tell one another how often somebody asked. The limits are said by the application.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use mainstay_engine::rates::RedisRates;

use super::resolve::Values;
use super::setting::{Kind, Setting};

const SECTION: &str = "limits";

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        section: SECTION,
        key: "redis",
        kind: Kind::Redis,
        default: "",
        secret: true,
        doc: "Address of a Redis server, rediss://[user:password@]host[:port], or redis:// without encryption, through which \
              processes share their limits; without it they do through PostgreSQL.",
    },
    Setting {
        section: SECTION,
        key: "redis_root",
        kind: Kind::Text("the path of a file"),
        default: "",
        secret: false,
        doc: "Certificates, PEM, that are trusted at that server instead of those of the operating system.",
    },
];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LimitsConfig {
    /// Checked when it was read.
    redis: Option<String>,
    redis_root: Option<PathBuf>,
}

impl LimitsConfig {
    pub(super) fn read(values: &Values) -> Self {
        Self {
            redis: values.redis(SECTION, "redis"),
            redis_root: values.file(SECTION, "redis_root"),
        }
    }

    /// Must the Redis server prove who it is, if there is one?
    pub(super) fn is_verified(&self) -> bool {
        let rates = self.redis.as_ref().map(|url| RedisRates::new(url, ""));
        rates.is_none_or(|rates| rates.is_ok_and(|rates| rates.is_verified()))
    }

    /// The Redis server for the limits of this application, if one is named.
    pub(crate) fn redis(&self, application: &str) -> Result<Option<RedisRates>> {
        let Some(url) = &self.redis else {
            return Ok(None);
        };
        let rates = RedisRates::new(url, application).expect("the setting was checked");
        let Some(path) = &self.redis_root else {
            return Ok(Some(rates));
        };
        let unread = || format!("limits.redis_root: {}", path.display());
        let roots = std::fs::read(path).with_context(unread)?;
        Ok(Some(rates.trusting(&roots).with_context(unread)?))
    }
}

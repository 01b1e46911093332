//! `[limits]`: where several processes tell one another how often somebody asked. The limits are said by the application.

use mainstay_engine::rates::RedisRates;

use super::resolve::Values;
use super::setting::{Kind, Setting};

const SECTION: &str = "limits";

pub(super) const SETTINGS: &[Setting] = &[Setting {
    section: SECTION,
    key: "redis",
    kind: Kind::Redis,
    default: "",
    secret: true,
    doc: "Address of a Redis server, redis://[user:password@]host[:port], through which processes share their limits; \
          without it they do through PostgreSQL.",
}];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LimitsConfig {
    /// Checked when it was read.
    redis: Option<String>,
}

impl LimitsConfig {
    pub(super) fn read(values: &Values) -> Self {
        Self {
            redis: values.redis(SECTION, "redis"),
        }
    }

    /// The Redis server for the limits of this application, if one is named.
    pub(crate) fn redis(&self, application: &str) -> Option<RedisRates> {
        let url = self.redis.as_ref()?;
        Some(RedisRates::new(url, application).expect("the setting was checked"))
    }
}

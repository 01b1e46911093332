//! `[log]`: what is written to standard error.

use tracing::level_filters::LevelFilter;

use super::resolve::Values;
use super::setting::{Kind, Setting};

const SECTION: &str = "log";

pub(super) const SETTINGS: &[Setting] = &[
    setting(
        "format",
        Kind::Choice(&["auto", "json", "text"]),
        "auto",
        "json, one object a line; text, for people; auto, text on a terminal and json elsewhere.",
    ),
    setting(
        "level",
        Kind::Choice(&["error", "warn", "info", "debug", "trace"]),
        "info",
        "The least important lines that are written.",
    ),
    setting("access", Kind::Boolean, "true", "Write a line for each request?"),
];

const fn setting(key: &'static str, kind: Kind, default: &'static str, doc: &'static str) -> Setting {
    Setting {
        section: SECTION,
        key,
        kind,
        default,
        secret: false,
        doc,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    Auto,
    Json,
    Text,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogConfig {
    pub(crate) format: LogFormat,
    pub(crate) level: LevelFilter,
    pub(crate) access: bool,
}

impl LogConfig {
    pub(super) fn read(values: &Values) -> Self {
        let format = match values.choice(SECTION, "format") {
            "json" => LogFormat::Json,
            "text" => LogFormat::Text,
            _ => LogFormat::Auto,
        };
        let level = values
            .choice(SECTION, "level")
            .parse()
            .expect("every choice is a level");
        Self {
            format,
            level,
            access: values.boolean(SECTION, "access"),
        }
    }
}

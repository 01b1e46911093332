//! The log of the process: standard error, one line for each event.

use std::io::IsTerminal as _;

use tracing_subscriber::fmt;
use tracing_subscriber::prelude::*;

use crate::config::{LogConfig, LogFormat, no_color};

/// Starts the log. To be called once.
pub(crate) fn start(config: &LogConfig) {
    let terminal = std::io::stderr().is_terminal();
    let json = match config.format {
        LogFormat::Json => true,
        LogFormat::Text => false,
        LogFormat::Auto => !terminal,
    };
    let registry = tracing_subscriber::registry().with(config.level);
    if json {
        let layer = fmt::layer()
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .with_span_list(false);
        registry.with(layer.with_writer(std::io::stderr)).init();
    } else {
        let layer = fmt::layer().with_target(false).with_ansi(terminal && !no_color());
        registry.with(layer.with_writer(std::io::stderr)).init();
    }
}

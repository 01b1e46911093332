//! The settings in force, as whoever started the process gave them.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use serde_json::{Value as Json, json};

use crate::answer::{self, Answer};
use crate::parameters::refuse_parameters;
use crate::request::Caller;
use crate::router::App;

/// One setting with the value that is in force.
#[derive(Debug, Clone)]
pub struct SettingInForce {
    pub section: &'static str,
    pub key: &'static str,
    /// Null where nothing is set. Of a secret, whether it is.
    pub value: Json,
    pub default: Json,
    pub secret: bool,
    pub source: SettingSource,
    /// The file with its line, the variable, or the flag.
    pub from: Option<String>,
    /// The variable of the environment that sets it.
    pub variable: String,
    /// What it takes, and what it means.
    pub takes: String,
    pub description: &'static str,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingSource {
    Default,
    File,
    Environment,
    Argument,
}

impl SettingSource {
    fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::File => "file",
            Self::Environment => "environment",
            Self::Argument => "argument",
        }
    }
}

pub(crate) async fn list_settings(
    State(app): State<Arc<App>>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    caller.ctx.require_administrator()?;
    let settings = app.options.administration.settings.iter();
    let items: Vec<Json> = settings.map(setting_json).collect();
    Ok(answer::json(json!({ "items": items }).to_string()))
}

fn setting_json(setting: &SettingInForce) -> Json {
    json!({
        "name": format!("{}.{}", setting.section, setting.key),
        "section": setting.section,
        "value": setting.value,
        "default": setting.default,
        "secret": setting.secret,
        "source": setting.source.as_str(),
        "from": setting.from,
        "variable": setting.variable,
        "takes": setting.takes,
        "description": setting.description,
    })
}

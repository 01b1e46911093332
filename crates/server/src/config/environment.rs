//! The only place that reads the environment of the process.

use std::ffi::{OsStr, OsString};

const PREFIX: &str = "MAINSTAY_";

/// Variables that mean a setting: `MAINSTAY_SECTION__KEY`. Others with the prefix belong to scripts.
pub(super) fn setting_variables() -> Vec<(String, String)> {
    #[expect(
        clippy::disallowed_methods,
        reason = "configuration is where the environment is read"
    )]
    let all = std::env::vars_os();
    let mut variables: Vec<(String, String)> = all
        .filter_map(|(name, value)| setting_variable(name, &value))
        .collect();
    variables.sort();
    variables
}

fn setting_variable(name: OsString, value: &OsStr) -> Option<(String, String)> {
    let name = name.into_string().ok()?;
    let is_setting = name.strip_prefix(PREFIX).is_some_and(|rest| rest.contains("__"));
    // A value that is no text is no value of any setting either; its replacement characters make it a fault.
    is_setting.then(|| (name, value.to_string_lossy().into_owned()))
}

/// Did the user ask for no colours? See <https://no-color.org>.
pub(crate) fn no_color() -> bool {
    #[expect(
        clippy::disallowed_methods,
        reason = "configuration is where the environment is read"
    )]
    let value = std::env::var_os("NO_COLOR");
    value.is_some_and(|value| !value.is_empty())
}

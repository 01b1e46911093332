//! The parts of `deny.toml` that are enforced here too, so that the file stays the one list
//! (<https://embarkstudios.github.io/cargo-deny/checks/cfg.html>).

use serde::Deserialize;

use crate::problem::Problem;
use crate::repository::Repository;

pub(crate) const FILE: &str = "deny.toml";

#[derive(Debug, Deserialize)]
pub(crate) struct DenyPolicy {
    #[serde(default)]
    pub(crate) graph: Graph,
    #[serde(default)]
    pub(crate) licenses: Licenses,
    #[serde(default)]
    pub(crate) bans: Bans,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Graph {
    #[serde(default)]
    pub(crate) targets: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Licenses {
    #[serde(default)]
    pub(crate) allow: Vec<String>,
    #[serde(default)]
    pub(crate) exceptions: Vec<LicenseException>,
    #[serde(default)]
    pub(crate) clarify: Vec<LicenseClarification>,
}

/// Licences that one package alone may carry.
#[derive(Debug, Deserialize)]
pub(crate) struct LicenseException {
    #[serde(rename = "crate")]
    pub(crate) package: String,
    pub(crate) allow: Vec<String>,
}

/// The licence of a package that does not declare one properly.
#[derive(Debug, Deserialize)]
pub(crate) struct LicenseClarification {
    #[serde(rename = "crate")]
    pub(crate) package: String,
    pub(crate) expression: String,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Bans {
    #[serde(default)]
    pub(crate) deny: Vec<Ban>,
}

/// A package that only its `wrappers` may depend on directly.
#[derive(Debug, Deserialize)]
pub(crate) struct Ban {
    #[serde(rename = "crate")]
    pub(crate) package: String,
    #[serde(default)]
    pub(crate) wrappers: Vec<String>,
    #[serde(default)]
    pub(crate) reason: String,
}

impl DenyPolicy {
    pub(crate) fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// The policy of the repository, or the problem that there is none.
    pub(crate) fn of(repository: &Repository) -> Result<Self, Problem> {
        let text = repository.texts.get(FILE).ok_or_else(|| {
            Problem::in_file(
                FILE,
                "the file is missing",
                "restore it: it lists licences and bans",
            )
        })?;
        Self::parse(text).map_err(|error| {
            Problem::in_file(
                FILE,
                format!("not understood: {error}"),
                "write each entry as a table with `crate`",
            )
        })
    }
}

/// The name in a package specification such as `axum`, `axum@0.8` or `axum:0.8`.
pub(crate) fn package_name(specification: &str) -> &str {
    specification.split(['@', ':']).next().unwrap_or(specification)
}

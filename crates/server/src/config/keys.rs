//! `[keys]`: where the secret keys are.

use std::path::{Path, PathBuf};

use mainstay_engine::keys::KeyPlace;

use super::fault::Fault;
use super::resolve::Values;
use super::setting::{Kind, Setting};
use crate::data_folder::KEYS;

const SECTION: &str = "keys";

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        section: SECTION,
        key: "file",
        kind: Kind::Text("the path of a file"),
        default: "",
        secret: false,
        doc: "The file with the keys that sign tokens and encrypt secrets; without it keys.toml of the data folder. All servers \
              of one database need the same.",
    },
    Setting {
        section: SECTION,
        key: "secrets",
        kind: Kind::Text("the text of a key file"),
        default: "",
        secret: true,
        doc: "The text of such a file, in its place, for an environment that gives secrets as variables.",
    },
];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeysConfig {
    file: Option<PathBuf>,
    secrets: Option<KeyPlace>,
}

impl KeysConfig {
    pub(super) fn read(values: &Values) -> Self {
        Self {
            file: values.file(SECTION, "file"),
            secrets: values.text(SECTION, "secrets").map(KeyPlace::Text),
        }
    }

    pub(super) fn validate(&self, values: &Values, faults: &mut Vec<Fault>) {
        if self.file.is_some() && self.secrets.is_some() {
            let message = "keys.file and keys.secrets are both set; one of them is enough".to_owned();
            faults.push(values.fault_between([(SECTION, "secrets"), (SECTION, "file")], message));
        }
    }

    /// Where the keys of an application with this data folder are.
    pub(crate) fn place(&self, data: &Path) -> KeyPlace {
        let file = || KeyPlace::File(self.file.clone().unwrap_or_else(|| data.join(KEYS)));
        self.secrets.clone().unwrap_or_else(file)
    }
}

//! The layers of the configuration, each above the one before: defaults, file, environment, flags.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use mainstay_core::Network;

use super::fault::{Fault, Origin};
use super::setting::{Setting, SettingValue};
use super::{SECTIONS, environment, file};

/// The values that one or more layers give.
#[derive(Debug, Default)]
pub(super) struct Layer(BTreeMap<String, (SettingValue, Origin)>);

impl Layer {
    pub(super) fn set(&mut self, setting: &Setting, value: SettingValue, origin: Origin) {
        self.0.insert(setting.path(), (value, origin));
    }
}

/// A value for every setting, with its origin.
#[derive(Debug)]
pub(crate) struct Values(Layer);

pub(super) fn find_setting(section: &str, key: &str) -> Option<&'static Setting> {
    all_settings().find(|setting| setting.section == section && setting.key == key)
}

/// Every setting, in the order of the reference.
pub(crate) fn all_settings() -> impl Iterator<Item = &'static Setting> {
    SECTIONS.iter().flat_map(|(_, settings)| settings.iter())
}

/// A sentence about a key that is none, with the key that was probably meant.
pub(super) fn unknown_key(path: &str) -> String {
    /// Two texts that are further apart have nothing to do with each other.
    const SIMILARITY_MIN: f64 = 0.8;
    let similar = all_settings().map(|setting| {
        let known = setting.path();
        (
            strsim::jaro_winkler(path, &known).max(strsim::jaro_winkler(last(path), setting.key)),
            known,
        )
    });
    let nearest = similar
        .filter(|(similarity, _)| *similarity >= SIMILARITY_MIN)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match nearest {
        Some((_, known)) => format!("there is no setting `{path}`; did you mean `{known}`?"),
        None => format!("there is no setting `{path}`; `mainstay config --reference` lists them"),
    }
}

fn last(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(_, key)| key)
}

impl Values {
    /// Puts the layers on top of each other. A faulty value leaves the one below in place, so that all is looked at.
    pub(super) fn resolve(
        file: Option<(&Path, &str)>,
        flags: &[(&'static str, &'static str, String)],
        faults: &mut Vec<Fault>,
    ) -> Self {
        let mut layer = Layer::default();
        for setting in all_settings() {
            layer.set(setting, setting.default_value(), Origin::Default);
        }
        if let Some((path, text)) = file {
            file::read(path, text, &mut layer, faults);
        }
        for (name, text) in environment::setting_variables() {
            let setting = all_settings().find(|setting| setting.variable() == name);
            if let Some(setting) = setting {
                read_text(setting, &text, Origin::Variable(name), &mut layer, faults);
                continue;
            }
            let path = name
                .trim_start_matches("MAINSTAY_")
                .to_ascii_lowercase()
                .replacen("__", ".", 1);
            faults.push(Fault {
                origin: Origin::Variable(name),
                message: unknown_key(&path),
            });
        }
        for (path, flag, text) in flags {
            let setting = all_settings()
                .find(|setting| setting.path() == *path)
                .expect("flags name settings");
            read_text(setting, text, Origin::Flag(flag), &mut layer, faults);
        }
        Self(layer)
    }

    pub(crate) fn get(&self, setting: &Setting) -> (&SettingValue, &Origin) {
        let (value, origin) = &self.0.0[&setting.path()];
        (value, origin)
    }

    /// A fault of a value that is good for its setting, but not good.
    pub(super) fn fault(&self, section: &str, key: &str, message: &str) -> Fault {
        let (_, origin) = self.value(section, key);
        Fault {
            origin: origin.clone(),
            message: format!("{section}.{key}: {message}"),
        }
    }

    /// A fault of two values that do not fit together: the place is that of the first one that somebody has set.
    pub(super) fn fault_between(&self, keys: [(&str, &str); 2], message: String) -> Fault {
        let origins = keys.map(|(section, key)| &self.value(section, key).1);
        let set = origins.into_iter().find(|origin| **origin != Origin::Default);
        Fault {
            origin: set.unwrap_or(&Origin::Default).clone(),
            message,
        }
    }

    fn value(&self, section: &str, key: &str) -> &(SettingValue, Origin) {
        &self.0.0[&format!("{section}.{key}")]
    }

    pub(super) fn address(&self, section: &str, key: &str) -> SocketAddr {
        match self.value(section, key).0 {
            SettingValue::Address(address) => address,
            _ => unreachable!("{section}.{key} is an address"),
        }
    }

    pub(super) fn count(&self, section: &str, key: &str) -> usize {
        match self.value(section, key).0 {
            SettingValue::Integer(number) => usize::try_from(number).expect("counts are not negative"),
            _ => unreachable!("{section}.{key} is an integer"),
        }
    }

    pub(super) fn milliseconds(&self, section: &str, key: &str) -> Duration {
        Duration::from_millis(self.count(section, key) as u64)
    }

    pub(super) fn boolean(&self, section: &str, key: &str) -> bool {
        match self.value(section, key).0 {
            SettingValue::Boolean(value) => value,
            _ => unreachable!("{section}.{key} is a boolean"),
        }
    }

    pub(super) fn choice(&self, section: &str, key: &str) -> &'static str {
        match self.value(section, key).0 {
            SettingValue::Choice(choice) => choice,
            _ => unreachable!("{section}.{key} is a choice"),
        }
    }

    pub(super) fn networks(&self, section: &str, key: &str) -> Vec<Network> {
        match &self.value(section, key).0 {
            SettingValue::Networks(networks) => networks.clone(),
            _ => unreachable!("{section}.{key} is a list of networks"),
        }
    }

    /// The address of a database; none where the setting is empty.
    pub(super) fn database(&self, section: &str, key: &str) -> Option<String> {
        match &self.value(section, key).0 {
            SettingValue::Database(address) => Some(address.clone()).filter(|address| !address.is_empty()),
            _ => unreachable!("{section}.{key} is an address of a database"),
        }
    }

    /// The address of a Redis server; none where the setting is empty.
    pub(super) fn redis(&self, section: &str, key: &str) -> Option<String> {
        match &self.value(section, key).0 {
            SettingValue::Redis(address) => Some(address.clone()).filter(|address| !address.is_empty()),
            _ => unreachable!("{section}.{key} is an address of a Redis server"),
        }
    }

    /// The path of a file; none where the setting is empty.
    pub(super) fn file(&self, section: &str, key: &str) -> Option<PathBuf> {
        self.text(section, key).map(PathBuf::from)
    }

    pub(super) fn databases(&self, section: &str, key: &str) -> Vec<String> {
        match &self.value(section, key).0 {
            SettingValue::Databases(addresses) => addresses.clone(),
            _ => unreachable!("{section}.{key} is a list of addresses of databases"),
        }
    }

    /// A text; none where the setting is empty.
    pub(super) fn text(&self, section: &str, key: &str) -> Option<String> {
        match &self.value(section, key).0 {
            SettingValue::Text(text) => Some(text.clone()).filter(|text| !text.is_empty()),
            _ => unreachable!("{section}.{key} is a text"),
        }
    }

    pub(super) fn domains(&self, section: &str, key: &str) -> Vec<String> {
        match &self.value(section, key).0 {
            SettingValue::Domains(domains) => domains.clone(),
            _ => unreachable!("{section}.{key} is a list of domains"),
        }
    }

    pub(super) fn origins(&self, section: &str, key: &str) -> Vec<String> {
        match &self.value(section, key).0 {
            SettingValue::Origins(origins) => origins.clone(),
            _ => unreachable!("{section}.{key} is a list of origins"),
        }
    }
}

fn read_text(setting: &Setting, text: &str, origin: Origin, layer: &mut Layer, faults: &mut Vec<Fault>) {
    match setting.kind.read_text(text) {
        Ok(value) => layer.set(setting, value, origin),
        Err(message) => faults.push(Fault {
            origin,
            message: file::told(setting, &message),
        }),
    }
}

//! What is made from the table of settings: the listing, the example file and the reference page.

use std::fmt::Write as _;

use mainstay_http::{SettingInForce, SettingSource};
use serde_json::{Map, Value as Json, json};

use super::SECTIONS;
use super::fault::Origin;
use super::resolve::{Values, all_settings};
use super::setting::{Kind, Setting};

const MASK: &str = "********";

/// `key = value # from where`, a line a setting.
pub(crate) fn listing(values: &Values) -> String {
    let lines: Vec<(String, String)> = all_settings()
        .map(|setting| {
            let (value, origin) = values.get(setting);
            let value = if setting.secret {
                format!("{MASK:?}")
            } else {
                value.to_toml()
            };
            (format!("{} = {value}", setting.path()), origin.to_string())
        })
        .collect();
    let width = lines
        .iter()
        .map(|(line, _)| line.chars().count())
        .max()
        .unwrap_or(0);
    lines.iter().fold(String::new(), |mut text, (line, origin)| {
        writeln!(text, "{line:width$}  # {origin}").expect("a text takes every line");
        text
    })
}

/// The same as a JSON object of `{"value", "from"}` by key.
pub(crate) fn listing_json(values: &Values) -> Json {
    let entry = |setting: &Setting| {
        let (value, origin) = values.get(setting);
        let value = if setting.secret {
            MASK.into()
        } else {
            value.to_json()
        };
        (
            setting.path(),
            json!({ "value": value, "from": origin.to_string() }),
        )
    };
    Json::Object(all_settings().map(entry).collect::<Map<_, _>>())
}

/// Every setting with its value and where that comes from, for administrators.
pub(crate) fn in_force(values: &Values) -> Vec<SettingInForce> {
    let setting = |setting: &'static Setting| {
        let (value, origin) = values.get(setting);
        let (value, default) = (value.to_json(), setting.default_value().to_json());
        let is_set = value != default;
        SettingInForce {
            section: setting.section,
            key: setting.key,
            value: match (setting.secret, is_set) {
                (true, true) => MASK.into(),
                (true, false) => Json::Null,
                (false, _) => some(value),
            },
            default: some(default),
            secret: setting.secret,
            source: match origin {
                Origin::Default => SettingSource::Default,
                Origin::File { .. } => SettingSource::File,
                Origin::Variable(_) => SettingSource::Environment,
                Origin::Flag(_) => SettingSource::Argument,
            },
            from: (*origin != Origin::Default).then(|| origin.to_string()),
            variable: setting.variable(),
            takes: takes(setting.kind),
            description: setting.doc,
        }
    };
    all_settings().map(setting).collect()
}

/// An empty text is a setting that is not set.
fn some(value: Json) -> Json {
    if value == "" { Json::Null } else { value }
}

/// A complete configuration file with everything commented out.
pub(crate) fn example() -> String {
    let mut text = "\
# The configuration of a Mainstay server. Every line that is commented out shows the default.
#
# Save it as config.toml in the data folder, or name it with --config. A variable of the environment goes before this
# file: MAINSTAY_SERVER__LISTEN is listen of [server]. A flag of the command goes before both.
"
    .to_owned();
    for (about, settings) in SECTIONS {
        write!(text, "\n# {about}\n[{}]\n", settings[0].section).expect("a text takes every line");
        for setting in *settings {
            let (default, takes) = (setting.default_value().to_toml(), takes(setting.kind));
            write!(
                text,
                "\n# {}\n# {takes}.\n# {} = {default}\n",
                setting.doc, setting.key
            )
            .expect("a text takes every line");
        }
    }
    text
}

/// The page `docs/configuration.md`.
pub(crate) fn reference() -> String {
    let mut text = INTRODUCTION.to_owned();
    for (about, settings) in SECTIONS {
        let section = settings[0].section;
        write!(
            text,
            "\n## {section}\n\n{about}\n\n| setting | default | takes | meaning |\n|---|---|---|---|\n"
        )
        .expect("a text takes every line");
        for setting in *settings {
            let (default, takes) = (setting.default_value().to_toml(), takes(setting.kind));
            writeln!(
                text,
                "| `{}` | `{default}` | {takes} | {} |",
                setting.key, setting.doc
            )
            .expect("a text takes every line");
        }
    }
    text + "\n## A complete file\n\nAs `mainstay config --example` prints it:\n\n```toml\n"
        + &example()
        + "```\n"
}

fn takes(kind: Kind) -> String {
    let description = kind.describe();
    let mut characters = description.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

const INTRODUCTION: &str = "\
# Configuration

<!-- Made by `mainstay config --reference`; a test compares the two. Change the tables in `crates/server/src/config`. -->

What an application is, its definition says. How a server runs, its settings say. All of them have defaults that are good
for a small server; most servers need none but the address.

A setting is taken from the first of these that has it:

1. a flag of the command, such as `--listen`,
2. the environment: `MAINSTAY_SECTION__KEY`, with two underscores between section and key, such as
   `MAINSTAY_SERVER__LISTEN=0.0.0.0:8090`; the items of a list stand between commas,
3. the file that `--config` names, else `config.toml` in the data folder,
4. the default.

`mainstay config` shows every setting with its value and where it comes from. An unknown key is an error, in the file and
in the environment, and all errors are reported at once. Changes take effect when the server is started again.
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Sources};

    #[test]
    fn the_reference_page_is_the_one_that_is_checked_in() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/configuration.md");
        let page = std::fs::read_to_string(path).unwrap();
        assert!(
            page == reference(),
            "run: mainstay config --reference > docs/configuration.md"
        );
    }

    #[test]
    fn the_example_says_the_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        let uncommented: Vec<String> = example()
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(setting) if setting.contains(" = ") => setting.to_owned(),
                _ => line.to_owned(),
            })
            .collect();
        std::fs::write(&path, uncommented.join("\n")).unwrap();
        let config = Config::load(&Sources {
            file: Some(&path),
            ..Sources::default()
        })
        .unwrap();
        for setting in all_settings() {
            let (value, origin) = config.values.get(setting);
            assert_eq!(*value, setting.default_value());
            assert!(
                origin.to_string().starts_with(&*path.to_string_lossy()),
                "{}",
                setting.path()
            );
        }
    }

    #[test]
    fn a_secret_says_only_whether_it_is_set() {
        let flags = |url: &str| vec![("database.url", "--database", url.to_owned())];
        let told = |flags| {
            let config = Config::load(&Sources {
                flags,
                ..Sources::default()
            })
            .unwrap();
            let settings = in_force(&config.values);
            let found = settings
                .into_iter()
                .find(|setting| setting.section == "database" && setting.key == "url");
            found.unwrap()
        };
        let unset = told(Vec::new());
        assert_eq!(
            (unset.value, unset.source, unset.from),
            (Json::Null, SettingSource::Default, None)
        );
        let set = told(flags("postgres://todo:secret@127.0.0.1/todo"));
        assert_eq!((set.value, set.source), (json!(MASK), SettingSource::Argument));
        assert_eq!(set.from.as_deref(), Some("--database"));
    }

    #[test]
    fn every_setting_is_documented_once() {
        let mut paths: Vec<String> = all_settings().map(Setting::path).collect();
        paths.sort();
        let count = paths.len();
        paths.dedup();
        assert_eq!(paths.len(), count);
        assert!(all_settings().all(|setting| setting.doc.ends_with(['.', '?'])));
    }
}

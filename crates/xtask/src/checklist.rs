//! `checklist.toml`: every promise of the project and the tests that show it.

use std::fmt::Write;

use serde::Deserialize;

pub(crate) const FILE: &str = "checklist.toml";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Checklist {
    pub(crate) items: Vec<Item>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Item {
    pub(crate) id: String,
    pub(crate) area: String,
    pub(crate) title: String,
    pub(crate) tests: Vec<String>,
}

/// What an entry of `tests` points at.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum TestLink<'a> {
    /// `path/to/file.rs::name_of_the_test`
    RustTest { file: &'a str, function: &'a str },
    /// `path/to/suite.spec.ts`
    Suite { file: &'a str },
    /// `make:target`
    MakeTarget { target: &'a str },
}

impl Item {
    pub(crate) fn is_proven(&self) -> bool {
        !self.tests.is_empty()
    }
}

impl Checklist {
    pub(crate) fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// "area, proven / all", with a total.
    pub(crate) fn table(&self) -> String {
        let areas = self.areas();
        let width = areas
            .iter()
            .map(|area| area.len())
            .max()
            .unwrap_or_default()
            .max("area".len());
        let mut table = format!("{:width$}  proven / all\n", "area");
        for area in areas {
            let items: Vec<&Item> = self.items.iter().filter(|item| item.area == area).collect();
            push_row(&mut table, width, area, &items);
        }
        push_row(&mut table, width, "all", &self.items.iter().collect::<Vec<_>>());
        table
    }

    /// The items without a test, one a line.
    pub(crate) fn open_items(&self) -> String {
        let open = self.items.iter().filter(|item| !item.is_proven());
        open.fold(String::new(), |list, item| {
            format!("{list}{}  {}\n", item.id, item.title)
        })
    }

    fn areas(&self) -> Vec<&str> {
        let mut areas: Vec<&str> = Vec::new();
        for item in &self.items {
            if !areas.contains(&item.area.as_str()) {
                areas.push(&item.area);
            }
        }
        areas
    }
}

impl<'a> TestLink<'a> {
    /// `None` when the text has none of the three forms.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        if let Some(target) = text.strip_prefix("make:") {
            return Some(Self::MakeTarget { target });
        }
        match text.split_once("::") {
            // Modules between the file and the function are allowed and not checked.
            Some((file, path)) => {
                let function = path.rsplit("::").next().unwrap_or(path);
                has_extension(file, "rs").then_some(Self::RustTest { file, function })
            }
            None => (text.contains('.') && !has_extension(text, "rs")).then_some(Self::Suite { file: text }),
        }
    }
}

fn has_extension(file: &str, extension: &str) -> bool {
    file.rsplit_once('.').is_some_and(|(_, found)| found == extension)
}

fn push_row(table: &mut String, width: usize, name: &str, items: &[&Item]) {
    let proven = items.iter().filter(|item| item.is_proven()).count();
    writeln!(table, "{name:width$}  {proven:6} / {}", items.len())
        .expect("a string takes what is written to it");
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
        [[items]]
        id = "SEC-01"
        area = "Security"
        title = "No secret lives in the code"
        tests = ["make:lint"]

        [[items]]
        id = "UX-01"
        area = "Looks"
        title = "Components"
        tests = []
    "#;

    #[test]
    fn the_table_counts_by_area() {
        let table = Checklist::parse(TEXT).unwrap().table();
        assert_eq!(
            table,
            "area      proven / all\nSecurity       1 / 1\nLooks          0 / 1\nall            1 / 2\n"
        );
    }

    #[test]
    fn open_items_have_no_test() {
        assert_eq!(
            Checklist::parse(TEXT).unwrap().open_items(),
            "UX-01  Components\n"
        );
    }

    #[test]
    fn links_have_three_forms() {
        let rust = TestLink::RustTest {
            file: "a/b.rs",
            function: "c",
        };
        assert_eq!(TestLink::parse("a/b.rs::tests::c"), Some(rust));
        assert_eq!(
            TestLink::parse("e2e/a.spec.ts"),
            Some(TestLink::Suite {
                file: "e2e/a.spec.ts"
            })
        );
        assert_eq!(
            TestLink::parse("make:demo"),
            Some(TestLink::MakeTarget { target: "demo" })
        );
        assert_eq!(TestLink::parse("a/b.rs"), None);
        assert_eq!(TestLink::parse("somewhere"), None);
    }
}

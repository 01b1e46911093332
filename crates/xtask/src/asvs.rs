//! `docs/security/asvs.toml`: what the project does about each requirement of OWASP ASVS 5.0.0, level 2, and the page that
//! is made from it.

pub(crate) mod standard;

use std::fmt::Write;

use serde::Deserialize;

use crate::checklist::TestLink;
use standard::{CHAPTERS, Number};

pub(crate) const FILE: &str = "docs/security/asvs.toml";
pub(crate) const PAGE: &str = "docs/security/asvs.md";
/// From the folder of the page to the root of the repository.
const UP: &str = "../../";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    pub(crate) requirements: Vec<Requirement>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Requirement {
    pub(crate) id: String,
    pub(crate) level: u8,
    /// What it is about, in a few words of our own.
    about: String,
    met: Option<Vec<String>>,
    how: Option<String>,
    not_applicable: Option<String>,
    not_yet: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State<'a> {
    /// Links as in the checklist, or to a heading of a document, and what they do not say themselves.
    Met {
        links: &'a [String],
        how: Option<&'a str>,
    },
    NotApplicable(&'a str),
    NotYet(&'a str),
}

impl Requirement {
    /// `None` unless it has exactly one.
    pub(crate) fn state(&self) -> Option<State<'_>> {
        match (&self.met, &self.how, &self.not_applicable, &self.not_yet) {
            (Some(links), how, None, None) if !links.is_empty() => Some(State::Met {
                links,
                how: how.as_deref(),
            }),
            (None, None, Some(why), None) => Some(State::NotApplicable(why)),
            (None, None, None, Some(missing)) => Some(State::NotYet(missing)),
            _ => None,
        }
    }
}

/// How many requirements are in which state.
#[derive(Debug, Default)]
struct Counts {
    met: usize,
    not_applicable: usize,
    not_yet: usize,
}

impl Counts {
    fn of<'a>(requirements: impl IntoIterator<Item = &'a Requirement>) -> Self {
        let mut counts = Self::default();
        for requirement in requirements {
            match requirement.state() {
                Some(State::Met { .. }) => counts.met += 1,
                Some(State::NotApplicable(_)) => counts.not_applicable += 1,
                Some(State::NotYet(_)) | None => counts.not_yet += 1,
            }
        }
        counts
    }

    fn all(&self) -> usize {
        self.met + self.not_applicable + self.not_yet
    }

    fn row(&self, name: &str) -> String {
        format!(
            "| {name} | {} | {} | {} | {} |\n",
            self.met,
            self.not_applicable,
            self.not_yet,
            self.all()
        )
    }
}

impl Table {
    pub(crate) fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// "153 met, 50 not applicable, 50 not yet, of 253".
    pub(crate) fn summary(&self) -> String {
        let counts = Counts::of(&self.requirements);
        format!(
            "{} met, {} not applicable, {} not yet, of {}",
            counts.met,
            counts.not_applicable,
            counts.not_yet,
            counts.all()
        )
    }

    /// The page, with the requirements in the order of the standard.
    pub(crate) fn page(&self) -> String {
        let mut page = INTRODUCTION.to_owned();
        for chapter in &CHAPTERS {
            let counts = Counts::of(self.of_chapter(chapter.number));
            let anchor = format!("{}-{}", chapter.number, slug(chapter.title));
            page.push_str(&counts.row(&format!("[{}. {}](#{anchor})", chapter.number, chapter.title)));
        }
        let first_level = self
            .requirements
            .iter()
            .filter(|requirement| requirement.level == 1);
        page.push_str(&Counts::of(&self.requirements).row("**all**"));
        page.push_str(&Counts::of(first_level).row("of these, level 1"));
        for chapter in &CHAPTERS {
            push_text(
                &mut page,
                format_args!("\n## {}. {}\n\n", chapter.number, chapter.title),
            );
            page.push_str("| requirement | level | about | state |\n|---|---|---|---|\n");
            for requirement in self.of_chapter(chapter.number) {
                push_row(&mut page, requirement);
            }
        }
        page
    }

    fn of_chapter(&self, chapter: usize) -> Vec<&Requirement> {
        let mut numbered: Vec<(Number, &Requirement)> = self
            .requirements
            .iter()
            .filter_map(|requirement| Some((Number::parse(&requirement.id)?, requirement)))
            .filter(|(number, _)| number.chapter == chapter)
            .collect();
        numbered.sort_by_key(|&(number, _)| number);
        numbered.into_iter().map(|(_, requirement)| requirement).collect()
    }
}

const INTRODUCTION: &str = "\
# OWASP ASVS 5.0.0, level 2

Where Mainstay stands with each requirement of the
[Application Security Verification Standard](https://owasp.org/www-project-application-security-verification-standard/),
levels 1 and 2. It is our own reading and nobody has certified it. The words are ours and shorter than the standard's:
read it for what a requirement means.

**Met** has the tests that show it, or the page where a document is what is asked for. **Not applicable** says why. **Not
yet** says what is missing, also where something is there and only the test is not.

The page is made from `docs/security/asvs.toml` by `cargo xtask asvs`. `cargo xtask check` fails when the two differ, when a
requirement is missing, and when a test that is named here does not exist.

| chapter | met | not applicable | not yet | all |
|---|---|---|---|---|
";

fn push_row(page: &mut String, requirement: &Requirement) {
    let state = match requirement.state() {
        Some(State::Met { links, how }) => {
            let links: Vec<String> = links.iter().map(|link| markdown_link(link)).collect();
            let how = how.map_or(String::new(), |how| format!(" {}.", cell(how)));
            format!("**met**.{how} {}", links.join(", "))
        }
        Some(State::NotApplicable(why)) => format!("not applicable: {}", cell(why)),
        Some(State::NotYet(missing)) => format!("**not yet**: {}", cell(missing)),
        None => String::new(),
    };
    let (id, level, about) = (&requirement.id, requirement.level, cell(&requirement.about));
    push_text(page, format_args!("| {id} | {level} | {about} | {state} |\n"));
}

fn markdown_link(link: &str) -> String {
    let file_name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    match TestLink::parse(link) {
        Some(TestLink::RustTest { file, function }) => format!("[`{function}`]({UP}{file})"),
        Some(TestLink::Suite { file }) => format!("[{}]({UP}{file})", file_name(file)),
        Some(TestLink::MakeTarget { target }) => format!("`make {target}`"),
        None => cell(link),
    }
}

/// As it may stand in a cell of a table.
fn cell(text: &str) -> String {
    text.trim().trim_end_matches('.').replace('|', "\\|")
}

/// The anchor of a heading, as pages for Markdown make it.
pub(crate) fn slug(heading: &str) -> String {
    let kept = |character: &char| character.is_alphanumeric() || matches!(character, ' ' | '-' | '_');
    let kept: String = heading.trim().to_lowercase().chars().filter(kept).collect();
    kept.replace(' ', "-")
}

fn push_text(page: &mut String, text: std::fmt::Arguments<'_>) {
    page.write_fmt(text)
        .expect("a string takes what is written to it");
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
        [[requirements]]
        id = "v5.0.0-1.2.10"
        level = 2
        about = "the other | one"
        not_yet = "everything."

        [[requirements]]
        id = "v5.0.0-1.2.4"
        level = 1
        about = "one"
        met = ["crates/a/tests/b.rs::c", "e2e/d.spec.ts", "make:lint"]
        how = "well"
    "#;

    #[test]
    fn a_page_counts_and_lists_in_the_order_of_the_standard() {
        let table = Table::parse(TEXT).unwrap();
        assert_eq!(table.summary(), "1 met, 0 not applicable, 1 not yet, of 2");
        let page = table.page();
        assert!(
            page.contains("| [1. Encoding and injection](#1-encoding-and-injection) | 1 | 0 | 1 | 2 |"),
            "{page}"
        );
        assert!(
            page.contains("| **all** | 1 | 0 | 1 | 2 |\n| of these, level 1 | 1 | 0 | 0 | 1 |\n"),
            "{page}"
        );
        let rows = "\
| v5.0.0-1.2.4 | 1 | one | **met**. well. [`c`](../../crates/a/tests/b.rs), [d.spec.ts](../../e2e/d.spec.ts), `make lint` |
| v5.0.0-1.2.10 | 2 | the other \\| one | **not yet**: everything |
";
        assert!(page.contains(rows), "{page}");
    }

    #[test]
    fn a_requirement_has_one_state() {
        let state = |keys: &str| {
            let text = format!("[[requirements]]\nid = \"v5.0.0-1.1.1\"\nlevel = 2\nabout = \"a\"\n{keys}");
            Table::parse(&text).unwrap().requirements[0].state().is_some()
        };
        for one in [
            "met = [\"make:lint\"]",
            "not_applicable = \"no\"",
            "not_yet = \"b\"",
        ] {
            assert!(state(one), "{one}");
        }
        for other in [
            "",
            "met = []",
            "how = \"so\"",
            "met = [\"make:lint\"]\nnot_yet = \"b\"",
            "not_yet = \"b\"\nhow = \"so\"",
        ] {
            assert!(!state(other), "{other}");
        }
    }

    #[test]
    fn headings_have_anchors() {
        assert_eq!(slug("`[rules]`"), "rules");
        assert_eq!(slug("401, 403 or 404?"), "401-403-or-404");
    }
}

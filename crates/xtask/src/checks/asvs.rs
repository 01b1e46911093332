//! `docs/security/asvs.toml` has every requirement of the standard once, with a state that is true of the repository, and
//! the page is what the table says.

use std::collections::BTreeMap;

use super::checklist_links::follow;
use crate::asvs::standard::{Number, requirements};
use crate::asvs::{FILE, PAGE, Requirement, State, Table, slug};
use crate::markdown::lines_outside_fences;
use crate::problem::Problem;
use crate::repository::Repository;

pub(crate) fn check(repository: &Repository) -> Vec<Problem> {
    let Some(text) = repository.texts.get(FILE) else {
        return vec![Problem::in_file(
            FILE,
            "the file is missing",
            "restore it: it says which requirements of the standard are met",
        )];
    };
    let table = match Table::parse(text) {
        Ok(table) => table,
        Err(error) => {
            let what = format!("not understood: {error}");
            let way_out = "a requirement has id, level, about, and met, not_applicable or not_yet";
            return vec![Problem::in_file(FILE, what, way_out)];
        }
    };
    let mut problems = ids(&table);
    for requirement in &table.requirements {
        problems.extend(state(repository, requirement));
    }
    if repository.texts.get(PAGE) != Some(&table.page()) {
        problems.push(Problem::in_file(
            PAGE,
            format!("it is not what {FILE} says"),
            "run `cargo xtask asvs`; change the table and not the page",
        ));
    }
    problems
}

/// Each requirement of the standard stands there once, with its level, and nothing else does.
fn ids(table: &Table) -> Vec<Problem> {
    let mut expected: BTreeMap<String, (u8, usize)> = requirements()
        .into_iter()
        .map(|(number, level)| (number.id(), (level, 0)))
        .collect();
    let mut problems = Vec::new();
    let mut report = |what: String, way_out: &str| problems.push(Problem::in_file(FILE, what, way_out));
    for Requirement { id, level, .. } in &table.requirements {
        match expected.get_mut(id) {
            None => report(
                format!("{id} is no requirement of level 1 or 2"),
                "correct the id; the list is in `asvs/standard.rs` of xtask",
            ),
            Some((expected_level, times)) => {
                *times += 1;
                if level != expected_level {
                    report(
                        format!("{id} is of level {expected_level}, not {level}"),
                        "correct the level",
                    );
                }
            }
        }
    }
    for (id, (_, times)) in expected {
        match times {
            0 => report(format!("{id} is missing"), "add it, with its state"),
            1 => {}
            _ => report(format!("{id} stands {times} times"), "merge them"),
        }
    }
    problems
}

fn state(repository: &Repository, requirement: &Requirement) -> Vec<Problem> {
    let id = &requirement.id;
    let Some(state) = requirement.state() else {
        return vec![Problem::in_file(
            FILE,
            format!("{id} has not exactly one state"),
            "keep one of met (perhaps with how), not_applicable and not_yet, and say something",
        )];
    };
    let State::Met { links, .. } = state else {
        return Vec::new();
    };
    let documents = Number::parse(id).is_some_and(Number::asks_for_a_document);
    let dead = links.iter().filter_map(|link| {
        let reason = follow_any(repository, link, documents).err()?;
        Some(Problem::in_file(
            FILE,
            format!("{id}: the link \"{link}\" is dead: {reason}"),
            "correct the link, or say in not_yet what is missing",
        ))
    });
    dead.collect()
}

/// A link of the checklist, or `file.md#heading` where a document is what is asked for.
fn follow_any(repository: &Repository, link: &str, documents: bool) -> Result<(), String> {
    let (file, heading) = link.split_once('#').unwrap_or((link, ""));
    if file
        .rsplit_once('.')
        .is_none_or(|(_, extension)| extension != "md")
    {
        return follow(repository, link);
    }
    if !documents {
        return Err("a document shows only what asks for a document: name a test".to_owned());
    }
    let text = repository
        .texts
        .get(file)
        .ok_or_else(|| format!("there is no file {file}"))?;
    let has_heading = lines_outside_fences(text)
        .iter()
        .any(|line| line.text.starts_with('#') && slug(line.text.trim_start_matches('#')) == heading);
    if has_heading {
        Ok(())
    } else {
        Err(format!("{file} has no heading \"{heading}\""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &str, level: u8, state: &str) -> String {
        format!("[[requirements]]\nid = \"{id}\"\nlevel = {level}\nabout = \"a\"\n{state}\n")
    }

    /// Every requirement once, none of them met.
    fn whole() -> String {
        let entries = requirements()
            .into_iter()
            .map(|(number, level)| entry(&number.id(), level, "not_yet = \"all of it\""));
        entries.collect()
    }

    /// A repository with this table, and with the page that belongs to it.
    fn with_table(table: &str) -> Repository {
        let page = Table::parse(table).map_or(String::new(), |table| table.page());
        Repository::with_text(FILE, table)
            .and_text(PAGE, page)
            .and_text("tests/a.rs", "#[test]\nfn real() {}\nfn helper() {}\n")
            .and_text(
                "docs/a.md",
                "# A\n\n## Who may what\n\n```\n# not a heading\n```\n",
            )
            .and_text("Makefile", "lint:\n")
    }

    fn whats(table: &str) -> Vec<String> {
        check(&with_table(table))
            .into_iter()
            .map(|problem| problem.what)
            .collect()
    }

    #[test]
    fn a_whole_table_with_its_page_passes() {
        assert_eq!(whats(&whole()), [""; 0]);
    }

    #[test]
    fn a_page_that_is_not_what_the_table_says_fails() {
        let edited = with_table(&whole()).and_text(PAGE, "# All is well\n");
        assert_eq!(check(&edited).len(), 1);
        let unmade = Repository::with_text(FILE, whole());
        assert_eq!(check(&unmade).len(), 1);
    }

    #[test]
    fn each_requirement_stands_there_once() {
        let first = entry("v5.0.0-1.1.1", 2, "not_yet = \"all of it\"");
        let without = whole().replacen(&first, "", 1);
        assert_eq!(whats(&without), ["v5.0.0-1.1.1 is missing"]);
        let twice = whole() + &first;
        assert_eq!(whats(&twice), ["v5.0.0-1.1.1 stands 2 times"]);
        // Of level 3.
        let foreign = whole() + &entry("v5.0.0-2.4.2", 3, "not_yet = \"all of it\"");
        assert_eq!(
            whats(&foreign),
            ["v5.0.0-2.4.2 is no requirement of level 1 or 2"]
        );
        let changed = entry("v5.0.0-1.1.1", 1, "not_yet = \"all of it\"");
        assert_eq!(
            whats(&whole().replacen(&first, &changed, 1)),
            ["v5.0.0-1.1.1 is of level 2, not 1"]
        );
    }

    #[test]
    fn a_requirement_has_one_state() {
        let first = entry("v5.0.0-1.1.1", 2, "not_yet = \"all of it\"");
        let both = entry("v5.0.0-1.1.1", 2, "not_yet = \"b\"\nnot_applicable = \"c\"");
        assert_eq!(
            whats(&whole().replacen(&first, &both, 1)),
            ["v5.0.0-1.1.1 has not exactly one state"]
        );
    }

    /// What is said of the links of the first requirement that asks for a test, or for a document.
    fn of_link(id: &str, link: &str) -> usize {
        let level = if id == "v5.0.0-8.1.1" { 1 } else { 2 };
        let before = entry(id, level, "not_yet = \"all of it\"");
        let met = entry(id, level, &format!("met = [\"{link}\"]"));
        whats(&whole().replacen(&before, &met, 1)).len()
    }

    #[test]
    fn what_is_met_is_shown_by_what_exists() {
        for live in ["tests/a.rs::real", "make:lint"] {
            assert_eq!(of_link("v5.0.0-1.1.1", live), 0, "{live}");
        }
        for dead in [
            "tests/a.rs::helper",
            "tests/a.rs::gone",
            "tests/b.rs::real",
            "docs/a.md#who-may-what",
        ] {
            assert_eq!(of_link("v5.0.0-1.1.1", dead), 1, "{dead}");
        }
        assert_eq!(of_link("v5.0.0-8.1.1", "docs/a.md#who-may-what"), 0);
        for dead in [
            "docs/a.md",
            "docs/a.md#gone",
            "docs/a.md#not-a-heading",
            "docs/b.md#a",
        ] {
            assert_eq!(of_link("v5.0.0-8.1.1", dead), 1, "{dead}");
        }
    }

    #[test]
    fn a_missing_or_broken_table_fails() {
        assert_eq!(check(&Repository::default()).len(), 1);
        assert_eq!(whats("[[requirements]]\nid = 1\n").len(), 1);
    }
}

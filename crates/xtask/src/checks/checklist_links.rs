//! Every link of `checklist.toml` leads to something that runs.

use std::collections::BTreeSet;

use crate::checklist::{Checklist, FILE, TestLink};
use crate::problem::Problem;
use crate::repository::Repository;
use crate::rust_source::{code_only, contains_word, functions};

const MAKEFILE: &str = "Makefile";

pub(crate) fn check(repository: &Repository) -> Vec<Problem> {
    let Some(text) = repository.texts.get(FILE) else {
        return vec![Problem::in_file(
            FILE,
            "the file is missing",
            "restore it: it says what is proven",
        )];
    };
    let checklist = match Checklist::parse(text) {
        Ok(checklist) => checklist,
        Err(error) => {
            let what = format!("not understood: {error}");
            return vec![Problem::in_file(
                FILE,
                what,
                "an item has id, area, title and tests",
            )];
        }
    };
    let mut problems = Vec::new();
    let mut ids = BTreeSet::new();
    for item in &checklist.items {
        if !ids.insert(item.id.as_str()) {
            problems.push(Problem::in_file(
                FILE,
                format!("{} stands twice", item.id),
                "merge the two",
            ));
        }
        for link in &item.tests {
            if let Err(reason) = follow(repository, link) {
                let what = format!("{}: the link \"{link}\" is dead: {reason}", item.id);
                problems.push(Problem::in_file(
                    FILE,
                    what,
                    "correct the link, or remove it: the item is then open",
                ));
            }
        }
    }
    problems
}

/// Says why a link is dead.
pub(super) fn follow(repository: &Repository, link: &str) -> Result<(), String> {
    match TestLink::parse(link) {
        Some(TestLink::RustTest { file, function }) => {
            let source = repository
                .texts
                .get(file)
                .ok_or_else(|| format!("there is no file {file}"))?;
            has_test(source, function)
        }
        Some(TestLink::Suite { file }) if repository.texts.contains_key(file) => Ok(()),
        Some(TestLink::Suite { file }) => Err(format!("there is no file {file}")),
        Some(TestLink::MakeTarget { target }) => {
            let makefile = repository.texts.get(MAKEFILE).map_or("", String::as_str);
            has_target(makefile, target)
        }
        None => Err("write \"file.rs::test_name\", the path of a suite, or \"make:target\"".to_owned()),
    }
}

/// Accepts a function that is a test, and a bare name that a macro of the file can turn into one.
fn has_test(source: &str, name: &str) -> Result<(), String> {
    let code = code_only(source);
    let functions: Vec<_> = functions(&code)
        .into_iter()
        .filter(|function| function.name == name)
        .collect();
    if functions.iter().any(|function| function.is_test) {
        return Ok(());
    }
    if !functions.is_empty() {
        return Err(format!("`{name}` has no test attribute"));
    }
    if contains_word(&code, name) {
        Ok(())
    } else {
        Err(format!("the file has no test `{name}`"))
    }
}

fn has_target(makefile: &str, target: &str) -> Result<(), String> {
    let defines = |line: &str| {
        line.split_once(':').is_some_and(|(names, rest)| {
            !line.starts_with(['\t', '#', '.'])
                && !rest.starts_with('=')
                && names.split_whitespace().any(|name| name == target)
        })
    };
    if makefile.lines().any(defines) {
        Ok(())
    } else {
        Err(format!("{MAKEFILE} has no target {target}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(link: &str) -> Vec<Problem> {
        let items = format!("[[items]]\nid = \"A-1\"\narea = \"a\"\ntitle = \"t\"\ntests = [\"{link}\"]\n");
        let tests = "#[tokio::test]\nasync fn real() {}\nfn helper() {}\nroute_test!(generated_by_macro);\n// only_a_comment\n";
        let repository = Repository::with_text(FILE, items)
            .and_text("tests/a.rs", tests)
            .and_text("e2e/a.spec.ts", "")
            .and_text(
                MAKEFILE,
                ".PHONY: ghost\nname := value\ndemo: build ## shows it\n\techo ghost:\n",
            );
        check(&repository)
    }

    #[test]
    fn live_links_pass() {
        for link in [
            "tests/a.rs::real",
            "tests/a.rs::generated_by_macro",
            "e2e/a.spec.ts",
            "make:demo",
        ] {
            assert_eq!(problems(link), [], "{link}");
        }
    }

    #[test]
    fn dead_links_fail() {
        for link in [
            "tests/a.rs::helper",
            "tests/a.rs::only_a_comment",
            "tests/a.rs::unknown",
            "tests/b.rs::real",
            "tests/a.rs",
            "e2e/b.spec.ts",
            "make:ghost",
            "make:name",
        ] {
            assert_eq!(problems(link).len(), 1, "{link}");
        }
    }

    #[test]
    fn an_id_that_stands_twice_fails() {
        let item = "[[items]]\nid = \"A-1\"\narea = \"a\"\ntitle = \"t\"\ntests = []\n";
        assert_eq!(check(&Repository::with_text(FILE, item)), []);
        assert_eq!(check(&Repository::with_text(FILE, item.repeat(2))).len(), 1);
    }

    #[test]
    fn a_missing_or_broken_file_fails() {
        assert_eq!(check(&Repository::default()).len(), 1);
        assert_eq!(
            check(&Repository::with_text(FILE, "[[items]]\nid = 1\n")).len(),
            1
        );
    }
}

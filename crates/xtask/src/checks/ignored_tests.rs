//! A test that does not run shows nothing.

use crate::problem::Problem;
use crate::repository::Repository;
use crate::rust_source::{Attribute, attributes, code_only, contains_word};

pub(crate) fn check(repository: &Repository) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, source) in repository.texts_with_extension(&["rs"]) {
        let code = code_only(source);
        for attribute in attributes(&code).iter().filter(|attribute| ignores(attribute)) {
            let way_out = "mend the test, or delete it and open the item of the checklist again";
            problems.push(Problem::at_line(
                path,
                attribute.line,
                "a test is ignored",
                way_out,
            ));
        }
    }
    problems
}

fn ignores(attribute: &Attribute<'_>) -> bool {
    attribute.name() == "ignore"
        || (attribute.name() == "cfg_attr" && contains_word(attribute.text, "ignore"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(source: &str) -> Vec<Problem> {
        check(&Repository::with_text("crates/a/tests/b.rs", source))
    }

    #[test]
    fn tests_that_run_pass() {
        assert_eq!(
            problems("// #[ignore]\n#[test]\nfn a() { let b = \"#[ignore]\"; }\n"),
            []
        );
    }

    #[test]
    fn ignored_tests_fail() {
        assert_eq!(problems("#[test]\n#[ignore]\nfn a() {}\n")[0].line, Some(2));
        assert_eq!(problems("#[test]\n#[ignore = \"slow\"]\nfn a() {}\n").len(), 1);
        assert_eq!(
            problems("#[test]\n#[cfg_attr(unix, ignore)]\nfn a() {}\n").len(),
            1
        );
    }
}

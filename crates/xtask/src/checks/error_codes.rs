//! Every public error code is produced by at least one test: it stands in an assertion, or beside its status.

use crate::problem::Problem;
use crate::repository::Repository;

const CODES: &str = "crates/core/src/error.rs";
/// An assertion is seldom longer.
const LINES_OF_ASSERTION: usize = 6;

pub(crate) fn check(repository: &Repository) -> Vec<Problem> {
    let declared = repository
        .texts
        .get(CODES)
        .map_or("", String::as_str)
        .lines()
        .zip(1..);
    let tests: Vec<Vec<&str>> = repository
        .texts_with_extension(&["rs"])
        .filter(|(path, _)| path.contains("/tests/"))
        .map(|(_, source)| source.lines().collect())
        .collect();
    declared
        .filter_map(|(line, number)| Some((declared_code(line)?, number)))
        .filter(|(code, _)| !tests.iter().any(|lines| is_expected(lines, code)))
        .map(|(code, number)| {
            let what = format!("no test produces the code `{code}`");
            let way_out = "write the request that is answered so, and assert the code; or remove the code";
            Problem::at_line(CODES, number, what, way_out)
        })
        .collect()
}

/// The code of a line such as `Self::NotFound => "not_found",`.
fn declared_code(line: &str) -> Option<&str> {
    let (_, code) = line.trim().strip_prefix("Self::")?.split_once(" => \"")?;
    code.strip_suffix("\",")
}

fn is_expected(lines: &[&str], code: &str) -> bool {
    let literal = format!("\"{code}\"");
    lines.iter().enumerate().any(|(number, line)| {
        let Some((before, _)) = line.split_once(&literal) else {
            return false;
        };
        let window = &lines[(number + 1).saturating_sub(LINES_OF_ASSERTION)..=number];
        is_behind_status(before) || window.iter().any(|line| line.contains("assert"))
    })
}

/// Does the text end like `(404, `?
fn is_behind_status(before: &str) -> bool {
    let status = before.trim_end().strip_suffix(',').unwrap_or_default();
    let digits = status.chars().rev().take_while(char::is_ascii_digit);
    digits.count() == 3
}

#[cfg(test)]
mod tests {
    use super::*;

    const DECLARED: &str = "match self {\n    Self::NotFound => \"not_found\",\n}\n";

    fn problems(test: &str) -> Vec<Problem> {
        check(&Repository::with_text(CODES, DECLARED).and_text("crates/a/tests/b.rs", test))
    }

    #[test]
    fn codes_that_a_test_expects_pass() {
        assert_eq!(
            problems("assert_eq!(\n    answer.problem(),\n    (404, \"not_found\".to_owned())\n);"),
            []
        );
        assert_eq!(problems("assert_eq!(answer[\"code\"], \"not_found\");"), []);
        assert_eq!(
            problems("fn missing() -> (u16, &str) {\n    (404, \"not_found\")\n}"),
            []
        );
    }

    #[test]
    fn codes_that_no_test_expects_fail() {
        assert_eq!(problems("")[0].line, Some(2));
        assert_eq!(problems("match code {\n    \"not_found\" => {}\n}").len(), 1);
        assert_eq!(problems("assert_eq!(code, \"not_found_here\");").len(), 1);
    }
}

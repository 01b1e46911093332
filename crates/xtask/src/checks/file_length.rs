//! What makes a codebase tiring is its longest tenth.

use crate::problem::Problem;
use crate::repository::Repository;

pub(crate) const NOTED_ABOVE_LINES: usize = 400;
const LINES_MAX: usize = 800;
const EXTENSIONS: [&str; 4] = ["rs", "ts", "tsx", "css"];

pub(crate) fn check(repository: &Repository) -> Vec<Problem> {
    longer_than(repository, LINES_MAX)
        .into_iter()
        .map(|(path, lines)| {
            let what = format!("{lines} lines, at most {LINES_MAX}");
            Problem::in_file(
                path,
                what,
                "make it a folder of the same name, one file for each idea in it",
            )
        })
        .collect()
}

/// Files that are long but not yet too long, with their lines, longest first.
pub(crate) fn worth_splitting(repository: &Repository) -> Vec<(&str, usize)> {
    let mut files = longer_than(repository, NOTED_ABOVE_LINES);
    files.retain(|&(_, lines)| lines <= LINES_MAX);
    files.sort_by_key(|&(_, lines)| std::cmp::Reverse(lines));
    files
}

fn longer_than(repository: &Repository, lines_max: usize) -> Vec<(&str, usize)> {
    repository
        .texts_with_extension(&EXTENSIONS)
        .filter(|(path, _)| !is_generated(path))
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|&(_, lines)| lines > lines_max)
        .collect()
}

fn is_generated(path: &str) -> bool {
    path.split(['/', '.']).any(|part| part == "generated")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(count: usize) -> String {
        "x\n".repeat(count)
    }

    #[test]
    fn short_generated_and_other_files_pass() {
        let repository = Repository::with_text("a.rs", lines(800))
            .and_text("sdk/generated/client.ts", lines(9_000))
            .and_text("sdk/client.generated.ts", lines(9_000))
            .and_text("notes.md", lines(9_000));
        assert_eq!(check(&repository), []);
    }

    #[test]
    fn a_long_file_fails() {
        let found = check(&Repository::with_text("a.tsx", lines(801)));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].what, "801 lines, at most 800");
    }

    #[test]
    fn a_longish_file_is_noted() {
        let repository = Repository::with_text("a.rs", lines(400))
            .and_text("b.rs", lines(401))
            .and_text("c.rs", lines(500));
        assert_eq!(worth_splitting(&repository), [("c.rs", 500), ("b.rs", 401)]);
    }
}

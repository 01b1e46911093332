//! Nothing in the repository names a folder of the machine it was written on.

use crate::problem::Problem;
use crate::repository::Repository;

/// Folders at the root of a machine in which people and build machines keep their own things.
const FOLDERS: [&str; 4] = ["home", "root", "Users", "work"];

pub(crate) fn check(repository: &Repository) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, text) in &repository.texts {
        for (index, line) in text.lines().enumerate() {
            for folder in FOLDERS.iter().filter(|folder| names_folder(line, folder)) {
                let what = format!("a path of somebody's machine, below /{folder}");
                let way_out = "write it relative to the repository, or make it a setting";
                problems.push(Problem::at_line(path, index + 1, what, way_out));
            }
        }
    }
    problems
}

/// Finds the folder at the root only: in `site/home/` it belongs to a longer path.
fn names_folder(line: &str, folder: &str) -> bool {
    let continues_path = |c: char| {
        c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '}' | ')' | ']' | '*' | '~' | '$' | '>')
    };
    line.match_indices(&format!("/{folder}/"))
        .any(|(at, _)| !line[..at].ends_with(continues_path))
}

#[cfg(test)]
mod tests {
    use super::*;

    // The paths are put together here, because this file is checked too.
    fn problems(before: &str, folder: &str) -> Vec<Problem> {
        check(&Repository::with_text(
            "docs/a.md",
            format!("fine\nsee {before}/{folder}/project\n"),
        ))
    }

    #[test]
    fn parts_of_longer_paths_pass() {
        for before in ["site", "..", "${PREFIX}", "https://example.org"] {
            assert_eq!(problems(before, "home"), [], "{before}");
        }
        assert_eq!(problems("", "srv"), []);
    }

    #[test]
    fn machine_paths_fail() {
        for folder in FOLDERS {
            for before in ["", "`", "\"", "file://"] {
                let found = problems(before, folder);
                assert_eq!(found.len(), 1, "{before}/{folder}/");
                assert_eq!(found[0].line, Some(2));
            }
        }
    }
}

//! Every path that a document cites exists, and no document cites a line: lines move.

use crate::markdown::{Line, lines_outside_fences};
use crate::problem::Problem;
use crate::repository::Repository;

/// A code span that ends like this is meant as a path.
const EXTENSIONS: [&str; 17] = [
    "rs", "toml", "md", "ts", "tsx", "js", "mjs", "css", "html", "json", "jsonl", "yml", "yaml", "sh", "py",
    "sql", "snap",
];
/// Folders that exist only after something was built.
const BUILT: [&str; 2] = ["target", "node_modules"];

pub(crate) fn check(repository: &Repository) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (document, text) in repository.texts_with_extension(&["md"]) {
        for line in lines_outside_fences(text) {
            let mut report = |what: String, way_out: &str| {
                problems.push(Problem::at_line(document, line.number, what, way_out));
            };
            for target in line
                .link_targets
                .iter()
                .filter(|target| !link_lives(repository, document, target))
            {
                report(
                    format!("the link to {target} is dead"),
                    "correct it; links are relative to the document",
                );
            }
            for path in cited_paths(&line).filter(|path| !cited_path_lives(repository, document, path)) {
                report(
                    format!("`{path}` does not exist"),
                    "write the path from the root of the repository; put an invented one in a fenced block",
                );
            }
            if let Some(citation) = cited_line(line.text) {
                report(
                    format!("{citation} cites a line"),
                    "name the function or type instead",
                );
            }
        }
    }
    problems
}

fn link_lives(repository: &Repository, document: &str, target: &str) -> bool {
    let is_elsewhere = target.contains("://") || target.starts_with("mailto:") || target.starts_with('#');
    if is_elsewhere {
        return true;
    }
    let path = target
        .split(['#', '?'])
        .next()
        .unwrap_or_default()
        .replace("%20", " ");
    let folder = if path.starts_with('/') {
        ""
    } else {
        folder_of(document)
    };
    resolve(folder, &path).is_some_and(|path| exists(repository, &path))
}

/// The words of the code spans that have the shape of a path, without `::item` and trailing punctuation.
fn cited_paths<'a>(line: &'a Line<'_>) -> impl Iterator<Item = &'a str> {
    line.code_spans
        .iter()
        .flat_map(|span| span.split_whitespace())
        .map(|word| {
            word.split("::")
                .next()
                .unwrap_or(word)
                .trim_end_matches([',', ';', '.', '/'])
        })
        .map(|word| word.strip_prefix("./").unwrap_or(word))
        .filter(|word| word.contains('/') && !is_placeholder(word))
}

/// Placeholders, patterns, addresses, options, and paths of other places.
fn is_placeholder(word: &str) -> bool {
    word.contains(['<', '>', '*', '{', '}', '$', '=', '"', '(', '|', '@'])
        || word.contains("...")
        || word.contains("://")
        || word.contains("NNNN")
        || word.starts_with(['/', '~', '-'])
        || BUILT.iter().any(|folder| word.split('/').next() == Some(folder))
}

fn cited_path_lives(repository: &Repository, document: &str, path: &str) -> bool {
    let first = path.split('/').next().unwrap_or_default();
    let in_top_level_folder = first != ".." && repository.paths.contains(first);
    if !in_top_level_folder && !has_known_extension(path) {
        return true;
    }
    let relative = resolve(folder_of(document), path);
    if exists(repository, path) || relative.is_some_and(|path| exists(repository, &path)) {
        return true;
    }
    // A shortened path, such as `collections/todos.toml`, stands for any file that ends like it.
    let ending = format!("/{path}");
    !in_top_level_folder && repository.paths.iter().any(|known| known.ends_with(&ending))
}

fn cited_line(text: &str) -> Option<&str> {
    text.split(|c: char| c.is_whitespace() || matches!(c, '`' | '(' | ')' | ',' | ';'))
        .find(|word| {
            let starts_with_digit = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
            let by_anchor = word
                .split_once("#L")
                .is_some_and(|(_, number)| starts_with_digit(number));
            let by_colon = word
                .match_indices(':')
                .any(|(at, _)| has_known_extension(&word[..at]) && starts_with_digit(&word[at + 1..]));
            by_anchor || by_colon
        })
}

fn has_known_extension(path: &str) -> bool {
    path.rsplit_once('.')
        .is_some_and(|(_, extension)| EXTENSIONS.contains(&extension))
}

fn folder_of(document: &str) -> &str {
    document.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// `path` seen from `folder`; `None` when it leaves the repository.
fn resolve(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

fn exists(repository: &Repository, path: &str) -> bool {
    path.is_empty() || repository.paths.contains(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(document: &str) -> Vec<Problem> {
        let repository = Repository::with_text("docs/guide.md", document)
            .and_text("README.md", "")
            .and_text("docs/start.md", "")
            .and_text("crates/core/src/limits.rs", "")
            .and_text("apps/todo/collections/todos.toml", "");
        check(&repository)
    }

    #[test]
    fn living_paths_pass() {
        for document in [
            "[a](start.md) [b](../README.md#use) [c](/crates/core) [d](https://example.org/x.md) [e](#here) [f](..)",
            "`crates/core/src/limits.rs::LIMIT`, `docs/`, `./docs/start.md` and `collections/todos.toml`",
            "`mainstay dev --app apps/todo`, `application/json`, `and/or`, `/api/v1/openapi.json`, `target/x.toml`",
            "`crates/<name>/src/lib.rs`, `apps/*/seed.jsonl`, `docs/decisions/NNNN-title.md`",
            "at 127.0.0.1:8090 and `localhost:8090`",
            "```text\ncrates/none/src/lib.rs:12 [x](none.md)\n```",
        ] {
            assert_eq!(problems(document), [], "{document}");
        }
    }

    #[test]
    fn dead_paths_fail() {
        for document in [
            "[a](none.md)",
            "[a](../../outside.md)",
            "[a]: none.md",
            "`crates/none`",
            "`crates/core/src/none.rs`",
            "`core/limits.rs`",
            "`mainstay dev --app apps/none`",
        ] {
            assert_eq!(problems(document).len(), 1, "{document}");
        }
    }

    #[test]
    fn cited_lines_fail() {
        for document in ["see limits.rs:12", "`limits.rs:12:4`", "[a](start.md#L12)"] {
            assert_eq!(problems(document).len(), 1, "{document}");
        }
    }
}

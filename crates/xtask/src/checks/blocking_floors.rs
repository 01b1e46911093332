//! The lower floors are synchronous: nothing can await the network while it holds a lock.

use crate::problem::Problem;
use crate::repository::Repository;
use crate::rust_source::{code_only, functions};

const SYNCHRONOUS: [&str; 2] = ["crates/core/src/", "crates/store/src/"];
/// The doors between the asynchronous callers and the store's own threads: `db.rs` and what is below `db/`.
const DOORS: &str = "crates/store/src/db";

pub(crate) fn check(repository: &Repository) -> Vec<Problem> {
    repository
        .texts_with_extension(&["rs"])
        .filter(|(path, _)| {
            SYNCHRONOUS.iter().any(|floor| path.starts_with(floor)) && !path.starts_with(DOORS)
        })
        .flat_map(|(path, source)| async_functions(path, source))
        .collect()
}

fn async_functions(path: &str, source: &str) -> Vec<Problem> {
    functions(&code_only(source))
        .iter()
        // A test may await the doors.
        .filter(|function| function.is_async && !function.is_test)
        .map(|function| {
            let what = format!("`{}` is an async fn on a synchronous floor", function.name);
            Problem::at_line(path, function.line, what, "take a transaction and return a value; await in the engine")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASYNC: &str = "// async fn in a comment\npub async fn find() {}\n";

    #[test]
    fn doors_tests_and_upper_floors_pass() {
        let repository = Repository::with_text("crates/store/src/db.rs", ASYNC)
            .and_text("crates/store/src/db/writer.rs", ASYNC)
            .and_text("crates/engine/src/records.rs", ASYNC)
            .and_text(
                "crates/store/src/records.rs",
                "#[tokio::test]\nasync fn find() {}\nfn insert() {}\n",
            );
        assert_eq!(check(&repository), []);
    }

    #[test]
    fn async_below_fails() {
        let repository = Repository::with_text("crates/store/src/records.rs", ASYNC)
            .and_text("crates/core/src/rules.rs", ASYNC);
        let lines: Vec<Option<usize>> = check(&repository).iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [Some(2), Some(2)]);
    }
}

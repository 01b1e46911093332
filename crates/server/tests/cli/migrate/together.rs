//! Two processes that migrate one database.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use super::{MANY, Notes, RATED};

fn start(notes: &Notes, more: &[&str]) -> Child {
    let args = ["migrate", "apply", "--app", "app", "--data", "data"];
    let args: Vec<&str> = args.iter().chain(more).copied().collect();
    let mut command = notes.folder.command(&args);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    command.spawn().unwrap()
}

#[test]
fn of_two_that_apply_one_waits() {
    let notes = Notes::new(MANY);
    notes.change(RATED);
    let mut first = start(&notes, &["--pause"]);
    let mut first_lines = BufReader::new(first.stderr.take().unwrap()).lines();
    first_lines
        .find(|line| line.as_ref().unwrap().contains("press Enter"))
        .unwrap()
        .unwrap();
    let second = start(&notes, &[]);
    if !notes.is_on_server() {
        // The folder is the first one's.
        let second = second.wait_with_output().unwrap();
        assert_eq!(second.status.code(), Some(1));
        let err = String::from_utf8(second.stderr).unwrap();
        assert!(
            err.contains("(mainstay migrate apply): stop that process first"),
            "{err}"
        );
        drop(first.stdin.take());
        // Nobody presses Enter any more, so it goes on.
        first_lines.for_each(drop);
        assert!(first.wait().unwrap().success());
        notes.migrate(&["status"]).assert_done();
        return;
    }
    let mut second = second;
    let mut lines = BufReader::new(second.stderr.take().unwrap()).lines();
    let waiting = lines.next().unwrap().unwrap();
    assert_eq!(
        waiting,
        "another process is migrating this database; waiting for it"
    );
    // Nobody presses Enter any more, so the first one goes on.
    drop(first.stdin.take());
    first_lines.for_each(drop);
    assert!(first.wait().unwrap().success());
    lines.for_each(drop);
    assert!(second.wait().unwrap().success());
    notes.migrate(&["status"]).assert_done();
    assert_eq!(
        notes.ask("SELECT count(*) FROM _journal WHERE kind = 'schema.migrated'"),
        [["2"]]
    );
}

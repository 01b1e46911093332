//! Small definitions for tests, and faults as text.

use mainstay_core::definition::{Definition, SourceFile};

/// The files of a test: pairs of path and text. `mainstay.toml` is added when it is missing.
pub(crate) fn files(files: &[(&str, &str)]) -> Vec<SourceFile> {
    let mut files: Vec<SourceFile> = files
        .iter()
        .map(|(path, text)| SourceFile {
            path: (*path).into(),
            text: (*text).into(),
        })
        .collect();
    if files.iter().all(|file| file.path != "mainstay.toml") {
        files.push(SourceFile {
            path: "mainstay.toml".into(),
            text: "name = \"test\"\n".into(),
        });
    }
    files
}

/// Reads files that must be good.
pub(crate) fn read(sources: &[(&str, &str)]) -> Definition {
    let sources = files(sources);
    Definition::read(sources.clone()).unwrap_or_else(|_| panic!("faults:\n{}", told(&sources)))
}

/// Reads one collection `things` that must be good.
pub(crate) fn read_things(text: &str) -> Definition {
    read(&[("collections/things.toml", text)])
}

/// The faults of files, one a line: `path:line:column message (hint)`.
pub(crate) fn told(sources: &[SourceFile]) -> String {
    let faults = Definition::read(sources.to_vec()).err().unwrap_or_default();
    let lines = faults.iter().map(|fault| {
        let text = sources
            .iter()
            .find(|file| file.path == fault.path)
            .map_or("", |file| &file.text);
        let (line, column) = fault.position(text);
        let hint = fault
            .hint
            .as_ref()
            .map_or(String::new(), |hint| format!(" ({hint})"));
        assert!(
            fault.span.end <= text.len(),
            "the span lies in the file: {fault:?}"
        );
        assert!(!fault.message.contains('\n'), "one sentence: {fault:?}");
        format!("{}:{line}:{column} {}{hint}", fault.path, fault.message)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Compares the faults of several files with the expected lines; white space around lines does not count.
#[track_caller]
pub(crate) fn assert_faults(sources: &[(&str, &str)], expected: &str) {
    let found = told(&files(sources));
    let expected: Vec<&str> = expected
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    assert_eq!(found, expected.join("\n"), "\nfound:\n{found}\n");
}

/// The same for one collection `things`; the lines leave its path out and start with `line:column`.
#[track_caller]
pub(crate) fn assert_things_faults(text: &str, expected: &str) {
    let expected: Vec<String> = expected
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| format!("collections/things.toml:{line}"))
        .collect();
    assert_faults(&[("collections/things.toml", text)], &expected.join("\n"));
}

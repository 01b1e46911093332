//! The modules that the client and its tests are built with are those that are written now. TypeScript, Prettier and
//! the client's own tests look at what stands in them.

use std::path::{Path, PathBuf};

use mainstay_core::definition::{Definition, SourceFile};

use super::{application_types, protocol_types};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn definition(folder: &str) -> Definition {
    let folder = repository().join(folder);
    let mut paths = vec!["mainstay.toml".to_owned()];
    for entry in std::fs::read_dir(folder.join("collections")).unwrap() {
        let name = entry.unwrap().file_name();
        paths.push(format!("collections/{}", name.to_str().unwrap()));
    }
    let files = paths.into_iter().map(|path| SourceFile {
        text: std::fs::read_to_string(folder.join(&path)).unwrap(),
        path,
    });
    Definition::read(files.collect()).unwrap()
}

fn small(collection: &str) -> Definition {
    let files = [
        ("mainstay.toml", "name = \"small\""),
        ("collections/notes.toml", collection),
    ];
    let files = files.map(|(path, text)| SourceFile {
        path: path.into(),
        text: text.into(),
    });
    Definition::read(files.into()).unwrap()
}

#[track_caller]
fn assert_current(path: &str, types: &str, arguments: &str) {
    let found = std::fs::read_to_string(repository().join(path)).unwrap();
    assert!(
        found == types,
        "{path} is not current: run `cargo run -- types {arguments} --out {path}`"
    );
}

#[test]
fn the_protocol_of_the_client_is_current() {
    let path = "sdk/typescript/src/generated/protocol.ts";
    assert_current(path, &protocol_types(), "--protocol");
}

#[test]
fn the_types_of_the_tests_are_current() {
    for (app, name) in [("apps/todo", "todo"), ("sdk/typescript/tests/odd", "odd")] {
        let path = format!("sdk/typescript/tests/generated/{name}.ts");
        let types = application_types(&definition(app));
        assert_current(&path, &types, &format!("--app {app}"));
    }
}

/// The lines of one declaration.
fn declaration<'t>(types: &'t str, name: &str) -> Vec<&'t str> {
    let start = format!("export interface {name} {{");
    let lines = types.lines().skip_while(|line| *line != start);
    lines
        .take_while(|line| *line != "}")
        .filter(|line| line.starts_with("  readonly"))
        .map(str::trim)
        .collect()
}

#[test]
fn each_type_has_the_fields_of_its_purpose() {
    let types = application_types(&small(
        "
        [fields.title]\ntype = \"text\"\nrequired = true
        [fields.secret]\ntype = \"text\"\nhidden = true
        [fields.stamp]\ntype = \"text\"\nread_only = true
        [fields.author]\ntype = \"relation\"\nto = \"users\"\nrequired = true\nwrite_once = true
        [fields.born]\ntype = \"date\"\nwrite_once = true
        [fields.done]\ntype = \"boolean\"\nrequired = true\ndefault = false
        ",
    ));
    let system = ["readonly id: string;", "readonly version: number;"];
    assert_eq!(declaration(&types, "Notes")[..2], system);
    assert_eq!(
        declaration(&types, "Notes")[5..],
        [
            "readonly title: string;",
            "readonly stamp: string | null;",
            "readonly author: string;",
            "readonly born: string | null;",
            "readonly done: boolean;",
        ]
    );
    assert_eq!(
        declaration(&types, "NotesCreate"),
        [
            "readonly id?: string;",
            "readonly title: string;",
            "readonly secret?: string | null;",
            "readonly author: string;",
            "readonly born?: string | null;",
            "readonly done?: boolean;",
        ]
    );
    assert_eq!(
        declaration(&types, "NotesUpdate"),
        [
            "readonly title?: string;",
            "readonly secret?: string | null;",
            "readonly born?: string | null;",
            "readonly done?: boolean;",
        ]
    );
    assert!(types.contains("readonly signUp: never;"), "{types}");
}

#[test]
fn rules_do_not_change_the_types() {
    let types = |rules: &str| application_types(&small(&format!("[fields.a]\ntype = \"text\"\n{rules}")));
    assert_eq!(types(""), types("[rules]\nlist = \"true\""));
    assert_ne!(types(""), types("[fields.b]\ntype = \"text\""));
}

//! Lists files that the binary carries: those of the templates for `src/template.rs`, so that a file added to an example
//! needs no other change, and those of the console for `src/console.rs`, if it was built.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

const TEMPLATES: [(&str, &str); 3] = [
    ("BLANK", "templates/blank"),
    ("TODO", "../../apps/todo"),
    ("ANNOTATION", "../../apps/annotation"),
];
/// What belongs to an application; its data never does.
const PARTS: [&str; 5] = ["mainstay.toml", "README.md", "collections", "seed", "samples"];

/// What `scripts/console` leaves behind.
const CONSOLE: &str = "../../console/dist";

/// Cargo runs this in the folder of the package.
fn main() {
    #[expect(
        clippy::disallowed_methods,
        reason = "cargo says through the environment where to write"
    )]
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names a folder"));
    fs::write(out.join("templates.rs"), templates()).expect("the list of templates can be written");
    fs::write(out.join("console.rs"), console()).expect("the list of the console can be written");
}

fn templates() -> String {
    let mut text = String::new();
    for (name, folder) in TEMPLATES {
        let mut files = Vec::new();
        for part in PARTS.map(|part| Path::new(folder).join(part)) {
            println!("cargo::rerun-if-changed={}", part.display());
            add_files(&part, &mut files);
        }
        writeln!(text, "const {name}: &[(&str, &str)] = &[").expect("a text takes every line");
        for file in files {
            let path = file
                .strip_prefix(folder)
                .expect("the file is in the folder")
                .display();
            let from = format!("concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/{}\")", file.display());
            writeln!(text, "    (\"{path}\", include_str!({from})),").expect("a text takes every line");
        }
        text.push_str("];\n");
    }
    text
}

/// The files of the console; none where it was not built. Cargo looks for an absent folder again each time.
fn console() -> String {
    println!("cargo::rerun-if-changed={CONSOLE}");
    let mut files = Vec::new();
    add_files(Path::new(CONSOLE), &mut files);
    let mut text = "const FILES: &[(&str, &[u8])] = &[\n".to_owned();
    for file in files {
        let path = file.strip_prefix(CONSOLE).expect("the file is in the folder");
        let from = format!("concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/{}\")", file.display());
        writeln!(text, "    (\"{}\", include_bytes!({from})),", path.display())
            .expect("a text takes every line");
    }
    text.push_str("];\n");
    text
}

fn add_files(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_file() {
        files.push(path.to_owned());
    } else if path.is_dir() {
        let entries = fs::read_dir(path).expect("the folder can be read");
        let mut paths: Vec<PathBuf> = entries
            .map(|entry| entry.expect("the entry can be read").path())
            .collect();
        paths.sort();
        for path in paths {
            add_files(&path, files);
        }
    }
}

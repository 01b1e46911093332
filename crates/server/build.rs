//! Lists the files of the templates for `src/template.rs`, so that a file added to an example needs no other change.

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

/// Cargo runs this in the folder of the package.
fn main() {
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
    #[expect(
        clippy::disallowed_methods,
        reason = "cargo says through the environment where to write"
    )]
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names a folder"));
    fs::write(out.join("templates.rs"), text).expect("the list of templates can be written");
}

fn add_files(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_file() {
        files.push(path.to_owned());
    } else if path.is_dir() {
        let entries = fs::read_dir(path).expect("the folder of a template can be read");
        let mut paths: Vec<PathBuf> = entries
            .map(|entry| entry.expect("the entry can be read").path())
            .collect();
        paths.sort();
        for path in paths {
            add_files(&path, files);
        }
    }
}

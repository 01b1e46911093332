//! The applications of this repository are good definitions.

use std::fs;
use std::path::Path;

use mainstay_core::definition::{Definition, SourceFile};

use crate::support::told;

/// The files of every application in `apps/`, by name.
pub(crate) fn applications() -> Vec<(String, Vec<SourceFile>)> {
    let apps = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../apps");
    let mut applications: Vec<_> = fs::read_dir(apps)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|folder| folder.join("mainstay.toml").exists())
        .map(|folder| {
            (
                folder.file_name().unwrap().to_str().unwrap().to_owned(),
                files_of(&folder),
            )
        })
        .collect();
    applications.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(!applications.is_empty(), "there are applications to read");
    applications
}

fn files_of(folder: &Path) -> Vec<SourceFile> {
    let collections = fs::read_dir(folder.join("collections")).unwrap();
    let names = collections.map(|entry| entry.unwrap().file_name().to_str().unwrap().to_owned());
    let paths = names
        .map(|name| format!("collections/{name}"))
        .chain(["mainstay.toml".into()]);
    paths
        .map(|path| {
            let text = fs::read_to_string(folder.join(&path)).unwrap();
            SourceFile { path, text }
        })
        .collect()
}

#[test]
fn the_applications_have_no_faults() {
    for (name, files) in applications() {
        assert_eq!(told(&files), "", "{name}");
        let definition = Definition::read(files).unwrap();
        assert!(definition.collections.len() > 1, "{name} has collections");
    }
}

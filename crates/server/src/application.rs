//! The folder of an application: its definition and its seed.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use mainstay_core::Definition;
use mainstay_core::definition::{Diagnostic, SourceFile};

const DEFINITION: &str = "mainstay.toml";
const COLLECTIONS: &str = "collections";
const MAIL: &str = "mail";
const SEED: &str = "seed";
const DATA: &str = "data";

/// A folder with the files of a definition, as they are now.
#[derive(Debug)]
pub(crate) struct Application {
    pub(crate) folder: PathBuf,
    pub(crate) files: Vec<SourceFile>,
}

/// A definition with faults: every one of them, and the texts they stand in.
#[derive(Debug, thiserror::Error)]
#[error("the definition has {} {}", .diagnostics.len(), if .diagnostics.len() == 1 { "fault" } else { "faults" })]
pub(crate) struct Faulty {
    pub(crate) folder: PathBuf,
    pub(crate) files: Vec<SourceFile>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Application {
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        if !folder.join(DEFINITION).is_file() {
            let hint = "name the folder of an application, or make one with `mainstay new`";
            bail!("{} has no {DEFINITION}: {hint}", folder.display());
        }
        let mut files = vec![read_source(folder, DEFINITION.to_owned())?];
        for part in [COLLECTIONS, MAIL] {
            for name in names_with_extension(&folder.join(part), ".toml")? {
                files.push(read_source(folder, format!("{part}/{name}.toml"))?);
            }
        }
        Ok(Self {
            folder: folder.to_owned(),
            files,
        })
    }

    pub(crate) fn definition(self) -> Result<Definition, Faulty> {
        let Self { folder, files } = self;
        Definition::read(files.clone()).map_err(|diagnostics| Faulty {
            folder,
            files,
            diagnostics,
        })
    }
}

/// Where the data of an application is when no other place is named.
pub(crate) fn default_data(app: &Path) -> PathBuf {
    app.join(DATA)
}

/// The places whose changes change the definition.
pub(crate) fn definition_places(app: &Path) -> [PathBuf; 3] {
    [app.to_owned(), app.join(COLLECTIONS), app.join(MAIL)]
}

/// The seed's files, as collection and text.
pub(crate) fn seed_files(app: &Path) -> Result<Vec<(String, String)>> {
    let folder = app.join(SEED);
    let names = names_with_extension(&folder, ".jsonl")?;
    if names.is_empty() {
        bail!("{} has no files such as notes.jsonl", folder.display());
    }
    names
        .into_iter()
        .map(|name| {
            let path = folder.join(format!("{name}.jsonl"));
            let text = std::fs::read_to_string(&path).with_context(|| cannot_read(&path))?;
            Ok((name, text))
        })
        .collect()
}

fn read_source(folder: &Path, path: String) -> Result<SourceFile> {
    let place = folder.join(&path);
    let text = std::fs::read_to_string(&place).with_context(|| cannot_read(&place))?;
    Ok(SourceFile { path, text })
}

/// The names of a folder's files with this ending, sorted, without the ending; none when there is no such folder.
fn names_with_extension(folder: &Path, extension: &str) -> Result<Vec<String>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| cannot_read(folder))? {
        let entry = entry.with_context(|| cannot_read(folder))?;
        let name = entry.file_name();
        // Editors keep drafts under names with a dot in front.
        let stem = name
            .to_str()
            .and_then(|name| name.strip_suffix(extension))
            .filter(|stem| !stem.starts_with('.'));
        if let Some(stem) = stem
            && entry.path().is_file()
        {
            names.push(stem.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

fn cannot_read(path: &Path) -> String {
    format!("{} cannot be read", path.display())
}

//! Applications to begin with, built into the binary.

use std::path::Path;

use anyhow::{Context as _, Result};

include!(concat!(env!("OUT_DIR"), "/templates.rs"));

const GIT_IGNORE: &str = "/data\n";

/// An application to begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Template {
    /// A definition with one collection to change
    Blank,
    /// Lists, to-dos, comments and shares, in workspaces with roles
    Todo,
    /// Chat rooms and documents, annotated and reviewed by a team
    Annotation,
}

impl Template {
    fn files(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Blank => BLANK,
            Self::Todo => TODO,
            Self::Annotation => ANNOTATION,
        }
    }

    /// How documents of the repository name the folder.
    fn repository_folder(self) -> &'static str {
        match self {
            Self::Blank => "templates/blank",
            Self::Todo => "apps/todo",
            Self::Annotation => "apps/annotation",
        }
    }

    pub(crate) fn has_seed(self) -> bool {
        self.files().iter().any(|(path, _)| path.starts_with("seed/"))
    }

    /// Writes the files into a folder, under the folder's name.
    pub(crate) fn write(self, folder: &Path) -> Result<()> {
        for (path, text) in self.files() {
            let text = match *path {
                "mainstay.toml" => renamed(text, folder),
                "README.md" => self.at_home(text),
                _ => (*text).to_owned(),
            };
            write_file(&folder.join(path), &text)?;
        }
        write_file(&folder.join(".gitignore"), GIT_IGNORE)
    }

    /// The README of an example says its commands from the root of the repository.
    fn at_home(self, text: &str) -> String {
        let folder = self.repository_folder();
        text.replace(&format!("{folder}/"), "").replace(folder, ".")
    }
}

/// Puts the folder's name in the place of the template's, where it makes a name.
fn renamed(text: &str, folder: &Path) -> String {
    let name = folder
        .file_name()
        .and_then(|name| name.to_str())
        .and_then(application_name);
    let first = text.lines().find(|line| line.starts_with("name = "));
    match (name, first) {
        (Some(name), Some(line)) => text.replacen(line, &format!("name = \"{name}\""), 1),
        _ => text.to_owned(),
    }
}

fn application_name(folder: &str) -> Option<String> {
    let name = folder.to_ascii_lowercase().replace(['_', ' ', '.'], "-");
    let name = name.trim_matches('-');
    let good = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.len() <= mainstay_core::limits::NAME_CHARACTERS_MAX
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    good.then(|| name.to_owned())
}

fn write_file(path: &Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    std::fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_make_names_or_none() {
        assert_eq!(application_name("My_Notes.2"), Some("my-notes-2".to_owned()));
        assert_eq!(application_name("2notes"), None);
        assert_eq!(application_name("größe"), None);
    }
}

//! The repository as the checks see it: text and a dependency graph, all in memory.

pub(crate) mod load;
mod metadata;

use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Default)]
pub(crate) struct Repository {
    /// Content by path, for every text file that is in the repository or about to be.
    pub(crate) texts: BTreeMap<String, String>,
    /// Every file and every folder.
    pub(crate) paths: BTreeSet<String>,
    /// Every package that is built, our own and foreign ones.
    pub(crate) packages: Vec<Package>,
}

#[derive(Debug, Clone)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    /// The path of its `Cargo.toml` in the repository; `None` for a foreign package.
    pub(crate) manifest: Option<String>,
    pub(crate) license: Option<String>,
    pub(crate) dependencies: Vec<Dependency>,
}

#[derive(Debug, Clone)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) kind: DependencyKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DependencyKind {
    Normal,
    Dev,
    Build,
}

impl Repository {
    /// Adds a file and the folders above it.
    pub(crate) fn add_path(&mut self, path: &str) {
        let mut above = path;
        while !above.is_empty() && self.paths.insert(above.to_owned()) {
            above = above.rsplit_once('/').map_or("", |(folder, _)| folder);
        }
    }

    pub(crate) fn add_text(&mut self, path: &str, text: impl Into<String>) {
        self.add_path(path);
        self.texts.insert(path.to_owned(), text.into());
    }

    /// The text files whose name ends in one of `extensions`.
    pub(crate) fn texts_with_extension<'a>(
        &'a self,
        extensions: &'a [&str],
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.texts
            .iter()
            .filter(|(path, _)| {
                path.rsplit_once('.')
                    .is_some_and(|(_, extension)| extensions.contains(&extension))
            })
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Our own packages, each with the path of its manifest.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&Package, &str)> {
        self.packages
            .iter()
            .filter_map(|package| Some((package, package.manifest.as_deref()?)))
    }
}

#[cfg(test)]
impl Repository {
    pub(crate) fn with_text(path: &str, text: impl Into<String>) -> Self {
        Self::default().and_text(path, text)
    }

    pub(crate) fn and_text(mut self, path: &str, text: impl Into<String>) -> Self {
        self.add_text(path, text);
        self
    }

    pub(crate) fn and_package(mut self, package: Package) -> Self {
        self.packages.push(package);
        self
    }
}

#[cfg(test)]
impl Package {
    /// A package of our own with its manifest at `crates/{name}/Cargo.toml`.
    pub(crate) fn member(name: &str, dependencies: &[(&str, DependencyKind)]) -> Self {
        let manifest = Some(format!("crates/{name}/Cargo.toml"));
        Self {
            manifest,
            ..Self::foreign(name, Some("MIT OR Apache-2.0"), dependencies)
        }
    }

    pub(crate) fn foreign(
        name: &str,
        license: Option<&str>,
        dependencies: &[(&str, DependencyKind)],
    ) -> Self {
        let dependencies = dependencies
            .iter()
            .map(|&(name, kind)| Dependency {
                name: name.to_owned(),
                kind,
            })
            .collect();
        let license = license.map(ToOwned::to_owned);
        Self {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            manifest: None,
            license,
            dependencies,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_brings_its_folders() {
        let repository = Repository::with_text("docs/decisions/README.md", "");
        let paths: Vec<&str> = repository.paths.iter().map(String::as_str).collect();
        assert_eq!(paths, ["docs", "docs/decisions", "docs/decisions/README.md"]);
    }
}

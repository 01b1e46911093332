//! Understands the answer of `cargo metadata` (<https://doc.rust-lang.org/cargo/commands/cargo-metadata.html>).

use std::collections::{HashMap, HashSet};

use anyhow::{Context, Result};
use serde::Deserialize;

use super::{Dependency, DependencyKind, Package};

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<MetadataPackage>,
    workspace_members: HashSet<String>,
    workspace_root: String,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct MetadataPackage {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    manifest_path: String,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<NodeDependency>,
}

#[derive(Deserialize)]
struct NodeDependency {
    pkg: String,
    dep_kinds: Vec<NodeDependencyKind>,
}

#[derive(Deserialize)]
struct NodeDependencyKind {
    kind: Option<String>,
}

/// The packages that are built. `packages` of the answer also lists those of other platforms, `resolve` does not.
pub(super) fn packages(json: &str) -> Result<Vec<Package>> {
    let metadata: Metadata = serde_json::from_str(json).context("cannot understand `cargo metadata`")?;
    let by_id: HashMap<&str, &MetadataPackage> = metadata
        .packages
        .iter()
        .map(|package| (package.id.as_str(), package))
        .collect();
    let root = format!("{}/", metadata.workspace_root);
    metadata
        .resolve
        .nodes
        .iter()
        .map(|node| {
            let package = find(&by_id, &node.id)?;
            let manifest = metadata.workspace_members.contains(&node.id).then(|| {
                package
                    .manifest_path
                    .strip_prefix(&root)
                    .unwrap_or(&package.manifest_path)
                    .to_owned()
            });
            Ok(Package {
                name: package.name.clone(),
                version: package.version.clone(),
                manifest,
                license: package.license.clone(),
                dependencies: dependencies(node, &by_id)?,
            })
        })
        .collect()
}

fn dependencies(node: &Node, by_id: &HashMap<&str, &MetadataPackage>) -> Result<Vec<Dependency>> {
    let mut dependencies = Vec::new();
    for dependency in &node.deps {
        let name = &find(by_id, &dependency.pkg)?.name;
        for entry in &dependency.dep_kinds {
            let kind = match entry.kind.as_deref() {
                Some("dev") => DependencyKind::Dev,
                Some("build") => DependencyKind::Build,
                _ => DependencyKind::Normal,
            };
            dependencies.push(Dependency {
                name: name.clone(),
                kind,
            });
        }
    }
    Ok(dependencies)
}

fn find<'a>(by_id: &HashMap<&str, &'a MetadataPackage>, id: &str) -> Result<&'a MetadataPackage> {
    by_id
        .get(id)
        .copied()
        .with_context(|| format!("`cargo metadata` resolves {id} but does not describe it"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = r#"{
        "workspace_root": "/src",
        "workspace_members": ["a"],
        "packages": [
            {"id": "a", "name": "ours", "version": "0.1.0", "license": null, "manifest_path": "/src/crates/ours/Cargo.toml"},
            {"id": "b", "name": "theirs", "version": "2.0.0", "license": "MIT", "manifest_path": "/cache/theirs/Cargo.toml"},
            {"id": "c", "name": "elsewhere", "version": "3.0.0", "license": "GPL-3.0", "manifest_path": "/cache/c/Cargo.toml"}
        ],
        "resolve": {"nodes": [
            {"id": "a", "deps": [{"pkg": "b", "dep_kinds": [{"kind": null}, {"kind": "dev"}]}]},
            {"id": "b", "deps": []}
        ]}
    }"#;

    #[test]
    fn only_what_is_built_is_listed() {
        let packages = packages(ANSWER).unwrap();
        let names: Vec<&str> = packages.iter().map(|package| package.name.as_str()).collect();
        assert_eq!(names, ["ours", "theirs"]);
    }

    #[test]
    fn a_member_has_a_manifest_and_every_kind_of_dependency() {
        let ours = packages(ANSWER).unwrap().remove(0);
        assert_eq!(ours.manifest.as_deref(), Some("crates/ours/Cargo.toml"));
        let kinds: Vec<DependencyKind> = ours
            .dependencies
            .iter()
            .map(|dependency| dependency.kind)
            .collect();
        assert_eq!(kinds, [DependencyKind::Normal, DependencyKind::Dev]);
    }
}

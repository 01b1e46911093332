//! Reads the repository from the disk: the files that Git tracks or would track, and what Cargo says of the packages.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::Repository;
use super::metadata;
use crate::deny_policy::{self, DenyPolicy};

/// The top folder of the repository that the current folder belongs to.
pub(crate) fn root() -> Result<PathBuf> {
    let top = run(Path::new("."), "git", &["rev-parse", "--show-toplevel"])?;
    Ok(PathBuf::from(top.trim_end()))
}

pub(crate) fn repository(root: &Path) -> Result<Repository> {
    let mut repository = Repository::default();
    let listed = run(
        root,
        "git",
        &["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
    )?;
    for path in listed.split('\0').filter(|path| !path.is_empty()) {
        add_file(&mut repository, root, path)?;
    }
    // A broken deny.toml is reported by the checks that need it; here it only means that no platform is known.
    let policy = repository
        .texts
        .get(deny_policy::FILE)
        .and_then(|text| DenyPolicy::parse(text).ok());
    let targets = policy.map(|policy| policy.graph.targets).unwrap_or_default();
    let mut arguments = vec!["metadata", "--format-version", "1", "--locked"];
    for target in &targets {
        arguments.extend(["--filter-platform", target.as_str()]);
    }
    repository.packages = metadata::packages(&run(root, "cargo", &arguments)?)?;
    Ok(repository)
}

fn add_file(repository: &mut Repository, root: &Path, path: &str) -> Result<()> {
    let on_disk = root.join(path);
    // Git still lists a file that was deleted a moment ago.
    if !on_disk.exists() {
        return Ok(());
    }
    repository.add_path(path);
    if on_disk.is_file() {
        let bytes = std::fs::read(&on_disk).with_context(|| format!("cannot read {path}"))?;
        if let Ok(text) = String::from_utf8(bytes) {
            repository.add_text(path, text);
        }
    }
    Ok(())
}

fn run(root: &Path, program: &str, arguments: &[&str]) -> Result<String> {
    let command = format!("{program} {}", arguments.join(" "));
    let output = Command::new(program)
        .args(arguments)
        .current_dir(root)
        .output()
        .with_context(|| format!("cannot start `{command}`"))?;
    if !output.status.success() {
        bail!(
            "`{command}` failed:\n{}",
            String::from_utf8_lossy(&output.stderr).trim_end()
        );
    }
    String::from_utf8(output.stdout)
        .with_context(|| format!("`{command}` printed something that is not UTF-8"))
}

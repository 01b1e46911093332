//! Every package takes the lints of the workspace.

use crate::problem::Problem;
use crate::repository::Repository;

pub(crate) fn check(repository: &Repository) -> Vec<Problem> {
    repository
        .members()
        .filter_map(|(package, manifest)| {
            let text = repository.texts.get(manifest).map_or("", String::as_str);
            (!takes_workspace_lints(text)).then(|| {
                let what = format!(
                    "the package {} does not take the lints of the workspace",
                    package.name
                );
                Problem::in_file(manifest, what, "add:  [lints]  workspace = true")
            })
        })
        .collect()
}

fn takes_workspace_lints(manifest: &str) -> bool {
    let Ok(manifest) = manifest.parse::<toml::Table>() else {
        return false;
    };
    manifest
        .get("lints")
        .and_then(|lints| lints.get("workspace"))
        .and_then(toml::Value::as_bool)
        == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::Package;

    fn repository(manifest: &str) -> Repository {
        Repository::with_text("crates/a/Cargo.toml", manifest).and_package(Package::member("a", &[]))
    }

    #[test]
    fn workspace_lints_pass() {
        assert_eq!(check(&repository("[lints]\nworkspace = true\n")), []);
    }

    #[test]
    fn lints_of_its_own_fail() {
        assert_eq!(
            check(&repository("[lints.rust]\nunsafe_code = \"deny\"\n")).len(),
            1
        );
        assert_eq!(check(&repository("# [lints]\n# workspace = true\n")).len(), 1);
    }
}

//! A heavy dependency has one home: only its `wrappers` in `deny.toml` may depend on it directly.

use crate::deny_policy::{Ban, DenyPolicy, FILE, package_name};
use crate::problem::Problem;
use crate::repository::{Package, Repository};

pub(crate) fn check(repository: &Repository) -> Vec<Problem> {
    let policy = match DenyPolicy::of(repository) {
        Ok(policy) => policy,
        Err(problem) => return vec![problem],
    };
    let packages = || repository.packages.iter();
    policy
        .bans
        .deny
        .iter()
        .flat_map(|ban| packages().filter_map(|package| violation(package, ban)))
        .collect()
}

fn violation(package: &Package, ban: &Ban) -> Option<Problem> {
    let banned = package_name(&ban.package);
    let depends = package
        .dependencies
        .iter()
        .any(|dependency| dependency.name == banned);
    let may = ban
        .wrappers
        .iter()
        .any(|wrapper| package_name(wrapper) == package.name);
    (depends && !may).then(|| {
        let file = package.manifest.as_deref().unwrap_or(FILE);
        let what = format!("{} may not depend on {banned}: {}", package.name, ban.reason);
        Problem::in_file(file, what, format!("call one of {}", ban.wrappers.join(", ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::DependencyKind::Normal;

    const POLICY: &str =
        "[[bans.deny]]\ncrate = \"axum@0.8\"\nwrappers = [\"mainstay-http\"]\nreason = \"it lives there\"\n";

    fn problems(package: Package) -> Vec<Problem> {
        check(&Repository::with_text(FILE, POLICY).and_package(package))
    }

    #[test]
    fn the_wrapper_passes() {
        assert_eq!(
            problems(Package::member("mainstay-http", &[("axum", Normal)])),
            []
        );
    }

    #[test]
    fn anybody_else_fails() {
        let ours = problems(Package::member("mainstay-engine", &[("axum", Normal)]));
        assert_eq!(ours.len(), 1);
        assert_eq!(ours[0].file, "crates/mainstay-engine/Cargo.toml");
        assert_eq!(
            problems(Package::foreign("framework", None, &[("axum", Normal)])).len(),
            1
        );
    }

    #[test]
    fn a_missing_policy_fails() {
        assert_eq!(check(&Repository::default()).len(), 1);
    }
}

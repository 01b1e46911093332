//! A package may import only packages of floors below its own.

use crate::problem::Problem;
use crate::repository::{Dependency, DependencyKind, Package, Repository};

/// Where a package of ours stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Part of the product: imports only floors below.
    Floor(u8),
    /// Helps the tests: imports what it likes, is imported by tests alone.
    TestsOnly,
    /// Measures the product from outside: imports floors, is imported by nobody.
    Outside,
    /// Looks after the repository: imports nothing of ours and is imported by nobody.
    Tooling,
}

const PLACES: [(&str, Place); 9] = [
    ("mainstay-core", Place::Floor(0)),
    ("mainstay-store", Place::Floor(1)),
    ("mainstay-gateways", Place::Floor(1)),
    ("mainstay-engine", Place::Floor(2)),
    ("mainstay-http", Place::Floor(3)),
    ("mainstay", Place::Floor(4)),
    ("mainstay-testkit", Place::TestsOnly),
    ("mainstay-bench", Place::Outside),
    ("xtask", Place::Tooling),
];

pub(crate) fn check(repository: &Repository) -> Vec<Problem> {
    repository
        .members()
        .flat_map(|(package, manifest)| problems_of(package, manifest))
        .collect()
}

fn problems_of(package: &Package, manifest: &str) -> Vec<Problem> {
    let Some(place) = place_of(&package.name) else {
        let what = format!("the package {} has no floor", package.name);
        let way_out = "few packages: name its floor in crates/xtask/src/checks/crate_floors.rs and write a decision record";
        return vec![Problem::in_file(manifest, what, way_out)];
    };
    package
        .dependencies
        .iter()
        .filter_map(|dependency| {
            let reason = reason_against(place, dependency)?;
            let what = format!("{} depends on {}: {reason}", package.name, dependency.name);
            let way_out = "move the code to the floor that may know both, or pass the value in from above";
            Some(Problem::in_file(manifest, what, way_out))
        })
        .collect()
}

fn place_of(package: &str) -> Option<Place> {
    PLACES
        .iter()
        .find(|(name, _)| *name == package)
        .map(|&(_, place)| place)
}

/// Why a package at `place` may not have this dependency; `None` when it may.
fn reason_against(place: Place, dependency: &Dependency) -> Option<&'static str> {
    let target = place_of(&dependency.name)?;
    match (place, target) {
        (Place::Tooling, _) => Some("the tooling knows nothing of the product"),
        (_, Place::Outside | Place::Tooling) => Some("nobody imports that"),
        (_, Place::TestsOnly) => {
            (dependency.kind != DependencyKind::Dev).then_some("it belongs in [dev-dependencies]")
        }
        (Place::Floor(own), Place::Floor(other)) if other >= own => {
            Some("a floor imports only floors below it")
        }
        (_, Place::Floor(_)) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(name: &str, dependencies: &[(&str, DependencyKind)]) -> Vec<Problem> {
        check(&Repository::default().and_package(Package::member(name, dependencies)))
    }

    #[test]
    fn floors_below_and_foreign_packages_pass() {
        use DependencyKind::{Dev, Normal};
        assert_eq!(
            problems(
                "mainstay-engine",
                &[("mainstay-store", Normal), ("serde", Normal)]
            ),
            []
        );
        assert_eq!(problems("mainstay-http", &[("mainstay-testkit", Dev)]), []);
        assert_eq!(problems("mainstay-testkit", &[("mainstay", Normal)]), []);
        assert_eq!(problems("mainstay-bench", &[("mainstay-http", Normal)]), []);
    }

    #[test]
    fn upward_and_sideways_fail() {
        for (name, target) in [
            ("mainstay-core", "mainstay-store"),
            ("mainstay-store", "mainstay-gateways"),
            ("mainstay-engine", "mainstay-http"),
            ("mainstay-http", "mainstay"),
            ("mainstay", "mainstay-bench"),
        ] {
            assert_eq!(
                problems(name, &[(target, DependencyKind::Normal)]).len(),
                1,
                "{name} -> {target}"
            );
        }
    }

    #[test]
    fn testkit_outside_tests_fails() {
        let found = problems("mainstay-http", &[("mainstay-testkit", DependencyKind::Normal)]);
        assert_eq!(found.len(), 1);
        assert!(found[0].what.contains("[dev-dependencies]"));
    }

    #[test]
    fn tooling_that_knows_the_product_fails() {
        assert_eq!(
            problems("xtask", &[("mainstay-core", DependencyKind::Dev)]).len(),
            1
        );
    }

    #[test]
    fn a_package_without_a_floor_fails() {
        let found = problems("mainstay-extra", &[]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].file, "crates/mainstay-extra/Cargo.toml");
    }
}

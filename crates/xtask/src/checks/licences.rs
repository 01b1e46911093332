//! Every package that is built carries a licence that `deny.toml` allows.

use crate::deny_policy::{DenyPolicy, FILE, Licenses, package_name};
use crate::problem::Problem;
use crate::repository::{Package, Repository};
use crate::spdx;

pub(crate) fn check(repository: &Repository) -> Vec<Problem> {
    match DenyPolicy::of(repository) {
        Ok(policy) => repository
            .packages
            .iter()
            .filter_map(|package| violation(package, &policy.licenses))
            .collect(),
        Err(problem) => vec![problem],
    }
}

fn violation(package: &Package, licenses: &Licenses) -> Option<Problem> {
    let clarified = licenses
        .clarify
        .iter()
        .find(|clarification| package_name(&clarification.package) == package.name)
        .map(|clarification| clarification.expression.as_str());
    let Some(expression) = clarified.or(package.license.as_deref()) else {
        let what = format!("{} {} declares no licence", package.name, package.version);
        return Some(Problem::in_file(
            FILE,
            what,
            "read its licence file and add a [[licenses.clarify]] entry",
        ));
    };
    let is_allowed = |licence: &str| {
        let exceptions = licenses.exceptions.iter();
        let own = exceptions.filter(|exception| package_name(&exception.package) == package.name);
        licenses
            .allow
            .iter()
            .chain(own.flat_map(|exception| &exception.allow))
            .any(|entry| entry == licence)
    };
    let what = match spdx::is_satisfied(expression, &is_allowed) {
        Ok(true) => return None,
        Ok(false) => format!("{} {} is licensed {expression}", package.name, package.version),
        Err(reason) => format!("{} {}: {reason}", package.name, package.version),
    };
    Some(Problem::in_file(
        FILE,
        what,
        "choose another package, or allow the licence and say why",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = r#"
        [licenses]
        allow = ["MIT"]
        exceptions = [{ crate = "odd", allow = ["MPL-2.0"] }]
        clarify = [{ crate = "silent", expression = "MIT", license-files = [] }]
    "#;

    fn problems(name: &str, license: Option<&str>) -> Vec<Problem> {
        let package = Package::foreign(name, license, &[]);
        check(&Repository::with_text(FILE, POLICY).and_package(package))
    }

    #[test]
    fn allowed_excepted_and_clarified_licences_pass() {
        assert_eq!(problems("plain", Some("MIT OR Apache-2.0")), []);
        assert_eq!(problems("odd", Some("MPL-2.0")), []);
        assert_eq!(problems("silent", None), []);
    }

    #[test]
    fn other_missing_and_unreadable_licences_fail() {
        assert_eq!(problems("copyleft", Some("MPL-2.0")).len(), 1);
        assert_eq!(problems("nothing", None).len(), 1);
        assert_eq!(problems("nonsense", Some("MIT MIT")).len(), 1);
    }
}

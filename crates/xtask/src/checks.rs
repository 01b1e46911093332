//! The list of checks. Each is a pure function from the repository to the problems found.

mod asvs;
mod blocking_floors;
mod checklist_links;
mod crate_floors;
mod document_paths;
mod error_codes;
pub(crate) mod file_length;
mod ignored_tests;
mod licences;
mod machine_paths;
mod workspace_lints;
mod wrappers;

use crate::problem::Problem;
use crate::repository::Repository;

pub(crate) struct Check {
    pub(crate) name: &'static str,
    run: fn(&Repository) -> Vec<Problem>,
}

pub(crate) const ALL: [Check; 12] = [
    Check {
        name: "crate_floors",
        run: crate_floors::check,
    },
    Check {
        name: "workspace_lints",
        run: workspace_lints::check,
    },
    Check {
        name: "wrappers",
        run: wrappers::check,
    },
    Check {
        name: "licences",
        run: licences::check,
    },
    Check {
        name: "blocking_floors",
        run: blocking_floors::check,
    },
    Check {
        name: "file_length",
        run: file_length::check,
    },
    Check {
        name: "ignored_tests",
        run: ignored_tests::check,
    },
    Check {
        name: "checklist_links",
        run: checklist_links::check,
    },
    Check {
        name: "asvs",
        run: asvs::check,
    },
    Check {
        name: "error_codes",
        run: error_codes::check,
    },
    Check {
        name: "document_paths",
        run: document_paths::check,
    },
    Check {
        name: "machine_paths",
        run: machine_paths::check,
    },
];

/// Every problem with the name of the check that found it.
pub(crate) fn run_all(repository: &Repository) -> Vec<(&'static str, Problem)> {
    ALL.iter()
        .flat_map(|check| {
            (check.run)(repository)
                .into_iter()
                .map(|problem| (check.name, problem))
        })
        .collect()
}

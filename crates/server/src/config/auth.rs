//! `[auth]`: the cost of sign-in to the machine. How people sign in is said by the application.

use super::resolve::Values;
use super::setting::{Kind, Setting};

const SECTION: &str = "auth";

pub(super) const SETTINGS: &[Setting] = &[Setting {
    section: SECTION,
    key: "password_threads",
    kind: Kind::Integer { min: 1, max: 64 },
    default: "1",
    secret: false,
    doc: "Threads that check passwords; each needs 19 MiB, and a sign-in takes one for some 30 ms.",
}];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AuthConfig {
    pub(crate) password_threads: usize,
}

impl AuthConfig {
    pub(super) fn read(values: &Values) -> Self {
        Self {
            password_threads: values.count(SECTION, "password_threads"),
        }
    }
}

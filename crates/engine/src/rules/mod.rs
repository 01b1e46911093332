//! Rules, for the people who write them: what they decide, and why.
//!
//! `asked` is what somebody wants to know, `test` finds it out, `steps` knows which rules an act has to pass, and
//! `explain` takes one of them apart. The verdict is always that of the statements that guard requests.

mod asked;
mod check;
mod explain;
mod part;
mod steps;
mod test;

pub use check::check_rule;
pub use test::test_rule;

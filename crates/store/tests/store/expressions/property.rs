//! Random worlds, random expressions about them, and a count of what was compared.

use std::cell::RefCell;

use mainstay_store::Dialect;
use mainstay_testkit::TestDatabase;
use mainstay_testkit::evaluator::World;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestError, TestRunner};

use super::fixture::DEFINITION;
use super::world::{self, Stored};

/// Says why an answer is wrong, with the expression and the record.
pub(crate) type Outcome = Result<(), TestCaseError>;

/// What became of the expressions.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) compared: usize,
    /// Of those compared: true of something.
    pub(crate) met: usize,
    /// Did not type-check.
    pub(crate) refused: usize,
    pub(crate) too_complex: usize,
}

/// Tapes: one of a world, and one of each expression about it.
fn tapes() -> impl Strategy<Value = (Vec<u16>, Vec<Vec<u16>>)> {
    let tape = |longest| prop::collection::vec(any::<u16>(), 0..longest);
    (tape(700), prop::collection::vec(tape(160), 1..30))
}

/// Calls `compare` for each expression about each world. `PROPTEST_CASES` says how many worlds.
pub(crate) fn compare_in_worlds(compare: &impl AsyncFn(&Stored, &World, &[u16], &RefCell<Tally>) -> Outcome) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime can be built");
    let kept: RefCell<Option<Stored>> = RefCell::default();
    check(|world, expressions, tally| {
        runtime.block_on(async {
            let world = world::make(&DEFINITION, world);
            let before = kept.take();
            let stored = world::store_after(before, &DEFINITION, world.clone()).await;
            for tape in expressions {
                compare(&stored, &world, tape, tally).await?;
            }
            kept.replace(Some(stored));
            Ok(())
        })
    });
}

/// Of the cases of a run against a file, one in so many is asked of a server, where each takes longer. Their tapes are
/// chance as well, so that runs add up.
fn cases_divisor() -> u32 {
    match TestDatabase::dialect() {
        Dialect::Sqlite => 1,
        Dialect::Postgres => 8,
    }
}

pub(crate) fn check(test: impl Fn(&[u16], &[Vec<u16>], &RefCell<Tally>) -> Outcome) {
    let tally = RefCell::new(Tally::default());
    let defaults = ProptestConfig::default();
    let divisor = cases_divisor();
    let config = ProptestConfig {
        cases: defaults.cases.div_ceil(divisor),
        failure_persistence: None,
        max_shrink_iters: 4_000,
        ..defaults
    };
    let outcome = TestRunner::new(config).run(&tapes(), |(world, expressions)| {
        test(&world, &expressions, &tally)
    });
    match outcome {
        Ok(()) => {}
        // The reason names the expression and the record; the tapes that they came from would only hide it.
        Err(TestError::Fail(reason, _)) => panic!("{reason}"),
        Err(other) => panic!("{other}"),
    }
    let tally = tally.into_inner();
    // How long a world's list of expressions is, is chance: half of what is usual is far from every run.
    let enough = 1_000 / divisor as usize;
    assert!(tally.compared > enough, "too few to say anything: {tally:?}");
    assert!(
        tally.compared > 20 * tally.refused,
        "the writer should know the language's types: {tally:?}"
    );
    assert!(
        tally.compared > 20 * tally.too_complex,
        "most should be simple enough: {tally:?}"
    );
    assert!(
        tally.met * 4 > tally.compared,
        "many should be true of something: {tally:?}"
    );
}

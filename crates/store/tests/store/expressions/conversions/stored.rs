//! Random values: texts a step away from what converts, and numbers of every size.

use std::cell::RefCell;

use mainstay_core::Value;
use proptest::prelude::*;
use proptest::test_runner::{TestError, TestRunner};

use super::{DEFINITION, compare, thing, world_of};
use crate::expressions::world::{Stored, store_after};

/// Rows of one world.
const ROWS: usize = 40;
const WORLDS: u32 = 12;

/// A text that looks like one of those that convert, with a slip now and then.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        "[-+]?[0-9]{1,20}([.][0-9]{0,20})?",
        "-?[0-9]{1,3}([.][0-9]{1,3})?[eE][-+]?[0-9]{1,3}",
        "-?(0|[1-9][0-9]{0,17})([.][0-9]{1,17})?e-?[0-9]{1,2}",
        "[0-9]{4}-[01][0-9]-[0-3][0-9]",
        "(0001|1969|2024|9999)-(02-(28|29|30)|12-31|01-01)[Tt ][0-2][0-9]:[0-5][0-9]:[0-6][0-9]([.][0-9]{1,10})?(Z|z|[-+][0-2][0-9]:[0-6][0-9])",
        "[0-9TZ:. +-]{0,25}",
        "[0-9-]{10}",
        "[tTfF](rue|RUE|alse|ALSE)?",
        "[ab\\s\u{a0}\u{1F600}ß]{0,12}",
        "[^\\x00]{0,8}",
    ]
}

fn values() -> impl Strategy<Value = Vec<(&'static str, Value)>> {
    let scaled = || {
        prop_oneof![
            -1_000..1_000_i64,
            -999_999_999_999_999_999..=999_999_999_999_999_999_i64
        ]
    };
    let ratio = prop_oneof![
        any::<f64>().prop_filter("numbers are finite", |number| number.is_finite()),
        (-100_000..100_000_i32).prop_map(|number| f64::from(number) / 1_000.0),
        // Between 1e15 and 1e25 the shortest digits may lie in the middle between two numbers.
        (1_u64..10_000, 12..22_i32).prop_map(|(digits, exponent)| {
            format!("{digits}e{exponent}")
                .parse::<f64>()
                .expect("it is a number")
        }),
    ];
    let whole = prop_oneof![-2..12_i64, any::<i64>(), -62_135_596_900..253_402_300_900_i64];
    let due = -62_135_596_800_000_000..=253_402_300_799_999_999_i64;
    (texts(), "[ab0-9 ß]{0,2}", whole, ratio, scaled(), scaled(), due).prop_map(
        |(words, other, whole, ratio, price, fine, due)| {
            vec![
                ("words", Value::Text(words)),
                ("other", Value::Text(other)),
                ("whole", Value::Int(whole)),
                ("ratio", Value::Real(ratio + 0.0)),
                ("price", Value::Int(price)),
                ("fine", Value::Int(fine)),
                ("due", Value::Int(due)),
            ]
        },
    )
}

#[test]
fn conversions_agree_with_the_evaluator() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime can be built");
    let kept: RefCell<Option<Stored>> = RefCell::default();
    let defaults = ProptestConfig::default();
    let config = ProptestConfig {
        cases: defaults.cases.div_ceil(256 / WORLDS),
        failure_persistence: None,
        max_shrink_iters: 200,
        ..defaults
    };
    let rows = prop::collection::vec(values(), ROWS);
    let outcome = TestRunner::new(config).run(&rows, |rows| {
        let rows = rows.iter().enumerate();
        let world = world_of(rows.map(|(number, values)| thing(number, values)).collect());
        runtime.block_on(async {
            let stored = store_after(kept.take(), &DEFINITION, world.clone()).await;
            compare(&stored, &world).await?;
            kept.replace(Some(stored));
            Ok(())
        })
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(reason, _)) => panic!("{reason}"),
        Err(other) => panic!("{other}"),
    }
}

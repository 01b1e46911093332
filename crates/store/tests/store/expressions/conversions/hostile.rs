//! Values that look like something else, that are at the end of what fits, or that nobody expects.

use mainstay_core::Value;

use super::{compare, thing, world_of};
use crate::expressions::world::store;

const TEXTS: [&str; 148] = [
    "",
    "0",
    "-0",
    "+1",
    "1",
    "-1",
    "007",
    "-007",
    "12",
    " 12",
    "12 ",
    "\t12",
    "12\n",
    "１２",
    "१२",
    "1_000",
    "1,000",
    "0x10",
    "--1",
    "-",
    "1-",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "18446744073709551616",
    "00000000000000000000000000000001",
    "99999999999999999999999999",
    "1.0",
    "1.",
    ".5",
    "-.5",
    "0.5",
    "-0.5",
    "00.5",
    "1.5e3",
    "1e3",
    "1E3",
    "1e+3",
    "1e-3",
    "1e",
    "1e+",
    "e5",
    "1e5.0",
    "1e400",
    "-1e400",
    "1e-400",
    "-1e-400",
    "1e308",
    "1.7976931348623157e308",
    "1.7976931348623159e308",
    "5e-324",
    "2e-324",
    "3e-324",
    "1e99999999999",
    "1e-99999999999",
    "0e99999999999",
    "0.0e-99999999999",
    "1e0000000000000001",
    "NaN",
    "nan",
    "Infinity",
    "-Infinity",
    "inf",
    "1e23",
    "0.1",
    "9007199254740993",
    "123456789012345678901234567890",
    "1.005",
    "1.015",
    "2.5",
    "-2.5",
    "0.005",
    "-0.005",
    "0.0049999999999999999999",
    "999999999999999999",
    "999999999999999999.4",
    "999999999999999999.5",
    "9999999999999999.99",
    "9999999999999999.995",
    "1.2.3",
    "1,5",
    "0.9999999999999999994",
    "0.9999999999999999995",
    "true",
    "false",
    "True",
    "TRUE",
    "TrUe",
    "t",
    "f",
    "T",
    "F",
    "yes",
    " true",
    "FALSE",
    "False",
    "fALSE",
    "2026-01-31",
    "2026-02-30",
    "2024-02-29",
    "2023-02-29",
    "1900-02-29",
    "2000-02-29",
    "0000-01-01",
    "0001-01-01",
    "9999-12-31",
    "10000-01-01",
    "-0001-01-01",
    "2026-1-1",
    "20260131",
    "2026-00-10",
    "2026-13-01",
    "2026-01-00",
    "2026-01-32",
    "2026-W05-1",
    "2026-031-1",
    "２０２６-01-31",
    "2026-01-31\n",
    "2026-01-31T12:00:00Z",
    "2026-01-31t12:00:00z",
    "2026-01-31 12:00:00Z",
    "2026-01-31T12:00:00",
    "2026-01-31T12:00Z",
    "2026-01-31T12:00:00.5Z",
    "2026-01-31T12:00:00,5Z",
    "2026-01-31T12:00:00.Z",
    "2026-01-31T12:00:00.123456789Z",
    "2026-01-31T12:00:00.1234567891Z",
    "1969-12-31T23:59:59.9999999Z",
    "2026-01-31T23:59:60Z",
    "2026-01-31T23:59:60.5Z",
    "2026-01-31T23:59:61Z",
    "2026-01-31T24:00:00Z",
    "2026-01-31T12:60:00Z",
    "2026-01-31T12:00:00+02:00",
    "2026-01-31T12:00:00-00:00",
    "2026-01-31T12:00:00+23:59",
    "2026-01-31T12:00:00+24:00",
    "2026-01-31T12:00:00+02",
    "2026-01-31T12:00:00+0200",
    "2026-01-31T12:00:00+02:60",
    "2026-01-31T12:00:00+02:00:00",
    "2026-01-31T12:00:00Z[UTC]",
    "0001-01-01T00:00:00+00:01",
    "9999-12-31T23:59:59.999999Z",
    "9999-12-31T23:59:59-00:01",
    "10000-01-01T00:00:00Z",
];

/// Half of them end in something that a reader of characters gets wrong.
const ODD: [&str; 18] = [
    "\u{a0}a\u{3000}",
    "\u{200b}a",
    "\u{feff}a",
    "\u{1680}\u{2028}",
    "\u{85}x\u{b}",
    "\u{1c}x\u{1d}",
    "e\u{301}e",
    "\u{1F600}\u{1F601}",
    "ß",
    "ſ",
    "İi",
    "aaaa",
    "aXaXa",
    "\\1\\&$1",
    "%_'\"",
    "\u{1}\u{7f}",
    "\u{10ffff}\u{fffd}",
    "Ａａ",
];
const OTHERS: [&str; 12] = [
    "",
    "a",
    "aa",
    "aXa",
    "\\&",
    "\u{1F600}",
    "-",
    "0",
    "e",
    "\u{301}",
    ".",
    "long",
];

#[tokio::test]
async fn texts_that_look_like_values() {
    let texts: Vec<&str> = TEXTS.into_iter().chain(ODD).collect();
    let rows = texts.iter().enumerate().map(|(number, text)| {
        let values = [
            ("words", Value::Text((*text).to_owned())),
            ("other", Value::Text(OTHERS[number % OTHERS.len()].to_owned())),
            (
                "whole",
                Value::Int(i64::try_from(number % 5).expect("it is small") - 1),
            ),
        ];
        thing(number, &values)
    });
    let world = world_of(rows.collect());
    let stored = store(&super::DEFINITION, world.clone()).await;
    compare(&stored, &world)
        .await
        .expect("SQL and the evaluator agree");
}

#[tokio::test]
async fn texts_of_every_length() {
    let texts = [
        "9".repeat(1_000_000),
        "0".repeat(200_000),
        "-".repeat(200_000),
        format!("{}1", "0".repeat(199_999)),
        format!("0.{}", "4".repeat(199_998)),
        format!("0.{}1", "0".repeat(997)),
        format!("0.{}1", "0".repeat(998)),
        format!("1{}e-998", "0".repeat(990)),
        "9".repeat(1_000),
        "9".repeat(1_001),
        "1".repeat(300),
        " ".repeat(200_000),
        "\u{1F600}".repeat(50_000),
        "a".repeat(200_000),
    ];
    let rows = texts.into_iter().enumerate().map(|(number, text)| {
        let values = [
            ("words", Value::Text(text)),
            ("other", Value::Text("ab".to_owned())),
            ("whole", Value::Int(49_999)),
        ];
        thing(number, &values)
    });
    let world = world_of(rows.collect());
    let stored = store(&super::DEFINITION, world.clone()).await;
    compare(&stored, &world)
        .await
        .expect("SQL and the evaluator agree");
}

const WHOLES: [i64; 16] = [
    0,
    1,
    2,
    -1,
    7,
    1_000,
    i64::MAX,
    i64::MIN,
    i64::MAX - 1,
    253_402_300_799,
    253_402_300_800,
    -62_135_596_800,
    -62_135_596_801,
    999_999_999_999_999,
    1_000_000_000_000_000,
    9_007_199_254_740_993,
];
/// Among them some that lie in the middle of two short spellings, or have a short spelling in the middle.
const RATIOS: [f64; 32] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.1,
    0.5,
    1.5,
    2.5,
    -2.5,
    1.005,
    1e-6,
    1e-7,
    9.999_999e-7,
    1e20,
    1e21,
    1.5e21,
    1e22,
    1e23,
    2e23,
    9_007_199_254_740_993.0,
    9_223_372_036_854_775_807.0,
    -9_223_372_036_854_775_808.0,
    9_223_372_036_854_774_784.0,
    1e18,
    999_999_999_999_999_900.0,
    1e308,
    f64::MAX,
    f64::MIN,
    5e-324,
    f64::MIN_POSITIVE,
    0.300_000_000_000_000_04,
    123_456_789_012_345_680.0,
];
const SCALED: [i64; 12] = [
    0,
    1,
    -1,
    5,
    -5,
    50,
    149,
    150,
    -150,
    1_250,
    999_999_999_999_999_999,
    -999_999_999_999_999_999,
];
const TIMES: [i64; 8] = [
    0,
    -1,
    999_999,
    -1_000_000,
    1_769_860_800_123_456,
    253_402_300_799_999_999,
    -62_135_596_800_000_000,
    -86_400_000_000,
];
const DAYS: [&str; 5] = [
    "0001-01-01",
    "1969-12-31",
    "1970-01-01",
    "2024-02-29",
    "9999-12-31",
];

#[tokio::test]
async fn values_at_the_ends_of_their_types() {
    let rows = (0..WHOLES.len().max(RATIOS.len())).map(|number| {
        let values = [
            ("whole", Value::Int(WHOLES[number % WHOLES.len()])),
            // The API writes one zero.
            ("ratio", Value::Real(RATIOS[number] + 0.0)),
            ("price", Value::Int(SCALED[number % SCALED.len()])),
            ("fine", Value::Int(SCALED[number * 5 % SCALED.len()])),
            ("done", Value::Bool(number % 2 == 0)),
            ("due", Value::Int(TIMES[number % TIMES.len()])),
            ("day", Value::Text(DAYS[number % DAYS.len()].to_owned())),
            ("words", Value::Text("abcde".to_owned())),
        ];
        thing(number, &values)
    });
    // And one with nothing.
    let world = world_of(rows.chain([thing(100, &[])]).collect());
    let stored = store(&super::DEFINITION, world.clone()).await;
    compare(&stored, &world)
        .await
        .expect("SQL and the evaluator agree");
}

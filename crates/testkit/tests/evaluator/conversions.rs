//! What converts to what, as `docs/rules.md` has it.

use super::{FALSE, TODO, TRUE, UNKNOWN, assert_answers};

#[test]
fn values_become_texts() {
    assert_answers(
        TODO,
        None,
        &[
            ("string(-12) == '-12'", TRUE),
            ("string(1.0) == '1' && string(-0.5) == '-0.5'", TRUE),
            (
                "string(1e20) == '100000000000000000000' && string(1e21) == '1e+21'",
                TRUE,
            ),
            (
                "string(0.000001) == '0.000001' && string(0.00000015) == '1.5e-7'",
                TRUE,
            ),
            ("string(1e23) == '1e+23' && string(-0.0) == '0'", TRUE),
            ("string(decimal(-5, 2)) == '-5.00'", TRUE),
            ("string(true) + string(false) == 'truefalse'", TRUE),
            ("string(date('2026-01-31')) == '2026-01-31'", TRUE),
            (
                "string(timestamp('2026-01-31T12:00:00+01:00')) == '2026-01-31T11:00:00.000000Z'",
                TRUE,
            ),
            (
                "string(timestamp('9999-12-31T23:59:59Z') + duration('1h')) == null",
                TRUE,
            ),
            ("string(record.flag) == null", TRUE),
        ],
    );
}

#[test]
fn values_become_numbers() {
    assert_answers(
        TODO,
        None,
        &[
            ("int('007') == 7 && int('-0') == 0", TRUE),
            (
                "int('+1') == null && int(' 1') == null && int('1.0') == null",
                TRUE,
            ),
            ("int('9223372036854775808') > 0", UNKNOWN),
            ("int(1.9) == 1 && int(-1.9) == -1", TRUE),
            ("int(9223372036854775808.0) == null", TRUE),
            ("int(decimal('-1.99', 2)) == -1 && int(true) == 1", TRUE),
            ("int(timestamp('1969-12-31T23:59:59.5Z')) == -1", TRUE),
            ("double('-1.5e3') == -1500.0 && double('1e400') == null", TRUE),
            ("double('.5') == null && double('NaN') == null", TRUE),
            ("double(decimal('0.1', 18)) == 0.1", TRUE),
            ("decimal('2.345', 2) == decimal('2.35', 2)", TRUE),
            ("decimal('-0.005', 2) == decimal('-0.01', 2)", TRUE),
            ("decimal(1.005, 2) == decimal('1.01', 2)", TRUE),
            ("decimal(decimal('0.149', 3), 1) == decimal('0.1', 1)", TRUE),
            ("decimal('1e2', 2) == null && decimal(1000, 16) == null", TRUE),
        ],
    );
}

#[test]
fn values_become_booleans_and_times() {
    assert_answers(
        TODO,
        None,
        &[
            ("bool('t') && bool('TRUE') && bool('1') && bool(1)", TRUE),
            ("bool('False') || bool('f') || bool(0)", FALSE),
            ("bool('yes')", UNKNOWN),
            ("bool(2)", UNKNOWN),
            (
                "timestamp('' + '2026-01-31 12:00:00.5z') == timestamp('2026-01-31T12:00:00.5Z')",
                TRUE,
            ),
            ("timestamp('' + '2026-01-31T12:00:00') == null", TRUE),
            ("timestamp(0) == timestamp('1970-01-01T00:00:00Z')", TRUE),
            ("timestamp(253402300800) == null", TRUE),
            (
                "timestamp(date('2026-01-31')) == timestamp('2026-01-31T00:00:00Z')",
                TRUE,
            ),
            (
                "date(timestamp('2026-01-31T00:30:00+01:00')) == date('2026-01-30')",
                TRUE,
            ),
            (
                "date('' + '2026-02-30') == null && date('' + '0000-01-01') == null",
                TRUE,
            ),
        ],
    );
}

#[test]
fn texts_have_characters_from_0() {
    assert_answers(
        TODO,
        None,
        &[
            ("'aßz'.upperAscii() == 'AßZ'", TRUE),
            (
                "'\\u00a0 a b\\t\\u3000'.trim() == 'a b' && '\\u200ba'.trim() != 'a'",
                TRUE,
            ),
            ("'aXbXX'.replace('X', '-') == 'a-b--'", TRUE),
            (
                "'ab'.replace('', '_') == '_a_b_' && ''.replace('', 'x') == 'x'",
                TRUE,
            ),
            (
                "'Grüße'.substring(2) == 'üße' && 'Grüße'.substring(1, 3) == 'rü'",
                TRUE,
            ),
            ("'ab'.substring(2) == '' && 'ab'.substring(3) == null", TRUE),
            ("'ab'.substring(-1) == null && 'ab'.substring(1, 0) == null", TRUE),
            ("'Grüße'.charAt(3) == 'ß' && 'ab'.charAt(2) == ''", TRUE),
            ("'ab'.charAt(3) == null", TRUE),
            ("'ßaßa'.indexOf('a') == 1 && 'ßaßa'.lastIndexOf('a') == 3", TRUE),
            ("'ab'.indexOf('') == 0 && 'ab'.lastIndexOf('') == 2", TRUE),
            ("'ab'.indexOf('c') == -1 && 'ab'.lastIndexOf('c') == -1", TRUE),
        ],
    );
}
